// SPDX-License-Identifier: Apache-2.0
// The rules of texts are those of room payments: the patterns beside them only tell them to clients, and a test holds
// the two together.
#include "api/rest/schemas.h"

#include <algorithm>
#include <array>

#include "payments/errors.h"
#include "payments/ids.h"

namespace caudal::api::rest {
namespace {

using Type = Schema::Type;

template <class IdType>
Result<void> is_id(std::string_view text) {
  TRY(IdType::parse(text));
  return {};
}

Result<void> is_address(std::string_view text) {
  TRY(parse_address(text));
  return {};
}

Result<void> is_date(std::string_view text) {
  TRY(parse_date(text));
  return {};
}

// The currency says how many digits there may be after the point; that is Money's to decide.
Result<void> is_amount(std::string_view text) {
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  const size_t point = std::min(text.find('.'), text.size());
  const std::string_view whole = text.substr(0, point);
  const std::string_view rest = point < text.size() ? text.substr(point + 1) : "0";
  if (!whole.empty() && !rest.empty() && std::ranges::all_of(whole, is_digit) && std::ranges::all_of(rest, is_digit))
    return {};
  return Error{payments::Errc::invalid_payment, "no amount"};
}

Result<void> is_currency(std::string_view text) {
  TRY(payments::Currency::parse(text));
  return {};
}

// Printable ASCII without '"', which may stand around it.
Result<void> is_key(std::string_view text) {
  const bool is_quoted = text.size() > 2 && text.front() == '"' && text.back() == '"';
  const std::string_view key = is_quoted ? text.substr(1, text.size() - 2) : text;
  if (std::ranges::all_of(key, [](char c) { return c > ' ' && c < '\x7f' && c != '"' && c != '\\'; })) return {};
  return Error{payments::Errc::invalid_payment, "no key"};
}

constexpr int64_t kMostAmountCharacters = 30;
constexpr int64_t kMostNoteCharacters = 200;
constexpr int64_t kMostBackupNameCharacters = 64;
constexpr int64_t kMostKeyCharacters = 255;
constexpr int64_t kMostCursorCharacters = 8192;
constexpr int64_t kMostOnPage = 1000;
constexpr int64_t kLongestHorizonDays = 36'600;

constexpr std::array<std::string_view, payments::kStatuses> kStatusNames = {"SCHEDULED", "PENDING",   "PROCESSED",
                                                                            "ARCHIVED",  "CANCELLED", "FAILED"};

constexpr Schema kAmount = {.description = "The amount, exact, no finer than its currency.",
                            .must_be = "a string with an amount above zero, such as \"1234.50\"",
                            .example = "1234.50",
                            .pattern = R"(^[0-9]+(\.[0-9]+)?$)",
                            .least = 1,
                            .most = kMostAmountCharacters,
                            .rule = is_amount};
constexpr Schema kCurrency = {.description = "ISO 4217's code.",
                              .must_be = "a string of three capital letters, such as \"BRL\"",
                              .example = "BRL",
                              .pattern = "^[A-Z]{3}$",
                              .least = 3,
                              .most = 3,
                              .otherwise = "BRL",
                              .rule = is_currency};
constexpr Schema kBeneficiary = {.description = "Who is paid.",
                                 .example = "landlord",
                                 .pattern = "^[!-~]+$",
                                 .least = 1,
                                 .most = payments::BeneficiaryRule::kMostBytes,
                                 .rule = is_id<payments::BeneficiaryId>};
constexpr Schema kPurpose = {.description = "What it is for. Of a payment that comes again, the first stays.",
                             .example = "rent of January",
                             .pattern = R"(^[^\u0000-\u001f\u007f]+$)",
                             .least = 1,
                             .most = payments::PurposeRule::kMostBytes,
                             .rule = is_id<payments::Purpose>};
constexpr Schema kNote = {.description = "Why; it stands in the history for ever.",
                          .example = "rent of January",
                          .most = kMostNoteCharacters};
constexpr Schema kVersion = {.type = Type::kWhole,
                             .description = "Counts the changes of the payment; 0: another client put it there."};
constexpr Schema kAttempts = {.type = Type::kWhole, .description = "How often it was handed over."};
constexpr Schema kReason = {.description = "Why the transaction service refused it."};
constexpr Schema kInstant = {
    .description = "An instant, in UTC.", .example = "2027-01-20T12:00:00.000000Z", .format = "date-time"};
constexpr Schema kText = {.description = ""};
constexpr Schema kWhole = {.type = Type::kWhole, .description = ""};

// One folder, whose name is no '.' and no path.
Result<void> is_backup_name(std::string_view text) {
  const auto is_alphanumeric = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  };
  const auto is_inner = [&](char c) { return is_alphanumeric(c) || c == '.' || c == '_' || c == '-'; };
  if (!text.empty() && is_alphanumeric(text.front()) && std::ranges::all_of(text, is_inner)) return {};
  return Error{payments::Errc::invalid_payment, "no name"};
}

constexpr std::array<std::string_view, 3> kBackupStates = {"MAKING", "DONE", "FAILED"};
constexpr Schema kBackupState = {.description = "DONE: all of it is on the disk. FAILED: nothing of it can be used.",
                                 .choices = kBackupStates};
constexpr Schema kPercent = {.type = Type::kWhole, .description = "How far it is.", .most = 100};
constexpr Schema kWhy = {.description = "Of one that failed: why."};
constexpr std::array kBackupMembers = {Member{"name", &kBackupNameSchema, true}, Member{"state", &kBackupState, true},
                                       Member{"percent", &kPercent, true}, Member{"why", &kWhy}};
constexpr std::array kNewBackupMembers = {Member{"name", &kBackupNameSchema, true}};

constexpr std::array kPaymentMembers = {Member{"id", &kPaymentIdSchema, true},
                                        Member{"account", &kAccountSchema, true},
                                        Member{"status", &kStatusSchema, true},
                                        Member{"date", &kDateSchema, true},
                                        Member{"amount", &kAmount, true},
                                        Member{"currency", &kCurrency, true},
                                        Member{"beneficiary", &kBeneficiary, true},
                                        Member{"purpose", &kPurpose},
                                        Member{"reference", &kReferenceSchema},
                                        Member{"version", &kVersion, true},
                                        Member{"attempts", &kAttempts, true},
                                        Member{"not_before", &kInstant},
                                        Member{"transaction", &kTransactionSchema},
                                        Member{"transaction_at", &kInstant},
                                        Member{"reason", &kReason}};
constexpr std::array kNewPaymentMembers = {Member{"account", &kAccountSchema, true},
                                           Member{"date", &kDateSchema, true},
                                           Member{"amount", &kAmount, true},
                                           Member{"beneficiary", &kBeneficiary, true},
                                           Member{"purpose", &kPurpose},
                                           Member{"currency", &kCurrency},
                                           Member{"reference", &kReferenceSchema},
                                           Member{"note", &kNote}};
constexpr std::array kCancellationMembers = {Member{"note", &kNote}};
constexpr Schema kPaymentList = {.type = Type::kArray, .elements = &kPaymentSchema};
constexpr Schema kProblemTexts = {
    .type = Type::kArray, .description = "Items that stand where payments do, and are none.", .elements = &kText};
constexpr Schema kNext = {.description = "The cursor of the page that follows; where there is none, that was all."};
constexpr std::array kPageMembers = {Member{"payments", &kPaymentList, true}, Member{"next", &kNext},
                                     Member{"unreadable", &kProblemTexts}};

constexpr std::array kChangeMembers = {
    Member{"version", &kVersion, true}, Member{"at", &kInstant, true}, Member{"from", &kStatusSchema},
    Member{"to", &kStatusSchema, true}, Member{"by", &kText},          Member{"note", &kText},
    Member{"attempt", &kText},          Member{"transaction", &kText}, Member{"reason", &kReason}};
constexpr Schema kChange = {.type = Type::kObject,
                            .name = "Change",
                            .description = "One change of a payment: when, by whom and why.",
                            .members = kChangeMembers};
constexpr Schema kChangeList = {.type = Type::kArray, .elements = &kChange};
constexpr std::array kHistoryMembers = {Member{"changes", &kChangeList, true}};

constexpr std::array<std::string_view, 3> kOutcomes = {"done", "refused", "under_way"};
constexpr Schema kOutcomeName = {
    .description = "What became of it; refused: no money moved, and none will by this attempt.", .choices = kOutcomes};
constexpr Schema kMayRetry = {.type = Type::kBoolean,
                              .description = "Of what was refused: whether another attempt may succeed."};
constexpr std::array kOutcomeMembers = {Member{"attempt", &kAttemptSchema, true},
                                        Member{"outcome", &kOutcomeName, true},
                                        Member{"transaction", &kTransactionSchema},
                                        Member{"at", &kInstant},
                                        Member{"reason", &kText},
                                        Member{"may_retry", &kMayRetry}};

constexpr Schema kUri = {.format = "uri-reference"};
constexpr std::array kMistakeMembers = {Member{"detail", &kText, true}, Member{"pointer", &kText},
                                        Member{"parameter", &kText}, Member{"header", &kText}};
constexpr Schema kMistake = {.type = Type::kObject,
                             .name = "Mistake",
                             .description =
                                 "One thing that is wrong: `pointer` into the body (RFC 6901), or the name "
                                 "of a `parameter` or `header`.",
                             .members = kMistakeMembers};
constexpr Schema kMistakes = {.type = Type::kArray, .elements = &kMistake};
constexpr std::array kProblemMembers = {Member{"type", &kUri, true},     Member{"title", &kText, true},
                                        Member{"status", &kWhole, true}, Member{"detail", &kText, true},
                                        Member{"instance", &kUri, true}, Member{"errors", &kMistakes}};

constexpr std::array<std::string_view, 3> kLineOutcomes = {"scheduled", "repeated", "refused"};
constexpr Schema kLineNumber = {.type = Type::kWhole, .description = "Of the body, from 1."};
constexpr Schema kLineOutcome = {.description = "repeated: it was scheduled before, and nothing was changed.",
                                 .choices = kLineOutcomes};
constexpr Schema kLineDetail = {.description = "Of a refused one: why."};
constexpr std::array kLineMembers = {Member{"line", &kLineNumber, true}, Member{"outcome", &kLineOutcome, true},
                                     Member{"id", &kPaymentIdSchema},    Member{"type", &kUri},
                                     Member{"detail", &kLineDetail},     Member{"errors", &kMistakes}};
constexpr Schema kLine = {.type = Type::kObject,
                          .name = "Line",
                          .description =
                              "What became of a line. One that was refused has `type`, `detail` and `errors`, as a "
                              "problem has.",
                          .members = kLineMembers};
constexpr Schema kLineList = {.type = Type::kArray, .elements = &kLine};
constexpr Schema kLineCount = {.type = Type::kWhole, .description = "So many lines."};
constexpr std::array kBatchMembers = {Member{"scheduled", &kLineCount, true}, Member{"repeated", &kLineCount, true},
                                      Member{"refused", &kLineCount, true}, Member{"lines", &kLineList, true}};

}  // namespace

