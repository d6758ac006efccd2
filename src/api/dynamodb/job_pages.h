// SPDX-License-Identifier: Apache-2.0
// Exports and imports as both their families of operations tell them. Inside room api/dynamodb only.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/dynamodb/call.h"
#include "transfer/jobs.h"

namespace caudal::api::dynamodb {

// "…:table/BankPayments/export/01489602797149-73d8d5bc".
std::string arn_of_job(const transfer::Job& job);
std::string_view status_of(const transfer::Job& job);
// The job that an ARN names; nothing when there is none.
std::optional<transfer::Job> find_job(const Call& call, transfer::JobKind kind, const std::string& arn);

// Whether the caller may list jobs, of all tables or of one.
Outcome<void> require_list(Call& call, std::string_view action, const std::optional<std::string>& table_arn);

struct JobQuery {
  transfer::JobKind kind = transfer::JobKind::kExport;
  std::string_view action;
  const std::optional<std::string>& table_arn;
  const std::optional<std::string>& token;  // of the page before
  std::optional<int32_t> limit = {};
};
struct JobPage {
  std::vector<transfer::Job> jobs = {};
  std::optional<std::string> next = {};
};
// The newest first, without those of tables whose policies refuse it.
JobPage page_of_jobs(const Call& call, const JobQuery& query);

}  // namespace caudal::api::dynamodb
