// SPDX-License-Identifier: Apache-2.0
// ExportTableToPointInTime, DescribeExport, ListExports: of tables as they are, and of those that can be restored to a
// moment as they were, or of what changed in them.
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

std::string_view type_of(const Job& job) { return job.from ? "INCREMENTAL_EXPORT" : "FULL_EXPORT"; }

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
                              .export_type = std::string(type_of(job))};
  if (job.from) {
    out.export_time.reset();
    out.incremental_export_specification =
        wire::IncrementalExportSpecification{.export_from_time = job.from->moment,
                                             .export_to_time = job.moment,
                                             .export_view_type = job.with_old ? "NEW_AND_OLD_IMAGES" : "NEW_IMAGE"};
  }
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

Outcome<void> check(const wire::ExportTableToPointInTimeInput& in) {
  if (in.export_format && *in.export_format != "DYNAMODB_JSON") {
    return validation("Exports are written as DYNAMODB_JSON; other formats are not offered here");
  }
  if (in.s3_sse_algorithm && *in.s3_sse_algorithm != "AES256") {
    return validation("Keys of KMS are not offered here; leave S3SseAlgorithm out");
  }
  return {};
}

// What is to be shown, as far as the request tells. In DynamoDB's words, but for ExportTime, of which nobody has
// written down what it says.
Outcome<void> read_changes(const wire::ExportTableToPointInTimeInput& in, transfer::ExportRequest& request) {
  const auto& changes = in.incremental_export_specification;
  if (!changes) {
    return validation(
        "Invalid Request: Incremental Export Specification expected when export type is set as Incremental Export");
  }
  if (!changes->export_from_time) {
    return validation("Invalid Request: ExportFromTime must be provided in IncrementalExportSpecification");
  }
  if (in.export_time) return validation("Invalid Request: ExportTime is not for the export type Incremental Export");
  request.changes = transfer::ChangesRequest{.from = *changes->export_from_time,
                                             .with_old = changes->export_view_type != "NEW_IMAGE"};
  request.moment = changes->export_to_time;
  return {};
}

Outcome<void> read_times(const Call& call, const wire::ExportTableToPointInTimeInput& in,
                         transfer::ExportRequest& request) {
  if (in.export_type == "INCREMENTAL_EXPORT") return read_changes(in, request);
  if (in.incremental_export_specification && in.export_type) {
    return validation(
        "Invalid Request: When Export Type is Full Export , Incremental Export Specification should not be provided");
  }
  if (in.incremental_export_specification) {
    return validation(
        "Invalid Request: Export Type expected to be Incremental Export when incremental export specification is "
        "provided");
  }
  const Timestamp now = call.of_the_sender.now;
  const bool is_now = !in.export_time || (*in.export_time > now - kAlmostNow && *in.export_time < now + kAlmostNow);
  if (!is_now) request.moment = in.export_time;
  return {};
}

Outcome<wire::ExportTableToPointInTimeOutput> export_table(Call& call, const wire::ExportTableToPointInTimeInput& in) {
  const std::string table = table_name_of(in.table_arn);
  TRY(call.require("ExportTableToPointInTime", table));
  const std::string prefix = in.s3_prefix.value_or("");
  TRY(require_of_object(call, "PutObject", in.s3_bucket, prefix.empty() ? "AWSDynamoDB/" : prefix + "/AWSDynamoDB/"));
  TRY(check(in));
  const std::string digest(view(sha256(aws::to_json(in))));
  transfer::ExportRequest request{.table = table,
                                  .table_arn = call.table_arn(table),
                                  .bucket = in.s3_bucket,
                                  .prefix = prefix,
                                  .begun = {.token = in.client_token.value_or(""), .digest = digest}};
  TRY(read_times(call, in, request));
  auto begun = call.beside.jobs->begin_export(request);
  if (!begun && begun.error().code == items::Errc::invalid_moment) {
    return wire::errors::invalid_export_time_exception(
        "The export times must be between EarliestRestorableDateTime and LatestRestorableDateTime");
  }
  if (!begun && begun.error().code == transfer::Errc::invalid_window) {
    return wire::errors::invalid_export_time_exception(begun.error().message);
  }
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
    out.export_summaries->push_back({.export_arn = arn_of_job(job),
                                     .export_status = std::string(status_of(job)),
                                     .export_type = std::string(type_of(job))});
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
