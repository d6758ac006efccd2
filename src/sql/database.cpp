// SPDX-License-Identifier: Apache-2.0
// Opening DuckDB with limits, and closing its sandbox.
#include "sql/database.h"

#include <fmt/format.h>

#include "sql/database_impl.h"

namespace caudal::sql {
namespace {

Result<void> set(duckdb_config config, const char* name, const std::string& value) {
  if (duckdb_set_config(config, name, value.c_str()) == DuckDBSuccess) return {};
  return Error{make_error_code(Errc::invalid_setting),
               fmt::format("DuckDB {} refuses the setting {} = {}", library_version(), name, value)};
}

const char* on_off(bool value) { return value ? "true" : "false"; }

Result<void> configure(duckdb_config config, const DatabaseOptions& options) {
  if (options.memory_limit_bytes > 0) TRY(set(config, "memory_limit", fmt::format("{}B", options.memory_limit_bytes)));
  if (options.threads > 0) TRY(set(config, "threads", fmt::to_string(options.threads)));
  TRY(set(config, "temp_directory", options.temp_directory.string()));
  if (options.temp_limit_bytes > 0)
    TRY(set(config, "max_temp_directory_size", fmt::format("{}B", options.temp_limit_bytes)));
  TRY(set(config, "preserve_insertion_order", on_off(options.preserve_insertion_order)));
  TRY(set(config, "integer_division", on_off(options.integer_division)));
  // Nothing is fetched from the network behind a query's back.
  TRY(set(config, "autoinstall_known_extensions", "false"));
  TRY(set(config, "autoload_known_extensions", "false"));
  TRY(set(config, "allow_community_extensions", "false"));
  return {};
}

std::string path_list(const std::vector<std::filesystem::path>& paths) {
  std::string list = "[";
  for (const std::filesystem::path& path : paths) {
    if (list.size() > 1) list += ", ";
    list += quote_literal(path.string());
  }
  return list + "]";
}

}  // namespace

Database::Database(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Database::~Database() = default;

Result<std::unique_ptr<Database>> Database::open(const DatabaseOptions& options) {
  OwnedConfig config;
  CHECK(duckdb_create_config(config.out()) == DuckDBSuccess, "DuckDB cannot allocate its configuration");
  TRY(configure(config.get(), options));
  auto impl = std::make_unique<Impl>();
  impl->counts_progress = options.counts_progress;
  impl->counters = options.counters != nullptr ? options.counters : std::make_shared<Counters>();
  char* message = nullptr;
  if (duckdb_open_ext(options.path.c_str(), impl->database.out(), config.get(), &message) != DuckDBSuccess) {
    const std::string text = take_string(message);
    return duckdb_error(DUCKDB_ERROR_INVALID, text.c_str()).with_context("opening the SQL engine at " + options.path);
  }
  impl->counted = true;
  ++impl->counters->databases_opened;
  ++impl->counters->databases_open;
  return std::unique_ptr<Database>(new Database(std::move(impl)));
}

Result<std::unique_ptr<Connection>> Database::connect() {
  auto impl = std::make_unique<Connection::Impl>();
  impl->source_errors = impl_->source_errors;
  impl->counters = impl_->counters;
  if (duckdb_connect(impl_->database.get(), impl->connection.out()) != DuckDBSuccess)
    return Error{make_error_code(Errc::failed), "DuckDB cannot open one more connection"};
  std::unique_ptr<Connection> connection(new Connection(std::move(impl)));
  bool sealed = false;
  {
    const MutexLock lock(impl_->mutex);
    sealed = impl_->sealed;
  }
  // DuckDB counts progress only for its own bar, which must not be drawn.
  if (impl_->counts_progress && !sealed)
    TRY(connection->run("SET enable_progress_bar_print = false; SET enable_progress_bar = true;"));
  return connection;
}

Result<void> Database::register_source(std::string_view name, std::shared_ptr<TableSource> source) {
  {
    // DuckDB would let a second function take the place of the first, under statements that use it.
    MutexLock lock(impl_->mutex);
    if (!impl_->source_names.emplace(name).second)
      return Error{make_error_code(Errc::invalid_setting), fmt::format("there is a table function {}() already", name)};
  }
  const std::unique_ptr<Connection> connection = TRY(connect());
  return register_table_function(connection->impl_->connection.get(), name, std::move(source), impl_->source_errors);
}

Result<void> Database::seal(const Sandbox& sandbox) {
  std::vector<std::filesystem::path> directories = sandbox.directories;
  // DuckDB compares prefixes: without the slash, "/a" would also open "/ab".
  for (std::filesystem::path& directory : directories) directory /= "";
  const std::unique_ptr<Connection> connection = TRY(connect());
  TRY(connection->run(fmt::format("SET GLOBAL allowed_directories = {};", path_list(directories))));
  TRY(connection->run(fmt::format("SET GLOBAL allowed_paths = {};", path_list(sandbox.files))));
  const MutexLock lock(impl_->mutex);
  TRY(connection->run("SET GLOBAL enable_external_access = false; SET GLOBAL lock_configuration = true;"));
  impl_->sealed = true;
  return {};
}

std::string library_version() { return duckdb_library_version(); }

}  // namespace caudal::sql
