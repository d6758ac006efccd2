// SPDX-License-Identifier: Apache-2.0
// A SELECT held against its table: an item by its key, the items of some partitions in their order, or all that there
// are; read page by page, in the columns that were named.
//
//   const Selection selection = TRY(Selection::make(TRY(parse_statement(text, parameters)), table));
//   Selected page = TRY(selection.read(store, {.limit = 100}));
//   while (page.next) page = TRY(selection.read(store, {.limit = 100, .from = page.next}));
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "items/partiql/statement.h"
#include "items/store.h"

namespace caudal::items {

// Where a page goes on.
struct Place {
  size_t part = 0;                 // of the partitions that are read one after the other
  std::optional<Item> after = {};  // the key that the last page ended with; nothing: from the part's begin
  friend bool operator==(const Place&, const Place&) = default;
};

struct SelectOptions {
  std::optional<uint64_t> limit = {};  // of items that are looked at
  bool is_consistent = false;
  std::optional<Place> from = {};
};

struct Selected {
  std::vector<Item> items = {};
  std::optional<Place> next = {};  // nothing: that was all
  Capacity capacity = {};
};

// The keys that the WHERE of a statement gives at least the partition of, an item of key attributes each; none when it
// does not, or not as the schema has them.
std::vector<Item> keys_of(const partiql::Statement& statement, const KeySchema& schema);

// Thread-safe.
class Selection {
 public:
  enum class Kind : uint8_t { kItem, kQuery, kScan };

  // `statement`: a SELECT. Errors in DynamoDB's words: ExpressionErrc::invalid_expression, those of keys and of values;
  // Errc::no_such_index.
  static Result<Selection> make(partiql::Statement statement, const TableInfo& table);

  Kind kind() const { return kind_; }
  const partiql::Statement& statement() const { return statement_; }
  // Whether WHERE says more than the key.
  bool has_filter() const { return parts_.front().rest.has_value(); }
  // Of kItem: what a store is asked, and its answer as the statement wants it; nothing when WHERE does not hold.
  Get get(bool is_consistent) const;
  std::optional<Item> answer(std::optional<Item> item) const;

  // Errors: those of the store.
  Result<Selected> read(const Store& store, const SelectOptions& options) const;

 private:
  struct Part {
    Item key = {};  // as far as it is given by equality
    KeyClauses clauses = {};
    std::optional<Condition> rest = {};
  };
  explicit Selection(partiql::Statement statement) : statement_(std::move(statement)) {}
  Result<void> split(const KeySchema& schema, bool is_table);
  Result<void> order(const KeySchema& schema);
  // What is needed of an item: the columns, and what its filter looks at.
  void choose_attributes();
  Result<Page> page(const Store& store, const SelectOptions& options, const Place& from, uint64_t looked_at) const;
  Result<Selected> one(const Store& store, const SelectOptions& options) const;
  void take(const Part& part, std::vector<Item> items, std::vector<Item>& out) const;

  partiql::Statement statement_;
  Kind kind_ = Kind::kScan;
  bool is_forward_ = true;
  std::vector<Part> parts_;  // at least one
  ExpressionsPtr expressions_;
};

}  // namespace caudal::items
