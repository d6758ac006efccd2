// SPDX-License-Identifier: Apache-2.0
// BatchGetItem and BatchWriteItem.
#include <set>

#include "api/dynamodb/capacity.h"
#include "api/dynamodb/errors.h"
#include "api/dynamodb/facts.h"
#include "api/dynamodb/request_expressions.h"
#include "aws/generated/dynamodb/items.h"
#include "items/batch_reads.h"
#include "items/errors.h"
#include "items/values/item_codec.h"
#include "items/values/wire.h"

namespace caudal::api::dynamodb {
namespace {

constexpr size_t kMostGets = 100;
constexpr size_t kMostWrites = 25;
constexpr uint64_t kMostBytes = uint64_t{16} << 20;  // of items in one answer; the rest is left unprocessed

ServiceError duplicates() { return validation("Provided list of item keys contains duplicates"); }

// The keys of a request. A table may be named twice: by its name and by its ARN.
using Seen = std::set<std::pair<std::string, std::string>>;

Outcome<items::KeySchema> key_of(Call& call, const std::string& table) {
  return TRY(call.said(call.store.describe_table(table))).definition.key;
}

Outcome<std::vector<items::Get>> gets_of(Call& call, const std::string& table, wire::KeysAndAttributes& asked,
                                         Seen& seen) {
  const auto expressions =
      TRY(read_expressions(call, {.projection = text_of(asked.projection_expression)}, asked.expression_attribute_names,
                           std::nullopt, {.attributes_to_get = asked.attributes_to_get}));
  std::vector<items::Get> gets;
  for (auto& key : asked.keys) {
    items::Get& get = gets.emplace_back(items::Get{.table = table,
                                                   .key = TRY(call.said(items::from_wire(std::move(key)))),
                                                   .expressions = expressions,
                                                   .is_consistent = asked.consistent_read.value_or(false)});
    if (!seen.emplace(table, items::encode(get.key)).second) return duplicates();
  }
  return gets;
}

Outcome<void> require_for(Call& call, std::string_view action, const std::string& table,
                          const std::vector<const items::Item*>& touched, const items::ExpressionsPtr& expressions) {
  // What is known of this table's is not true of the next one's.
  const size_t of_all = call.facts.size();
  for (const items::Item* const item : touched) know_attributes(call, item, expressions);
  if (action == "BatchGetItem") know_select(call, std::nullopt, expressions);
  auto allowed = call.require_of(action, table, touched);
  call.facts.resize(of_all);
  return allowed;
}

// A store that may refuse what is too much is asked itself.
Result<std::vector<items::Got>> read_each(const Call& call, const std::vector<items::Get>& gets) {
  const items::BatchReads* const elsewhere = call.beside.is_throttled ? nullptr : call.beside.batch_reads;
  return elsewhere != nullptr ? elsewhere->get_each(gets, kMostBytes) : call.store.get_all(gets, kMostBytes);
}

Outcome<wire::BatchGetItemOutput> batch_get(Call& call, wire::BatchGetItemInput in) {
  know_return_capacity(call, in.return_consumed_capacity);
  std::vector<items::Get> gets;
  std::vector<std::string> names;  // of their tables, as the request has them
  Seen seen;
  for (auto& [name, asked] : in.request_items) {
    const std::string table = table_name_of(name);
    std::vector<items::Get> of_table = TRY(gets_of(call, table, asked, seen));
    std::vector<const items::Item*> keys;
    for (const items::Get& get : of_table) keys.push_back(&get.key);
    TRY(require_for(call, "BatchGetItem", table, keys,
                    of_table.empty() ? items::ExpressionsPtr() : of_table.front().expressions));
    names.resize(names.size() + of_table.size(), name);
    gets.insert(gets.end(), std::make_move_iterator(of_table.begin()), std::make_move_iterator(of_table.end()));
  }
  if (gets.size() > kMostGets) return validation("Too many items requested for the BatchGetItem call");
  std::vector<items::Got> got = TRY(call.said(read_each(call, gets)));
  wire::BatchGetItemOutput out{.responses = aws::Map<std::vector<aws::AttributeMap>>(),
                               .unprocessed_keys = aws::Map<wire::KeysAndAttributes>()};
  CapacityByTable capacity;
  for (size_t n = 0; n < gets.size(); ++n) {
    auto& of_table = (*out.responses)[names[n]];
    if (!got[n].is_read) {
      (*out.unprocessed_keys)[names[n]].keys.push_back(items::to_wire(std::move(gets[n].key)));
      continue;
    }
    if (got[n].item) of_table.push_back(items::to_wire(*std::move(got[n].item)));
    capacity[gets[n].table] += got[n].capacity;
  }
  // What is left is asked for as it was.
  for (auto& [name, rest] : *out.unprocessed_keys) {
    const wire::KeysAndAttributes& asked = in.request_items.at(name);
    rest.consistent_read = asked.consistent_read;
    rest.projection_expression = asked.projection_expression;
    rest.expression_attribute_names = asked.expression_attribute_names;
    rest.attributes_to_get = asked.attributes_to_get;
  }
  out.consumed_capacity = consumed(call, in.return_consumed_capacity, capacity);
  return out;
}

Outcome<items::Write> write_of(Call& call, const std::string& table, wire::WriteRequest& asked) {
  if (asked.put_request.has_value() == asked.delete_request.has_value()) {
    return validation("Supplied WriteRequest must contain exactly one of PutRequest or DeleteRequest");
  }
  if (asked.put_request) {
    return items::Write{
        .action = items::PutItem{.table = table,
                                 .item = TRY(call.said(items::from_wire(std::move(asked.put_request->item))))}};
  }
  return items::Write{
      .action = items::DeleteItem{.table = table,
                                  .key = TRY(call.said(items::from_wire(std::move(asked.delete_request->key))))}};
}

Outcome<std::vector<items::Write>> writes_of(Call& call, const std::string& table,
                                             std::vector<wire::WriteRequest>& asked, Seen& seen) {
  std::vector<items::Write> writes;
  for (wire::WriteRequest& one : asked) writes.push_back(TRY(write_of(call, table, one)));
  // Decided before it is looked, about what is touched where policies ask for it.
  if (call.asks_for_keys() || call.asks_for("dynamodb:Attributes")) {
    for (const items::Write& write : writes) {
      TRY(require_for(call, "BatchWriteItem", table, {&items::item_of(write)}, {}));
    }
  } else {
    TRY(call.require("BatchWriteItem", table));
  }
  const items::KeySchema schema = TRY(key_of(call, table));
  for (const items::Write& write : writes) {
    if (!seen.emplace(table, items::encode(items::key_attributes(schema, items::item_of(write)))).second) {
      return duplicates();
    }
    // What is wrong with one refuses all, before anything is written.
    if (std::holds_alternative<items::PutItem>(write.action))
      TRY(call.said(items::key_of_item(schema, items::item_of(write))));
    else
      TRY(call.said(items::key_of_key(schema, items::item_of(write))));
  }
  return writes;
}

struct Batch {
  std::vector<items::Write> writes;
  std::vector<std::string> tables;  // of each
  std::vector<items::Item> keys;    // of each, where their collections are asked for
  // Each as it came, with the name of its table, where some may be refused for being too much.
  std::vector<std::pair<std::string, wire::WriteRequest>> requests;
};

Outcome<Batch> batch_of(Call& call, wire::BatchWriteItemInput& in) {
  size_t count = 0;
  for (const auto& [name, asked] : in.request_items) count += asked.size();
  if (count > kMostWrites) return validation("Too many items requested for the BatchWriteItem call");
  know_return_capacity(call, in.return_consumed_capacity);
  Batch batch;
  Seen seen;
  for (auto& [name, asked] : in.request_items) {
    const std::string table = table_name_of(name);
    if (call.beside.is_throttled) {
      for (const wire::WriteRequest& one : asked) batch.requests.emplace_back(name, one);
    }
    for (items::Write& write : TRY(writes_of(call, table, asked, seen))) {
      if (in.return_item_collection_metrics == "SIZE") batch.keys.push_back(items::item_of(write));
      batch.writes.push_back(std::move(write));
      batch.tables.push_back(table);
    }
  }
  return batch;
}

struct Asked {
  std::vector<std::string> tables;
  std::vector<items::Item> keys;
  std::vector<std::pair<std::string, wire::WriteRequest>> requests;
  std::optional<std::string> capacity;
  std::optional<std::string> collections;
};

Outcome<wire::BatchWriteItemOutput> output_of(Call& call, Asked& asked,
                                              Result<std::vector<Result<items::Written>>> result) {
  const std::vector<Result<items::Written>> written = TRY(call.said(std::move(result)));
  wire::BatchWriteItemOutput out{.unprocessed_items = aws::Map<std::vector<wire::WriteRequest>>()};
  CapacityByTable capacity;
  size_t left = 0;
  for (size_t n = 0; n < written.size(); ++n) {
    // What was too much is answered as it came, unless that is all of it.
    const bool is_left = !written[n] && written[n].error().code == items::Errc::throttled && n < asked.requests.size();
    if (is_left && ++left < written.size()) {
      auto& [name, request] = asked.requests[n];
      (*out.unprocessed_items)[name].push_back(std::move(request));
      continue;
    }
    if (!written[n]) return call.refused(written[n].error());
    capacity[asked.tables[n]] += written[n]->capacity;
  }
  out.consumed_capacity = consumed(call, asked.capacity, capacity);
  out.item_collection_metrics = collection_metrics(call, asked.collections, asked.tables, asked.keys);
  return out;
}

void batch_write(Call& call, wire::BatchWriteItemInput in, Dispatcher::Answer<wire::BatchWriteItemOutput> answer) {
  auto batch = batch_of(call, in);
  if (!batch) return answer(std::move(batch).error());
  Asked asked{.tables = std::move(batch->tables),
              .keys = std::move(batch->keys),
              .requests = std::move(batch->requests),
              .capacity = std::move(in.return_consumed_capacity),
              .collections = std::move(in.return_item_collection_metrics)};
  call.store.write_each(std::move(batch->writes),
                        call.later<std::vector<Result<items::Written>>>(
                            [&call, asked = std::move(asked), answer = std::move(answer)](auto result) mutable {
                              answer(output_of(call, asked, std::move(result)));
                            }));
}

}  // namespace

void offer_batches(Dispatcher& dispatcher) {
  dispatcher.on(wire::operations::kBatchGetItem, batch_get);
  dispatcher.on_later(wire::operations::kBatchWriteItem, batch_write);
}

}  // namespace caudal::api::dynamodb
