// SPDX-License-Identifier: Apache-2.0
// Measuring quality rules in SQL.
#include "flows/definition/rule_sql.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>

#include "flows/definition/errors.h"
#include "flows/definition/sql_text.h"

namespace caudal::flows {
namespace {

const ContractColumn* find(const RuleTarget& target, std::string_view name) {
  for (const ContractColumn& column : *target.columns) {
    if (column.name == name) return &column;
  }
  return nullptr;
}

// The days of now() ± n days, which parsing has kept to a few digits.
int whole(std::string_view digits) {
  int value = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), value);
  return value;
}

std::string literal(const RuleLiteral& value, const ColumnType& type, const RuleTarget& target) {
  using Kind = RuleLiteral::Kind;
  switch (value.kind) {
    case Kind::kNumber:
      return type.kind == TypeKind::kDouble ? fmt::format("CAST({} AS DOUBLE)", quote_text(value.text)) : value.text;
    case Kind::kEmpty: return "''";
    case Kind::kNow: {
      const Date day = target.today + std::chrono::days(whole(value.text));
      return fmt::format("CAST('{}' AS {})", to_string(day), type.sql_name());
    }
    case Kind::kText:
      return type.kind == TypeKind::kString ? quote_text(value.text)
                                            : fmt::format("CAST({} AS {})", quote_text(value.text), type.sql_name());
    default: return "NULL";
  }
}

const char* sign_of(Comparison comparison) {
  switch (comparison) {
    case Comparison::kEqual: return "=";
    case Comparison::kNotEqual: return "<>";
    case Comparison::kLess: return "<";
    case Comparison::kLessOrEqual: return "<=";
    case Comparison::kGreater: return ">";
    default: return ">=";
  }
}

// `left` compared with the operands, already SQL. DQDL's between leaves out both ends.
std::string compare(const std::string& left, Comparison comparison, const std::vector<std::string>& right) {
  switch (comparison) {
    case Comparison::kBetween: return fmt::format("({0} > {1} AND {0} < {2})", left, right[0], right[1]);
    case Comparison::kNotBetween: return fmt::format("({0} <= {1} OR {0} >= {2})", left, right[0], right[1]);
    case Comparison::kIn: return fmt::format("{} IN ({})", left, fmt::join(right, ", "));
    case Comparison::kNotIn: return fmt::format("{} NOT IN ({})", left, fmt::join(right, ", "));
    case Comparison::kMatches: return fmt::format("regexp_full_match({}, {})", left, right[0]);
    case Comparison::kNotMatches: return fmt::format("NOT regexp_full_match({}, {})", left, right[0]);
    default: return fmt::format("{} {} {}", left, sign_of(comparison), right[0]);
  }
}

// A number compared with the condition's numbers, each times `scale` where there is one: so that a share is compared
// without dividing.
std::string compare_number(const std::string& left, const Condition& condition, const std::string& scale = "") {
  std::vector<std::string> right;
  for (const RuleLiteral& value : condition.operands)
    right.push_back(scale.empty() ? value.text : fmt::format("{} * {}", value.text, scale));
  return compare(left, condition.comparison, right);
}

// The rule's condition on one value, NULL where the value is. NULL among the operands is a value like others.
std::string values_condition(const Rule& rule, const ContractColumn& column, const RuleTarget& target) {
  const std::string name = quote_identifier(column.name);
  const Condition& condition = *rule.expected;
  std::vector<std::string> right;
  bool with_null = false;
  for (const RuleLiteral& value : condition.operands) {
    if (value.kind == RuleLiteral::Kind::kNull)
      with_null = true;
    else
      right.push_back(literal(value, column.type, target));
  }
  const Comparison comparison = condition.comparison;
  const bool negative = comparison == Comparison::kNotEqual || comparison == Comparison::kNotIn;
  if (with_null && right.empty()) return fmt::format("{} IS {}NULL", name, negative ? "NOT " : "");
  const std::string compared = fmt::format("coalesce({}, TRUE)", compare(name, comparison, right));
  if (with_null && negative) return fmt::format("({} IS NOT NULL AND {})", name, compared);
  return compared;
}

std::string filter_of(const Rule& rule) { return rule.where.empty() ? "" : fmt::format(" WHERE ({})", rule.where); }

Error invalid(const Rule& rule, std::string_view problem) {
  return Error{DefinitionErrc::invalid_rule, fmt::format("rule {}: {}", rule.to_string(), problem)};
}

