// SPDX-License-Identifier: Apache-2.0
// Query and Scan.
#include <fmt/format.h>

#include "api/dynamodb/capacity.h"
#include "api/dynamodb/errors.h"
#include "api/dynamodb/facts.h"
#include "api/dynamodb/permissions.h"
#include "api/dynamodb/request_expressions.h"
#include "api/dynamodb/stored_json.h"
#include "aws/generated/dynamodb/items.h"
#include "aws/json/json_codec.h"
#include "items/values/wire.h"

namespace caudal::api::dynamodb {
namespace {

// What of the items is asked for. `projection`: the parameter that says which attributes, where there is one.
Outcome<items::Select> select(const Call& call, const std::optional<std::string>& asked,
                              std::optional<std::string_view> projection, bool has_index) {
  const bool has_projection = projection.has_value();
  if (!asked) return has_projection ? items::Select::kSpecific : items::Select::kAllProjected;
  if (has_projection && *asked != "SPECIFIC_ATTRIBUTES") {
    // As extenddb's tests recorded it from the service.
    const std::string_view before = call.operation == "Query" ? "1 validation error detected: " : "";
    return validation(fmt::format("{}Cannot specify the {} when choosing to get {}", before, *projection,
                                  *asked == "COUNT" ? "only the Count" : *asked));
  }
  if (*asked == "COUNT") return items::Select::kCount;
  if (*asked == "ALL_ATTRIBUTES") return items::Select::kAllAttributes;
  if (*asked == "SPECIFIC_ATTRIBUTES") {
    if (!has_projection)
      return validation(
          "Must specify the AttributesToGet or ProjectionExpression when choosing to get SPECIFIC_ATTRIBUTES");
    return items::Select::kSpecific;
  }
  if (!has_index) return validation("ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName");
  return items::Select::kAllProjected;
}

template <class Input>
std::optional<std::string_view> projection_of(const Input& in) {
  if (in.projection_expression) return "ProjectionExpression";
  if (in.attributes_to_get) return "AttributesToGet";
  return std::nullopt;
}

Outcome<std::optional<items::Item>> start_after(Call& call, std::optional<aws::Map<aws::AttributeValue>>& key) {
  if (!key) return std::optional<items::Item>();
  return std::optional<items::Item>(TRY(call.said(items::from_wire(*std::move(key)))));
}

// Of most queries; more is made room for.
constexpr size_t kExpectedBytes = size_t{24} << 10;

template <class Output>
std::string answer(items::Page page, ItemsJson written, items::Select what,
                   std::optional<wire::ConsumedCapacity> consumed) {
  Output rest;
  rest.count = static_cast<int32_t>(page.count);
  rest.scanned_count = static_cast<int32_t>(page.scanned);
  if (page.last_key) rest.last_evaluated_key = items::to_wire(*std::move(page.last_key));
  rest.consumed_capacity = std::move(consumed);
  std::string json = aws::to_json(rest);
  if (what == items::Select::kCount) return json;
  return std::move(written).finish(json);
}

// Of an index, the value of its own partition key. As Call::require_of() has it, where there is no such table.
Outcome<void> require_query(Call& call, const items::Query& query) {
  if (!call.asks_for_keys() || query.table.starts_with("arn:")) return call.require("Query", query.table, query.index);
  const auto info = call.store.describe_table(query.table);
  if (!info) {
    if (info.error().is(ErrorClass::kNotFound)) TRY(call.require("Query", query.table, query.index));
    return call.refused(info.error());
  }
  const items::KeySchema* schema = &info->definition.key;
  for (const items::IndexDefinition& index : info->definition.indexes) {
    if (index.name == query.index) schema = &index.key;
  }
  items::Item key;
  for (const items::KeyClause& clause : query.key) {
    if (clause.condition.op == items::SortOperator::kEqual) key.set(clause.attribute, clause.condition.operand);
  }
  return call.require("Query", query.table, query.index, leading_key(*schema, key));
}

// A store speaks of expressions, since to it there is nothing else.
ServiceError of_legacy_filter(ServiceError error) {
  constexpr std::string_view kFilter = "Filter Expression";
  if (error.message.starts_with(kFilter)) error.message.replace(0, kFilter.size(), "QueryFilter");
  return error;
}

Outcome<std::string> query(Call& call, wire::QueryInput in) {
  items::Query request{.table = table_name_of(in.table_name),
                       .index = in.index_name.value_or(""),
                       .is_forward = in.scan_index_forward.value_or(true),
                       .is_consistent = in.consistent_read.value_or(false),
                       .form = items::Form::kStored};
  if (!in.key_condition_expression && !in.key_conditions) {
    return validation("Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.");
  }
  const auto projection = projection_of(in);  // before it is given away
  const bool has_legacy_filter = in.query_filter.has_value();
  request.expressions = TRY(read_expressions(call,
                                             {.key_condition = text_of(in.key_condition_expression),
                                              .filter = text_of(in.filter_expression),
                                              .projection = text_of(in.projection_expression)},
                                             in.expression_attribute_names, std::move(in.expression_attribute_values),
                                             {.key_conditions = std::move(in.key_conditions),
                                              .filter = std::move(in.query_filter),
                                              .conditional_operator = std::move(in.conditional_operator),
                                              .attributes_to_get = std::move(in.attributes_to_get)}));
  request.key = *request.expressions->key_clauses;
  request.select = TRY(select(call, in.select, projection, in.index_name.has_value()));
  if (in.limit) request.limit = static_cast<uint64_t>(*in.limit);
  request.start_after = TRY(start_after(call, in.exclusive_start_key));
  know_attributes(call, nullptr, request.expressions);
  know_select(call, in.select, request.expressions);
  know_return_capacity(call, in.return_consumed_capacity);
  TRY(require_query(call, request));
  ItemsJson written(kExpectedBytes);
  request.take = [&written](std::string_view stored) { return written.add(stored); };
  auto read = call.read([&] { return call.store.query_at_once(request); }, [&] { return call.store.query(request); });
  if (!read) return has_legacy_filter ? of_legacy_filter(std::move(read).error()) : std::move(read).error();
  items::Page page = *std::move(read);
  auto capacity = consumed(call, in.return_consumed_capacity, request.table, page.capacity);
  return answer<wire::QueryOutput>(std::move(page), std::move(written), request.select, std::move(capacity));
}

Outcome<std::string> scan(Call& call, wire::ScanInput in) {
  items::Scan request{.table = table_name_of(in.table_name),
                      .index = in.index_name.value_or(""),
                      .is_consistent = in.consistent_read.value_or(false),
                      .form = items::Form::kStored};
  if (in.segment.has_value() != in.total_segments.has_value()) {
    return validation(in.segment
                          ? "The TotalSegments parameter is required but was not present in the request when "
                            "Segment parameter is present"
                          : "The Segment parameter is required but was not present in the request when parameter "
                            "TotalSegments is present");
  }
  request.segment = static_cast<uint32_t>(in.segment.value_or(0));
  request.segments = static_cast<uint32_t>(in.total_segments.value_or(1));
  const auto projection = projection_of(in);  // before it is given away
  request.expressions = TRY(
      read_expressions(call, {.filter = text_of(in.filter_expression), .projection = text_of(in.projection_expression)},
                       in.expression_attribute_names, std::move(in.expression_attribute_values),
                       {.filter = std::move(in.scan_filter),
                        .conditional_operator = std::move(in.conditional_operator),
                        .attributes_to_get = std::move(in.attributes_to_get)}));
  request.select = TRY(select(call, in.select, projection, in.index_name.has_value()));
  if (in.limit) request.limit = static_cast<uint64_t>(*in.limit);
  request.start_after = TRY(start_after(call, in.exclusive_start_key));
  know_attributes(call, nullptr, request.expressions);
  know_select(call, in.select, request.expressions);
  know_return_capacity(call, in.return_consumed_capacity);
  call.know("dynamodb:FullTableScan", "true");
  TRY(call.require("Scan", request.table, request.index));
  items::Page page = TRY(call.said(call.store.scan(request)));
  auto capacity = consumed(call, in.return_consumed_capacity, request.table, page.capacity);
  ItemsJson written(page.stored.size_bytes());
  for (size_t n = 0; n < page.stored.size(); ++n) TRY(call.said(written.add(page.stored[n])));
  return answer<wire::ScanOutput>(std::move(page), std::move(written), request.select, std::move(capacity));
}

}  // namespace

void offer_pages(Dispatcher& dispatcher) {
  dispatcher.on(wire::operations::kQuery, query);
  dispatcher.on(wire::operations::kScan, scan);
}

}  // namespace caudal::api::dynamodb
