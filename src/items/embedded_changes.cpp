// SPDX-License-Identifier: Apache-2.0
// Changing tables that are there: settings and indexes.
#include <fmt/format.h>

#include <algorithm>

#include "items/embedded_impl.h"
#include "items/errors.h"
#include "items/table_rules.h"

namespace caudal::items {
namespace {

Result<void> change_settings(const TableChange& change, TableDefinition& definition) {
  if (change.billing) {
    definition.billing = *change.billing;
    if (*change.billing == BillingMode::kPayPerRequest) {
      definition.throughput.reset();
      for (IndexDefinition& index : definition.indexes) index.throughput.reset();
    }
  }
  if (change.throughput) definition.throughput = change.throughput;
  if (change.table_class) definition.table_class = *change.table_class;
  if (change.is_deletion_protected) definition.is_deletion_protected = *change.is_deletion_protected;
  for (const auto& [name, throughput] : change.index_throughput) {
    const auto index = std::ranges::find(definition.indexes, name, &IndexDefinition::name);
    if (index == definition.indexes.end()) {
      return Error{Errc::no_such_index, fmt::format("Requested resource not found: index {}", name)};
    }
    index->throughput = throughput;
  }
  return {};
}

}  // namespace

Result<TableInfo> EmbeddedStore::change_table(const TableChange& change) {
  Space removed = 0;
  Backfill::Job job{.table = change.table};
  StreamPtr stream;
  const auto edit = [&](TableRow& row, Changes& changes) -> Result<void> {
    TableDefinition& definition = row.info.definition;
    if (change.new_index) {
      TRY(check_new_index(definition, *change.new_index));
      definition.indexes.push_back(*change.new_index);
      job.table_space = row.space;
      job.index_space = TRY(impl_->new_spaces(changes, 1));
      row.indexes.push_back({.space = job.index_space, .is_backfilling = true});
    }
    if (change.removed_index) {
      const auto index = std::ranges::find(definition.indexes, *change.removed_index, &IndexDefinition::name);
      if (index == definition.indexes.end() || index->is_local) {
        return Error{Errc::no_such_index, fmt::format("Requested resource not found: index {}", *change.removed_index)};
      }
      const auto place = index - definition.indexes.begin();
      removed = row.indexes[static_cast<size_t>(place)].space;
      impl_->drop_space(removed, changes);
      row.indexes.erase(row.indexes.begin() + place);
      definition.indexes.erase(index);
    }
    TRY(change_settings(change, definition));
    TRY(check_definition(definition));
    if (change.stream) stream = TRY(impl_->set_stream(row, *change.stream, changes));
    return {};
  };
  TRY(impl_->edit_table(change.table, edit, [&] { impl_->streams->note(stream); }));
  if (removed != 0) impl_->committer->forget_volume(removed);
  if (change.new_index) impl_->backfill->add(std::move(job));
  return impl_->info_of(change.table);
}

Result<void> EmbeddedStore::Impl::open_index(const Backfill::Job& job) {
  const auto edited = edit_table(job.table, [&](TableRow& row, Changes&) -> Result<void> {
    if (row.space != job.table_space) return {};
    for (IndexRow& index : row.indexes) {
      if (index.space == job.index_space) index.is_backfilling = false;
    }
    return {};
  });
  // The table is gone, and the index with it.
  if (!edited && edited.error().code == Errc::no_such_table) return {};
  return edited;
}

}  // namespace caudal::items
