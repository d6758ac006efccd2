// SPDX-License-Identifier: Apache-2.0
#include "items/tables.h"

#include <fmt/format.h>

#include <mutex>

#include "items/errors.h"

namespace caudal::items {

Result<size_t> Table::find_index(std::string_view name) const {
  const std::vector<IndexDefinition>& indexes = definition().indexes;
  for (size_t n = 0; n < indexes.size(); ++n) {
    if (indexes[n].name == name) return n;
  }
  return Error{Errc::no_such_index, fmt::format("The table does not have the specified index: {}", name)};
}

// "Requested resource not found" is what requests for items get; who describes a table is told its name by the door.
Error no_such_table(std::string_view name) {
  return Error{Errc::no_such_table, "Requested resource not found"}.with_context(fmt::format("table {}", name));
}

Result<void> Tables::load(const kv::Store& kv, const Families& families) {
  const std::unique_lock lock(mutex_);
  kv::Scan scan = kv.scan(families.tables, kv::Range::all());
  for (; scan.valid(); scan.next()) {
    std::string name(scan.key());
    auto table = std::make_shared<Table>();
    table->row = TRY(decode_table(name, scan.value()));
    tables_.emplace(std::move(name), std::move(table));
  }
  return scan.status();
}

TablePtr Tables::find(std::string_view name) const {
  const std::shared_lock lock(mutex_);
  const auto found = tables_.find(name);
  return found != tables_.end() ? found->second : nullptr;
}

Result<TablePtr> Tables::require(std::string_view name) const {
  if (TablePtr table = find(name)) return table;
  return no_such_table(name);
}

void Tables::set(TablePtr table) {
  const std::unique_lock lock(mutex_);
  tables_.insert_or_assign(table->definition().name, std::move(table));
}

void Tables::erase(std::string_view name) {
  const std::unique_lock lock(mutex_);
  if (const auto found = tables_.find(name); found != tables_.end()) tables_.erase(found);
}

std::vector<std::string> Tables::names(const std::string& after, size_t limit) const {
  const std::shared_lock lock(mutex_);
  std::vector<std::string> names;
  for (auto table = after.empty() ? tables_.begin() : tables_.upper_bound(after);
       table != tables_.end() && names.size() < limit; ++table) {
    names.push_back(table->first);
  }
  return names;
}

std::vector<TablePtr> Tables::all() const {
  const std::shared_lock lock(mutex_);
  std::vector<TablePtr> tables;
  for (const auto& [name, table] : tables_) tables.push_back(table);
  return tables;
}

}  // namespace caudal::items
