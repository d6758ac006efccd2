// SPDX-License-Identifier: Apache-2.0
// `caudal doctor`.
#include <fmt/format.h>

#include <algorithm>

#include "app/commands/all.h"
#include "app/commands/doctor_checks.h"
#include "app/errors.h"

namespace caudal::app {
namespace {

Result<void> run_doctor(Context& context, const Arguments& arguments) {
  Findings findings;
  check_program(context, findings);
  check_settings(context, findings);
  if (check_data_directory(context, findings)) check_lake(context, arguments.has("--deep"), findings);
  TRY(context.table({{"check"}, {"state"}, {"detail"}}, [&](TableWriter& rows) -> Result<void> {
    for (const Finding& finding : findings) TRY(rows.row({finding.check, to_string(finding.state), finding.detail}));
    return {};
  }));
  const auto problems = std::ranges::count(findings, Finding::State::kProblem, &Finding::state);
  if (problems == 0) return {};
  TRY(context.output().finish());
  return Error{Errc::failed, fmt::format("{} problem{} found", problems, problems == 1 ? "" : "s")};
}

}  // namespace

Command doctor_command() {
  return {
      .name = "doctor",
      .summary = "show what is in effect on this machine, and what is wrong with it",
      .details =
          "Shows versions, every setting with where it came from, the data directory and who holds it, and\n"
          "checks that the catalog's partitions have their objects. Exit code 1 when it finds a problem.",
      .examples = {"caudal doctor", "caudal doctor --deep"},
      .options = table_options({{.name = "--deep", .help = "also read every object and compare it with its checksum"}}),
      .run = run_doctor};
}

}  // namespace caudal::app