// A number of one row as text, in the fewest words: the measured value.
std::string as_text(const std::string& number) { return fmt::format("CAST({} AS VARCHAR)", number); }

std::string share_text(const std::string& part, const std::string& whole) {
  return fmt::format(
      "CASE WHEN {1} = 0 THEN '1.000000' ELSE CAST(CAST(CAST({0} AS DOUBLE) / {1} AS DECIMAL(18,6)) AS VARCHAR) END",
      part, whole);
}

std::string one_row(const std::string& measured, const std::string& passed, const std::string& failed,
                    const std::string& total, const std::string& from) {
  return fmt::format(
      "SELECT {} AS measured, coalesce({}, FALSE) AS passed, CAST({} AS BIGINT) AS rows_failed, CAST({} AS BIGINT) AS "
      "rows_total{}",
      measured, passed, failed, total, from);
}

std::string names_of(const std::vector<std::string>& columns, std::string_view prefix = "") {
  std::string result;
  for (const std::string& column : columns)
    result += fmt::format("{}{}{}", result.empty() ? "" : ", ", prefix, quote_identifier(column));
  return result;
}

// The share of the rows that has to satisfy a row rule; none: all of them.
std::optional<Condition> share_of(const Rule& rule) {
  return rule.kind == RuleKind::kCompleteness ? rule.expected : rule.threshold;
}

std::string count_rows(const std::string& predicate, const Rule& rule, const RuleTarget& target) {
  return fmt::format("SELECT count(*) AS total, count(CASE WHEN {} THEN 1 END) AS good FROM {}{}", predicate,
                     target.table, filter_of(rule));
}

// `counts` is a SELECT of total and good.
std::string judge_rows(const std::string& counts, const std::optional<Condition>& share) {
  const std::string passed =
      share ? fmt::format("(total = 0 OR {})", compare_number("good", *share, "total")) : "good = total";
  return one_row(share_text("good", "total"), passed, "total - good", "total",
                 fmt::format(" FROM ({}) AS medida", counts));
}

// Rows of `tabela` whose columns are those of `repetida`, none of them NULL.
std::string same_values(const std::vector<std::string>& columns) {
  std::string text;
  for (const std::string& column : columns) {
    const std::string name = quote_identifier(column);
    text += fmt::format("{}repetida.{} = tabela.{}", text.empty() ? "" : " AND ", name, name);
  }
  return text;
}

std::string measure_uniqueness(const Rule& rule, const RuleTarget& target) {
  std::string complete;
  for (const std::string& column : rule.columns)
    complete += fmt::format("{}{} IS NOT NULL", complete.empty() ? "" : " AND ", quote_identifier(column));
  const bool key = rule.kind == RuleKind::kIsPrimaryKey;
  std::string from = fmt::format(
      " FROM (SELECT coalesce(sum(n), 0) AS total, coalesce(sum(CASE WHEN n = 1 AND whole THEN n WHEN NOT whole AND {} "
      "THEN n END), 0) AS good FROM (SELECT {}, count(*) AS n, {} AS whole FROM {}{} GROUP BY {}) AS grupos) AS medida",
      key ? "FALSE" : "TRUE", names_of(rule.columns), complete, target.table, filter_of(rule), names_of(rule.columns));
  if (target.known_key && target.known_key->columns == rule.columns) {
    from = fmt::format(
        " FROM (SELECT total, total - incomplete - repeated AS good FROM (SELECT count(*) AS total, count(CASE WHEN "
        "{0} "
        "AND NOT ({1}) THEN 1 END) AS incomplete FROM {2}{3}) AS todas CROSS JOIN (SELECT coalesce(sum(n), 0) AS "
        "repeated FROM (SELECT count(*) AS n FROM (SELECT * FROM {2}{3}) AS tabela WHERE EXISTS (SELECT 1 FROM {4} AS "
        "repetida WHERE {5}) GROUP BY {6} HAVING count(*) > 1) AS grupos) AS repetidas) AS medida",
        key ? "TRUE" : "FALSE", complete, target.table, filter_of(rule), target.known_key->repeated,
        same_values(rule.columns), names_of(rule.columns));
  }
  const std::string passed = rule.kind == RuleKind::kUniqueness
                                 ? fmt::format("(total = 0 OR {})", compare_number("good", *rule.expected, "total"))
                                 : "good = total";
  return one_row(share_text("good", "total"), passed, "total - good", "total", from);
}

