// SPDX-License-Identifier: Apache-2.0
// The expressions of a request. The messages and their order are as dynalite's tests recorded them from the service.
#include "items/expressions/request.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "items/expressions/errors.h"

namespace caudal::items {
namespace {

Error invalid(std::string message) { return {ExpressionErrc::invalid_expression, std::move(message)}; }

std::vector<std::string_view> present(const std::vector<Parameter>& parameters) {
  std::vector<std::string_view> names;
  for (const Parameter& parameter : parameters) {
    if (parameter.present) names.push_back(parameter.name);
  }
  return names;
}

void gather(const Condition& condition, std::vector<const Path*>& paths) {
  for (const Condition& child : condition.children) gather(child, paths);
  for (const Operand& operand : condition.operands) {
    if (operand.has_path()) paths.push_back(&operand.path);
  }
}

void gather(const UpdateOperand& operand, std::vector<const Path*>& paths) {
  if (operand.kind == UpdateOperand::Kind::kPath) paths.push_back(&operand.path);
  for (const UpdateOperand& argument : operand.arguments) gather(argument, paths);
}

}  // namespace

Result<Expressions> parse_expressions(const ExpressionTexts& texts, Placeholders placeholders) {
  Expressions all{.placeholders = std::move(placeholders)};
  Placeholders& shared = all.placeholders;
  std::optional<Condition> key;
  if (texts.update) all.update = TRY(parse_update(*texts.update, shared));
  if (texts.condition) all.condition = TRY(parse_condition(ExpressionKind::kCondition, *texts.condition, shared));
  if (texts.key_condition) key = TRY(parse_condition(ExpressionKind::kKeyCondition, *texts.key_condition, shared));
  if (texts.filter) all.filter = TRY(parse_condition(ExpressionKind::kFilter, *texts.filter, shared));
  if (texts.projection) all.projection = TRY(parse_projection(*texts.projection, shared));
  TRY(shared.check_all_used());
  if (key) all.key_clauses = TRY(key_clauses(*key));
  return all;
}

Result<void> check_parameters(const std::vector<Parameter>& expressions, const std::vector<Parameter>& legacy,
                              bool names_present, bool values_present) {
  const auto expressions_there = present(expressions);
  auto legacy_there = present(legacy);
  // KeyConditions may stand beside a FilterExpression, but not beside its own successor.
  if (std::find(expressions_there.begin(), expressions_there.end(), "KeyConditionExpression") ==
      expressions_there.end()) {
    std::erase(legacy_there, "KeyConditions");
  }
  if (!expressions_there.empty() && !legacy_there.empty()) {
    return invalid(
        fmt::format("Can not use both expression and non-expression parameters in the same request: Non-expression "
                    "parameters: {{{}}} Expression parameters: {{{}}}",
                    fmt::join(legacy_there, ", "), fmt::join(expressions_there, ", ")));
  }
  if (names_present && expressions_there.empty()) {
    return invalid("ExpressionAttributeNames can only be specified when using expressions");
  }
  if (!values_present) return {};
  std::vector<std::string_view> with_values;
  for (const Parameter& parameter : expressions) {
    if (parameter.name == "ProjectionExpression") continue;
    if (parameter.present) return {};
    with_values.push_back(parameter.name);
  }
  if (with_values.empty()) return {};
  return invalid(fmt::format("ExpressionAttributeValues can only be specified when using expressions: {} {} null",
                             fmt::join(with_values, " and "), with_values.size() > 1 ? "are" : "is"));
}

Result<void> check_key_paths(const std::vector<const Path*>& paths, const KeySchema& schema,
                             const std::vector<KeySchema>& index_schemas) {
  constexpr std::string_view kMessage =
      "Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed: {}: {}";
  for (const Path* const path : paths) {
    if (!path->is_nested()) continue;
    const std::string& attribute = path->attribute();
    if (schema.find(attribute) != nullptr) return invalid(fmt::format(kMessage, "Key", attribute));
    const auto names_it = [&](const KeySchema& index) { return index.find(attribute) != nullptr; };
    if (std::any_of(index_schemas.begin(), index_schemas.end(), names_it)) {
      return invalid(fmt::format(kMessage, "IndexKey", attribute));
    }
  }
  return {};
}

Result<void> check_filter_keys(std::string_view parameter, const Condition& filter, const KeySchema& schema) {
  const std::vector<std::string> looked_at = attributes_of(filter);
  for (const auto* const attributes : {&schema.partition, &schema.sort}) {
    for (const KeyAttribute& attribute : *attributes) {
      if (!std::binary_search(looked_at.begin(), looked_at.end(), attribute.name)) continue;
      return invalid(fmt::format("{} can only contain non-primary key attributes: Primary key attribute: {}", parameter,
                                 attribute.name));
    }
  }
  return {};
}

std::vector<const Path*> paths_of(const Expressions& expressions) {
  std::vector<const Path*> paths;
  if (expressions.update) {
    for (const UpdateAction& action : expressions.update->actions()) {
      paths.push_back(&action.path);
      for (const UpdateOperand& operand : action.operands) gather(operand, paths);
    }
  }
  if (expressions.condition) gather(*expressions.condition, paths);
  if (expressions.filter) gather(*expressions.filter, paths);
  return paths;
}

}  // namespace caudal::items
