// SPDX-License-Identifier: Apache-2.0
// Reads SHOW, and writes the SELECT of its answer.
#include "queries/show.h"

#include <fmt/format.h>

#include <set>
#include <vector>

#include "queries/sql_text.h"
#include "sql/type.h"

namespace caudal::queries {
namespace {

// The statement's identifiers; nullopt when there is something else in it, but for one ';' at its end.
std::optional<std::vector<std::string>> words_of(std::string_view sql) {
  std::vector<std::string> words;
  for (skip_blank(sql); !sql.empty(); skip_blank(sql)) {
    if (sql.front() == ';') {
      sql.remove_prefix(1);
      skip_blank(sql);
      return sql.empty() ? std::optional(std::move(words)) : std::nullopt;
    }
    auto word = take_identifier(sql);
    if (!word) return std::nullopt;
    words.push_back(*std::move(word));
  }
  return words;
}

}  // namespace

std::optional<ShowStatement> show_statement(std::string_view sql) {
  auto words = words_of(sql);
  if (!words || words->size() < 2 || lower((*words)[0]) != "show") return std::nullopt;
  if (lower((*words)[1]) == "all") words->erase(words->begin() + 1);
  if (words->size() < 2) return std::nullopt;
  const std::string what = lower((*words)[1]);
  if (words->size() == 2 && (what == "databases" || what == "schemas")) return ShowStatement{.databases = true};
  if (what != "tables") return std::nullopt;
  if (words->size() == 2) return ShowStatement{};
  const std::string in = lower((*words)[2]);
  if (words->size() != 4 || (in != "in" && in != "from")) return std::nullopt;
  return ShowStatement{.database = lower((*words)[3])};
}

Result<std::string> show_select(const ShowStatement& show, const catalog::View& view,
                                const SystemTables& system_tables) {
  const std::string system(kSystemDatabase);
  std::set<std::string> databases;
  if (show.database) {
    if (*show.database != system) TRY(view.database(*show.database));
    databases.insert(*show.database);
  } else {
    for (const catalog::Database& database : TRY(view.databases())) databases.insert(database.name);
    if (!system_tables.empty()) databases.insert(system);
  }
  std::string rows;
  const auto add = [&](const std::string& database, std::string_view table) {
    rows +=
        fmt::format("{}({}, {})", rows.empty() ? "" : ", ", sql::quote_literal(database), sql::quote_literal(table));
  };
  for (const std::string& database : databases) {
    if (show.databases) {
      add(database, "");
    } else if (database == system) {
      for (const auto& [name, ignored] : system_tables) add(database, name);
    } else {
      for (const catalog::Table& table : TRY(view.tables(database))) add(database, table.name);
    }
  }
  const std::string columns = show.databases ? "\"database\"" : "\"database\", \"table\"";
  if (rows.empty())
    return fmt::format("SELECT {} FROM (SELECT '' AS \"database\", '' AS \"table\") WHERE false", columns);
  return fmt::format("SELECT {0} FROM (VALUES {1}) AS shown(\"database\", \"table\") ORDER BY {0}", columns, rows);
}

}  // namespace caudal::queries
