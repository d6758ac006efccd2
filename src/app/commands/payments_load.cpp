// SPDX-License-Identifier: Apache-2.0
// `caudal payments load`: a file of payments, of any size.
#include <fmt/format.h>

#include "app/commands/payments_common.h"
#include "app/errors.h"
#include "payments/files/load.h"

namespace caudal::app {
namespace {

namespace pay = payments;

Result<void> write_refused(Context& context, const pay::LoadReport& report, pay::Payments& payments,
                           const std::string& file, const pay::LoadOptions& options) {
  const std::vector<Column> columns = {{"line", Column::Kind::kNumber}, {"reason"}};
  if (report.refused == 0 && TRY(context.for_people())) return {};
  return context.table(columns, [&](TableWriter& rows) {
    return pay::for_each_refused(payments, file, options, [&](const pay::RefusedLine& refused) {
      return rows.row({std::to_string(refused.line), refused.reason});
    });
  });
}

Result<void> run_load(Context& context, const Arguments& arguments) {
  const std::string file = arguments.text_or("FILE", "");
  pay::LoadOptions options{
      .records = {.batch = arguments.text_or("--batch", ""), .currency = arguments.text_or("--currency", "BRL")}};
  if (const auto format = arguments.text("--format")) options.records.format = pay::parse_format(*format);
  if (const auto mapping = arguments.text("--mapping")) options.records.mapping = TRY(pay::read_mapping(*mapping));
  const PaymentsDesk desk = TRY(payments_desk(context));
  const auto progress = [&](double share, const pay::LoadReport& so_far) {
    context.teller().progress(share, fmt::format("loading {}: {} inserted", file, so_far.inserted));
  };
  auto loaded =
      pay::load_file(*desk.payments, file, options,
                     {.who = payments_user(context), .why = arguments.text_or("--why", "loaded from " + file)},
                     context.stop(), progress);
  context.teller().clear();
  if (!loaded && loaded.error().code == pay::Errc::unusable_file && options.records.batch.empty()) {
    return std::move(loaded).error().with_context("loading a file without --batch NAME");
  }
  const pay::LoadReport report = TRY(std::move(loaded));
  if (report.went_on_at_line > 0) context.say(fmt::format("went on at line {}", report.went_on_at_line));
  const std::string counts = fmt::format("{} inserted, {} there already, {} refused; read up to line {}",
                                         report.inserted, report.repeated, report.refused, report.position.line);
  context.say(report.was_loaded_before ? "loaded before, and nothing was changed now; then: " + counts : counts);
  TRY(write_refused(context, report, *desk.payments, file, options));
  if (!report.is_finished) {
    return Error{caudal::Errc::cancelled, "interrupted; the same command goes on where it ended"};
  }
  if (report.refused == 0) return {};
  return Error{caudal::app::Errc::refused,
               fmt::format("{} lines of {} were refused; mend them and load the file again: what is in already stays "
                           "as it is",
                           report.refused, file)};
}

}  // namespace

Command payments_load_command() {
  return {
      .name = "load",
      .summary = "schedule a file of payments",
      .details =
          "CSV with a header, JSON lines or Parquet, by the file's name. Fields: account, reference, date, amount,\n"
          "currency, beneficiary, purpose; or as in the table: AccountId, ClientReference, ScheduledDate, Amount,\n"
          "Currency, BeneficiaryId, Purpose. An ended load goes on where it was when it is started again; what is\n"
          "in already is not changed. Refused lines are printed with their reasons, and make the exit code 3.",
      .examples = {"caudal payments load january.csv",
                   "caudal payments load january.csv --output csv --file refused.csv",
                   "caudal payments load payroll.jsonl --batch payroll-2027-01",
                   "caudal payments load order.asc --format csv --mapping orders.yaml"},
      .options = table_options(
          {{.name = "--batch",
            .value = "NAME",
            .help = "where a line has no reference, it is NAME:LINE; a name that is never used for another file"},
           {.name = "--format",
            .value = "FORMAT",
            .help = "of a file whose name does not tell it",
            .choices = {"csv", "jsonl", "ndjson", "parquet"}},
           {.name = "--mapping",
            .value = "FILE",
            .help = "YAML that says which columns are what, and which lines are standing orders",
            .completes = Completes::kFile},
           {.name = "--currency", .value = "CODE", .help = "where a line has none (default BRL)"},
           {.name = "--why", .value = "TEXT", .help = "why; the journal keeps it"}}),
      .positionals = {{.name = "FILE", .help = "the file", .completes = Completes::kFile}},
      .run = run_load};
}

}  // namespace caudal::app
