// SPDX-License-Identifier: Apache-2.0
// ImportTable, DescribeImport, ListImports: objects of S3 into a new table.
#include "api/dynamodb/errors.h"
#include "api/dynamodb/job_pages.h"
#include "api/dynamodb/s3_access.h"
#include "api/dynamodb/table_description.h"
#include "aws/generated/dynamodb/backups.h"
#include "aws/json/json_codec.h"
#include "base/digest.h"
#include "items/errors.h"
#include "transfer/errors.h"
#include "transfer/jobs.h"

namespace caudal::api::dynamodb {
namespace {

using transfer::Job;
using transfer::JobKind;

std::string_view format_of(const Job& job) {
  return job.input.format == transfer::Format::kCsv ? "CSV" : "DYNAMODB_JSON";
}

std::string_view compression_of(const Job& job) {
  if (job.input.compression == transfer::Compression::kZstd) return "ZSTD";
  return job.input.compression == transfer::Compression::kGzip ? "GZIP" : "NONE";
}

wire::S3BucketSource source_of(const Job& job) {
  wire::S3BucketSource source{.s3_bucket = job.bucket};
  if (!job.prefix.empty()) source.s3_key_prefix = job.prefix;
  return source;
}

wire::ImportTableDescription describe(const Call& call, const Job& job) {
  wire::ImportTableDescription out{.import_arn = arn_of_job(job),
                                   .import_status = std::string(status_of(job)),
                                   .table_arn = job.table_arn,
                                   .table_id = job.table_id,
                                   .s3_bucket_source = source_of(job),
                                   .error_count = static_cast<int64_t>(job.refused),
                                   .input_format = std::string(format_of(job)),
                                   .start_time = job.started,
                                   .processed_size_bytes = static_cast<int64_t>(job.bytes),
                                   .processed_item_count = static_cast<int64_t>(job.records),
                                   .imported_item_count = static_cast<int64_t>(job.items)};
  out.input_compression_type = std::string(compression_of(job));
  if (!job.token.empty()) out.client_token = job.token;
  if (job.state != transfer::JobState::kInProgress) out.end_time = job.ended;
  if (job.state == transfer::JobState::kFailed) {
    out.failure_code = job.failure_code;
    out.failure_message = job.failure;
  }
  // As the table is, while it is there.
  const auto table = call.store.describe_table(job.table);
  if (table && table->id == job.table_id) {
    wire::TableDescription is = describe(call, *table, "ACTIVE");
    out.table_creation_parameters = wire::TableCreationParameters{
        .table_name = job.table,
        .attribute_definitions = *std::move(is.attribute_definitions),
        .key_schema = *std::move(is.key_schema),
        .billing_mode =
            table->definition.billing == items::BillingMode::kPayPerRequest ? "PAY_PER_REQUEST" : "PROVISIONED"};
  }
  return out;
}

Outcome<transfer::InputOptions> input_of(const wire::ImportTableInput& in) {
  transfer::InputOptions input;
  if (in.input_format == "ION") return validation("Imports of ION are not offered here; CSV and DYNAMODB_JSON are");
  input.format = in.input_format == "CSV" ? transfer::Format::kCsv : transfer::Format::kDynamoDbJson;
  const std::string compression = in.input_compression_type.value_or("NONE");
  if (compression == "ZSTD") input.compression = transfer::Compression::kZstd;
  if (compression == "GZIP") input.compression = transfer::Compression::kGzip;
  if (!in.input_format_options || !in.input_format_options->csv) return input;
  const wire::CsvOptions& csv = *in.input_format_options->csv;
  if (csv.delimiter && csv.delimiter->size() == 1) input.delimiter = csv.delimiter->front();
  if (csv.header_list) input.header = *csv.header_list;
  return input;
}

// The table that is to be made, read as CreateTable reads its own.
Outcome<items::TableDefinition> table_of(const wire::TableCreationParameters& in) {
  return definition_of(wire::CreateTableInput{.attribute_definitions = in.attribute_definitions,
                                              .table_name = in.table_name,
                                              .key_schema = in.key_schema,
                                              .global_secondary_indexes = in.global_secondary_indexes,
                                              .billing_mode = in.billing_mode,
                                              .provisioned_throughput = in.provisioned_throughput});
}

Outcome<wire::ImportTableOutput> import_table(Call& call, const wire::ImportTableInput& in) {
  const std::string name = table_name_of(in.table_creation_parameters.table_name);
  TRY(call.require("ImportTable", name));
  const std::string prefix = in.s3_bucket_source.s3_key_prefix.value_or("");
  TRY(require_reading(call, in.s3_bucket_source.s3_bucket, prefix));
  transfer::ImportRequest request{.table = TRY(table_of(in.table_creation_parameters)),
                                  .table_arn = call.table_arn(name),
                                  .bucket = in.s3_bucket_source.s3_bucket,
                                  .prefix = prefix,
                                  .input = TRY(input_of(in))};
  request.begun = {.token = in.client_token.value_or(""), .digest = std::string(view(sha256(aws::to_json(in))))};
  auto begun = call.beside.jobs->begin_import(request);
  if (!begun && begun.error().code == transfer::Errc::token_conflict) {
    return wire::errors::import_conflict_exception(begun.error().message);
  }
  return wire::ImportTableOutput{.import_table_description = describe(call, TRY(call.said(std::move(begun))))};
}

Outcome<wire::DescribeImportOutput> describe_import(Call& call, const wire::DescribeImportInput& in) {
  TRY(call.require_below("DescribeImport", in.import_arn));
  const auto job = find_job(call, JobKind::kImport, in.import_arn);
  if (!job) return wire::errors::import_not_found_exception("Import not found: " + in.import_arn);
  return wire::DescribeImportOutput{.import_table_description = describe(call, *job)};
}

Outcome<wire::ListImportsOutput> list_imports(Call& call, const wire::ListImportsInput& in) {
  TRY(require_list(call, "ListImports", in.table_arn));
  JobPage page = page_of_jobs(call, {.kind = JobKind::kImport,
                                     .action = "ListImports",
                                     .table_arn = in.table_arn,
                                     .token = in.next_token,
                                     .limit = in.page_size});
  wire::ListImportsOutput out{.import_summary_list = std::vector<wire::ImportSummary>(), .next_token = page.next};
  for (const Job& job : page.jobs) {
    wire::ImportSummary one{.import_arn = arn_of_job(job),
                            .import_status = std::string(status_of(job)),
                            .table_arn = job.table_arn,
                            .s3_bucket_source = source_of(job),
                            .input_format = std::string(format_of(job)),
                            .start_time = job.started};
    if (job.state != transfer::JobState::kInProgress) one.end_time = job.ended;
    out.import_summary_list->push_back(std::move(one));
  }
  return out;
}

}  // namespace

void offer_imports(Dispatcher& dispatcher) {
  dispatcher.on(wire::operations::kImportTable, import_table);
  dispatcher.on(wire::operations::kDescribeImport, describe_import);
  dispatcher.on(wire::operations::kListImports, list_imports);
}

}  // namespace caudal::api::dynamodb
