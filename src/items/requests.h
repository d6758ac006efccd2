// SPDX-License-Identifier: Apache-2.0
// What is asked of a Store, and what it answers. Expressions are parsed already; items and keys are values that
// DynamoDB takes, but not yet held against their table.
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"
#include "items/expressions/request.h"
#include "items/values/item_codec.h"
#include "items/values/keys.h"
#include "items/values/value.h"

namespace caudal::items {

// What a request says in expressions, shared by its attempts and threads; nothing: it has none.
using ExpressionsPtr = std::shared_ptr<const Expressions>;

// An item that was read, shared with what is asked about it.
using ItemPtr = std::shared_ptr<const Item>;

enum class ReturnValues : uint8_t { kNone, kAllOld, kUpdatedOld, kAllNew, kUpdatedNew };

// --- writes ---

struct PutItem {
  std::string table;
  Item item;
};
struct DeleteItem {
  std::string table;
  Item key;
};
// Without an update expression: the item is made if it is not there.
struct UpdateItem {
  std::string table;
  Item key;
};
// Changes nothing; for transactions.
struct CheckItem {
  std::string table;
  Item key;
};

// A condition beside that of the expressions: the item is there, and is what was read of it. It can be decided by
// comparing what is stored, and so costs a fraction of a condition about each attribute.
struct AsRead {
  ItemPtr item = {};  // nullptr: no such condition
  // For stores elsewhere, which can only be asked about attributes by name, and about so many: those that are compared
  // first, and that must still be missing where the item lacks them.
  std::span<const std::string_view> watched = {};
};

struct Write {
  std::variant<PutItem, DeleteItem, UpdateItem, CheckItem> action;
  ExpressionsPtr expressions = {};
  ReturnValues returns = ReturnValues::kNone;
  // Answer the item as it is when the condition does not hold.
  bool returns_on_failure = false;
  AsRead as_read = {};
};

inline const std::string& table_of(const Write& write) {
  return std::visit([](const auto& action) -> const std::string& { return action.table; }, write.action);
}
// The item that is put, or the key of the others.
inline const Item& item_of(const Write& write) {
  if (const auto* put = std::get_if<PutItem>(&write.action)) return put->item;
  if (const auto* removal = std::get_if<DeleteItem>(&write.action)) return removal->key;
  if (const auto* update = std::get_if<UpdateItem>(&write.action)) return update->key;
  return std::get<CheckItem>(write.action).key;
}

// In half units, since an eventually consistent read of 4 KB costs half of one.
struct Capacity {
  uint64_t table_halves = 0;
  std::map<std::string, uint64_t> index_halves = {};  // by name, those touched
  Capacity& operator+=(const Capacity& other) {
    table_halves += other.table_halves;
    for (const auto& [name, halves] : other.index_halves) index_halves[name] += halves;
    return *this;
  }
};

struct Written {
  bool held = true;               // the condition; where it did not, nothing was written
  std::optional<Item> item = {};  // what `returns` asked for, or the item that did not fulfil the condition
  Capacity capacity = {};
  size_t size_bytes = 0;    // of the item as it was written
  size_t bytes_before = 0;  // of the item as it was found
  // Of `item`, at most.
  size_t item_bytes() const { return item ? std::max(size_bytes, bytes_before) : 0; }
};

// By which a request that comes again is known.
struct ClientToken {
  std::string text = {};    // the client's; empty: none
  std::string digest = {};  // of what is asked for
};

// Why a transaction was not done, for each of its writes.
enum class Reason : uint8_t { kNone, kConditionFailed, kInvalid, kThrottled };
struct ReasonOf {
  Reason reason = Reason::kNone;
  std::string message = {};
  std::optional<Item> item = {};
};

struct Transacted {
  std::vector<ReasonOf> reasons = {};             // empty: it was done
  std::map<std::string, Capacity> capacity = {};  // by table
  bool was_done_before = false;  // under the same token: then the capacity is that of reading the items
  bool done() const { return reasons.empty(); }
};

// --- reads ---

// How items are answered: as values, or as they are stored (item_codec.h), for whoever writes them down at once and
// needs no values for it.
enum class Form : uint8_t { kValues, kStored };

// Items as they are stored, one after the other.
class StoredItems {
 public:
  void add(std::string_view stored) {
    bytes_.append(stored);
    ends_.push_back(bytes_.size());
  }
  void add(const Item& item) {
    append_encoded(bytes_, item);
    ends_.push_back(bytes_.size());
  }
  size_t size() const { return ends_.size(); }
  size_t size_bytes() const { return bytes_.size(); }
  // Until the next is added.
  std::string_view operator[](size_t n) const {
    const size_t begin = n > 0 ? ends_[n - 1] : 0;
    return std::string_view(bytes_).substr(begin, ends_[n] - begin);
  }

 private:
  std::string bytes_;
  std::vector<size_t> ends_;
};

// Takes items as they are stored, one by one while they are read; none lives longer than the call.
using TakeStored = std::function<Result<void>(std::string_view stored)>;

struct Get {
  std::string table;
  Item key;
  ExpressionsPtr expressions = {};
  bool is_consistent = false;  // for what it costs: every read is
  Form form = Form::kValues;
};
struct Got {
  bool is_read = true;
  bool is_throttled = false;               // not read, since it was too much for the table (throttled_store.h)
  std::optional<Item> item = {};           // of Form::kValues
  std::optional<std::string> stored = {};  // of Form::kStored
  size_t size_bytes = 0;                   // of the whole item, as DynamoDB counts it
  Capacity capacity = {};
};

struct ItemCollection {
  Item key;            // of the partition
  uint64_t bytes = 0;  // as DynamoDB counts them
};

// kAllProjected: what is asked for when nothing is: all of a table, what an index holds.
enum class Select : uint8_t { kAllProjected, kAllAttributes, kSpecific, kCount };

struct Query {
  std::string table;
  std::string index = {};  // empty: the table itself
  KeyClauses key = {};     // by name; held against the key of table or index
  ExpressionsPtr expressions = {};
  Select select = Select::kAllProjected;
  bool is_forward = true;
  std::optional<uint64_t> limit = {};
  std::optional<Item> start_after = {};
  bool is_consistent = false;
  Form form = Form::kValues;
  // Of Form::kStored: gets the items in place of Page::stored, so that they are not copied. What it was given counts
  // only when the query succeeds.
  TakeStored take = {};
};

struct Scan {
  std::string table;
  std::string index = {};
  ExpressionsPtr expressions = {};
  Select select = Select::kAllProjected;
  std::optional<uint64_t> limit = {};
  std::optional<Item> start_after = {};
  uint32_t segment = 0;
  uint32_t segments = 1;
  bool is_consistent = false;
  Form form = Form::kValues;
};

struct Page {
  std::vector<Item> items = {};  // of Form::kValues; empty where only the count was asked for
  StoredItems stored = {};       // of Form::kStored, likewise; and where nobody took them
  uint64_t count = 0;            // that passed the filter
  uint64_t scanned = 0;
  std::optional<Item> last_key = {};  // where to go on; nothing: that was all
  Capacity capacity = {};
};

}  // namespace caudal::items
