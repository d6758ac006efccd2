// SPDX-License-Identifier: Apache-2.0
// The payments of all accounts, kept in tables (tables.h): asked for, looked up, cancelled, and moved from status to
// status. Stands on items::Store alone. Hands nothing over: see hand_over.h.
//
//   const auto payments = TRY(Payments::open(store, clock, {}));
//   const Inserted made = TRY(payments->insert(asked, {.who = "ana", .why = "rent"}));
//   const Page page = TRY(payments->of_account({.account = asked.account, .from = today, .to = today + days(90)}));
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "items/store.h"
#include "payments/errors.h"
#include "payments/journal.h"
#include "payments/payment.h"
#include "payments/tables.h"

namespace caudal::payments {

struct Options {
  TableNames tables = {};
  uint32_t shards = 5;       // of what is SCHEDULED; may grow, and then older ones are still found
  std::string zone = "UTC";  // in which it is "today"
};

struct Inserted {
  Payment payment;
  bool is_repeated = false;  // it was there already, and is as it has become since
};
// Of many: without reading what was there already.
struct InsertedId {
  PaymentId id;
  bool is_repeated = false;
};

struct Page {
  std::vector<Payment> payments = {};
  std::optional<std::string> next = {};    // a cursor; nothing: that was all
  std::vector<std::string> problems = {};  // items among them that are no payments
};

struct PageRequest {
  uint64_t limit = 100;
  std::string cursor = {};  // from a page of the same question; empty: from the beginning
};

// Of one account, in order of date; without a status all statuses, each in order of date.
struct AccountQuestion {
  AccountId account;
  std::optional<Status> status = {};
  std::optional<Date> from = {};  // with a status
  std::optional<Date> to = {};    // included
};

// Of all accounts; shard by shard, in each in order of date.
struct DateQuestion {
  Status status = Status::kScheduled;
  std::optional<Date> from = {};
  std::optional<Date> to = {};  // included
};

// One payment as it was read, and as it is to be. `after` has the next version.
struct Move {
  Payment before;
  Payment after;
  Because because;
  bool to_long_term = false;  // `before` is put into the long-term table as well
};
enum class Moved : uint8_t {
  kDone,
  kOvertaken,   // it is not as `before` says any more; nothing of it was changed
  kImpossible,  // the table does not take it so; nothing of it was changed
};

// Thread-safe.
class Payments {
 public:
  // Makes the tables that are not there. All must outlive it. Errors: unusable_table; of the store.
  static Result<std::unique_ptr<Payments>> open(items::Store& store, Clock& clock, Options options);

  // Once it has answered, the payment is there for good. Inserting the same again, at any time, changes nothing.
  // Errors: invalid_payment (its date is past), reference_taken.
  Result<Inserted> insert(const NewPayment& asked, const Because& because);
  // Each for itself, in groups that share a transaction. An error of the whole: of the store; any of them may be there,
  // and inserting them again does no harm.
  Result<std::vector<Result<InsertedId>>> insert_all(const std::vector<NewPayment>& asked, const Because& because);

  // Errors: no_such_payment, too_late, changed (it is not of `version`, when that is given).
  Result<Payment> cancel(const PaymentId& id, const Because& because, std::optional<uint64_t> version = {});

  // Errors: no_such_payment, unreadable_item; so below.
  Result<Payment> find(const PaymentId& id) const;
  Result<Payment> find_by_reference(const AccountId& account, const ClientReference& reference) const;
  // Also of those in the long-term table alone.
  Result<Payment> find_by_transaction(const TransactionId& transaction) const;
  // Oldest first. Empty for a payment that another client made, and nobody has changed here.
  Result<std::vector<JournalEntry>> history(const Payment& payment) const;

  // Errors: invalid_cursor; so below.
  Result<Page> of_account(const AccountQuestion& question, const PageRequest& request) const;
  Result<Page> of_dates(const DateQuestion& question, const PageRequest& request) const;
  // The same of the long-term table.
  Result<Page> archived_of_account(const AccountQuestion& question, const PageRequest& request) const;
  Result<Page> archived_of_dates(const DateQuestion& question, const PageRequest& request) const;
  // How many there are.
  Result<uint64_t> count(const DateQuestion& question) const;

  // Each for itself: those that are overtaken do not keep the others from being done. In the order of `moves`, whose
  // `after` becomes what is stored. Overtaken is also what another client changed in place since it was read, so that
  // nothing of that is lost. An error: of the store, and any of them may be done.
  Result<std::vector<Moved>> move_all(std::vector<Move>& moves);

  Date today() const;
  const Options& options() const { return options_; }
  items::Store& store() { return store_; }

 private:
  friend class Insertion;
  Payments(items::Store& store, Clock& clock, Options options, const TimeZone& zone);
  Result<std::optional<FirstRow>> find_first(const AccountId& account, const ClientReference& reference) const;
  Result<std::vector<Moved>> move_group(const std::vector<Move>& moves, size_t begin, size_t end);
  void add_writes(const Move& move, Timestamp at, std::vector<items::Write>& writes) const;
  Result<Page> read_page(items::Query query, const PageRequest& request, bool is_long_term) const;
  Result<Page> read_shards(const DateQuestion& question, const PageRequest& request, bool is_long_term) const;

  items::Store& store_;
  Clock& clock_;
  const Options options_;
  const TimeZone zone_;
  // Conditions, of tables and of the long-term table: nothing has that key.
  const items::ExpressionsPtr no_item_;
  const items::ExpressionsPtr no_archived_item_;
};

}  // namespace caudal::payments
