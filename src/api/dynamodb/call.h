// SPDX-License-Identifier: Apache-2.0
// One operation on its way through the door: what handlers need beside their input. Inside room api/dynamodb only.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "access/decide.h"
#include "access/identities.h"
#include "access/policy_cache.h"
#include "access/request.h"
#include "api/dynamodb/beside.h"
#include "api/gate/visit.h"
#include "aws/generated/dynamodb/operations.h"
#include "aws/json/json_service.h"
#include "items/policies.h"
#include "items/store.h"
#include "items/values/value.h"

namespace caudal::api::dynamodb {

namespace wire = aws::dynamodb;
using aws::Outcome;
using aws::ServiceError;

struct Call {
  Visit& visit;
  std::string_view operation;
  items::Store& store;
  const access::Identity& caller;
  const access::Circumstances& of_the_sender;
  const std::string& region;
  const Beside& beside;
  const access::Identities& identities;
  access::PolicyCache& ready_policies;  // of tables and streams
  std::string failure = {};             // what an internal error was really about
  bool may_wait = true;                 // the thread that this runs on
  bool has_to_wait = false;             // so it could not be answered, and is to be asked again where it may

  // Whether the caller may do `action` ("GetItem") on a table, or on an index of it. `leading`: the values of partition
  // keys that are touched, for dynamodb:LeadingKeys. Errors: AccessDeniedException; of a table that is being imported,
  // that it cannot be used so yet.
  Outcome<void> require(std::string_view action, std::string_view table, std::string_view index = {},
                        const std::vector<std::string>& leading = {});
  // The same, of items or keys that are touched. A table that is not there has no keys; that it is not there is told to
  // those who may know. Errors: AccessDeniedException, ResourceNotFoundException, and why the table cannot be
  // described.
  Outcome<void> require_of(std::string_view action, const std::string& table,
                           const std::vector<const items::Item*>& touched);
  // dynamodb:PartiQLSelect, of which policies may ask whether it looks at all items (dynamodb:FullTableScan).
  Outcome<void> require_select(std::string_view table, std::string_view index, const std::vector<std::string>& leading,
                               bool is_full_scan);
  // Whether policies of the caller, or of any table, may ask about `key` ("dynamodb:Attributes"): else nobody need
  // know.
  bool asks_for(std::string_view key) const;
  bool asks_for_keys() const { return asks_for("dynamodb:LeadingKeys"); }
  // One more value of `key`, for all that is decided from now on, if policies ask about it.
  void know(std::string_view key, std::string value);
  // Of the request as a whole these stay true; of one of its parts they do not.
  using Facts = std::vector<std::pair<std::string_view, std::string>>;
  Facts facts = {};
  // Whether there was any policy of a table when the request came: what they may ask for is gathered from then on, so
  // by one that is put meanwhile, and asks for more, the request is not decided.
  const bool has_policies = beside.policies != nullptr && beside.policies->any();
  // On a stream.
  Outcome<void> require_on_stream(std::string_view action, std::string_view arn);
  // On what has an ARN of its own: a backup.
  Outcome<void> require_on(std::string_view action, const std::string& resource);
  // On what has an ARN below its table's: an export, an import. What the table's policy says of the table it says of
  // that, too.
  Outcome<void> require_below(std::string_view action, const std::string& resource);
  // On no table: "ListTables".
  Outcome<void> require_on_all(std::string_view action);
  // Whether the policy of a table refuses the caller a part of what require_on_all() has admitted.
  bool is_kept_from(std::string_view action, const std::string& table) const;

  // What the room answers, in DynamoDB's words.
  template <class T>
  Outcome<T> said(Result<T> result) {
    if (!result) return refused(result.error());
    if constexpr (std::is_void_v<T>)
      return {};
    else
      return *std::move(result);
  }
  ServiceError refused(const Error& error);

  // The same of what the store may answer at once; where it does not, and this thread must not wait, all of the request
  // comes again on one that may.
  template <class AtOnce, class Waiting>
  auto read(AtOnce at_once, Waiting waiting) -> decltype(said(waiting())) {
    if (may_wait) return said(waiting());
    auto result = at_once();
    if (result) return said(*std::move(result));
    has_to_wait = true;
    return ServiceError();
  }

  // For what the store answers later, on a thread that must not be held up: `then` goes on with it on one of the
  // server's. The request lasts at least until `then` was called.
  template <class T, class Then>
  auto later(Then then) {
    return [&exchange = visit.exchange, then = std::move(then)](Result<T> result) mutable {
      exchange.on_pool([then = std::move(then), result = std::move(result)]() mutable { then(std::move(result)); });
    };
  }
  // The same where `then` never waits and is short.
  template <class T, class Then>
  auto later_promptly(Then then) {
    return [&visit = visit, then = std::move(then)](Result<T> result) mutable {
      visit.go_on([then = std::move(then), result = std::move(result)]() mutable { then(std::move(result)); });
    };
  }

  std::string table_arn(std::string_view table) const;

 private:
  Outcome<void> refuse_foreign(std::string_view action, std::string_view arn);
  static Outcome<void> check_table_name(std::string_view table);
  // What policies may ask about beside the sender: names and values.
  using Asked = std::vector<std::pair<std::string, std::string>>;
  // One more resource of the same request, for its record.
  void touch(const std::string& resource, const access::Decision& decision);
  std::string resource_of(std::string_view table, std::string_view index) const;
  // What the table's policy alone says, asked about the table; an error where it cannot be read.
  Result<access::Decision> decision_of_table(std::string_view action, const std::string& table) const;
  // `holder`: whose policy decides with those of the caller; without a table: nobody's.
  Outcome<void> decide(const std::string& action, const std::string& resource, const items::PolicyHolder& holder,
                       const Asked& about = {});
};

using Dispatcher = aws::JsonDispatcher<Call>;

// Each family of operations adds its handlers.
void offer_tables(Dispatcher& dispatcher);
void offer_table_settings(Dispatcher& dispatcher);
void offer_single_items(Dispatcher& dispatcher);
void offer_pages(Dispatcher& dispatcher);
void offer_batches(Dispatcher& dispatcher);
void offer_transactions(Dispatcher& dispatcher);
// Those of DynamoDB Streams, a service of its own.
void offer_streams(Dispatcher& dispatcher);
const aws::JsonService& streams_service();
void offer_statements(Dispatcher& dispatcher);
void offer_statement_batches(Dispatcher& dispatcher);
void offer_policies(Dispatcher& dispatcher);
void offer_backups(Dispatcher& dispatcher);
void offer_recovery(Dispatcher& dispatcher);
void offer_exports(Dispatcher& dispatcher);
void offer_imports(Dispatcher& dispatcher);

// The table of a request's TableName, which may be an ARN; one that is none of this account's tables is left as it is,
// and refused by require().
std::string table_name_of(std::string_view name_or_arn);

}  // namespace caudal::api::dynamodb
