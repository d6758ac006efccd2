// SPDX-License-Identifier: Apache-2.0
// What each kind of rule looks like, and printing one.
#include "flows/definition/rule.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "flows/definition/rule_shape.h"

namespace caudal::flows {
namespace {

std::string quoted(std::string_view text) {
  std::string result = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') result += '\\';
    result += c;
  }
  return result + '"';
}

std::string to_text(const RuleLiteral& literal) {
  switch (literal.kind) {
    case RuleLiteral::Kind::kNumber: return literal.text;
    case RuleLiteral::Kind::kText: return quoted(literal.text);
    case RuleLiteral::Kind::kNow:
      if (literal.text == "0") return "now()";
      if (literal.text.starts_with('-')) return fmt::format("(now() - {} days)", literal.text.substr(1));
      return fmt::format("(now() + {} days)", literal.text);
    case RuleLiteral::Kind::kDays: return literal.text + " days";
    case RuleLiteral::Kind::kHours: return literal.text + " hours";
    case RuleLiteral::Kind::kMinutes: return literal.text + " minutes";
    case RuleLiteral::Kind::kNull: return "NULL";
    case RuleLiteral::Kind::kEmpty: return "EMPTY";
  }
  return {};
}

std::string to_text(const Condition& condition) {
  std::vector<std::string> values;
  for (const RuleLiteral& literal : condition.operands) values.push_back(to_text(literal));
  switch (condition.comparison) {
    case Comparison::kEqual: return "= " + values[0];
    case Comparison::kNotEqual: return "!= " + values[0];
    case Comparison::kLess: return "< " + values[0];
    case Comparison::kLessOrEqual: return "<= " + values[0];
    case Comparison::kGreater: return "> " + values[0];
    case Comparison::kGreaterOrEqual: return ">= " + values[0];
    case Comparison::kBetween: return fmt::format("between {} and {}", values[0], values[1]);
    case Comparison::kNotBetween: return fmt::format("not between {} and {}", values[0], values[1]);
    case Comparison::kIn: return fmt::format("in [{}]", fmt::join(values, ", "));
    case Comparison::kNotIn: return fmt::format("not in [{}]", fmt::join(values, ", "));
    case Comparison::kMatches: return "matches " + values[0];
    case Comparison::kNotMatches: return "not matches " + values[0];
  }
  return {};
}

}  // namespace

const std::vector<RuleShape>& rule_shapes() {
  using Wants = RuleShape::Wants;
  static const std::vector<RuleShape> shapes = {
      {RuleKind::kIsComplete, "IsComplete", 1, 1, Wants::kNothing, true, false},
      {RuleKind::kCompleteness, "Completeness", 1, 1, Wants::kShare, true, false},
      {RuleKind::kIsUnique, "IsUnique", 1, 16, Wants::kNothing, true, false},
      {RuleKind::kUniqueness, "Uniqueness", 1, 16, Wants::kShare, true, false},
      {RuleKind::kIsPrimaryKey, "IsPrimaryKey", 1, 16, Wants::kNothing, true, false},
      {RuleKind::kColumnValues, "ColumnValues", 1, 1, Wants::kValue, true, true},
      {RuleKind::kColumnLength, "ColumnLength", 1, 1, Wants::kNumber, true, true},
      {RuleKind::kColumnExists, "ColumnExists", 1, 1, Wants::kNothing, false, false},
      {RuleKind::kColumnDataType, "ColumnDataType", 1, 1, Wants::kText, false, false},
      {RuleKind::kColumnCount, "ColumnCount", 0, 0, Wants::kNumber, false, false},
      {RuleKind::kRowCount, "RowCount", 0, 0, Wants::kNumber, true, false},
      {RuleKind::kRowCountMatch, "RowCountMatch", 0, 0, Wants::kNumber, false, false},
      {RuleKind::kDistinctValuesCount, "DistinctValuesCount", 1, 1, Wants::kNumber, true, false},
      {RuleKind::kMean, "Mean", 1, 1, Wants::kNumber, true, false},
      {RuleKind::kSum, "Sum", 1, 1, Wants::kNumber, true, false},
      {RuleKind::kStandardDeviation, "StandardDeviation", 1, 1, Wants::kNumber, true, false},
      {RuleKind::kDataFreshness, "DataFreshness", 1, 1, Wants::kSpan, true, false},
      {RuleKind::kSchemaMatch, "SchemaMatch", 0, 0, Wants::kShare, false, false},
      {RuleKind::kReferentialIntegrity, "ReferentialIntegrity", 1, 16, Wants::kShare, false, false},
      {RuleKind::kCustomSql, "CustomSql", 0, 0, Wants::kNumber, false, false},
  };
  return shapes;
}

const char* name_of(RuleKind kind) {
  if (kind == RuleKind::kAnd) return "and";
  if (kind == RuleKind::kOr) return "or";
  // The list is in the order of the enumeration.
  return rule_shapes()[static_cast<size_t>(kind)].name;
}

bool Rule::is_row_level() const {
  switch (kind) {
    case RuleKind::kIsComplete:
    case RuleKind::kCompleteness:
    case RuleKind::kColumnValues:
    case RuleKind::kColumnLength: return true;
    case RuleKind::kAnd:
    case RuleKind::kOr:
      return std::all_of(parts.begin(), parts.end(), [](const Rule& part) { return part.is_row_level(); });
    default: return false;
  }
}

std::string Rule::to_string() const {
  if (is_composite()) {
    std::vector<std::string> texts;
    for (const Rule& part : parts) texts.push_back(fmt::format("({})", part.to_string()));
    return fmt::format("{}", fmt::join(texts, fmt::format(" {} ", name_of(kind))));
  }
  std::string result = name_of(kind);
  if (kind == RuleKind::kReferentialIntegrity) {
    result += fmt::format(" {} {}", quoted(fmt::format("{}", fmt::join(columns, ","))),
                          quoted(fmt::format("{}.{{{}}}", reference, fmt::join(reference_columns, ","))));
  } else {
    for (const std::string& column : columns) result += ' ' + quoted(column);
    if (!reference.empty()) result += ' ' + quoted(reference);
  }
  if (kind == RuleKind::kCustomSql) result += ' ' + quoted(text);
  if (kind == RuleKind::kColumnDataType) result += " = " + quoted(text);
  if (expected) result += ' ' + to_text(*expected);
  if (!where.empty()) result += " where " + quoted(where);
  if (threshold) result += " with threshold " + to_text(*threshold);
  return result;
}

}  // namespace caudal::flows
