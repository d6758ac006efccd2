// SPDX-License-Identifier: Apache-2.0
#include "api/dynamodb/job_pages.h"

#include "api/dynamodb/permissions.h"

namespace caudal::api::dynamodb {
namespace {

constexpr size_t kMostOfAPage = 25;

std::string_view part_of(transfer::JobKind kind) {
  return kind == transfer::JobKind::kExport ? "/export/" : "/import/";
}

}  // namespace

std::string arn_of_job(const transfer::Job& job) {
  return std::string(job.table_arn).append(part_of(job.kind)).append(job.id);
}

std::string_view status_of(const transfer::Job& job) {
  switch (job.state) {
    case transfer::JobState::kInProgress: return "IN_PROGRESS";
    case transfer::JobState::kCompleted: return "COMPLETED";
    case transfer::JobState::kFailed: return "FAILED";
  }
  return "IN_PROGRESS";
}

std::optional<transfer::Job> find_job(const Call& call, transfer::JobKind kind, const std::string& arn) {
  const size_t at = arn.rfind('/');
  auto job = call.beside.jobs->find(std::string_view(arn).substr(at == std::string::npos ? 0 : at + 1));
  if (!job || job->kind != kind || arn_of_job(*job) != arn) return std::nullopt;
  return job;
}

Outcome<void> require_list(Call& call, std::string_view action, const std::optional<std::string>& table_arn) {
  TRY(call.require_on_all(action));
  const std::string table = table_name_of(table_arn.value_or(""));
  if (!table_arn || table.starts_with("arn:") || !call.is_kept_from(action, table)) return {};
  return denied_explicitly(call.caller.arn, std::string("dynamodb:").append(action), *table_arn);
}

JobPage page_of_jobs(const Call& call, const JobQuery& query) {
  const size_t limit = query.limit ? static_cast<size_t>(*query.limit) : kMostOfAPage;
  JobPage page;
  for (transfer::Job& job : call.beside.jobs->list(query.kind)) {
    if (query.token && job.id >= *query.token) continue;
    if (query.table_arn && job.table_arn != *query.table_arn) continue;
    if (call.is_kept_from(query.action, job.table)) continue;
    if (page.jobs.size() == limit) {
      page.next = page.jobs.back().id;
      break;
    }
    page.jobs.push_back(std::move(job));
  }
  return page;
}

}  // namespace caudal::api::dynamodb
