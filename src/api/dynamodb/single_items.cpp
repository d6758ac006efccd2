// SPDX-License-Identifier: Apache-2.0
// GetItem, PutItem, UpdateItem, DeleteItem.
#include "api/dynamodb/capacity.h"
#include "api/dynamodb/errors.h"
#include "api/dynamodb/permissions.h"
#include "api/dynamodb/request_expressions.h"
#include "aws/generated/dynamodb/items.h"
#include "aws/json/json_codec.h"
#include "items/values/wire.h"

namespace caudal::api::dynamodb {
namespace {

// Policies may ask about keys. A table that is not there has none; that it is not there is told, or not, once the
// decision is made.
std::vector<std::string> leading_key_of(Call& call, const std::string& table, const items::Item& item) {
  if (!call.asks_for_keys()) return {};
  const auto info = call.store.describe_table(table);
  return info ? leading_key(info->definition.key, item) : std::vector<std::string>();
}

ServiceError condition_failed(std::optional<items::Item> item) {
  ServiceError error = wire::errors::conditional_check_failed_exception("The conditional request failed");
  if (!item) return error;
  return aws::with_members(std::move(error),
                           wire::ConditionalCheckFailedException{.item = items::to_wire(*std::move(item))});
}

template <class Output, class Input>
Outcome<Output> write(Call& call, const Input& in, const std::string& table, items::Write write) {
  items::Written written = TRY(call.said(call.store.write(std::move(write))));
  if (!written.held) return condition_failed(std::move(written.item));
  Output out;
  if (written.item) out.attributes = items::to_wire(*std::move(written.item));
  out.consumed_capacity = consumed(call, in.return_consumed_capacity, table, written.capacity);
  return out;
}

Outcome<wire::GetItemOutput> get_item(Call& call, wire::GetItemInput in) {
  const std::string table = table_name_of(in.table_name);
  items::Get get{.table = table,
                 .key = TRY(call.said(items::from_wire(std::move(in.key)))),
                 .is_consistent = in.consistent_read.value_or(false)};
  get.expressions =
      TRY(read_expressions(call, {.projection = text_of(in.projection_expression)}, in.expression_attribute_names,
                           std::nullopt, {.attributes_to_get = std::move(in.attributes_to_get)}));
  TRY(call.require("GetItem", table, {}, leading_key_of(call, table, get.key)));
  items::Got got = TRY(call.said(call.store.get(get)));
  wire::GetItemOutput out;
  if (got.item) out.item = items::to_wire(*std::move(got.item));
  out.consumed_capacity = consumed(call, in.return_consumed_capacity, table, got.capacity);
  return out;
}

// What the three writes have in common: conditions, and what is to be answered.
template <class Input>
Outcome<items::Write> without_action(Call& call, Input& in) {
  constexpr bool kIsUpdate = std::is_same_v<Input, wire::UpdateItemInput>;
  items::ExpressionTexts texts{.condition = text_of(in.condition_expression)};
  items::LegacyParameters legacy{.expected = std::move(in.expected),
                                 .conditional_operator = std::move(in.conditional_operator)};
  if constexpr (kIsUpdate) {
    texts.update = text_of(in.update_expression);
    legacy.attribute_updates = std::move(in.attribute_updates);
  }
  items::Write write;
  write.expressions = TRY(read_expressions(call, texts, in.expression_attribute_names,
                                           std::move(in.expression_attribute_values), std::move(legacy)));
  write.returns = TRY(return_values(in.return_values, kIsUpdate));
  write.returns_on_failure = returns_on_failure(in.return_values_on_condition_check_failure);
  return write;
}

Outcome<wire::PutItemOutput> put_item(Call& call, wire::PutItemInput in) {
  const std::string table = table_name_of(in.table_name);
  items::PutItem put{.table = table, .item = TRY(call.said(items::from_wire(std::move(in.item))))};
  items::Write request = TRY(without_action(call, in));
  TRY(call.require("PutItem", table, {}, leading_key_of(call, table, put.item)));
  request.action = std::move(put);
  return write<wire::PutItemOutput>(call, in, table, std::move(request));
}

Outcome<wire::DeleteItemOutput> delete_item(Call& call, wire::DeleteItemInput in) {
  const std::string table = table_name_of(in.table_name);
  items::DeleteItem removal{.table = table, .key = TRY(call.said(items::from_wire(std::move(in.key))))};
  items::Write request = TRY(without_action(call, in));
  TRY(call.require("DeleteItem", table, {}, leading_key_of(call, table, removal.key)));
  request.action = std::move(removal);
  return write<wire::DeleteItemOutput>(call, in, table, std::move(request));
}

Outcome<wire::UpdateItemOutput> update_item(Call& call, wire::UpdateItemInput in) {
  const std::string table = table_name_of(in.table_name);
  items::UpdateItem update{.table = table, .key = TRY(call.said(items::from_wire(std::move(in.key))))};
  items::Write request = TRY(without_action(call, in));
  TRY(call.require("UpdateItem", table, {}, leading_key_of(call, table, update.key)));
  request.action = std::move(update);
  return write<wire::UpdateItemOutput>(call, in, table, std::move(request));
}

}  // namespace

void offer_single_items(Dispatcher& dispatcher) {
  dispatcher.on(wire::operations::kGetItem, get_item);
  dispatcher.on(wire::operations::kPutItem, put_item);
  dispatcher.on(wire::operations::kDeleteItem, delete_item);
  dispatcher.on(wire::operations::kUpdateItem, update_item);
}

}  // namespace caudal::api::dynamodb
