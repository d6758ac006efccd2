// SPDX-License-Identifier: Apache-2.0
// Brings the catalog's tables into a DuckDB of their own, and runs statements there.
#include "queries/session.h"

#include <fmt/format.h>

#include <algorithm>
#include <thread>

#include "base/file.h"
#include "catalog/errors.h"
#include "queries/errors.h"
#include "queries/explain.h"
#include "queries/qualified_names.h"
#include "queries/show.h"
#include "queries/sql_text.h"
#include "queries/table_view.h"
#include "queries/type_map.h"
#include "sql/errors.h"

namespace caudal::queries {
namespace {

using sql::quote_identifier;
using sql::quote_literal;

// DuckDB's own schemas, which a name can mean too.
constexpr std::string_view kOwnSchemas[] = {"main", "temp", "information_schema", "pg_catalog"};

Error refused(std::string_view sql) {
  skip_blank(sql);
  std::string what = "this statement";
  if (const std::optional<std::string> word = take_identifier(sql)) what = upper(*word);
  return {make_error_code(Errc::statement_refused),
          fmt::format(
              "{} cannot be run here: only SELECT, EXPLAIN of one, SHOW and DESCRIBE can. Tables are written by flows",
              what)};
}

// DuckDB's dictionaries hold only what a session has named so far: an empty answer would be taken for an empty catalog.
Result<void> check_not_dictionary(const sql::Connection::TableName& name) {
  if (name.parts.size() != 2) return {};
  const std::string schema = lower(name.parts[0]);
  if (schema != "information_schema" && schema != "pg_catalog") return {};
  return Error{make_error_code(Errc::invalid_name),
               fmt::format("{} shows nothing of the catalog; SHOW DATABASES, SHOW TABLES IN \"database\" and DESCRIBE "
                           "\"database\".\"table\" do, and so do `caudal catalog databases`, `tables` and `show`",
                           schema)};
}

}  // namespace

Session::Session(catalog::View view, objects::Store& objects, LinkFolders& link_folders, SystemTables system_tables,
                 std::filesystem::path folder)
    : view_(std::move(view)),
      objects_(objects),
      link_folders_(link_folders),
      system_tables_(std::move(system_tables)),
      folder_(std::move(folder)),
      tables_(folder_ / "tables"),
      scratch_(folder_ / "scratch") {}

Session::~Session() {
  connection_.reset();
  database_.reset();
  files_.clear();
  std::error_code ignored;  // what cannot be removed now is removed when the next process opens the engine
  std::filesystem::remove_all(folder_, ignored);
}

Result<void> Session::start(const SessionOptions& options, const Limits& limits,
                            std::shared_ptr<sql::Counters> counters) {
  TRY(caudal::create_directories(scratch_));
  TRY(caudal::create_directories(tables_));
  threads_ = limits.threads > 0 ? limits.threads : std::max(1U, std::thread::hardware_concurrency());
  database_ = TRY(sql::Database::open({.memory_limit_bytes = limits.memory_bytes,
                                       .threads = limits.threads,
                                       .temp_directory = folder_ / "spill",
                                       .temp_limit_bytes = limits.spill_bytes,
                                       .preserve_insertion_order = options.preserve_insertion_order,
                                       .counts_progress = options.counts_progress,
                                       .counters = std::move(counters)}));
  connection_ = TRY(database_->connect());
  if (!options.default_database.empty()) {
    default_database_ = lower(options.default_database);
    schemas_.insert(default_database_);
    TRY(connection_->run(fmt::format("CREATE SCHEMA {}; SET search_path = {};", quote_identifier(default_database_),
                                     quote_literal("main," + quote_identifier(default_database_)))));
  }
  sql::Sandbox sandbox{.directories = {folder_}, .files = {}};
  for (const std::filesystem::path& directory : options.output_directories)
    sandbox.directories.push_back(std::filesystem::absolute(directory).lexically_normal());
  return database_->seal(sandbox);
}

Result<void> Session::resolve(std::string_view database, std::string_view table) {
  return resolve_name({{std::string(database), std::string(table)}});
}

Result<void> Session::resolve_name(const sql::Connection::TableName& name) {
  if (name.parts.size() > 2)
    return Error{make_error_code(Errc::invalid_name),
                 fmt::format("{} names a catalog; write \"database\".\"table\" only", fmt::join(name.parts, "."))};
  if (name.parts.size() == 1) {
    if (default_database_.empty()) return {};  // a temporary table, or DuckDB tells that there is none
    Result<void> resolved = resolve_catalog_table(default_database_, lower(name.parts[0]));
    if (!resolved && resolved.error().code == catalog::Errc::not_found) return {};
    return resolved;
  }
  const std::string database = lower(name.parts[0]);
  if (std::ranges::find(kOwnSchemas, database) != std::end(kOwnSchemas)) return {};
  if (database == kSystemDatabase) return resolve_system_table(lower(name.parts[1]));
  return resolve_catalog_table(database, lower(name.parts[1]));
}

Result<void> Session::resolve_system_table(const std::string& table) {
  if (system_resolved_.contains(table)) return {};
  const auto found = system_tables_.find(table);
  if (found == system_tables_.end()) {
    std::string names;
    for (const auto& [name, ignored] : system_tables_) names += (names.empty() ? "" : ", ") + name;
    return Error{make_error_code(Errc::unknown_system_table),
                 fmt::format("there is no table {}.{}; there are: {}", kSystemDatabase, table, names)};
  }
  const std::string function = "caudal_system_" + table;
  TRY(database_->register_source(function, make_system_source(found->second)));
  TRY(connection_->run(fmt::format("CREATE SCHEMA IF NOT EXISTS {0}; CREATE VIEW {0}.{1} AS SELECT * FROM {2}();",
                                   kSystemDatabase, quote_identifier(table), quote_identifier(function))));
  system_resolved_.insert(table);
  return {};
}

Result<void> Session::resolve_catalog_table(const std::string& database, const std::string& table) {
  if (resolved_.contains({database, table})) return {};
  ResolvedTable resolved{.table = TRY(view_.table(database, table)), .partitions = {}, .files = 0};
  if (lower(resolved.table.format) != "parquet")
    return Error{make_error_code(Errc::unsupported_format),
                 fmt::format("table {}.{} is kept as {}; only parquet can be read by SQL", database, table,
                             resolved.table.format)};
  resolved.partitions = TRY(view_.partitions(database, table));
  files_.push_back(TRY(TableFiles::link(objects_, resolved.table, resolved.partitions, link_folders_,
                                        tables_ / fmt::format("{}", files_.size()))));
  const std::vector<FileGroup>& groups = files_.back()->groups();
  for (const FileGroup& group : groups) resolved.files += group.files.size();
  std::string sql;
  if (schemas_.insert(database).second) sql = "CREATE SCHEMA IF NOT EXISTS " + quote_identifier(database) + "; ";
  sql += "CREATE VIEW " + quote_identifier(database) + "." + quote_identifier(table) + " AS " +
         table_select(resolved.table, groups);
  Result<uint64_t> created = connection_->run(sql);
  if (!created) return std::move(created).error().with_context(fmt::format("reading table {}.{}", database, table));
  resolved_.emplace(std::pair(database, table), std::move(resolved));
  return {};
}

std::vector<const ResolvedTable*> Session::resolved() const {
  std::vector<const ResolvedTable*> tables;
  for (const auto& [name, table] : resolved_) tables.push_back(&table);
  return tables;
}

Result<void> Session::check_select(std::string_view select) {
  Result<std::vector<sql::Connection::TableName>> names = connection_->table_names(select);
  if (!names) {
    if (names.error().code == sql::Errc::unsupported) return refused(select);
    return std::move(names).error();
  }
  for (const sql::Connection::TableName& name : *names) {
    TRY(check_not_dictionary(name));
    TRY(resolve_name(name));
  }
  return {};
}

Result<void> Session::prepare(std::string_view sql) { return check_select(explained_statement(sql).value_or(sql)); }

Result<sql::ResultStream> Session::query(std::string_view sql, std::span<const sql::Value> parameters,
                                         const QueryOptions& options) {
  if (const auto show = show_statement(sql))
    return connection_->query(TRY(show_select(*show, view_, system_tables_, default_database_)), {}, options);
  TRY(prepare(sql));
  return connection_->query(sql, parameters, options);
}

Result<sql::ResultStream> Session::query(std::string_view sql, const QueryOptions& options) {
  return query(sql, {}, options);
}

Result<std::vector<catalog::Column>> Session::columns(std::string_view select) {
  TRY(check_select(select));
  return to_catalog_columns(TRY(connection_->describe(select)));
}

Result<uint64_t> Session::create_table(std::string_view name, std::string_view select, const QueryOptions& options) {
  TRY(check_select(select));
  return connection_->run(fmt::format("CREATE TEMP TABLE {} AS {}", quote_identifier(name), select), options);
}

Result<void> Session::create_view(std::string_view name, std::string_view select) {
  TRY(check_select(select));
  TRY(connection_->run(fmt::format("CREATE TEMP VIEW {} AS {}", quote_identifier(name), select)));
  return {};
}

Result<uint64_t> Session::run(std::string_view sql, const QueryOptions& options) {
  for (const auto& [database, table] : qualified_names(sql)) {
    if (absent_.contains({database, table})) continue;
    Result<void> resolved = resolve(database, table);
    // An alias with its column, most likely; if it was a table, DuckDB tells that it does not exist.
    if (!resolved && !resolved.error().is(ErrorClass::kNotFound)) return resolved.error();
    if (!resolved) absent_.emplace(database, table);
  }
  return connection_->run(sql, options);
}

Result<void> Session::register_source(std::string_view name, std::shared_ptr<sql::TableSource> source) {
  return database_->register_source(name, std::move(source));
}

Result<std::unique_ptr<sql::Connection>> Session::connect() { return database_->connect(); }

}  // namespace caudal::queries
