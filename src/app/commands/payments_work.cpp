// SPDX-License-Identifier: Apache-2.0
// `caudal payments run|archive|status`: what is done with many payments at a time.
#include <fmt/format.h>

#include "app/commands/payments_common.h"
#include "app/errors.h"

namespace caudal::app {
namespace {

namespace pay = payments;

Result<void> interrupted(const Context& context) {
  if (!context.stop().stop_requested()) return {};
  return Error{caudal::Errc::cancelled, "interrupted; what was done is done, and the same command does the rest"};
}

// What is under way is not known to have an end: the bar only says how far it is.
pay::HandOver::Progress progress(Context& context, std::string what) {
  return [&context, what = std::move(what)](uint64_t done) {
    context.teller().progress(-1, fmt::format("{}: {} payments looked at", what, done));
  };
}

Result<void> write_report(Context& context, const pay::Report& report) {
  context.teller().clear();
  for (const std::string& problem : report.problems) context.say(problem);
  if (report.more_problems > 0) context.say(fmt::format("and {} more problems", report.more_problems));
  const std::vector<Column> columns = {{"what"}, {"payments", Column::Kind::kNumber}};
  const std::pair<std::string_view, uint64_t> counts[] = {
      {"handed over", report.handed_over}, {"processed", report.processed},   {"failed", report.failed},
      {"to be retried", report.to_retry},  {"unanswered", report.unanswered}, {"archived", report.archived},
      {"done by others", report.overtaken}};
  return context.table(columns, [&](TableWriter& rows) -> Result<void> {
    for (const auto& [what, count] : counts) TRY(rows.row({what, std::to_string(count)}));
    return {};
  });
}

Result<void> keep_timetable(Context& context, const PaymentsDesk& desk) {
  const auto timetable = TRY(open_timetable(desk, *TRY(context.config()), context.clock(),
                                            [&context](std::string_view line) { context.say(line); }));
  context.say("keeping the timetable; Ctrl-C ends it");
  timetable->run(context.stop());
  return {};
}

Result<void> run_run(Context& context, const Arguments& arguments) {
  const auto date = TRY(arguments.date("--date"));
  if (arguments.has("--timetable") && date)
    return Error{Errc::usage, "--timetable knows its dates itself, so it does not go with --date"};
  const PaymentsDesk desk = TRY(payments_desk(context));
  if (arguments.has("--timetable")) return keep_timetable(context, desk);
  const Date today = desk.payments->today();
  const Date due = date.value_or(today);
  if (due > today && !arguments.has("--early")) {
    return Error{Errc::usage,
                 fmt::format("{} is after today, {}: what is scheduled until then would be paid early, and "
                             "that cannot be undone; add --early if it is to be",
                             to_string(due), to_string(today))};
  }
  pay::Report report = TRY(desk.hand_over->resolve(context.stop(), progress(context, "asking for answers")));
  report += TRY(desk.hand_over->hand_over(due, context.stop(), progress(context, "handing over")));
  TRY(write_report(context, report));
  return interrupted(context);
}

Result<void> run_archive(Context& context, const Arguments&) {
  const PaymentsDesk desk = TRY(payments_desk(context));
  const pay::Report report = TRY(desk.hand_over->archive(context.stop(), progress(context, "archiving")));
  TRY(write_report(context, report));
  return interrupted(context);
}

Result<void> run_status(Context& context, const Arguments&) {
  const PaymentsDesk desk = TRY(payments_desk(context));
  const std::vector<Column> columns = {
      {"status"}, {"payments", Column::Kind::kNumber}, {"due_by_today", Column::Kind::kNumber}};
  const Date today = desk.payments->today();
  return context.table(columns, [&](TableWriter& rows) -> Result<void> {
    for (int n = 0; n < pay::kStatuses; ++n) {
      const auto status = static_cast<pay::Status>(n);
      const uint64_t all = TRY(desk.payments->count({.status = status}));
      const uint64_t due = TRY(desk.payments->count({.status = status, .to = today}));
      TRY(rows.row({to_string(status), std::to_string(all), std::to_string(due)}));
    }
    return {};
  });
}

}  // namespace

Command payments_run_command() {
  return {
      .name = "run",
      .summary = "hand due payments over to the transaction service, and ask for answers that never came",
      .details = "Each payment moves money once, however often and from wherever this is run, and whatever ends it.",
      .examples = {"caudal payments run", "caudal payments run --timetable"},
      .options =
          table_options({{.name = "--date", .value = "YYYY-MM-DD", .help = "what is due by that date (default: today)"},
                         {.name = "--early", .help = "also by a date that is still to come"},
                         {.name = "--timetable",
                          .help = "keep the timetable of the settings until it is ended: load, hand over, archive"}}),
      .run = run_run};
}

Command payments_archive_command() {
  return {.name = "archive",
          .summary = "move what is processed to the long-term table",
          .examples = {"caudal payments archive"},
          .options = table_options(),
          .run = run_archive};
}

Command payments_status_command() {
  return {.name = "status",
          .summary = "count payments by status",
          .examples = {"caudal payments status"},
          .options = table_options(),
          .run = run_status};
}

}  // namespace caudal::app