// One number of the whole table.
std::string measure_number(const std::string& number, const Rule& rule, const RuleTarget& target) {
  const std::string from = fmt::format(" FROM (SELECT {} AS value, count(*) AS total FROM {}{}) AS medida", number,
                                       target.table, filter_of(rule));
  return one_row(as_text("value"), compare_number("value", *rule.expected), "NULL", "total", from);
}

std::string measure_mean(const Rule& rule, const RuleTarget& target) {
  const std::string column = quote_identifier(rule.columns[0]);
  const std::string from =
      fmt::format(" FROM (SELECT sum({0}) AS total_value, count({0}) AS n, count(*) AS total FROM {1}{2}) AS medida",
                  column, target.table, filter_of(rule));
  return one_row("CAST(CAST(CAST(total_value AS DOUBLE) / nullif(n, 0) AS DECIMAL(38,6)) AS VARCHAR)",
                 fmt::format("n > 0 AND {}", compare_number("total_value", *rule.expected, "n")), "NULL", "total",
                 from);
}

Result<std::string> measure_freshness(const Rule& rule, const RuleTarget& target) {
  std::vector<std::string> minutes;
  for (const RuleLiteral& value : rule.expected->operands) {
    const char* factor = value.kind == RuleLiteral::Kind::kDays    ? "1440"
                         : value.kind == RuleLiteral::Kind::kHours ? "60"
                                                                   : "1";
    minutes.push_back(fmt::format("{} * {}", value.text, factor));
  }
  const std::string age = fmt::format("date_diff('minute', CAST({} AS TIMESTAMP), TIMESTAMP '{} 00:00:00')",
                                      quote_identifier(rule.columns[0]), to_string(target.today));
  const std::string fresh = fmt::format("coalesce({}, TRUE)", compare(age, rule.expected->comparison, minutes));
  return judge_rows(count_rows(fresh, rule, target), std::nullopt);
}

Result<std::string> reference_of(const Rule& rule, const RuleTarget& target) {
  std::optional<std::string> table;
  if (target.reference) table = target.reference(rule.reference);
  if (!table) return invalid(rule, fmt::format("there is no table '{}'", rule.reference));
  return *std::move(table);
}

Result<std::string> measure_integrity(const Rule& rule, const RuleTarget& target) {
  const std::string reference = TRY(reference_of(rule, target));
  std::string pairs;
  std::string incomplete;
  for (size_t i = 0; i < rule.columns.size(); ++i) {
    const std::string column = quote_identifier(rule.columns[i]);
    pairs += fmt::format("{}alvo.{} = linha.{}", pairs.empty() ? "" : " AND ",
                         quote_identifier(rule.reference_columns[i]), column);
    incomplete += fmt::format("linha.{} IS NULL OR ", column);
  }
  const std::string from = fmt::format(
      " FROM (SELECT count(*) AS total, coalesce(sum(CASE WHEN {}EXISTS (SELECT 1 FROM {} AS alvo WHERE {}) THEN 1 "
      "ELSE 0 "
      "END), 0) AS good FROM {} AS linha) AS medida",
      incomplete, reference, pairs, target.table);
  return one_row(share_text("good", "total"),
                 fmt::format("(total = 0 OR {})", compare_number("good", *rule.expected, "total")), "total - good",
                 "total", from);
}

// Two tables with the same columns, by name and type, whatever their order: the share of ours that the other has too.
Result<std::string> measure_schema(const Rule& rule, const RuleTarget& target) {
  std::optional<std::vector<ContractColumn>> other;
  if (target.reference_columns) other = target.reference_columns(rule.reference);
  if (!other) return invalid(rule, fmt::format("there is no table '{}'", rule.reference));
  const size_t total = std::max(other->size(), target.columns->size());
  size_t same = 0;
  for (const ContractColumn& column : *target.columns) {
    same += std::any_of(other->begin(), other->end(), [&](const ContractColumn& candidate) {
      return candidate.name == column.name && candidate.type == column.type;
    });
  }
  return one_row(share_text(fmt::format("{}", same), fmt::format("{}", total)),
                 compare_number(fmt::format("{}", same), *rule.expected, fmt::format("{}", total)), "NULL",
                 "(SELECT count(*) FROM " + target.table + ")", "");
}

