// SPDX-License-Identifier: Apache-2.0
// Reads SHOW, and writes the SELECT of its answer.
#include "queries/show.h"

#include <fmt/format.h>

#include <set>
#include <vector>

#include "queries/errors.h"
#include "queries/show_pattern.h"
#include "queries/sql_text.h"
#include "sql/type.h"

namespace caudal::queries {
namespace {

// Takes a statement apart, piece by piece.
class Words {
 public:
  explicit Words(std::string_view sql) : left_(sql) { skip_blank(left_); }

  // A bare word, in lower case, when it is one of these; "" takes nothing.
  std::string take_any(std::initializer_list<std::string_view> words) {
    std::string_view after = left_;
    if (after.starts_with('"')) return {};
    const auto word = take_identifier(after);
    if (!word) return {};
    for (const std::string_view wanted : words) {
      if (lower(*word) != wanted) continue;
      left_ = after;
      skip_blank(left_);
      return std::string(wanted);
    }
    return {};
  }
  bool take(std::string_view word) { return !take_any({word}).empty(); }
  bool take_mark(char mark) {
    if (!left_.starts_with(mark)) return false;
    left_.remove_prefix(1);
    skip_blank(left_);
    return true;
  }
  // A name in lower case, bare, in double quotes, or in Athena's back quotes.
  std::optional<std::string> take_name() {
    auto name = left_.starts_with('`') ? std::optional(take_quoted(left_, '`')) : take_identifier(left_);
    if (name) *name = lower(*name);
    skip_blank(left_);
    return name;
  }
  std::optional<std::string> take_text() {
    if (!left_.starts_with('\'')) return std::nullopt;
    std::string text = take_quoted(left_, '\'');
    skip_blank(left_);
    return text;
  }
  // Whether nothing is left, but for one ';'.
  bool at_end() {
    take_mark(';');
    return left_.empty();
  }

