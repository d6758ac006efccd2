// SPDX-License-Identifier: Apache-2.0
// Tables of items, as Amazon DynamoDB means them. Not its wire format, and no permissions. Two makers: EmbeddedStore
// (items/embedded_store.h), and items/remote for any endpoint that speaks DynamoDB.
//
//   TRY(store.create_table({.name = "BankPayments", .key = {.partition = {{"PK"}}, .sort = {{"SK"}}}}));
//   const Written written = TRY(store.write({.action = PutItem{"BankPayments", item}}));
//   const Page page = TRY(store.query({.table = "BankPayments", .key = {.partition = {Value("a-1#PAYMENT")}}}));
#pragma once

#include <functional>
#include <limits>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "items/errors.h"
#include "items/requests.h"
#include "items/streams.h"
#include "items/table.h"

namespace caudal::items {

struct TableNamesPage {
  std::vector<std::string> names;
  bool is_truncated = false;
};

// Whether and how changes of a table are told; nothing: no more.
struct StreamSetting {
  std::optional<StreamView> view = {};
  friend bool operator==(const StreamSetting&, const StreamSetting&) = default;
};

struct ExpirySetting {
  bool is_enabled = false;
  std::string attribute;
  friend bool operator==(const ExpirySetting&, const ExpirySetting&) = default;
};

// What of a table is to change; nothing: it stays.
struct TableChange {
  std::string table;
  std::optional<BillingMode> billing = {};
  std::optional<Throughput> throughput = {};
  std::optional<TableClass> table_class = {};
  std::optional<bool> is_deletion_protected = {};
  std::optional<StreamSetting> stream = {};  // a stream that is switched on is a new one
  std::optional<ExpirySetting> expiry = {};  // at most once an hour, as DynamoDB has it
  // At most one: an index to make, which is filled while writes go on, or to remove, or whose throughput changes.
  std::optional<IndexDefinition> new_index = {};
  std::optional<std::string> removed_index = {};
  std::map<std::string, Throughput> index_throughput = {};
  friend bool operator==(const TableChange&, const TableChange&) = default;
};

struct Swept {
  uint64_t expired = 0;  // items
  uint64_t streams = 0;  // that lost old records, or are gone
  // Items that are due and cannot be read: they stay, and the others go.
  uint64_t unreadable = 0;
  std::string first_unreadable = {};  // what is wrong with the first of them
};

// Thread-safe. Every call can block on the disk or the network. Errors besides those named: invalid_request;
// of the machine.
class Store {
 public:
  virtual ~Store() = default;

  // The table is there, and can be used, when it returns. Errors: table_exists.
  virtual Result<TableInfo> create_table(const TableDefinition& definition) = 0;
  // Errors: no_such_table, deletion_protected.
  virtual Result<TableInfo> delete_table(const std::string& table) = 0;
  virtual Result<TableInfo> describe_table(const std::string& table) const = 0;
  // In order of name, after `after`, at most `limit`.
  virtual Result<TableNamesPage> list_tables(const std::string& after, size_t limit) const = 0;
  // Errors: no_such_table, no_such_index, table_in_use.
  virtual Result<TableInfo> change_table(const TableChange& change) = 0;
  // These tags in place of those with their names, and without the others named.
  virtual Result<void> change_tags(const std::string& table, const Tags& set,
                                   const std::vector<std::string>& removed) = 0;

  // What is written is durable and visible when it is answered, and never half. Who hands in a `done` is told through
  // it, once, from another thread or from this one, which `done` must not block; the others wait.
  template <class T>
  using Told = std::move_only_function<void(Result<T>)>;

  // Errors: no_such_table.
  using Done = Told<Written>;
  virtual void write(Write write, Done done) = 0;
  Result<Written> write(Write write);
  // Each for itself, in order; several share what one costs. The answers are in the order of the writes. An error of
  // the whole: one of them is none that its table takes, and nothing was written.
  using EachDone = Told<std::vector<Result<Written>>>;
  virtual void write_each(std::vector<Write> writes, EachDone done) = 0;
  Result<std::vector<Result<Written>>> write_each(std::vector<Write> writes);
  // All or nothing. A token that came with the same request within the last ten minutes is answered as done, and
  // nothing is written again. Errors: token_mismatch.
  using TransactDone = Told<Transacted>;
  virtual void transact(std::vector<Write> writes, const ClientToken& token, TransactDone done) = 0;
  Result<Transacted> transact(std::vector<Write> writes, const ClientToken& token = {});
  // Whether the token came within the last ten minutes, so that transact() answers and writes nothing. A store
  // elsewhere never says so.
  virtual bool remembers(const std::vector<Write>& /*writes*/, const ClientToken& /*token*/) const { return false; }

  // All items of a table and its local indexes under one partition key. `item`: with that key's attributes; nothing for
  // a table without local indexes. Large ones are not gone through to their end (item_collections.h). Errors:
  // no_such_table.
  virtual Result<std::optional<ItemCollection>> item_collection(const std::string& table, const Item& item) const = 0;
  virtual Result<Got> get(const Get& get) const = 0;
  // All as they were at one moment. Once so many bytes have been read the rest is not, which Got tells.
  virtual Result<std::vector<Got>> get_all(const std::vector<Get>& gets,
                                           uint64_t most_bytes = std::numeric_limits<uint64_t>::max()) const = 0;
  // Errors: no_such_index; table_in_use, while an index is being filled.
  virtual Result<Page> query(const Query& query) const = 0;
  virtual Result<Page> scan(const Scan& scan) const = 0;

  // As long as the store.
  virtual Streams& streams() = 0;

  // To be called now and then, by one thread at a time: removes items that have expired, and takes away what streams no
  // longer tell.
  // Ends early when it is to stop.
  virtual Result<Swept> sweep(const std::stop_token& stop) = 0;

  // For threads that must not wait. Where is_prompt(), write() with a `done` never does, and these answer what they can
  // without: what is in memory, and a page that is small. Nothing: get() or query() is to be asked, where one may wait.
  virtual bool is_prompt() const { return false; }
  virtual std::optional<Result<Got>> get_at_once(const Get&) const { return std::nullopt; }
  virtual std::optional<Result<Page>> query_at_once(const Query&) const { return std::nullopt; }
};

}  // namespace caudal::items