constexpr Schema kBatchSchema = {.type = Type::kObject,
                                 .name = "Batch",
                                 .description = "What became of each line of a request, in order.",
                                 .members = kBatchMembers};
constexpr Schema kPaymentSchema = {.type = Type::kObject,
                                   .name = "Payment",
                                   .description = "A scheduled payment, as it is now.",
                                   .members = kPaymentMembers};
constexpr Schema kNewPaymentSchema = {
    .type = Type::kObject,
    .name = "NewPayment",
    .description =
        "A payment to schedule. It needs a `reference`, the account's own name for it, or an "
        "`Idempotency-Key`: by that it is known when it comes again.",
    .members = kNewPaymentMembers};
constexpr Schema kCancellationSchema = {.type = Type::kObject,
                                        .name = "Cancellation",
                                        .description = "Why a payment is cancelled.",
                                        .members = kCancellationMembers};
constexpr Schema kPaymentPageSchema = {.type = Type::kObject,
                                       .name = "PaymentPage",
                                       .description = "Some of the payments that were asked for.",
                                       .members = kPageMembers};
constexpr Schema kHistorySchema = {.type = Type::kObject,
                                   .name = "History",
                                   .description = "Every change of a payment, oldest first.",
                                   .members = kHistoryMembers};
constexpr Schema kOutcomeSchema = {.type = Type::kObject,
                                   .name = "Outcome",
                                   .description =
                                       "What a transaction service reports of an attempt. What is done has a "
                                       "`transaction`, what is refused a `reason`.",
                                   .members = kOutcomeMembers,
                                   .is_open = true};
