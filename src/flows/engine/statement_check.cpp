// SPDX-License-Identifier: Apache-2.0
// An empty DuckDB with the flow's tables, in which every statement is described in the order of the steps.
#include "flows/engine/statement_check.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <set>

#include "flows/definition/book_sql.h"
#include "flows/definition/rule_sql.h"
#include "flows/engine/contract_tables.h"
#include "flows/engine/statement_error.h"
#include "queries/type_map.h"
#include "sql/connection.h"
#include "sql/database.h"
#include "sql/errors.h"

namespace caudal::flows::engine {
namespace {

using sql::quote_identifier;
using Columns = std::vector<sql::Column>;

constexpr const char* kRows = "caudal_rows";  // what a condition or a rule is about
constexpr uint64_t kMemoryBytes = uint64_t{256} << 20;

// Any date does: only types are looked at.
Date some_date() { return Date(std::chrono::year(2024) / 2 / 1); }

std::string lower(std::string text) {
  for (char& c : text) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return text;
}

std::string quoted(const TableName& name) {
  return quote_identifier(name.database) + "." + quote_identifier(name.table);
}

bool holds_sql(const Rule& rule) {
  return rule.kind == RuleKind::kCustomSql || !rule.where.empty() || std::ranges::any_of(rule.parts, holds_sql);
}

class StatementCheck {
 public:
  StatementCheck(const FlowDefinition& flow, sql::Connection& connection) : flow_(flow), connection_(connection) {}

  Result<Mistakes> run() {
    for (const StepDefinition& step : flow_.steps) {
      if (const auto* curate = std::get_if<CurateStep>(&step.action)) TRY(make_tables_of(*curate));
    }
    for (const InputDefinition& input : flow_.inputs) TRY(check_rules(input.contract));
    for (const StepDefinition& step : flow_.steps) {
      if (const auto* sql_step = std::get_if<SqlStep>(&step.action)) TRY(check_step(*sql_step));
      if (const auto* book = std::get_if<BookStep>(&step.action)) TRY(check_step(*book));
      if (const auto* dictionary = std::get_if<DictionaryStep>(&step.action)) TRY(make_dictionary(*dictionary));
    }
    return std::move(mistakes_);
  }

 private:
  Result<void> make_tables_of(const CurateStep& step) {
    const InputDefinition* const input = flow_.find_input(step.input);
    if (input == nullptr) return {};
    TRY(make_table(TRY(curated_table(input->contract, step.output)), input->contract.place));
    TRY(make_table(quarantine_table(input->contract, step.quarantine), input->contract.place));
    return make_table(refused_files_table(step.quarantine.database), input->contract.place);
  }

  Result<void> make_table(const OutputTable& table, const TextPlace& place) {
    if (known_.contains(table.name)) return {};
    std::vector<std::string> columns;
    for (const auto* some : {&table.columns, &table.partition_keys}) {
      for (const catalog::Column& column : *some)
        columns.push_back(quote_identifier(column.name) + " " + queries::to_duckdb_type(column.type));
    }
    TRY(connection_.run("CREATE SCHEMA IF NOT EXISTS " + quote_identifier(table.name.database)));
    if (const auto made =
            connection_.run(fmt::format("CREATE TABLE {} ({})", quoted(table.name), fmt::join(columns, ", ")));
        made)
      known_.insert(table.name);
    else
      mistakes_.add(place, fmt::format("{} cannot be a table: {}", table.name.to_string(),
                                       statement_error(made.error()).message));
    return {};
  }

  // The table that a statement of these columns makes.
  Result<void> make_output(const OutputDefinition& output, const Columns& columns, const TextPlace& place) {
    auto typed = queries::to_catalog_columns(columns);
    if (!typed) {
      mistakes_.add(place, typed.error().message);
      return {};
    }
    OutputTable table{.name = output.table, .columns = *std::move(typed)};
    if (!output.partition.empty())
      table.partition_keys = {{output.partition, catalog::Type::primitive(catalog::Type::Kind::kDate)}};
    return make_table(table, place);
  }

