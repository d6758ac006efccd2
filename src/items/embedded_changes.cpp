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

// As Impl::edit_table(), but readers see the change before it is on disk: who reads an index meanwhile, and does not
// find it any more, knows why entries are missing.
Result<void> edit_seen_at_once(EmbeddedStore::Impl& store, const std::string& name,
                               const std::function<Result<void>(TableRow&, Changes&)>& edit,
                               const std::function<void()>& then) {
  TablePtr before;  // once another is seen in its place
  return store.change_alone(
      [&](Changes& changes) -> Result<void> {
        const TablePtr now = TRY(store.tables.require(name));
        const auto changed = std::make_shared<Table>(*now);
        TRY(edit(changed->row, changes));
        changes.put(store.families.tables, name, encode(changed->row));
        store.tables.set(changed);
        before = now;
        return {};
      },
      then,
      [&] {
        if (before != nullptr) store.tables.set(before);
      });
}

}  // namespace

Result<TableInfo> EmbeddedStore::change_table(const TableChange& change) {
  Space removed = 0;
  Backfill::Job job{.table = change.table};
  Backfill::Job due{.table = change.table};
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
    if (change.expiry) {
      TRY(impl_->set_expiry(row, *change.expiry, changes));
      due.table_space = row.space;
      due.index_space = row.info.expiry.is_filling ? row.expiry_space : 0;
    }
    if (change.stream) stream = TRY(impl_->set_stream(row, *change.stream, changes));
    return {};
  };
  const auto then = [&] { impl_->streams->note(stream); };
  TRY(change.removed_index ? edit_seen_at_once(*impl_, change.table, edit, then)
                           : impl_->edit_table(change.table, edit, then));
  if (removed != 0) impl_->committer->forget_volume(removed);
  if (change.new_index) impl_->backfill->add(std::move(job));
  if (due.index_space != 0) impl_->backfill->add(std::move(due));
  return impl_->info_of(change.table);
}

Result<void> EmbeddedStore::Impl::set_expiry(TableRow& row, const ExpirySetting& setting, Changes& changes) {
  constexpr std::chrono::hours kApart{1};
  const auto invalid = [](std::string message) { return Error{Errc::invalid_request, std::move(message)}; };
  ExpiryInfo& expiry = row.info.expiry;
  const bool is_enabled = row.expiry_space != 0;
  if (is_enabled && setting.attribute != expiry.attribute) {
    return invalid(fmt::format("TimeToLive is active on a different AttributeName: current AttributeName is {}",
                               expiry.attribute));
  }
  if (is_enabled == setting.is_enabled) {
    return invalid(fmt::format("TimeToLive is already {}", is_enabled ? "enabled" : "disabled"));
  }
  const Timestamp now = clock.now();
  if (row.expiry_changed != Timestamp() && now - row.expiry_changed < kApart) {
    return invalid("Time to live has been modified multiple times within a fixed interval");
  }
  row.expiry_changed = now;
  if (is_enabled) {
    drop_space(row.expiry_space, changes);
    row.expiry_space = 0;
    expiry = {};
    return {};
  }
  row.expiry_space = TRY(new_spaces(changes, 1));
  expiry = {.attribute = setting.attribute, .is_filling = committer->volume(row.space).items > 0};
  return {};
}

Result<void> EmbeddedStore::Impl::open_index(const Backfill::Job& job) {
  const auto edited = edit_table(job.table, [&](TableRow& row, Changes&) -> Result<void> {
    if (row.space != job.table_space) return {};
    for (IndexRow& index : row.indexes) {
      if (index.space == job.index_space) index.is_backfilling = false;
    }
    if (row.expiry_space == job.index_space) row.info.expiry.is_filling = false;
    return {};
  });
  // The table is gone, and the index with it.
  if (!edited && edited.error().code == Errc::no_such_table) return {};
  return edited;
}

}  // namespace caudal::items