constexpr Schema kBackupSchema = {.type = Type::kObject,
                                  .name = "Backup",
                                  .description = "A backup of the server's data directory.",
                                  .members = kBackupMembers};
constexpr Schema kNewBackupSchema = {
    .type = Type::kObject, .name = "NewBackup", .description = "A backup to make.", .members = kNewBackupMembers};
constexpr Schema kBackupNameSchema = {.description = "The backup's name, which is that of its folder.",
                                      .must_be =
                                          "a name of letters, digits, '.', '_' and '-' that begins with a letter or "
                                          "digit, such as 2027-01-20",
                                      .example = "2027-01-20",
                                      .pattern = "^[A-Za-z0-9][A-Za-z0-9._-]*$",
                                      .least = 1,
                                      .most = kMostBackupNameCharacters,
                                      .rule = is_backup_name};
constexpr Schema kProblemSchema = {
    .type = Type::kObject, .name = "Problem", .description = "What went wrong (RFC 9457).", .members = kProblemMembers};

constexpr Schema kPaymentIdSchema = {.description = "A payment's id: its account and its number there.",
                                     .must_be = "a payment's id, such as 0001-42:1800403200123456789",
                                     .example = "0001-42:1800403200123456789",
                                     .pattern = "^[A-Za-z0-9._@-]+:[0-9]{1,30}$",
                                     .least = 3,
                                     .most = payments::AccountRule::kMostBytes + 31,
                                     .rule = is_id<payments::PaymentId>};
