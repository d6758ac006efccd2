// SPDX-License-Identifier: Apache-2.0
// What is asked of a Store, and what it answers. Expressions are parsed already; items and keys are values that
// DynamoDB takes, but not yet held against their table.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "items/expressions/request.h"
#include "items/values/keys.h"
#include "items/values/value.h"

namespace caudal::items {

// What a request says in expressions, shared by its attempts and threads; nothing: it has none.
using ExpressionsPtr = std::shared_ptr<const Expressions>;

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

struct Write {
  std::variant<PutItem, DeleteItem, UpdateItem, CheckItem> action;
  ExpressionsPtr expressions = {};
  ReturnValues returns = ReturnValues::kNone;
  // Answer the item as it is when the condition does not hold.
  bool returns_on_failure = false;
};

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
};

// By which a request that comes again is known.
struct ClientToken {
  std::string text = {};    // the client's; empty: none
  std::string digest = {};  // of what is asked for
};

// Why a transaction was not done, for each of its writes.
enum class Reason : uint8_t { kNone, kConditionFailed, kInvalid };
struct ReasonOf {
  Reason reason = Reason::kNone;
  std::string message = {};
  std::optional<Item> item = {};
};

struct Transacted {
  std::vector<ReasonOf> reasons = {};             // empty: it was done
  std::map<std::string, Capacity> capacity = {};  // by table
  bool done() const { return reasons.empty(); }
};

// --- reads ---

struct Get {
  std::string table;
  Item key;
  ExpressionsPtr expressions = {};
  bool is_consistent = false;  // for what it costs: every read is
};
struct Got {
  bool is_read = true;
  std::optional<Item> item = {};
  Capacity capacity = {};
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
};

struct Page {
  std::vector<Item> items = {};  // empty where only the count was asked for
  uint64_t count = 0;            // that passed the filter
  uint64_t scanned = 0;
  std::optional<Item> last_key = {};  // where to go on; nothing: that was all
  Capacity capacity = {};
};

}  // namespace caudal::items