// `primary`, outside of quotes, is the table itself.
std::string custom_statement(std::string_view text) {
  constexpr std::string_view kPrimary = "primary";
  const auto part_of_word = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  };
  std::string result;
  for (size_t at = 0; at < text.size();) {
    const size_t after = skip_quoted(text, at);
    const bool begins = at == 0 || !part_of_word(text[at - 1]);
    const size_t end = at + kPrimary.size();
    if (after == at && begins && text.substr(at).starts_with(kPrimary) &&
        (end == text.size() || !part_of_word(text[end]))) {
      result += "\"primary\"";
      at = end;
      continue;
    }
    const size_t next = std::max(after, at + 1);
    result += text.substr(at, next - at);
    at = next;
  }
  return result;
}

std::string measure_custom(const Rule& rule, const RuleTarget& target) {
  return fmt::format(
      "WITH \"primary\" AS (SELECT * FROM {} AS tabela) {}", target.table,
      one_row(as_text("value"), compare_number("value", *rule.expected), "NULL", "(SELECT count(*) FROM \"primary\")",
              fmt::format(" FROM (SELECT ({}) AS value) AS medida", custom_statement(rule.text))));
}

// What the columns alone decide.
std::string measure_columns(const Rule& rule, const RuleTarget& target) {
  const std::string total = fmt::format("(SELECT count(*) FROM {})", target.table);
  if (rule.kind == RuleKind::kColumnCount) {
    const std::string count = fmt::format("{}", target.columns->size());
    return one_row(quote_text(count), compare_number(count, *rule.expected), "NULL", total, "");
  }
  const ContractColumn* column = find(target, rule.columns[0]);
  const std::string found = column == nullptr ? "absent" : column->type.to_string();
  const Result<ColumnType> wanted = parse_column_type(rule.text);
  const bool passed =
      column != nullptr && (rule.kind == RuleKind::kColumnExists || (wanted && *wanted == column->type));
  return one_row(quote_text(found), passed ? "TRUE" : "FALSE", "NULL", total, "");
}

// Whether a share of the rows may break the rule, so that it says nothing about any one of them.
bool has_share(const Rule& rule) {
  return rule.kind == RuleKind::kCompleteness || rule.threshold.has_value() ||
         std::any_of(rule.parts.begin(), rule.parts.end(), has_share);
}

// Whether a row rule is one count of rows, and not several whose outcomes are joined.
bool is_one_count(const Rule& rule) { return !rule.is_composite() || !has_share(rule); }

// Each part over the whole table, then the word that joins them. What was measured keeps the rule's shape:
// "(4: holds) and (0.750000: fails)".
std::string join_parts(const Rule& rule, const std::vector<std::string>& parts, const std::string& total) {
  std::string measured;
  std::string passed;
  std::string from;
  for (size_t i = 0; i < parts.size(); ++i) {
    const std::string word = i == 0 ? "" : fmt::format(" {} ", name_of(rule.kind));
    measured += fmt::format(
        "{}'{}(' || coalesce(parte{}.measured, 'nothing') || CASE WHEN parte{}.passed THEN ': holds)' "
        "ELSE ': fails)' END",
        i == 0 ? "" : " || ", word, i, i);
    passed += fmt::format("{}parte{}.passed", word, i);
    from += fmt::format("{}({}) AS parte{}", i == 0 ? " FROM " : ", ", parts[i], i);
  }
  return one_row(measured, fmt::format("({})", passed), "NULL", total, from);
}

Result<std::string> measure_composite(const Rule& rule, const RuleTarget& target) {
  if (rule.is_row_level() && !has_share(rule))
    return judge_rows(count_rows(TRY(row_predicate(rule, target)), rule, target), std::nullopt);
  std::vector<std::string> parts;
  for (const Rule& part : rule.parts) parts.push_back(TRY(measure_query(part, target)));
  return join_parts(rule, parts, fmt::format("(SELECT count(*) FROM {})", target.table));
}

// Takes from the front of `counts` what the rule and its parts come to.
std::string judge_counts(const Rule& rule, std::span<const RowCounts>& counts, const std::string& rows_total) {
  if (is_one_count(rule)) {
    const RowCounts& own = counts.front();
    counts = counts.subspan(1);
    return judge_rows(
        fmt::format("SELECT CAST({} AS BIGINT) AS total, CAST({} AS BIGINT) AS good", own.total, own.good),
        share_of(rule));
  }
  std::vector<std::string> parts;
  for (const Rule& part : rule.parts) parts.push_back(judge_counts(part, counts, rows_total));
  return join_parts(rule, parts, rows_total);
}

}  // namespace

