// SPDX-License-Identifier: Apache-2.0
// Reads at the endpoint.
#include <algorithm>

#include "aws/generated/dynamodb/items.h"
#include "aws/generated/dynamodb/transactions.h"
#include "items/remote/remote_impl.h"
#include "items/remote/wording.h"

namespace caudal::items {

namespace operations = aws::dynamodb::operations;
namespace wire = aws::dynamodb;
using remote::Repeat;
using remote::Wording;

namespace {

template <class Input>
void say(Input& in, const ExpressionsPtr& expressions) {
  Wording wording;
  in.projection_expression = wording.projection(expressions);
  wording.place(in);
}

std::optional<std::string> text_of(Select select) {
  switch (select) {
    case Select::kAllProjected: return std::nullopt;  // which is what nothing means
    case Select::kAllAttributes: return "ALL_ATTRIBUTES";
    case Select::kSpecific: return "SPECIFIC_ATTRIBUTES";
    case Select::kCount: return "COUNT";
  }
  return std::nullopt;
}

// What query and scan have in common.
template <class Input, class Request>
Input input_of(const Request& request) {
  Input in{.table_name = request.table};
  if (!request.index.empty()) in.index_name = request.index;
  in.select = text_of(request.select);
  if (request.limit) in.limit = static_cast<int32_t>(std::min<uint64_t>(*request.limit, INT32_MAX));
  if (request.start_after) in.exclusive_start_key = to_wire(*request.start_after);
  if (request.is_consistent) in.consistent_read = true;
  in.return_consumed_capacity = remote::kAskForCapacity;
  return in;
}

template <class Output>
Result<Page> page_of(Output answer, Form form, const TakeStored& take = {}) {
  Page page{.count = static_cast<uint64_t>(answer.count.value_or(0)),
            .scanned = static_cast<uint64_t>(answer.scanned_count.value_or(0)),
            .capacity = remote::capacity_of(answer.consumed_capacity)};
  if (answer.items) {
    for (auto& told : *answer.items) {
      Item item = TRY(from_wire(std::move(told)));
      if (take) {
        TRY(take(encode(item)));
      } else if (form == Form::kStored) {
        page.stored.add(item);
      } else {
        page.items.push_back(std::move(item));
      }
    }
  }
  if (answer.last_evaluated_key && !answer.last_evaluated_key->empty()) {
    page.last_key = TRY(from_wire(*std::move(answer.last_evaluated_key)));
  }
  return page;
}

// What a legacy operator that no key can be looked up by is told, as by any other store.
Result<void> refuse_unindexable(const KeyClauses& clauses, const TableInfo& table, const std::string& index) {
  const KeySchema* schema = &table.definition.key;
  for (const IndexDefinition& one : table.definition.indexes) {
    if (one.name == index) schema = &one.key;
  }
  TRY(key_condition(clauses, *schema));
  return {};
}

}  // namespace

Result<Got> RemoteStore::get(const Get& get) const {
  wire::GetItemInput in{.table_name = get.table, .key = to_wire(get.key)};
  if (get.is_consistent) in.consistent_read = true;
  in.return_consumed_capacity = remote::kAskForCapacity;
  say(in, get.expressions);
  auto answer = TRY(impl_->caller->call(operations::kGetItem, in, Repeat::kSafe));
  Got got{.capacity = remote::capacity_of(answer.consumed_capacity)};
  if (!answer.item) return got;
  Item item = TRY(from_wire(*std::move(answer.item)));
  if (get.form == Form::kStored) {
    got.stored = encode(item);
  } else {
    got.item = std::move(item);
  }
  return got;
}

Result<std::optional<ItemCollection>> RemoteStore::item_collection(const std::string&, const Item&) const {
  return std::optional<ItemCollection>();
}

Result<std::vector<Got>> RemoteStore::get_all(const std::vector<Get>& gets, uint64_t) const {
  std::vector<Got> all(gets.size());
  if (gets.empty()) return all;
  wire::TransactGetItemsInput in;
  for (const Get& get : gets) {
    wire::Get one{.key = to_wire(get.key), .table_name = get.table};
    say(one, get.expressions);
    in.transact_items.push_back({.get = std::move(one)});
  }
  in.return_consumed_capacity = remote::kAskForCapacity;
  auto answer = TRY(impl_->caller->call(operations::kTransactGetItems, in, Repeat::kSafe));
  auto responses = std::move(answer.responses).value_or(std::vector<wire::ItemResponse>());
  responses.resize(gets.size());
  for (size_t n = 0; n < gets.size(); ++n) {
    if (responses[n].item) all[n].item = TRY(from_wire(*std::move(responses[n].item)));
  }
  // Told by table, and of a transaction, which costs twice: so much to the first of each table.
  for (const wire::ConsumedCapacity& told : answer.consumed_capacity.value_or(std::vector<wire::ConsumedCapacity>())) {
    const auto first = std::ranges::find(gets, told.table_name.value_or(""), &Get::table);
    if (first == gets.end()) continue;
    Capacity& capacity = all[static_cast<size_t>(first - gets.begin())].capacity;
    capacity = remote::capacity_of(told);
    capacity.table_halves /= 2;
  }
  return all;
}

Result<Page> RemoteStore::query(const Query& query) const {
  if (!std::ranges::all_of(query.key, &KeyClause::is_indexable)) {
    TRY(refuse_unindexable(query.key, TRY(impl_->describe(query.table)), query.index));
  }
  auto in = input_of<wire::QueryInput>(query);
  if (!query.is_forward) in.scan_index_forward = false;
  Wording wording;
  in.key_condition_expression = wording.key_condition(query.key);
  in.filter_expression = wording.filter(query.expressions);
  in.projection_expression = wording.projection(query.expressions);
  wording.place(in);
  return page_of(TRY(impl_->caller->call(operations::kQuery, in, Repeat::kSafe)), query.form, query.take);
}

Result<Page> RemoteStore::scan(const Scan& scan) const {
  auto in = input_of<wire::ScanInput>(scan);
  if (scan.segments != 1) {
    in.segment = static_cast<int32_t>(scan.segment);
    in.total_segments = static_cast<int32_t>(scan.segments);
  }
  Wording wording;
  in.filter_expression = wording.filter(scan.expressions);
  in.projection_expression = wording.projection(scan.expressions);
  wording.place(in);
  return page_of(TRY(impl_->caller->call(operations::kScan, in, Repeat::kSafe)), scan.form);
}

}  // namespace caudal::items
