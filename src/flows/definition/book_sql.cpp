// SPDX-License-Identifier: Apache-2.0
// Writing a book's SQL.
#include "flows/definition/book_sql.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>
#include <vector>

#include "flows/definition/book_variables.h"
#include "flows/definition/sql_text.h"

namespace caudal::flows {
namespace {

int64_t power_of_ten(int exponent) {
  int64_t value = 1;
  for (int i = 0; i < exponent; ++i) value *= 10;
  return value;
}

// 10^-scale as a literal that both engines read as a decimal: 0.01.
std::string tenth_power(int scale) { return "0." + std::string(static_cast<size_t>(scale - 1), '0') + "1"; }

Date months_before(Date date, int months) {
  const std::chrono::year_month_day day(date);
  const std::chrono::year_month month = std::chrono::year_month(day.year(), day.month()) - std::chrono::months(months);
  const std::chrono::year_month_day moved = month / day.day();
  return moved.ok() ? Date(moved) : Date(month / std::chrono::last);
}

std::string date_literal(Date date) { return fmt::format("DATE '{}'", to_string(date)); }

// A decimal as a whole number of its last place, such as cents. Multiplying 18 digits needs 128 bits, which costs
// DuckDB forty times as much; so what fits takes a narrower way.
std::string as_whole(const std::string& column, const ColumnType& type) {
  if (type.kind != TypeKind::kDecimal || type.scale == 0) return fmt::format("CAST({} AS BIGINT)", column);
  const int64_t factor = power_of_ten(type.scale);
  const int narrow = 18 - (type.scale + 1);
  if (type.precision <= narrow) return fmt::format("CAST({} * {} AS BIGINT)", column, factor);
  const int64_t limit = power_of_ten(narrow - type.scale);
  return fmt::format(
      "CASE WHEN {0} > -{1} AND {0} < {1} THEN CAST(CAST({0} AS DECIMAL({2},{3})) * {4} AS BIGINT) "
      "ELSE CAST(CAST({0} AS DECIMAL(38,{3})) * {4} AS BIGINT) END",
      column, limit, narrow, type.scale, factor);
}

bool is_added_up(const BookMeasure& measure) {
  return std::any_of(measure.aggregates.begin(), measure.aggregates.end(),
                     [](Aggregate a) { return a == Aggregate::kSum || a == Aggregate::kAvg; });
}

// Writes the aggregates that the variables need, each once, and the variables over them.
class VariableWriter {
 public:
  explicit VariableWriter(const BookDefinition& book) : book_(book), values_(used_class_values(book)) {}

  std::string write(const std::string& events_table) {
    std::vector<std::string> columns = {quote_identifier(book_.entity)};
    for (const BookVariable& variable : book_.variables)
      columns.push_back(fmt::format("{} AS {}", expression(variable), quote_identifier(variable.name)));
    return fmt::format("SELECT {}\nFROM (\n  SELECT {}{}\n  FROM {}\n  GROUP BY {}\n) AS somas",
                       fmt::join(columns, ",\n  "), quote_identifier(book_.entity), aggregates_, events_table,
                       quote_identifier(book_.entity));
  }

 private:
  // The condition of a variable, and a name for it.
  struct Cell {
    std::string condition;
    std::string suffix;
  };
  Cell cell(const BookVariable& variable) const {
    const std::string window = fmt::format("k <= {}", variable.window + 1);
    if (!variable.class_value) return {window, fmt::format("t_{}", variable.window)};
    const std::pair<size_t, size_t> value{*variable.book_class, *variable.class_value};
    const auto number = std::find(values_.begin(), values_.end(), value) - values_.begin();
    return {fmt::format("c{} AND {}", number, window), fmt::format("c{}_{}", number, variable.window)};
  }

  // The name of an aggregate's column, which is written when it is needed first.
  std::string need(const std::string& name, const std::string& aggregate) {
    if (written_.insert(name).second) aggregates_ += fmt::format(",\n    {} AS {}", aggregate, name);
    return name;
  }

  std::string sum(const BookVariable& variable, const Cell& cell) {
    return need(fmt::format("s{}_{}", variable.measure, cell.suffix),
                fmt::format("sum(CASE WHEN {} THEN s{} END)", cell.condition, variable.measure));
  }

  std::string count(const BookVariable& variable, const Cell& cell) {
    if (book_.measures[variable.measure].required)
      return need(fmt::format("n_{}", cell.suffix), fmt::format("count(CASE WHEN {} THEN 1 END)", cell.condition));
    return need(fmt::format("n{}_{}", variable.measure, cell.suffix),
                fmt::format("count(CASE WHEN {} THEN m{} END)", cell.condition, variable.measure));
  }

  std::string expression(const BookVariable& variable) {
    const Cell at = cell(variable);
    const ColumnType& type = book_.measures[variable.measure].type;
    const int scale = type.kind == TypeKind::kDecimal ? type.scale : 0;
    switch (variable.aggregate) {
      case Aggregate::kSum:
        if (scale == 0) return fmt::format("CAST({} AS {})", sum(variable, at), variable.type.sql_name());
        return fmt::format("CAST(CAST({} AS DECIMAL(18,0)) * {} AS {})", sum(variable, at), tenth_power(scale),
                           variable.type.sql_name());
      case Aggregate::kAvg: return average(sum(variable, at), count(variable, at), scale);
      case Aggregate::kCount: return count(variable, at);
      case Aggregate::kMax:
      case Aggregate::kMin: break;
    }
    const char* function = name_of(variable.aggregate);
    return need(fmt::format("{}{}_{}", function, variable.measure, at.suffix),
                fmt::format("{}(CASE WHEN {} THEN m{} END)", function, at.condition, variable.measure));
  }

