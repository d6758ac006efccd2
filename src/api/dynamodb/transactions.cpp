// SPDX-License-Identifier: Apache-2.0
// TransactGetItems and TransactWriteItems.
#include "aws/generated/dynamodb/transactions.h"
#include "api/dynamodb/cancellation.h"
#include "api/dynamodb/capacity.h"
#include "api/dynamodb/errors.h"
#include "api/dynamodb/facts.h"
#include "api/dynamodb/request_expressions.h"
#include "aws/json/json_codec.h"
#include "base/digest.h"
#include "items/values/wire.h"

namespace caudal::api::dynamodb {
namespace {

constexpr size_t kMostItems = 100;

// What is known of one part is not true of the next.
template <class Know>
Outcome<void> require_for(Call& call, std::string_view action, const std::string& table, const items::Item& item,
                          Know know) {
  const size_t of_all = call.facts.size();
  know();
  auto allowed = call.require_of(action, table, {&item});
  call.facts.resize(of_all);
  return allowed;
}

Outcome<void> require_get(Call& call, const items::Get& get) {
  return require_for(call, "GetItem", get.table, get.key, [&] {
    know_attributes(call, &get.key, get.expressions);
    know_select(call, std::nullopt, get.expressions);
  });
}

Outcome<void> require_write(Call& call, std::string_view action, const std::string& table, const items::Item& item,
                            const items::Write& write) {
  return require_for(call, action, table, item, [&] {
    know_attributes(call, &item, write.expressions);
    know_return_values(call, std::nullopt, write.returns_on_failure);
  });
}

// What the four kinds of writes have in common.
template <class Input>
Outcome<void> read_rest(Call& call, Input& in, std::optional<std::string_view> update, items::Write& write) {
  std::optional<std::string_view> condition;
  if constexpr (std::is_same_v<Input, wire::ConditionCheck>)
    condition = in.condition_expression;
  else
    condition = text_of(in.condition_expression);
  write.expressions = TRY(read_expressions(call, {.update = update, .condition = condition},
                                           in.expression_attribute_names, std::move(in.expression_attribute_values)));
  write.returns_on_failure = returns_on_failure(in.return_values_on_condition_check_failure);
  return {};
}

Outcome<items::Write> write_of(Call& call, wire::TransactWriteItem& in) {
  const int kinds = (in.condition_check ? 1 : 0) + (in.put ? 1 : 0) + (in.delete_ ? 1 : 0) + (in.update ? 1 : 0);
  if (kinds != 1) {
    return validation("TransactItems can only contain one of Check, Put, Update or Delete");
  }
  items::Write write;
  if (in.put) {
    items::PutItem put{.table = table_name_of(in.put->table_name),
                       .item = TRY(call.said(items::from_wire(std::move(in.put->item))))};
    TRY(read_rest(call, *in.put, std::nullopt, write));
    TRY(require_write(call, "PutItem", put.table, put.item, write));
    write.action = std::move(put);
  } else if (in.delete_) {
    items::DeleteItem removal{.table = table_name_of(in.delete_->table_name),
                              .key = TRY(call.said(items::from_wire(std::move(in.delete_->key))))};
    TRY(read_rest(call, *in.delete_, std::nullopt, write));
    TRY(require_write(call, "DeleteItem", removal.table, removal.key, write));
    write.action = std::move(removal);
  } else if (in.update) {
    items::UpdateItem update{.table = table_name_of(in.update->table_name),
                             .key = TRY(call.said(items::from_wire(std::move(in.update->key))))};
    TRY(read_rest(call, *in.update, in.update->update_expression, write));
    TRY(require_write(call, "UpdateItem", update.table, update.key, write));
    write.action = std::move(update);
  } else {
    items::CheckItem check{.table = table_name_of(in.condition_check->table_name),
                           .key = TRY(call.said(items::from_wire(std::move(in.condition_check->key))))};
    TRY(read_rest(call, *in.condition_check, std::nullopt, write));
    TRY(require_write(call, "ConditionCheckItem", check.table, check.key, write));
    write.action = std::move(check);
  }
  return write;
}

struct Transaction {
  std::vector<items::Write> writes;
  items::ClientToken token;
  // Of each write, where their collections are asked for.
  std::vector<std::string> tables = {};
  std::vector<items::Item> keys = {};
};

Outcome<Transaction> transaction_of(Call& call, wire::TransactWriteItemsInput& in) {
  call.know("dynamodb:EnclosingOperation", "TransactWriteItems");
  know_return_capacity(call, in.return_consumed_capacity);
  Transaction transaction{.writes = {}, .token = {.text = in.client_request_token.value_or("")}};
  if (!transaction.token.text.empty()) {
    // The same request is the same writes, whatever is asked for beside them.
    wire::TransactWriteItemsInput writes;
    std::swap(writes.transact_items, in.transact_items);
    transaction.token.digest = std::string(view(sha256(aws::to_json(writes))));
    std::swap(writes.transact_items, in.transact_items);
  }
  for (wire::TransactWriteItem& one : in.transact_items) {
    const items::Write& write = transaction.writes.emplace_back(TRY(write_of(call, one)));
    if (in.return_item_collection_metrics != "SIZE") continue;
    transaction.tables.push_back(items::table_of(write));
    transaction.keys.push_back(items::item_of(write));
  }
  return transaction;
}

struct Asked {
  std::vector<std::string> tables;
  std::vector<items::Item> keys;
  std::optional<std::string> capacity;
  std::optional<std::string> collections;
};

Outcome<wire::TransactWriteItemsOutput> output_of(Call& call, const Asked& asked, Result<items::Transacted> result) {
  items::Transacted done = TRY(call.said(std::move(result)));
  if (!done.done()) return cancelled(std::move(done.reasons));
  const Units of = done.was_done_before ? Units::kRead : Units::kWrite;
  return wire::TransactWriteItemsOutput{
      .consumed_capacity = consumed(call, asked.capacity, done.capacity, of),
      .item_collection_metrics = collection_metrics(call, asked.collections, asked.tables, asked.keys)};
}

void transact_write(Call& call, wire::TransactWriteItemsInput in,
                    Dispatcher::Answer<wire::TransactWriteItemsOutput> answer) {
  auto transaction = transaction_of(call, in);
  if (!transaction) return answer(std::move(transaction).error());
  Asked asked{.tables = std::move(transaction->tables),
              .keys = std::move(transaction->keys),
              .capacity = std::move(in.return_consumed_capacity),
              .collections = std::move(in.return_item_collection_metrics)};
  call.store.transact(
      std::move(transaction->writes), transaction->token,
      call.later<items::Transacted>([&call, asked = std::move(asked), answer = std::move(answer)](auto result) mutable {
        answer(output_of(call, asked, std::move(result)));
      }));
}

Outcome<wire::TransactGetItemsOutput> transact_get(Call& call, wire::TransactGetItemsInput in) {
  if (in.transact_items.size() > kMostItems) {
    return validation("Member must have length less than or equal to 100");
  }
  call.know("dynamodb:EnclosingOperation", "TransactGetItems");
  know_return_capacity(call, in.return_consumed_capacity);
  std::vector<items::Get> gets;
  for (wire::TransactGetItem& one : in.transact_items) {
    items::Get get{.table = table_name_of(one.get.table_name),
                   .key = TRY(call.said(items::from_wire(std::move(one.get.key)))),
                   .is_consistent = true};
    get.expressions = TRY(read_expressions(call, {.projection = text_of(one.get.projection_expression)},
                                           one.get.expression_attribute_names, std::nullopt));
    TRY(require_get(call, get));
    gets.push_back(std::move(get));
  }
  std::vector<items::Got> all = TRY(all_read(call, gets, call.store.get_all(gets, kMostTransactionBytes)));
  wire::TransactGetItemsOutput out{.responses = std::vector<wire::ItemResponse>()};
  CapacityByTable capacity;
  for (size_t n = 0; n < all.size(); ++n) {
    wire::ItemResponse& response = out.responses->emplace_back();
    if (all[n].item) response.item = items::to_wire(*std::move(all[n].item));
    // Twice what they cost alone.
    capacity[gets[n].table] += all[n].capacity;
    capacity[gets[n].table] += all[n].capacity;
  }
  out.consumed_capacity = consumed(call, in.return_consumed_capacity, capacity, Units::kRead);
  return out;
}

}  // namespace

void offer_transactions(Dispatcher& dispatcher) {
  dispatcher.on(wire::operations::kTransactGetItems, transact_get);
  dispatcher.on_later(wire::operations::kTransactWriteItems, transact_write);
}

}  // namespace caudal::api::dynamodb