constexpr Schema kPaymentAddressSchema = {.description = "A payment's id; '~' may stand for its ':'.",
                                          .must_be = "a payment's id, such as 0001-42~1800403200123456789",
                                          .example = "0001-42~1800403200123456789",
                                          .pattern = "^[A-Za-z0-9._@-]+[:~][0-9]{1,30}$",
                                          .least = 3,
                                          .most = payments::AccountRule::kMostBytes + 31,
                                          .rule = is_address};
constexpr Schema kAccountSchema = {.description = "The account that pays.",
                                   .example = "0001-42",
                                   .pattern = "^[A-Za-z0-9._@-]+$",
                                   .least = 1,
                                   .most = payments::AccountRule::kMostBytes,
                                   .rule = is_id<payments::AccountId>};
constexpr Schema kReferenceSchema = {.description = "The account's own name for the payment, unique for ever.",
                                     .example = "rent-2027-01",
                                     .pattern = "^[!-~]+$",
                                     .least = 1,
                                     .most = payments::ReferenceRule::kMostBytes,
                                     .rule = is_id<payments::ClientReference>};
constexpr Schema kTransactionSchema = {.description = "The transaction that moved the money.",
                                       .example = "T-0001-42:1800403200123456789:1",
                                       .pattern = "^[!-~]+$",
                                       .least = 1,
                                       .most = payments::TransactionRule::kMostBytes,
                                       .rule = is_id<payments::TransactionId>};
constexpr Schema kStatusSchema = {.description = "How far the payment is.",
                                  .must_be = "a status such as \"SCHEDULED\"",
                                  .example = "SCHEDULED",
                                  .choices = kStatusNames};
constexpr Schema kDateSchema = {.description = "A day.",
                                .must_be = "a date such as \"2027-01-20\"",
                                .example = "2027-01-20",
                                .format = "date",
                                .rule = is_date};