  Result<void> check_step(const SqlStep& step) {
    TRY(check_shared(step.shared));
    const auto columns = TRY(check(step.sql, step.reads));
    return columns ? make_output(step.output, *columns, step.sql.place()) : Result<void>();
  }

  Result<void> check_step(const BookStep& step) {
    TRY(check_shared(step.shared));
    const BookDefinition& book = step.book;
    if (const auto events = TRY(check(book.source, step.reads))) TRY(check_book(book, *events));
    OutputTable table{.name = step.output.table,
                      .columns = {{book.entity, TRY(catalog::Type::parse(book.entity_type.to_string()))}}};
    for (const BookVariable& variable : book.variables)
      table.columns.push_back({variable.name, TRY(catalog::Type::parse(variable.type.to_string()))});
    if (!step.output.partition.empty())
      table.partition_keys = {{step.output.partition, catalog::Type::primitive(catalog::Type::Kind::kDate)}};
    return make_table(table, book.place);
  }

  Result<void> make_dictionary(const DictionaryStep& step) {
    const StepDefinition* const book = flow_.find_step(step.book);
    if (book == nullptr) return {};
    const std::string select = book_dictionary(std::get<BookStep>(book->action).book);
    return make_output(step.output, TRY(connection_.describe(select)), book->place);
  }

  // Each once, as a table of the name by which statements read it.
  Result<void> check_shared(const std::vector<std::string>& names) {
    for (const std::string& name : names) {
      const SharedDefinition* const shared = flow_.find_shared(name);
      if (shared == nullptr || !seen_.insert(name).second) continue;
      if (const auto columns = TRY(check(shared->sql, shared->reads))) {
        TRY(make_session_table(name, *columns));
        shared_.insert(name);
      }
    }
    return {};
  }

  Result<void> make_session_table(const std::string& name, const Columns& columns) {
    std::vector<std::string> words;
    for (const sql::Column& column : columns)
      words.push_back(quote_identifier(column.name) + " " + column.type.to_string());
    TRY(connection_.run(
        fmt::format("CREATE OR REPLACE TABLE {} ({})", quote_identifier(name), fmt::join(words, ", "))));
    return {};
  }

  // The columns of the statement; nothing when it is wrong, which is told, or reads what is not known here.
  Result<std::optional<Columns>> check(const SqlTemplate& statement, const std::vector<ReadDefinition>& reads) {
    const std::string text = statement.render(some_date());
    if (const auto count = connection_.count(text); !count || *count != 1) {
      add(statement, count ? Error{sql::Errc::invalid_statement,
                                   fmt::format("one SELECT is expected here, found {} statements", *count)}
                           : count.error());
      return std::optional<Columns>();
    }
    const auto names = connection_.table_names(text);
    if (!names) {
      add(statement, names.error());
      return std::optional<Columns>();
    }
    bool all_known = true;
    for (const sql::Connection::TableName& name : *names) {
      if (!check_read(name, statement, reads, all_known)) return std::optional<Columns>();
    }
    auto columns = connection_.describe(text);
    if (columns) return std::optional<Columns>(*std::move(columns));
    if (all_known) add(statement, columns.error());
    return std::optional<Columns>();
  }

  // Whether the statement may read that table; `all_known` becomes false when its columns are not known.
  bool check_read(const sql::Connection::TableName& name, const SqlTemplate& statement,
                  const std::vector<ReadDefinition>& reads, bool& all_known) {
    if (name.parts.size() == 1) {
      // A shared SELECT that is itself wrong was told already.
      const std::string shared = lower(name.parts[0]);
      if (seen_.contains(shared) && !shared_.contains(shared)) all_known = false;
      return true;
    }
    if (name.parts.size() != 2) return true;
    const TableName table{lower(name.parts[0]), lower(name.parts[1])};
    if (!known_.contains(table)) all_known = false;
    // The record of runs belongs to no step.
    if (table.database == "caudal") return true;
    std::vector<std::string> declared;
    for (const ReadDefinition& read : reads) declared.push_back(read.table.to_string());
    if (std::ranges::find(declared, table.to_string()) != declared.end()) return true;
    mistakes_.add(statement.place(),
                  fmt::format("the statement reads {}, which is not among its 'reads'{}: nobody would notice when that "
                              "table changes",
                              table.to_string(), did_you_mean(table.to_string(), declared)));
    return false;
  }

