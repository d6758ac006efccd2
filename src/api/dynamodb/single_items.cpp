// SPDX-License-Identifier: Apache-2.0
// GetItem, PutItem, UpdateItem, DeleteItem.
#include "api/dynamodb/body.h"
#include "api/dynamodb/capacity.h"
#include "api/dynamodb/errors.h"
#include "api/dynamodb/facts.h"
#include "api/dynamodb/request_expressions.h"
#include "api/dynamodb/stored_json.h"
#include "aws/generated/dynamodb/items.h"
#include "aws/json/json_codec.h"
#include "items/values/wire.h"

namespace caudal::api::dynamodb {
namespace {

ServiceError condition_failed(std::optional<items::Item> item) {
  ServiceError error = wire::errors::conditional_check_failed_exception("The conditional request failed");
  if (!item) return error;
  return aws::with_members(std::move(error),
                           wire::ConditionalCheckFailedException{.item = items::to_wire(*std::move(item))});
}

Outcome<std::string> get_item(Call& call, wire::GetItemInput in) {
  const std::string table = table_name_of(in.table_name);
  items::Get get{.table = table,
                 .key = TRY(call.said(items::from_wire(std::move(in.key)))),
                 .is_consistent = in.consistent_read.value_or(false),
                 .form = items::Form::kStored};
  get.expressions =
      TRY(read_expressions(call, {.projection = text_of(in.projection_expression)}, in.expression_attribute_names,
                           std::nullopt, {.attributes_to_get = std::move(in.attributes_to_get)}));
  know_attributes(call, &get.key, get.expressions);
  know_select(call, std::nullopt, get.expressions);
  know_return_capacity(call, in.return_consumed_capacity);
  TRY(call.require_of("GetItem", table, {&get.key}));
  const items::Got got =
      TRY(call.read([&] { return call.store.get_at_once(get); }, [&] { return call.store.get(get); }));
  const std::string rest = aws::to_json(
      wire::GetItemOutput{.consumed_capacity = consumed(call, in.return_consumed_capacity, table, got.capacity)});
  if (!got.stored) return rest;
  return with_item(call, *got.stored, rest);
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
  know_return_values(call, in.return_values, write.returns_on_failure);
  know_return_capacity(call, in.return_consumed_capacity);
  return write;
}

Outcome<items::Write> put_of(Call& call, wire::PutItemInput& in) {
  items::PutItem put{.table = table_name_of(in.table_name),
                     .item = TRY(call.said(items::from_wire(std::move(in.item))))};
  items::Write request = TRY(without_action(call, in));
  know_attributes(call, &put.item, request.expressions);
  TRY(call.require_of("PutItem", put.table, {&put.item}));
  request.action = std::move(put);
  return request;
}

Outcome<items::Write> delete_of(Call& call, wire::DeleteItemInput& in) {
  items::DeleteItem removal{.table = table_name_of(in.table_name),
                            .key = TRY(call.said(items::from_wire(std::move(in.key))))};
  items::Write request = TRY(without_action(call, in));
  know_attributes(call, &removal.key, request.expressions);
  TRY(call.require_of("DeleteItem", removal.table, {&removal.key}));
  request.action = std::move(removal);
  return request;
}

Outcome<items::Write> update_of(Call& call, wire::UpdateItemInput& in) {
  items::UpdateItem update{.table = table_name_of(in.table_name),
                           .key = TRY(call.said(items::from_wire(std::move(in.key))))};
  items::Write request = TRY(without_action(call, in));
  know_attributes(call, &update.key, request.expressions);
  TRY(call.require_of("UpdateItem", update.table, {&update.key}));
  request.action = std::move(update);
  return request;
}

// What writing answers, as far as it was asked for.
struct Asked {
  std::string table;
  std::optional<std::string> capacity;
  std::optional<std::string> collection;
  items::Item key;  // at least the key; where the collection is asked for
};

template <class Output>
Outcome<Output> output_of(Call& call, const Asked& asked, Result<items::Written> result) {
  items::Written written = TRY(call.said(std::move(result)));
  if (!written.held) return condition_failed(std::move(written.item));
  Output out;
  if (written.item) out.attributes = items::to_wire(*std::move(written.item));
  out.consumed_capacity = consumed(call, asked.capacity, asked.table, written.capacity);
  out.item_collection_metrics = collection_metrics(call, asked.collection, asked.table, asked.key);
  return out;
}

// No thread waits while the disk writes.
template <class Output, class Input>
void write(Call& call, Input in, Outcome<items::Write> (*read)(Call&, Input&), Dispatcher::Answer<Output> answer) {
  auto request = read(call, in);
  if (!request) return answer(std::move(request).error());
  Asked asked{.table = table_name_of(in.table_name),
              .capacity = std::move(in.return_consumed_capacity),
              .collection = std::move(in.return_item_collection_metrics),
              .key = {}};
  // Collections are measured by reading them.
  const bool measures = asked.collection == "SIZE";
  if (measures) asked.key = items::item_of(*request);
  // What packs its answer takes its time.
  const bool is_short = !measures && !takes_gzip(call.visit.request());
  auto then = [&call, asked = std::move(asked), answer = std::move(answer)](Result<items::Written> result) mutable {
    answer(output_of<Output>(call, asked, std::move(result)));
  };
  if (is_short)
    call.store.write(*std::move(request), call.later_promptly<items::Written>(std::move(then)));
  else
    call.store.write(*std::move(request), call.later<items::Written>(std::move(then)));
}

void put_item(Call& call, wire::PutItemInput in, Dispatcher::Answer<wire::PutItemOutput> answer) {
  write(call, std::move(in), put_of, std::move(answer));
}

void delete_item(Call& call, wire::DeleteItemInput in, Dispatcher::Answer<wire::DeleteItemOutput> answer) {
  write(call, std::move(in), delete_of, std::move(answer));
}

void update_item(Call& call, wire::UpdateItemInput in, Dispatcher::Answer<wire::UpdateItemOutput> answer) {
  write(call, std::move(in), update_of, std::move(answer));
}

}  // namespace

void offer_single_items(Dispatcher& dispatcher) {
  dispatcher.on(wire::operations::kGetItem, get_item);
  dispatcher.on_later(wire::operations::kPutItem, put_item);
  dispatcher.on_later(wire::operations::kDeleteItem, delete_item);
  dispatcher.on_later(wire::operations::kUpdateItem, update_item);
}

}  // namespace caudal::api::dynamodb
