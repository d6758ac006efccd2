// SPDX-License-Identifier: Apache-2.0
// Opens sessions, and cleans up after those of a killed process.
#include "queries/engine.h"

#include <fmt/format.h>

#include "base/file.h"
#include "base/machine_memory.h"

namespace caudal::queries {
namespace {

constexpr std::string_view kLinkFolders = "folders";

Result<void> remove_all_but(std::string_view name, const std::filesystem::path& directory) {
  std::error_code error;
  std::filesystem::directory_iterator entry(directory, error);
  for (; !error && entry != std::filesystem::directory_iterator(); entry.increment(error)) {
    if (entry->path().filename() == name) continue;
    std::filesystem::remove_all(entry->path(), error);
    if (error) break;
  }
  if (error) return errno_error(error.value(), "remove what an earlier process left in", directory);
  return {};
}

}  // namespace

Result<std::unique_ptr<Engine>> Engine::open(catalog::Catalog& catalog, objects::Store& objects,
                                             EngineOptions options) {
  // Absolute, since DuckDB compares paths as text when it guards its sandbox.
  std::error_code error;
  options.work_directory = std::filesystem::absolute(options.work_directory, error).lexically_normal();
  if (error) return errno_error(error.value(), "find", options.work_directory);
  TRY(caudal::create_directories(options.work_directory));
  TRY(remove_all_but(kLinkFolders, options.work_directory));
  auto link_folders = TRY(LinkFolders::open(options.work_directory / kLinkFolders));
  return std::unique_ptr<Engine>(new Engine(catalog, objects, std::move(link_folders), std::move(options)));
}

void Engine::add_system_table(std::shared_ptr<const SystemTable> table) {
  const MutexLock lock(mutex_);
  std::string name(table->name());
  system_tables_.insert_or_assign(std::move(name), std::move(table));
}

Result<std::unique_ptr<Session>> Engine::open_session(SessionOptions options) {
  SystemTables system_tables;
  {
    const MutexLock lock(mutex_);
    system_tables = system_tables_;
  }
  options.output_directories.insert(options.output_directories.end(), options_.output_directories.begin(),
                                    options_.output_directories.end());
  catalog::View view = options.view ? *options.view : catalog_.live();
  std::filesystem::path folder = options_.work_directory / fmt::format("session-{}", next_session_++);
  std::unique_ptr<Session> session(
      new Session(std::move(view), objects_, *link_folders_, std::move(system_tables), std::move(folder)));
  TRY(session->start(options, options.limits.value_or(options_.limits), counters_));
  return session;
}

uint64_t Engine::memory_limit_bytes() const {
  if (options_.limits.memory_bytes > 0) return options_.limits.memory_bytes;
  return machine_memory_bytes() / 10 * 8;
}

}  // namespace caudal::queries
