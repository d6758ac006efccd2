// SPDX-License-Identifier: Apache-2.0
// Whether a rule can be meant for a table's columns.
#include <fmt/format.h>

#include <algorithm>

#include "base/date.h"
#include "flows/definition/rule_shape.h"
#include "flows/definition/rule_sql.h"
#include "flows/definition/sql_text.h"

namespace caudal::flows {
namespace {

const ContractColumn* find(const std::vector<ContractColumn>& columns, std::string_view name) {
  const auto found =
      std::find_if(columns.begin(), columns.end(), [&](const ContractColumn& column) { return column.name == name; });
  return found == columns.end() ? nullptr : &*found;
}

// What is wrong with comparing a column of `type` with `literal`, or "".
std::string problem_of(const RuleLiteral& literal, const ColumnType& type) {
  using Kind = RuleLiteral::Kind;
  const bool moment = type.kind == TypeKind::kDate || type.kind == TypeKind::kTimestamp;
  switch (literal.kind) {
    case Kind::kNull: return {};
    case Kind::kEmpty: return type.kind == TypeKind::kString ? "" : "EMPTY is for text columns";
    case Kind::kNumber: return type.is_number() ? "" : "is compared with a number";
    case Kind::kNow: return moment ? "" : "now() is for dates";
    case Kind::kDays:
    case Kind::kHours:
    case Kind::kMinutes: return "a span of time is no value of a column";
    case Kind::kText: break;
  }
  if (type.kind == TypeKind::kString) return {};
  if (moment) {
    return parse_date(literal.text) ? ""
                                    : fmt::format("'{}' is no date such as 2024-01-31", literal.text.substr(0, 40));
  }
  if (type.kind == TypeKind::kBoolean && (literal.text == "true" || literal.text == "false")) return {};
  return fmt::format("is compared with the text '{}'", literal.text.substr(0, 40));
}

std::string problem_of_values(const Rule& rule, const ContractColumn& column) {
  const Comparison comparison = rule.expected->comparison;
  const bool pattern = comparison == Comparison::kMatches || comparison == Comparison::kNotMatches;
  if (pattern) return column.type.kind == TypeKind::kString ? "" : "patterns are for text columns";
  for (const RuleLiteral& literal : rule.expected->operands) {
    if (std::string problem = problem_of(literal, column.type); !problem.empty()) return problem;
  }
  return {};
}

std::string problem_of_column(const Rule& rule, const ContractColumn& column) {
  switch (rule.kind) {
    case RuleKind::kColumnValues: return problem_of_values(rule, column);
    case RuleKind::kColumnLength: return column.type.kind == TypeKind::kString ? "" : "only text has a length";
    case RuleKind::kMean:
    case RuleKind::kSum:
    case RuleKind::kStandardDeviation: return column.type.is_number() ? "" : "only numbers can be added up";
    case RuleKind::kDataFreshness:
      return column.type.kind == TypeKind::kDate || column.type.kind == TypeKind::kTimestamp ? ""
                                                                                             : "only dates have an age";
    default: return {};
  }
}

}  // namespace

void check_rule(const Rule& rule, const std::vector<ContractColumn>& columns, const TextPlace& place,
                Mistakes& mistakes) {
  for (const Rule& part : rule.parts) check_rule(part, columns, place, mistakes);
  const auto refuse = [&](std::string problem) {
    mistakes.add(place, fmt::format("rule {}: {}", rule.to_string(), problem));
  };
  std::vector<std::string> names;
  for (const ContractColumn& column : columns) names.push_back(column.name);
  for (const std::string& name : rule.columns) {
    const ContractColumn* column = find(columns, name);
    if (column == nullptr) {
      if (rule.kind != RuleKind::kColumnExists)
        refuse(fmt::format("'{}' is no column{}", name, did_you_mean(name, names)));
      continue;
    }
    if (const std::string problem = problem_of_column(rule, *column); !problem.empty())
      refuse(fmt::format("'{}' is {}; {}", name, column->type.to_string(), problem));
  }
  if (rule.kind == RuleKind::kColumnDataType && !parse_column_type(rule.text))
    refuse(parse_column_type(rule.text).error().message);
  if (!rule.where.empty()) {
    if (const std::string problem = problem_of_expression(rule.where); !problem.empty())
      refuse(fmt::format("'where': {}", problem));
  }
  if (rule.kind == RuleKind::kCustomSql) {
    if (const std::string problem = problem_of_expression(rule.text); !problem.empty()) refuse(problem);
  }
}

}  // namespace caudal::flows