 private:
  std::string_view left_;
};

// [LIKE] 'pattern', where there is one; false when LIKE has none.
bool take_pattern(Words& words, ShowStatement& show) {
  const bool like = words.take("like");
  show.pattern = words.take_text();
  return show.pattern || !like;
}

// IN|FROM database, where there is one; false when the name is missing.
bool take_database(Words& words, ShowStatement& show) {
  if (words.take_any({"in", "from"}).empty()) return true;
  show.database = words.take_name();
  return show.database.has_value();
}

// [database.]table
bool take_table(Words& words, ShowStatement& show) {
  auto name = words.take_name();
  if (!name) return false;
  if (words.take_mark('.')) {
    show.database = std::move(name);
    name = words.take_name();
    if (!name) return false;
  }
  show.table = *std::move(name);
  return true;
}

Error refused(std::string message) { return Error{make_error_code(Errc::statement_refused), std::move(message)}; }

// A SELECT of these rows of `columns`, each a list of literals, in the order given.
std::string select_of(const std::vector<std::string>& columns, const std::vector<std::string>& rows) {
  std::string names;
  for (const std::string& column : columns) names += (names.empty() ? "" : ", ") + sql::quote_identifier(column);
  if (rows.empty()) {
    std::string nothing;
    for (const std::string& column : columns)
      nothing += (nothing.empty() ? "'' AS " : ", '' AS ") + sql::quote_identifier(column);
    return fmt::format("SELECT {} FROM (SELECT {}) WHERE false", names, nothing);
  }
  std::string values;
  for (size_t i = 0; i < rows.size(); ++i) values += fmt::format("{}({}, {})", i == 0 ? "" : ", ", i, rows[i]);
  return fmt::format("SELECT {0} FROM (VALUES {1}) AS shown(caudal_order, {0}) ORDER BY caudal_order", names, values);
}

Result<std::string> select_names(const ShowStatement& show, const catalog::View& view,
                                 const SystemTables& system_tables) {
  const std::string system(kSystemDatabase);
  std::optional<ShowPattern> pattern;
  if (show.pattern) pattern = TRY(ShowPattern::parse(*show.pattern));
  std::set<std::string> databases;
  if (show.database) {
    if (*show.database != system) TRY(view.database(*show.database));
    databases.insert(*show.database);
  } else {
    for (const catalog::Database& database : TRY(view.databases())) databases.insert(database.name);
    if (!system_tables.empty()) databases.insert(system);
  }
  std::vector<std::string> rows;
  const auto fits = [&](std::string_view name) { return !pattern || pattern->matches(name); };
  const auto add = [&](const std::string& database, std::string_view table) {
    if (fits(table)) rows.push_back(sql::quote_literal(database) + ", " + sql::quote_literal(table));
  };
  for (const std::string& database : databases) {
    if (show.what == Shown::kDatabases) {
      if (fits(database)) rows.push_back(sql::quote_literal(database));
    } else if (database == system) {
      for (const auto& [name, ignored] : system_tables) add(database, name);
    } else {
      for (const catalog::Table& table : TRY(view.tables(database))) add(database, table.name);
    }
  }
  if (show.what == Shown::kDatabases) return select_of({"database"}, rows);
  return select_of({"database", "table"}, rows);
}

Result<std::string> select_columns(const std::string& database, const ShowStatement& show, const catalog::View& view,
                                   const SystemTables& system_tables) {
  std::vector<std::string> rows;
  const auto add = [&](std::string_view column) { rows.push_back(sql::quote_literal(column)); };
  if (const auto system = system_tables.find(show.table);
      database == kSystemDatabase && system != system_tables.end()) {
    for (const sql::Column& column : system->second->columns()) add(column.name);
    return select_of({"field"}, rows);
  }
  const catalog::Table table = TRY(view.table(database, show.table));
  for (const catalog::Column& column : table.columns) add(column.name);
  for (const catalog::Column& key : table.partition_keys) add(key.name);
  return select_of({"field"}, rows);
}

Result<std::string> select_partitions(const std::string& database, const ShowStatement& show, const catalog::View& view,
                                      const SystemTables& system_tables) {
  const bool is_system = database == kSystemDatabase && system_tables.contains(show.table);
  const catalog::Table table =
      is_system ? catalog::Table{.database = database, .name = show.table} : TRY(view.table(database, show.table));
  if (table.partition_keys.empty()) {
    return refused(fmt::format("table {}.{} is not partitioned: it has no partitions to show", database, show.table));
  }
  std::vector<std::string> rows;
  for (const catalog::Partition& partition : TRY(view.partitions(database, show.table))) {
    rows.push_back(sql::quote_literal(catalog::partition_path(table.partition_keys, partition.values)));
  }
  return select_of({"partition"}, rows);
}

}  // namespace

std::optional<ShowStatement> show_statement(std::string_view sql) {
  Words words(sql);
  if (!words.take("show")) return std::nullopt;
  ShowStatement show;
  bool read = false;
  if (words.take("all")) {
    read = words.take("tables") && take_database(words, show) && take_pattern(words, show);
  } else if (const std::string what = words.take_any({"databases", "schemas", "tables", "columns", "partitions"});
             what == "tables") {
    read = take_database(words, show) && take_pattern(words, show);
  } else if (what == "columns") {
    show.what = Shown::kColumns;
    read = !words.take_any({"in", "from"}).empty() && take_table(words, show) &&
           (show.database || take_database(words, show));
  } else if (what == "partitions") {
    show.what = Shown::kPartitions;
    read = take_table(words, show);
  } else if (!what.empty()) {
    show.what = Shown::kDatabases;
    read = take_pattern(words, show);
  }
  if (!read || !words.at_end()) return std::nullopt;
  return show;
}

Result<std::string> show_select(const ShowStatement& show, const catalog::View& view, const SystemTables& system_tables,
                                const std::string& default_database) {
  if (show.what == Shown::kDatabases || show.what == Shown::kTables) return select_names(show, view, system_tables);
  const std::string database = show.database.value_or(default_database);
  const bool columns = show.what == Shown::kColumns;
  if (database.empty()) {
    return refused(fmt::format("of which database? write SHOW {} database.{}; SHOW TABLES lists them",
                               columns ? "COLUMNS IN" : "PARTITIONS", show.table));
  }
  return columns ? select_columns(database, show, view, system_tables)
                 : select_partitions(database, show, view, system_tables);
}

}  // namespace caudal::queries