  Result<void> check_book(const BookDefinition& book, const Columns& events) {
    std::vector<std::string> names;
    for (const sql::Column& column : events) names.push_back(lower(column.name));
    const auto must_have = [&](const std::string& name, const TextPlace& place) {
      if (std::ranges::find(names, lower(name)) == names.end())
        mistakes_.add(place, fmt::format("'{}' is no column of the book's source{}", name, did_you_mean(name, names)));
    };
    must_have(book.entity, book.place);
    must_have(book.date, book.place);
    for (const BookMeasure& measure : book.measures) must_have(measure.name, measure.place);
    TRY(make_session_table(kRows, events));
    for (const BookClass& one : book.classes) {
      for (const ClassValue& value : one.values) {
        const auto type =
            connection_.describe(fmt::format("SELECT CAST(({}\n) AS BOOLEAN) FROM {}", value.condition, kRows));
        if (!type)
          mistakes_.add(value.place,
                        fmt::format("'when' of {}: {}", value.name, statement_error(type.error()).message));
      }
    }
    return {};
  }

  Result<void> check_rules(const Contract& contract) {
    Columns rows;
    std::vector<std::string> words;
    for (const ContractColumn& column : contract.columns)
      words.push_back(quote_identifier(column.name) + " " + column.type.sql_name());
    if (!connection_.run(fmt::format("CREATE OR REPLACE TABLE {} ({})", kRows, fmt::join(words, ", ")))) return {};
    for (const QualityRule& quality : contract.rules) {
      if (holds_sql(quality.rule)) check_rule_sql(contract, quality);
    }
    return {};
  }

  void check_rule_sql(const Contract& contract, const QualityRule& quality) {
    const auto query =
        measure_query(quality.rule, {.table = kRows, .columns = &contract.columns, .today = some_date()});
    if (!query) return;  // it refers to another table besides
    if (const auto names = connection_.table_names(*query); names) {
      for (const sql::Connection::TableName& name : *names) {
        if (name.parts.size() > 1 && !known_.contains({lower(name.parts[0]), lower(name.parts[1])})) return;
      }
    }
    if (const auto columns = connection_.describe(*query); !columns)
      mistakes_.add(quality.place, fmt::format("rule {}: {}", quality.name, statement_error(columns.error()).message));
  }

  void add(const SqlTemplate& statement, const Error& error) {
    StatementError told = statement_error(error);
    TextPlace place = statement.place();
    // A block of YAML is indented as far as its first line.
    if (told.line > 1 || told.column > 0) {
      place.line += told.line - 1;
      place.column = std::max(place.column, 1) + std::max(told.column, 1) - 1;
    }
    mistakes_.add(std::move(place), std::move(told.message));
  }

  const FlowDefinition& flow_;
  sql::Connection& connection_;
  std::set<TableName> known_;     // that stand in the database
  std::set<std::string> seen_;    // shared SELECTs
  std::set<std::string> shared_;  // those of them that stand in the database
  Mistakes mistakes_;
};

}  // namespace

Result<Mistakes> check_statements(const FlowDefinition& flow) {
  const auto database = TRY(sql::Database::open({.memory_limit_bytes = kMemoryBytes, .threads = 1}));
  const auto connection = TRY(database->connect());
  // Describing opens files that a statement names.
  TRY(database->seal({}));
  return StatementCheck(flow, *connection).run();
}

}  // namespace caudal::flows::engine