constexpr Schema kHorizonSchema = {.type = Type::kWhole,
                                   .description = "Days from today on.",
                                   .example = "90",
                                   .least = 0,
                                   .most = kLongestHorizonDays};
constexpr Schema kLimitSchema = {.type = Type::kWhole,
                                 .description = "How many at most.",
                                 .example = "100",
                                 .least = 1,
                                 .most = kMostOnPage,
                                 .otherwise = "100"};
constexpr Schema kCursorSchema = {
    .description = "`next` of the page before.", .least = 1, .most = kMostCursorCharacters};
constexpr Schema kIdempotencyKeySchema = {
    .description = "A text of the client's own for this one request, such as a UUID.",
    .must_be = "up to 255 printable characters of ASCII without blanks, '\"' and '\\'",
    .example = "8e03978e-40d5-43dd-bc93-6894a57f9324",
    .least = 1,
    .most = kMostKeyCharacters,
    .rule = is_key};
constexpr Schema kAttemptSchema = {.description = "An attempt's id: the payment's, and which attempt it is.",
                                   .must_be = "an attempt's id, such as 0001-42:1800403200123456789:1",
                                   .example = "0001-42:1800403200123456789:1",
                                   .pattern = "^[A-Za-z0-9._@-]+:[0-9]{1,30}:[1-9][0-9]*$",
                                   .least = 5,
                                   .most = payments::AccountRule::kMostBytes + 42,
                                   .rule = is_id<payments::AttemptId>};
constexpr Schema kWebhookSchema = {.description = "As standardwebhooks.com specifies it.", .least = 1};
constexpr Schema kETagsSchema = {.description = "An ETag, several with commas between them, or `*`."};

std::span<const Schema* const> named_schemas() {
  static constexpr std::array kAll = {
      &kPaymentSchema,     &kNewPaymentSchema, &kBatchSchema, &kLine,          &kCancellationSchema,
      &kPaymentPageSchema, &kHistorySchema,    &kChange,      &kOutcomeSchema, &kBackupSchema,
      &kNewBackupSchema,   &kProblemSchema,    &kMistake};
  return kAll;
}

Result<payments::PaymentId> parse_address(std::string_view text) {
  std::string id(text);
  // No account has one.
  if (const size_t tilde = id.rfind('~'); tilde != std::string::npos) id[tilde] = ':';
  return payments::PaymentId::parse(id);
}

void append(JsonText& json, const payments::Payment& payment) {
  const auto text_or_nothing = [](const auto& value) { return value ? value->text() : std::string(); };
  const auto instant_or_nothing = [](const auto& value) { return value ? to_string(*value) : std::string(); };
  json.begin_object()
      .member("id", payment.id.text())
      .member("account", payment.id.account.text())
      .member("status", payments::to_string(payment.status))
      .member("date", to_string(payment.scheduled))
      .member("amount", payment.money.amount.to_string())
      .member("currency", payment.money.currency.text())
      .member("beneficiary", payment.beneficiary.text())
      .member_if_any("purpose", text_or_nothing(payment.purpose))
      .member_if_any("reference", text_or_nothing(payment.reference))
      .member("version", static_cast<int64_t>(payment.version))
      .member("attempts", int64_t{payment.attempts})
      .member_if_any("not_before", instant_or_nothing(payment.not_before))
      .member_if_any("transaction", text_or_nothing(payment.transaction))
      .member_if_any("transaction_at", instant_or_nothing(payment.transaction_at))
      .member_if_any("reason", payment.reason)
      .end_object();
}

void append(JsonText& json, const payments::JournalEntry& entry) {
  json.begin_object().member("version", static_cast<int64_t>(entry.version)).member("at", to_string(entry.at));
  if (entry.from) json.member("from", payments::to_string(*entry.from));
  json.member("to", payments::to_string(entry.to))
      .member_if_any("by", entry.because.who)
      .member_if_any("note", entry.because.why)
      .member_if_any("attempt", entry.attempt)
      .member_if_any("transaction", entry.transaction)
      .member_if_any("reason", entry.detail)
      .end_object();
}

}  // namespace caudal::api::rest
