// SPDX-License-Identifier: Apache-2.0
// Rule: one data-quality rule in DQDL's words, parsed. What a rule does when it fails belongs to the contract; how it
// is measured belongs to rule_sql.h.
//
//   ColumnValues "valor_fatura" >= 0
//   Completeness "id_cliente" > 0.99
//   ColumnValues "uf" in ["SP", "RJ"] with threshold > 0.95
//   RowCount between 1 and 10000000
//   (RowCount > 0) and ((IsUnique "a") or (IsUnique "b"))
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace caudal::flows {

enum class RuleKind : uint8_t {
  kIsComplete,
  kCompleteness,
  kIsUnique,
  kUniqueness,
  kIsPrimaryKey,
  kColumnValues,
  kColumnLength,
  kColumnExists,
  kColumnDataType,
  kColumnCount,
  kRowCount,
  kRowCountMatch,
  kDistinctValuesCount,
  kMean,
  kSum,
  kStandardDeviation,
  kDataFreshness,
  kSchemaMatch,
  kReferentialIntegrity,
  kCustomSql,
  kAnd,  // composite: every part has to hold
  kOr,   // composite: one part has to hold
};

enum class Comparison : uint8_t {
  kEqual,
  kNotEqual,
  kLess,
  kLessOrEqual,
  kGreater,
  kGreaterOrEqual,
  kBetween,  // DQDL's: both ends excluded
  kNotBetween,
  kIn,
  kNotIn,
  kMatches,
  kNotMatches,
};

// A value written in a rule. Numbers keep their digits, so that amounts stay exact.
struct RuleLiteral {
  // kNow is the date of the run with a number of days added ("now() - 3 days" has text "-3"); kDays, kHours and
  // kMinutes are spans of time; kNull and kEmpty are the words NULL and EMPTY.
  enum class Kind : uint8_t { kNumber, kText, kNow, kDays, kHours, kMinutes, kNull, kEmpty };
  Kind kind = Kind::kNumber;
  std::string text = {};  // the digits, the text, the days
  bool operator==(const RuleLiteral&) const = default;
};

struct Condition {
  Comparison comparison = Comparison::kEqual;
  std::vector<RuleLiteral> operands = {};  // two for between, one or more for in, one otherwise (a regex for matches)
  bool operator==(const Condition&) const = default;
};

struct Rule {
  RuleKind kind = RuleKind::kRowCount;
  std::vector<std::string> columns = {};    // as written, without quotes
  std::optional<Condition> expected = {};   // absent where the kind carries its own (IsComplete is 1.0)
  std::optional<Condition> threshold = {};  // "with threshold > 0.9": share of rows that must satisfy `expected`
  std::string where = {};                   // "where" filter: a SQL condition, or empty
  std::string reference = {};               // the other table of RowCountMatch, SchemaMatch, ReferentialIntegrity
  std::vector<std::string> reference_columns = {};  // of ReferentialIntegrity
  std::string text = {};                            // CustomSql's statement, or ColumnDataType's type name
  std::vector<Rule> parts = {};  // two or more rules that a composite joins; nothing else of a composite is set

  bool is_composite() const { return kind == RuleKind::kAnd || kind == RuleKind::kOr; }
  // Whether each row alone satisfies the rule or not, so that the rows that do not can be set aside. A composite is if
  // each of its parts is.
  bool is_row_level() const;
  // The rule in DQDL again, in one canonical spelling: parse_rule(to_string()) gives the same rule.
  std::string to_string() const;
  bool operator==(const Rule&) const = default;
};

// As in DQDL; "and" and "or" of composites.
const char* name_of(RuleKind kind);

// Error invalid_rule: its message says at which character, what was found and what was expected.
Result<Rule> parse_rule(std::string_view text);

}  // namespace caudal::flows