  // Whole-number division, rounding half away from zero: (2 S ± n) / 2n cuts off towards zero.
  static std::string average(const std::string& sum, const std::string& count, int scale) {
    const int64_t factor = 2 * power_of_ten(kAverageScale - scale);
    const std::string dividend =
        fmt::format("(CAST({0} AS BIGINT) * {2} + CASE WHEN {0} < 0 THEN -{1} ELSE {1} END)", sum, count, factor);
    return fmt::format("CAST(CAST({} / nullif(2 * {}, 0) AS DECIMAL(18,0)) * {} AS DECIMAL(18,{}))", dividend, count,
                       tenth_power(kAverageScale), kAverageScale);
  }

  const BookDefinition& book_;
  std::vector<std::pair<size_t, size_t>> values_;
  std::set<std::string> written_;
  std::string aggregates_;
};

}  // namespace

std::vector<std::pair<size_t, size_t>> used_class_values(const BookDefinition& book) {
  std::vector<std::pair<size_t, size_t>> values;
  for (const BookVariable& variable : book.variables) {
    if (!variable.class_value) continue;
    const std::pair<size_t, size_t> value{*variable.book_class, *variable.class_value};
    if (std::find(values.begin(), values.end(), value) == values.end()) values.push_back(value);
  }
  return values;
}

std::string book_events(const BookDefinition& book, Date dt_base) {
  const std::string date = quote_identifier(book.date);
  std::string columns = quote_identifier(book.entity);
  std::string shortest;
  for (size_t w = 0; w + 1 < book.windows.size(); ++w)
    shortest += fmt::format(" WHEN {} >= {} THEN {}", date,
                            date_literal(months_before(dt_base, book.windows[w].months)), w + 1);
  if (shortest.empty())
    columns += ",\n  CAST(1 AS TINYINT) AS k";
  else
    columns += fmt::format(",\n  CAST(CASE{} ELSE {} END AS TINYINT) AS k", shortest, book.windows.size());
  const auto values = used_class_values(book);
  for (size_t i = 0; i < values.size(); ++i)
    columns += fmt::format(",\n  ({}) AS c{}", book.classes[values[i].first].values[values[i].second].condition, i);
  for (size_t m = 0; m < book.measures.size(); ++m) {
    const std::string name = quote_identifier(book.measures[m].name);
    columns += fmt::format(",\n  {} AS m{}", name, m);
    if (is_added_up(book.measures[m]))
      columns += fmt::format(",\n  {} AS s{}", as_whole(name, book.measures[m].type), m);
  }
  return fmt::format("SELECT {}\nFROM (\n{}\n) AS fonte\nWHERE {} >= {} AND {} < {} AND {} IS NOT NULL", columns,
                     book.source.render(dt_base), date,
                     date_literal(months_before(dt_base, book.windows.back().months)), date, date_literal(dt_base),
                     quote_identifier(book.entity));
}

std::string book_variables(const BookDefinition& book, const std::string& events_table) {
  return VariableWriter(book).write(events_table);
}

std::string book_select(const BookDefinition& book, Date dt_base) {
  return fmt::format("WITH eventos AS (\n{}\n)\n{}", book_events(book, dt_base), book_variables(book, "eventos"));
}

std::string book_dictionary(const BookDefinition& book) {
  const auto row = [](size_t position, const std::string& name, const std::string& type,
                      const std::string& description) {
    return fmt::format("{}, {}, {}, {}", position, quote_text(name), quote_text(type), quote_text(description));
  };
  std::vector<std::string> rows = {
      fmt::format("({}, NULL, NULL, NULL, NULL, NULL, NULL)",
                  row(1, book.entity, book.entity_type.to_string(), book.entity_description))};
  for (size_t i = 0; i < book.variables.size(); ++i) {
    const BookVariable& variable = book.variables[i];
    const BookWindow& window = book.windows[variable.window];
    std::string class_columns = "NULL, NULL";
    if (variable.class_value) {
      const BookClass& book_class = book.classes[*variable.book_class];
      class_columns = quote_text(book_class.name) + ", " + quote_text(book_class.values[*variable.class_value].name);
    }
    rows.push_back(fmt::format(
        "({}, {}, {}, {}, {}, {})", row(i + 2, variable.name, variable.type.to_string(), variable.description),
        quote_text(book.measures[variable.measure].name), quote_text(name_of(variable.aggregate)),
        quote_text(window.name), window.months, class_columns));
  }
  return fmt::format(
      "SELECT CAST(posicao AS INTEGER) AS posicao, CAST(variavel AS VARCHAR) AS variavel, CAST(tipo AS VARCHAR) AS "
      "tipo, "
      "CAST(descricao AS VARCHAR) AS descricao, CAST(medida AS VARCHAR) AS medida, "
      "CAST(agregacao AS VARCHAR) AS agregacao, CAST(janela AS VARCHAR) AS janela, CAST(meses AS INTEGER) AS meses, "
      "CAST(classe AS VARCHAR) AS classe, CAST(valor AS VARCHAR) AS valor\nFROM (VALUES\n{}\n) AS dicionario(posicao, "
      "variavel, tipo, descricao, medida, agregacao, janela, meses, classe, valor)\nORDER BY posicao",
      fmt::join(rows, ",\n"));
}

}  // namespace caudal::flows
