// SPDX-License-Identifier: Apache-2.0
// `caudal payments add|list|show|cancel`: asking for payments and looking at them. What works on many of them is in
// payments_work.cpp.
#include <fmt/format.h>

#include "app/commands/all.h"
#include "app/commands/payments_common.h"
#include "app/errors.h"

namespace caudal::app {
namespace {

namespace pay = payments;

constexpr uint64_t kPage = 1000;

Result<void> run_add(Context& context, const Arguments& arguments) {
  const std::string reference = arguments.text_or("--reference", "");
  std::optional<pay::Purpose> purpose;
  if (const auto typed = arguments.text("--purpose")) purpose = TRY(pay::Purpose::parse(*typed));
  const pay::NewPayment asked{
      .account = TRY(pay::AccountId::parse(arguments.text_or("--account", ""))),
      .reference = TRY(pay::ClientReference::parse(reference)),
      .scheduled = *TRY(arguments.date("--date")),
      .money = TRY(pay::Money::parse(arguments.text_or("--amount", ""), arguments.text_or("--currency", "BRL"))),
      .beneficiary = TRY(pay::BeneficiaryId::parse(arguments.text_or("--beneficiary", ""))),
      .purpose = std::move(purpose)};
  const PaymentsDesk desk = TRY(payments_desk(context));
  const pay::Inserted made =
      TRY(desk.payments->insert(asked, {.who = payments_user(context), .why = arguments.text_or("--why", "")}));
  if (made.is_repeated) context.say(fmt::format("{} was there already; nothing was changed", made.payment.id.text()));
  return context.table(payment_columns(), [&](TableWriter& rows) { return write_payment(rows, made.payment); });
}

// Which page of which question.
using Ask = std::function<Result<pay::Page>(const pay::PageRequest&)>;

Result<Ask> question(const pay::Payments& payments, const Arguments& arguments) {
  std::optional<pay::Status> status;
  if (const auto typed = arguments.text("--status")) status = pay::parse_status(*typed);
  auto from = TRY(arguments.date("--from"));
  auto to = TRY(arguments.date("--to"));
  if (const auto days = TRY(arguments.whole("--days", 0, 36'500))) {
    if (from || to) return Error{Errc::usage, "--days counts from today, so it does not go with --from and --to"};
    from = payments.today();
    to = payments.today() + std::chrono::days(*days);
  }
  if (from && to && *to < *from)
    return Error{Errc::usage,
                 fmt::format("the dates end, {}, before they begin, {}", to_string(*to), to_string(*from))};
  const bool is_archived = arguments.has("--archived");
  if (is_archived && status)
    return Error{Errc::usage, "all of the long term are done, so --archived takes no --status"};
  if (const auto account = arguments.text("--account")) {
    pay::AccountQuestion asked{
        .account = TRY(pay::AccountId::parse(*account)), .status = status, .from = from, .to = to};
    if (is_archived)
      return Ask([&, asked](const pay::PageRequest& r) { return payments.archived_of_account(asked, r); });
    if ((from || to) && !status) asked.status = pay::Status::kScheduled;
    return Ask([&, asked](const pay::PageRequest& r) { return payments.of_account(asked, r); });
  }
  const pay::DateQuestion asked{.status = status.value_or(pay::Status::kScheduled), .from = from, .to = to};
  if (is_archived) return Ask([&, asked](const pay::PageRequest& r) { return payments.archived_of_dates(asked, r); });
  return Ask([&, asked](const pay::PageRequest& r) { return payments.of_dates(asked, r); });
}

Result<void> run_list(Context& context, const Arguments& arguments) {
  const uint64_t limit = static_cast<uint64_t>(TRY(arguments.whole("--limit", 1, INT64_MAX)).value_or(100));
  const PaymentsDesk desk = TRY(payments_desk(context));
  const Ask ask = TRY(question(*desk.payments, arguments));
  bool is_cut = false;
  std::vector<std::string> problems;
  TRY(context.table(payment_columns(), [&](TableWriter& rows) -> Result<void> {
    uint64_t left = limit;
    pay::PageRequest request;
    for (;;) {
      request.limit = std::min(left, kPage);
      const pay::Page page = TRY(ask(request));
      for (const pay::Payment& payment : page.payments) TRY(write_payment(rows, payment));
      problems.insert(problems.end(), page.problems.begin(), page.problems.end());
      left -= std::min<uint64_t>(left, page.payments.size() + page.problems.size());
      if (!page.next || context.stop().stop_requested()) return {};
      if (left == 0) {
        is_cut = true;
        return {};
      }
      request.cursor = *page.next;
    }
  }));
  for (const std::string& problem : problems) context.say(problem);
  if (is_cut) context.say(fmt::format("these are the first {}; --limit shows more", limit));
  return {};
}

Result<pay::Payment> named(const pay::Payments& payments, const Arguments& arguments) {
  const auto id = arguments.text("PAYMENT");
  const auto transaction = arguments.text("--transaction");
  const auto reference = arguments.text("--reference");
  if ((id ? 1 : 0) + (transaction ? 1 : 0) + (reference ? 1 : 0) != 1) {
    return Error{Errc::usage, "name one payment: by its id, by --transaction, or by --account and --reference"};
  }
  if (id) return payments.find(TRY(pay::PaymentId::parse(*id)));
  if (transaction) return payments.find_by_transaction(TRY(pay::TransactionId::parse(*transaction)));
  const auto account = arguments.text("--account");
  if (!account) return Error{Errc::usage, "references are an account's own: --reference needs --account"};
  return payments.find_by_reference(TRY(pay::AccountId::parse(*account)), TRY(pay::ClientReference::parse(*reference)));
}

Result<void> show_history(Context& context, const pay::Payments& payments, const pay::Payment& payment) {
  const auto entries = TRY(payments.history(payment));
  const std::vector<Column> columns = {{"version", Column::Kind::kNumber},
                                       {"at"},
                                       {"from"},
                                       {"to"},
                                       {"by"},
                                       {"why"},
                                       {"detail"},
                                       {"attempt"},
                                       {"transaction"}};
  return context.table(columns, [&](TableWriter& rows) -> Result<void> {
    const auto or_null = [](const std::string& text) { return text.empty() ? Cell() : Cell(text); };
    for (const pay::JournalEntry& entry : entries) {
      TRY(rows.row({std::to_string(entry.version), to_string(entry.at),
                    entry.from ? Cell(to_string(*entry.from)) : Cell(), to_string(entry.to), or_null(entry.because.who),
                    or_null(entry.because.why), or_null(entry.detail), or_null(entry.attempt),
                    or_null(entry.transaction)}));
    }
    return {};
  });
}

Result<void> run_show(Context& context, const Arguments& arguments) {
  const PaymentsDesk desk = TRY(payments_desk(context));
  const pay::Payment payment = TRY(named(*desk.payments, arguments));
  if (arguments.has("--history")) return show_history(context, *desk.payments, payment);
  return context.table(payment_columns(), [&](TableWriter& rows) { return write_payment(rows, payment); });
}

Result<void> run_cancel(Context& context, const Arguments& arguments) {
  const pay::PaymentId id = TRY(pay::PaymentId::parse(arguments.text_or("PAYMENT", "")));
  std::optional<uint64_t> version;
  if (const auto typed = TRY(arguments.whole("--version", 0, INT64_MAX))) version = static_cast<uint64_t>(*typed);
  const PaymentsDesk desk = TRY(payments_desk(context));
  const pay::Payment payment =
      TRY(desk.payments->cancel(id, {.who = payments_user(context), .why = arguments.text_or("--why", "")}, version));
  return context.table(payment_columns(), [&](TableWriter& rows) { return write_payment(rows, payment); });
}

const Option kWhy{.name = "--why", .value = "TEXT", .help = "why; the journal keeps it"};

Command list_command() {
  return {
      .name = "list",
      .summary = "list payments, of an account or of all, by date and status",
      .details =
          "Without --account, those of all accounts and one status (SCHEDULED unless told otherwise).\n"
          "With it, those of all statuses, unless a span of dates is given: then those SCHEDULED in it.",
      .examples = {"caudal payments list --account 0001-42 --days 90",
                   "caudal payments list --status PENDING --from 2027-01-01 --to 2027-01-31",
                   "caudal payments list --archived --from 2027-01-20 --to 2027-01-20 --output csv"},
      .options = table_options({{.name = "--account", .value = "ACCOUNT", .help = "of this account"},
                                {.name = "--status",
                                 .value = "STATUS",
                                 .help = "of this status",
                                 .choices = {"SCHEDULED", "PENDING", "PROCESSED", "ARCHIVED", "CANCELLED", "FAILED"}},
                                {.name = "--from", .value = "YYYY-MM-DD", .help = "scheduled for that date or later"},
                                {.name = "--to", .value = "YYYY-MM-DD", .help = "scheduled for that date or earlier"},
                                {.name = "--days", .value = "N", .help = "scheduled for today, or the N days after it"},
                                {.name = "--archived", .help = "of the long-term table"},
                                {.name = "--limit", .value = "N", .help = "at most so many (default 100)"}}),
      .run = run_list};
}

Command show_command() {
  return {.name = "show",
          .summary = "show a payment, or its history",
          .examples = {"caudal payments show 0001-42:1800403200123456789 --history",
                       "caudal payments show --transaction tx-91",
                       "caudal payments show --account 0001-42 --reference rent-1"},
          .options = table_options(
              {{.name = "--transaction", .value = "ID", .help = "that whose money this transaction moved"},
               {.name = "--account", .value = "ACCOUNT", .help = "with --reference"},
               {.name = "--reference", .value = "REFERENCE", .help = "that which the account calls so"},
               {.name = "--history", .help = "every change of it: when, by whom and why"}}),
          .positionals = {{.name = "PAYMENT", .help = "its id", .required = false}},
          .run = run_show};
}

Command cancel_command() {
  return {.name = "cancel",
          .summary = "cancel a payment that has not been handed over",
          .examples = {"caudal payments cancel 0001-42:1800403200123456789 --why 'the client called'"},
          .options =
              table_options({kWhy, {.name = "--version", .value = "N", .help = "only if it is at this version still"}}),
          .positionals = {{.name = "PAYMENT", .help = "its id"}},
          .run = run_cancel};
}

Command add_command() {
  return {.name = "add",
          .summary = "schedule one payment",
          .details = "Adding the same again, at any time, changes nothing: the reference tells that it is the same.",
          .examples = {"caudal payments add --account 0001-42 --reference rent-1 --date 2027-01-20 --amount 1234.50 "
                       "--beneficiary landlord"},
          .options = table_options(
              {{.name = "--account", .value = "ID", .help = "the account that pays", .required = true},
               {.name = "--reference",
                .value = "NAME",
                .help = "what the account calls this payment; never used again for another",
                .required = true},
               {.name = "--date", .value = "DATE", .help = "when it is due: YYYY-MM-DD", .required = true},
               {.name = "--amount", .value = "AMOUNT", .help = "how much, such as 1234.50", .required = true},
               {.name = "--currency", .value = "CODE", .help = "of the amount (default BRL)"},
               {.name = "--beneficiary", .value = "WHO", .help = "who is paid", .required = true},
               {.name = "--purpose", .value = "TEXT", .help = "what it is for, in at most 140 characters"},
               kWhy}),
          .run = run_add};
}

}  // namespace

Command payments_command() {
  return {.name = "payments",
          .summary = "scheduled payments: add, load, hand over, look up, archive",
          .details = "While `caudal serve` has the data directory open, these commands ask it, with the root key.",
          .subcommands = {add_command(), payments_load_command(), list_command(), show_command(), cancel_command(),
                          payments_run_command(), payments_archive_command(), payments_status_command()}};
}

}  // namespace caudal::app
