// SPDX-License-Identifier: Apache-2.0
// ExportTableToPointInTime, DescribeExport, ListExports: of tables as they are when it is asked for.
#include "api/dynamodb/errors.h"
#include "api/dynamodb/job_pages.h"
#include "api/dynamodb/s3_access.h"
#include "aws/generated/dynamodb/backups.h"
#include "aws/json/json_codec.h"
#include "base/digest.h"
#include "items/errors.h"
#include "transfer/errors.h"
#include "transfer/export.h"
#include "transfer/jobs.h"

namespace caudal::api::dynamodb {
namespace {

using transfer::Job;
using transfer::JobKind;

// A moment that is so near is now: it was when the client asked.
constexpr std::chrono::minutes kAlmostNow{1};

wire::ExportDescription describe(const Call&, const Job& job) {
  wire::ExportDescription out{.export_arn = arn_of_job(job),
                              .export_status = std::string(status_of(job)),
                              .start_time = job.started,
                              .table_arn = job.table_arn,
                              .table_id = job.table_id,
                              .export_time = job.moment,
                              .s3_bucket = job.bucket,
                              .s3_sse_algorithm = "AES256",
                              .export_format = "DYNAMODB_JSON",
                              .export_type = "FULL_EXPORT"};
  if (!job.prefix.empty()) out.s3_prefix = job.prefix;
  if (!job.token.empty()) out.client_token = job.token;
  if (job.state != transfer::JobState::kInProgress) out.end_time = job.ended;
  if (job.state == transfer::JobState::kCompleted) {
    out.export_manifest = transfer::summary_key({.id = job.id, .table_arn = {}, .bucket = {}, .prefix = job.prefix});
    out.item_count = static_cast<int64_t>(job.items);
    out.billed_size_bytes = static_cast<int64_t>(job.bytes);
  }
  if (job.state == transfer::JobState::kFailed) {
    out.failure_code = job.failure_code;
    out.failure_message = job.failure;
  }
  return out;
}

Outcome<void> check(Call& call, const wire::ExportTableToPointInTimeInput& in) {
  if (in.export_format && *in.export_format != "DYNAMODB_JSON") {
    return validation("Exports are written as DYNAMODB_JSON; other formats are not offered here");
  }
  if (in.export_type && *in.export_type != "FULL_EXPORT") {
    return validation("Incremental exports are not offered here");
  }
  if (in.s3_sse_algorithm && *in.s3_sse_algorithm != "AES256") {
    return validation("Keys of KMS are not offered here; leave S3SseAlgorithm out");
  }
  const Timestamp now = call.of_the_sender.now;
  const bool is_now = !in.export_time || (*in.export_time > now - kAlmostNow && *in.export_time < now + kAlmostNow);
  if (is_now) return {};
  return wire::errors::invalid_export_time_exception(
      "Tables are exported as they are now; leave ExportTime out, or restore the table to that time and export that");
}

Outcome<wire::ExportTableToPointInTimeOutput> export_table(Call& call, const wire::ExportTableToPointInTimeInput& in) {
  const std::string table = table_name_of(in.table_arn);
  TRY(call.require("ExportTableToPointInTime", table));
  const std::string prefix = in.s3_prefix.value_or("");
  TRY(require_of_object(call, "PutObject", in.s3_bucket, prefix.empty() ? "AWSDynamoDB/" : prefix + "/AWSDynamoDB/"));
  TRY(check(call, in));
  const std::string digest(view(sha256(aws::to_json(in))));
  auto begun = call.beside.jobs->begin_export({.table = table,
                                               .table_arn = call.table_arn(table),
                                               .bucket = in.s3_bucket,
                                               .prefix = prefix,
                                               .begun = {.token = in.client_token.value_or(""), .digest = digest}});
  if (!begun && begun.error().code == items::Errc::no_such_table) {
    return wire::errors::table_not_found_exception("Table not found: " + table);
  }
  if (!begun && begun.error().code == transfer::Errc::token_conflict) {
    return wire::errors::export_conflict_exception(begun.error().message);
  }
  return wire::ExportTableToPointInTimeOutput{.export_description = describe(call, TRY(call.said(std::move(begun))))};
}

Outcome<wire::DescribeExportOutput> describe_export(Call& call, const wire::DescribeExportInput& in) {
  TRY(call.require_below("DescribeExport", in.export_arn));
  const auto job = find_job(call, JobKind::kExport, in.export_arn);
  if (!job) return wire::errors::export_not_found_exception("Export not found: " + in.export_arn);
  return wire::DescribeExportOutput{.export_description = describe(call, *job)};
}

Outcome<wire::ListExportsOutput> list_exports(Call& call, const wire::ListExportsInput& in) {
  TRY(require_list(call, "ListExports", in.table_arn));
  JobPage page = page_of_jobs(call, {.kind = JobKind::kExport,
                                     .action = "ListExports",
                                     .table_arn = in.table_arn,
                                     .token = in.next_token,
                                     .limit = in.max_results});
  wire::ListExportsOutput out{.export_summaries = std::vector<wire::ExportSummary>(), .next_token = page.next};
  for (const Job& job : page.jobs) {
    out.export_summaries->push_back(
        {.export_arn = arn_of_job(job), .export_status = std::string(status_of(job)), .export_type = "FULL_EXPORT"});
  }
  return out;
}

}  // namespace

void offer_exports(Dispatcher& dispatcher) {
  dispatcher.on(wire::operations::kExportTableToPointInTime, export_table);
  dispatcher.on(wire::operations::kDescribeExport, describe_export);
  dispatcher.on(wire::operations::kListExports, list_exports);
}

}  // namespace caudal::api::dynamodb
