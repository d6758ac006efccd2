// SPDX-License-Identifier: Apache-2.0
// The table itself.
#include <array>

#include "api/rest/handlers.h"
#include "api/rest/route.h"
#include "api/rest/schemas.h"

namespace caudal::api::rest {
namespace {

using In = Parameter::In;

constexpr Parameter kPayment = {In::kPath, "payment", &kPaymentAddressSchema, "The payment."};
constexpr Parameter kAccount = {In::kPath, "account", &kAccountSchema, "The account that pays."};
constexpr Parameter kStatus = {In::kQuery, "status", &kStatusSchema, "Only those of this status."};
constexpr Parameter kFrom = {In::kQuery, "from", &kDateSchema, "Only those of this date and later."};
constexpr Parameter kTo = {In::kQuery, "to", &kDateSchema, "Only those of this date and earlier."};
constexpr Parameter kLimit = {In::kQuery, "limit", &kLimitSchema,
                              "How many on a page at most. A page may have fewer, and still a `next`."};
constexpr Parameter kCursor = {In::kQuery, "cursor", &kCursorSchema,
                               "`next` of the page before, sent with the same other parameters."};
constexpr Parameter kIfNoneMatch = {In::kHeader, "If-None-Match", &kETagsSchema,
                                    "Answer 304 when the resource still has this ETag."};

constexpr std::array kOfCreate = {Parameter{
    In::kHeader, "Idempotency-Key", &kIdempotencyKeySchema,
    "Of the caller's own, and without end of life: the same request under it is answered like the first time, "
    "another is refused. Needed where the body has no `reference`."}};
constexpr std::array kOfBatch = {Parameter{
    In::kHeader, "Idempotency-Key", &kIdempotencyKeySchema,
    "Of the caller's own, and without end of life: the same lines under it are the same payments, other lines are "
    "refused. Needed where a line has no `reference`; then the payment is known by the key and the line's number."}};
constexpr std::array kOfList = {
    Parameter{In::kQuery, "status", &kStatusSchema, "Those of this status; without it, of SCHEDULED."},
    Parameter{In::kQuery, "date", &kDateSchema, "Only those of this date."},
    kFrom,
    kTo,
    Parameter{In::kQuery, "account", &kAccountSchema, "With `reference`: the account that used it."},
    Parameter{In::kQuery, "reference", &kReferenceSchema,
              "The payment of this reference alone, or an empty page; needs `account`."},
    kLimit,
    kCursor};
constexpr std::array kOfGet = {kPayment, kIfNoneMatch};
constexpr std::array kOfCancel = {
    kPayment, Parameter{In::kHeader, "If-Match", &kETagsSchema, "Cancel only what still has this ETag."}};
constexpr std::array kOfHistory = {kPayment};
constexpr std::array kOfAccountList = {
    kAccount,
    kStatus,
    Parameter{In::kQuery, "horizon", &kHorizonSchema, "Only those from today to so many days from today."},
    kFrom,
    kTo,
    kLimit,
    kCursor};
constexpr std::array kOfTransaction = {Parameter{In::kPath, "transaction", &kTransactionSchema, "The transaction."},
                                       kIfNoneMatch};

constexpr std::array kOfOutcome = {
    Parameter{In::kPath, "attempt", &kAttemptSchema, "The attempt that was submitted."},
    Parameter{In::kHeader, "webhook-id", &kWebhookSchema, "Of this message; the same when it is sent again."},
    Parameter{In::kHeader, "webhook-timestamp", &kWebhookSchema, "Seconds since 1970, at most five minutes off."},
    Parameter{In::kHeader, "webhook-signature", &kWebhookSchema, "`v1,` and the base64 of an HMAC-SHA256."}};

constexpr std::array kOfBackup = {Parameter{In::kPath, "backup", &kBackupNameSchema, "The backup."}};

constexpr std::array<std::string_view, 1> kLocated = {"Location"};
constexpr std::array<std::string_view, 1> kTagged = {"ETag"};
constexpr std::array<std::string_view, 3> kReplayed = {"ETag", "Location", "Idempotency-Replayed"};

constexpr std::array kCreated = {
    Answer{201, "It is scheduled, for good.", &kPaymentSchema, kReplayed},
    Answer{200, "The reference was used for just this payment before; this is what has become of it.", &kPaymentSchema,
           kReplayed}};
constexpr std::array<std::string_view, 1> kAllReplayed = {"Idempotency-Replayed"};
constexpr std::array kBatchDone = {
    Answer{200, "Each line for itself, also when all of them were refused.", &kBatchSchema, kAllReplayed}};
constexpr std::array kOne = {Answer{200, "The payment.", &kPaymentSchema, kTagged},
                             Answer{304, "It is as the client knows it.", nullptr, kTagged}};
constexpr std::array kCancelled = {Answer{200, "It is cancelled, now or before.", &kPaymentSchema, kTagged}};
constexpr std::array kChanges = {Answer{200, "Its history.", &kHistorySchema}};
constexpr std::array kPage = {Answer{200, "A page.", &kPaymentPageSchema}};

constexpr std::array kTaken = {Answer{204, "It is put down, now or before."}};

constexpr std::array kBackupBegun = {Answer{202, "It is being made.", &kBackupSchema, kLocated}};
constexpr std::array kBackup = {Answer{200, "The backup.", &kBackupSchema}};
constexpr std::array kCreateBackupProblems = {Kind::kNotFound, Kind::kBackupTaken, Kind::kBackupUnderWay,
                                              Kind::kTooLarge, Kind::kInvalidBody, Kind::kUnsupportedMediaType};

constexpr std::array kOutcomeProblems = {Kind::kNotFound, Kind::kContradiction, Kind::kTooLarge, Kind::kInvalidBody,
                                         Kind::kUnsupportedMediaType};
constexpr std::array kCreateProblems = {Kind::kTooLarge, Kind::kUnsupportedMediaType, Kind::kInvalidBody,
                                        Kind::kReferenceTaken, Kind::kKeyReused};
constexpr std::array kBatchProblems = {Kind::kTooLarge, Kind::kUnsupportedMediaType, Kind::kKeyReused};
constexpr std::array kGetProblems = {Kind::kNotFound};
constexpr std::array kCancelProblems = {
    Kind::kNotFound, Kind::kTooLate, Kind::kChanged, Kind::kTooLarge, Kind::kUnsupportedMediaType, Kind::kInvalidBody};
constexpr std::array kListProblems = {Kind::kInvalidCursor};
constexpr std::array kOfAccountProblems = {Kind::kNotFound, Kind::kInvalidCursor};
constexpr std::array kCommon = {Kind::kMalformed,  Kind::kInvalidParameters, Kind::kUnauthenticated,
                                Kind::kForbidden,  Kind::kMethodNotAllowed,  Kind::kInternal,
                                Kind::kUnavailable};

constexpr std::array kRoutes = {
    Route{.method = "POST",
          .path = "/v1/payments",
          .operation = "CreatePayment",
          .resource = "account/{account}",
          .summary = "Schedules a payment.",
          .description = "However often and at whatever moment it is sent, it is one payment, known by its "
                         "`Idempotency-Key` or its `reference`. Both hold for ever.",
          .parameters = kOfCreate,
          .body = &kNewPaymentSchema,
          .needs_body = true,
          .answers = kCreated,
          .problems = kCreateProblems,
          .handle = create_payment},
    Route{.method = "POST",
          .path = "/v1/payments/batch",
          .operation = "CreatePayments",
          .resource = "account/{account}",
          .summary = "Schedules many payments, one a line.",
          .description =
              "Up to 1,000 lines and 1 MiB, each as the body of CreatePayment, scheduled or refused for itself. The "
              "caller must be allowed CreatePayment on every account, or nothing is done. Sent again it changes "
              "nothing. Lines that were refused are mended and sent alone, under a new key: under that, a line that "
              "was scheduled before and has no reference would be another payment.",
          .parameters = kOfBatch,
          .body = &kNewPaymentSchema,
          .needs_body = true,
          .takes_lines = true,
          .action = "CreatePayment",
          .answers = kBatchDone,
          .problems = kBatchProblems,
          .handle = create_payments},
    Route{.method = "GET",
          .path = "/v1/payments",
          .operation = "ListPayments",
          .resource = "account/*",
          .summary = "Payments of all accounts by status and date, or one by its reference.",
          .description = "With `reference` the resource of policies is `account/{account}`.",
          .parameters = kOfList,
          .answers = kPage,
          .problems = kListProblems,
          .handle = list_payments},
    Route{.method = "GET",
          .path = "/v1/payments/{payment}",
          .operation = "GetPayment",
          .resource = "account/{account}/payment/{sequence}",
          .summary = "One payment.",
          .description = "As it is now.",
          .parameters = kOfGet,
          .answers = kOne,
          .problems = kGetProblems,
          .handle = get_payment},
    Route{.method = "POST",
          .path = "/v1/payments/{payment}/cancel",
          .operation = "CancelPayment",
          .resource = "account/{account}/payment/{sequence}",
          .summary = "Cancels a payment that was not handed over yet.",
          .description = "Cancelling again changes nothing.",
          .parameters = kOfCancel,
          .body = &kCancellationSchema,
          .answers = kCancelled,
          .problems = kCancelProblems,
          .handle = cancel_payment},
    Route{.method = "GET",
          .path = "/v1/payments/{payment}/history",
          .operation = "GetPaymentHistory",
          .resource = "account/{account}/payment/{sequence}",
          .summary = "Every change of a payment, with who and why.",
          .description = "Oldest first; nothing of it is ever changed.",
          .parameters = kOfHistory,
          .answers = kChanges,
          .problems = kGetProblems,
          .handle = get_history},
    Route{.method = "GET",
          .path = "/v1/accounts/{account}/payments",
          .operation = "ListAccountPayments",
          .resource = "account/{account}",
          .summary = "An account's payments.",
          .description =
              "In order of date within each status. With dates or a horizon, and without a status, those that "
              "are SCHEDULED.",
          .parameters = kOfAccountList,
          .answers = kPage,
          .problems = kOfAccountProblems,
          .handle = list_account_payments},
    Route{.method = "GET",
          .path = "/v1/transactions/{transaction}",
          .operation = "GetTransaction",
          .resource = "transaction/{transaction}",
          .summary = "The payment whose money a transaction moved.",
          .description = "Also when it is in the long-term table alone.",
          .parameters = kOfTransaction,
          .answers = kOne,
          .problems = kGetProblems,
          .handle = get_transaction},
    Route{.method = "POST",
          .path = "/v1/transactions/{attempt}/outcome",
          .operation = "ReportOutcome",
          .resource = "",
          .summary = "A transaction service reports what became of an attempt.",
          .description =
              "However often, late or out of order it comes, money is taken to have moved once. The body says "
              "the attempt as well, since the signature does not cover the address.",
          .parameters = kOfOutcome,
          .body = &kOutcomeSchema,
          .needs_body = true,
          .is_callback = true,
          .answers = kTaken,
          .problems = kOutcomeProblems,
          .handle = report_outcome},
    Route{.method = "POST",
          .path = "/v1/backups",
          .operation = "CreateBackup",
          .resource = "backup/{backup}",
          .summary = "Backs up the server's data directory.",
          .description =
              "While everything goes on, in a folder of the name below the setting `backups.folder`. It goes "
              "on after this is answered; GetBackup tells when it is done.",
          .body = &kNewBackupSchema,
          .needs_body = true,
          .is_of_payments = false,
          .answers = kBackupBegun,
          .problems = kCreateBackupProblems,
          .handle = create_backup},
    Route{.method = "GET",
          .path = "/v1/backups/{backup}",
          .operation = "GetBackup",
          .resource = "backup/{backup}",
          .summary = "How far a backup is.",
          .description = "Also of one that was made by a server before this one.",
          .parameters = kOfBackup,
          .is_of_payments = false,
          .answers = kBackup,
          .problems = kGetProblems,
          .handle = get_backup},
};

}  // namespace

std::span<const Route> routes() { return kRoutes; }
std::span<const Kind> common_problems() { return kCommon; }

std::string_view meaning_of_header(std::string_view name) {
  if (name == "ETag") return "Of the payment as it is told here; for If-None-Match and If-Match.";
  if (name == "Location") return "Where it is.";
  if (name == "Idempotency-Replayed") return "`true`: it was there before, and nothing was changed.";
  return "The id of the request, which the log knows as well.";
}

}  // namespace caudal::api::rest
