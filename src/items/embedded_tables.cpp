// SPDX-License-Identifier: Apache-2.0
// Making, changing and removing tables of the embedded store.
#include <fmt/format.h>

#include "base/random.h"
#include "base/wire.h"
#include "items/embedded_archive.h"
#include "items/embedded_impl.h"
#include "items/errors.h"
#include "items/table_rules.h"

namespace caudal::items {
namespace {

class LoneDecision final : public Decision {
 public:
  LoneDecision(std::function<Result<void>(Changes&)> change, std::function<void()> then, std::function<void()> undo,
               Awaited<Result<void>>& answer)
      : change_(std::move(change)), then_(std::move(then)), undo_(std::move(undo)), answer_(answer) {}
  bool is_alone() const override { return true; }
  Result<void> decide(Changes& changes) override { return change_(changes); }
  void complete(Result<void> outcome) override {
    if (outcome && then_) then_();
    if (!outcome && undo_) undo_();
    answer_.set(std::move(outcome));
  }

 private:
  const std::function<Result<void>(Changes&)> change_;
  const std::function<void()> then_;
  const std::function<void()> undo_;
  Awaited<Result<void>>& answer_;
};

Error table_exists(std::string_view name) {
  return {Errc::table_exists, fmt::format("Table already exists: {}", name)};
}

}  // namespace

// As RFC 9562 has version 4.
std::string make_table_id() {
  std::string digits = secure_random_hex(16);
  digits[12] = '4';
  digits[16] = "89ab"[(digits[16] <= '9' ? digits[16] - '0' : digits[16] - 'a' + 10) & 3];
  for (const size_t at : {20, 16, 12, 8}) digits.insert(at, 1, '-');
  return digits;
}

Result<void> EmbeddedStore::Impl::change_alone(std::function<Result<void>(Changes&)> change, std::function<void()> then,
                                               std::function<void()> undo) {
  Awaited<Result<void>> answer;
  committer->add(std::make_unique<LoneDecision>(std::move(change), std::move(then), std::move(undo), answer));
  return answer.wait();
}

// Spaces are never used again, so that nothing of a removed table can be seen in a new one.
Result<Space> EmbeddedStore::Impl::new_spaces(Changes& changes, size_t count) {
  if (next_space == 0) {
    next_space = 1;
    if (const auto row = TRY(kv.get(families.settings, kNextSpace)))
      next_space = static_cast<Space>(TRY(WireReader(*row).varint()));
  }
  const Space first = next_space;
  next_space += static_cast<Space>(count);
  changes.put(families.settings, std::string(kNextSpace), WireWriter().varint(next_space).take());
  return first;
}

TableInfo EmbeddedStore::Impl::info_of(const Table& table) const {
  TableInfo info = table.row.info;
  info.volume = committer->volume(table.space());
  for (size_t n = 0; n < table.row.indexes.size(); ++n) {
    const IndexRow& index = table.row.indexes[n];
    info.indexes.push_back({.name = info.definition.indexes[n].name,
                            .is_backfilling = index.is_backfilling,
                            .volume = committer->volume(index.space)});
  }
  return info;
}

Result<TableInfo> EmbeddedStore::Impl::info_of(const std::string& name) const {
  return info_of(*TRY(tables.require(name)));
}

Result<void> EmbeddedStore::Impl::edit_table(const std::string& name,
                                             const std::function<Result<void>(TableRow&, Changes&)>& edit,
                                             const std::function<void()>& then) {
  TablePtr changed;
  return change_alone(
      [&](Changes& changes) -> Result<void> {
        auto table = std::make_shared<Table>(*TRY(tables.require(name)));
        TRY(edit(table->row, changes));
        changes.put(families.tables, name, encode(table->row));
        changed = std::move(table);
        return {};
      },
      [&] {
        tables.set(changed);
        if (then) then();
      });
}

Result<StreamPtr> EmbeddedStore::Impl::set_stream(TableRow& row, const StreamSetting& setting, Changes& changes) {
  const std::string& name = row.info.definition.name;
  if (setting.view && row.stream_space != 0) {
    return Error{Errc::invalid_request, fmt::format("Table already has an enabled stream: TableName: {}", name)};
  }
  if (!setting.view && row.stream_space == 0) {
    return Error{Errc::invalid_request, fmt::format("Table has no stream to disable: TableName: {}", name)};
  }
  if (!setting.view) return streams->end(row, changes);
  return streams->begin(row, *setting.view, TRY(new_spaces(changes, 1)), changes);
}

Result<TableInfo> EmbeddedStore::create_table(const TableDefinition& definition) {
  return impl_->create_table(definition, nullptr);
}

Result<TableInfo> EmbeddedStore::Impl::create_table(const TableDefinition& definition,
                                                    const ResourcePolicyPtr& policy) {
  TRY(check_definition(definition));
  if (tables.find(definition.name) != nullptr) return table_exists(definition.name);
  auto table = std::make_shared<Table>();
  StreamPtr stream;
  TRY(change_alone(
      [&](Changes& changes) -> Result<void> {
        if (is_taken(definition.name)) return table_exists(definition.name);
        TableRow& row = table->row;
        row.policy = policy;
        row.info = {.definition = definition, .id = make_table_id(), .created = clock.now()};
        const size_t own_stream = definition.stream ? 1 : 0;
        row.space = TRY(new_spaces(changes, 1 + definition.indexes.size() + own_stream));
        row.indexes.clear();
        for (size_t n = 0; n < definition.indexes.size(); ++n) {
          row.indexes.push_back({.space = row.space + 1 + static_cast<Space>(n)});
        }
        if (definition.stream) {
          const Space space = row.space + 1 + static_cast<Space>(definition.indexes.size());
          stream = streams->begin(row, *definition.stream, space, changes);
        }
        changes.put(families.tables, definition.name, encode(row));
        return {};
      },
      [&] {
        tables.set(table);
        streams->note(stream);
      }));
  return info_of(*table);
}

Result<TableInfo> EmbeddedStore::delete_table(const std::string& name) {
  TablePtr table;
  TableInfo info;
  StreamPtr stream;
  std::optional<TableRow> restoring;
  bool is_erased = false;
  TRY(impl_->change_alone(
      [&](Changes& changes) -> Result<void> {
        restoring = impl_->archive->give_up(name, changes);
        if (restoring) {
          info = restoring->info;
          return {};
        }
        table = TRY(impl_->tables.require(name));
        if (table->definition().is_deletion_protected) {
          return Error{Errc::deletion_protected,
                       fmt::format("Resource cannot be deleted as it is currently protected against deletion. Disable "
                                   "deletion protection first: {}",
                                   name)};
        }
        if (impl_->archive->is_restored_from(name)) {
          return Error{Errc::table_in_use, fmt::format("Table is being restored from: {}", name)};
        }
        info = impl_->info_of(*table);
        if (table->row.stream_space != 0) {
          TableRow last = table->row;
          stream = impl_->streams->end(last, changes);
        }
        changes.remove(impl_->families.tables, name);
        impl_->drop_space(table->space(), changes);
        if (table->row.expiry_space != 0) impl_->drop_space(table->row.expiry_space, changes);
        for (const IndexRow& index : table->row.indexes) impl_->drop_space(index.space, changes);
        if (const Space journal = table->row.recovery.space; journal != 0) {
          changes.remove_range(impl_->families.journal, rows_of(journal));
        }
        // Before its rows are: who reads meanwhile, and does not find it any more, knows why rows are missing.
        impl_->tables.erase(name);
        is_erased = true;
        return {};
      },
      [&] {
        if (restoring) return impl_->archive->given_up(*restoring);
        impl_->streams->note(stream);
        impl_->committer->forget_volume(table->space());
        for (const IndexRow& index : table->row.indexes) impl_->committer->forget_volume(index.space);
      },
      [&] {
        if (is_erased) impl_->tables.set(table);
      }));
  return info;
}

void EmbeddedStore::Impl::drop_space(Space space, Changes& changes) {
  const kv::Range rows = rows_of(space);
  changes.remove_range(families.rows, rows);
  changes.remove(families.volumes, rows.lower);
}

Result<TableInfo> EmbeddedStore::describe_table(const std::string& table) const { return impl_->info_of(table); }

Result<TableNamesPage> EmbeddedStore::list_tables(const std::string& after, size_t limit) const {
  TableNamesPage page{.names = impl_->tables.names(after, limit + 1)};
  page.is_truncated = page.names.size() > limit;
  if (page.is_truncated) page.names.pop_back();
  return page;
}

Result<void> EmbeddedStore::change_tags(const std::string& table, const Tags& set,
                                        const std::vector<std::string>& removed) {
  return impl_->edit_table(table, [&](TableRow& row, Changes&) -> Result<void> {
    Tags& tags = row.info.definition.tags;
    for (const std::string& name : removed) tags.erase(name);
    for (const auto& [name, value] : set) tags.insert_or_assign(name, value);
    return check_tags(tags);
  });
}

}  // namespace caudal::items