Result<std::string> row_predicate(const Rule& rule, const RuleTarget& target) {
  if (!rule.is_row_level()) return invalid(rule, "is about the whole table, not about single rows");
  if (rule.is_composite()) {
    std::vector<std::string> parts;
    for (const Rule& part : rule.parts) parts.push_back(fmt::format("({})", TRY(row_predicate(part, target))));
    return fmt::format("({})", fmt::join(parts, fmt::format(" {} ", name_of(rule.kind))));
  }
  const ContractColumn* column = find(target, rule.columns[0]);
  if (column == nullptr) return invalid(rule, fmt::format("'{}' is no column", rule.columns[0]));
  const std::string name = quote_identifier(column->name);
  std::string predicate = fmt::format("{} IS NOT NULL", name);
  if (rule.kind == RuleKind::kColumnValues) predicate = values_condition(rule, *column, target);
  if (rule.kind == RuleKind::kColumnLength)
    predicate = fmt::format("coalesce({}, TRUE)", compare_number(fmt::format("length({})", name), *rule.expected));
  if (rule.where.empty()) return predicate;
  return fmt::format("(NOT coalesce(({}), FALSE) OR {})", rule.where, predicate);
}

Result<std::string> measure_query(const Rule& rule, const RuleTarget& target) {
  const std::string column = rule.columns.empty() ? "" : quote_identifier(rule.columns[0]);
  switch (rule.kind) {
    case RuleKind::kIsComplete:
    case RuleKind::kColumnValues:
    case RuleKind::kColumnLength:
    case RuleKind::kCompleteness:
      return judge_rows(count_rows(TRY(row_predicate(rule, target)), rule, target), share_of(rule));
    case RuleKind::kIsUnique:
    case RuleKind::kUniqueness:
    case RuleKind::kIsPrimaryKey: return measure_uniqueness(rule, target);
    case RuleKind::kColumnExists:
    case RuleKind::kColumnDataType:
    case RuleKind::kColumnCount: return measure_columns(rule, target);
    case RuleKind::kRowCount: return measure_number("count(*)", rule, target);
    case RuleKind::kDistinctValuesCount: return measure_number(fmt::format("count(DISTINCT {})", column), rule, target);
    case RuleKind::kSum: return measure_number(fmt::format("coalesce(sum({}), 0)", column), rule, target);
    case RuleKind::kStandardDeviation: return measure_number(fmt::format("stddev_pop({})", column), rule, target);
    case RuleKind::kMean: return measure_mean(rule, target);
    case RuleKind::kRowCountMatch: {
      const std::string other = fmt::format("(SELECT count(*) FROM {})", TRY(reference_of(rule, target)));
      const std::string from =
          fmt::format(" FROM (SELECT count(*) AS total, {} AS other FROM {}) AS medida", other, target.table);
      return one_row(share_text("total", "other"), compare_number("total", *rule.expected, "other"), "NULL", "total",
                     from);
    }
    case RuleKind::kDataFreshness: return measure_freshness(rule, target);
    case RuleKind::kSchemaMatch: return measure_schema(rule, target);
    case RuleKind::kReferentialIntegrity: return measure_integrity(rule, target);
    case RuleKind::kCustomSql: return measure_custom(rule, target);
    case RuleKind::kAnd:
    case RuleKind::kOr: return measure_composite(rule, target);
  }
  return invalid(rule, "cannot be measured");
}

Result<std::vector<std::string>> count_queries(const Rule& rule, const RuleTarget& target) {
  std::vector<std::string> queries;
  if (is_one_count(rule)) {
    queries.push_back(count_rows(TRY(row_predicate(rule, target)), rule, target));
    return queries;
  }
  for (const Rule& part : rule.parts) {
    for (std::string& query : TRY(count_queries(part, target))) queries.push_back(std::move(query));
  }
  return queries;
}

std::string judge_query(const Rule& rule, std::span<const RowCounts> counts, uint64_t rows_total) {
  return judge_counts(rule, counts, fmt::format("{}", rows_total));
}

}  // namespace caudal::flows
