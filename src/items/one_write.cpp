// SPDX-License-Identifier: Apache-2.0
#include "items/one_write.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "items/capacity.h"
#include "items/due_items.h"
#include "items/errors.h"
#include "items/index_entries.h"
#include "items/key_paths.h"
#include "items/stored_row.h"
#include "items/values/checks.h"
#include "items/values/errors.h"
#include "items/values/item_codec.h"

namespace caudal::items {
namespace {

// What is there, and what will be.
struct States {
  bool was_there = false;
  const Item* as_read = nullptr;  // what was read of it, where it still is that: then nothing is decoded
  Item decoded = {};              // what was there; empty where there was none, and where nobody looks at it
  size_t bytes_before = 0;
  std::optional<Item> made;     // by an update
  const Item* after = nullptr;  // nullptr: removed, or never made
  size_t bytes_after = 0;
  std::optional<std::string> row_before = {};  // as it is stored
  bool changes = true;                         // false: a check, or an update of an item to what it is

  const Item& looked_at() const { return as_read != nullptr ? *as_read : decoded; }
  Item take_looked_at() { return as_read != nullptr ? *as_read : std::move(decoded); }
};

// Whether the item that is there is looked at, or only replaced or removed. Whoever asks looked_at() is named here.
bool looks_at_item(const Table& table, const Write& write) {
  if (!table.row.indexes.empty() || table.row.stream_space != 0 || table.row.expiry_space != 0) return true;
  if (write.expressions != nullptr || write.returns != ReturnValues::kNone || write.as_read.item != nullptr)
    return true;
  return std::holds_alternative<UpdateItem>(write.action);
}

Result<void> read_before(const Table& table, const Prepared& prepared, Changes& changes, States& states) {
  states.row_before = TRY(changes.row(prepared.row_key));
  if (!states.row_before) return {};
  const StoredRow stored = TRY(read_row(*states.row_before));
  states.was_there = true;
  states.bytes_before = stored.size_bytes;
  const ItemPtr& as_read = prepared.write.as_read.item;
  // An item is stored in one way.
  if (as_read != nullptr && stored.item == TRY(read_row(prepared.row_as_read)).item)
    states.as_read = as_read.get();
  else if (looks_at_item(table, prepared.write))
    states.decoded = TRY(decode_item(stored.item));
  return {};
}

Result<void> check_size(size_t bytes, bool is_update) {
  if (bytes <= kMostItemBytes) return {};
  return Error{Errc::invalid_request, is_update ? "Item size to update has exceeded the maximum allowed size"
                                                : "Item size has exceeded the maximum allowed size"};
}

// What is to be there.
struct Deciding {
  const Table& table;
  const Prepared& prepared;
  const Expressions* expressions;
  States& states;

  Result<void> operator()(const PutItem& put) const {
    states.after = &put.item;
    if (prepared.is_row_enough && prepared.table.get() != &table) {
      states.made = TRY(decode_item(TRY(read_row(prepared.put_row)).item));
      states.after = &*states.made;
    }
    states.bytes_after = prepared.put_bytes;
    return {};
  }
  Result<void> operator()(const DeleteItem&) const {
    states.changes = states.was_there;
    return {};
  }
  Result<void> operator()(const UpdateItem& update) const {
    // What only takes away makes nothing.
    if (!states.was_there && only_removes()) {
      states.changes = false;
      return {};
    }
    const Item& start = states.was_there ? states.looked_at() : update.key;
    if (expressions != nullptr && expressions->update)
      states.made = TRY(apply(*expressions->update, start));
    else
      states.made = start;
    states.after = &*states.made;
    TRY(check_levels(*states.after));
    states.bytes_after = size_bytes(*states.after);
    TRY(check_size(states.bytes_after, true));
    states.changes = !states.was_there || *states.after != states.looked_at();
    return {};
  }
  bool only_removes() const {
    if (expressions == nullptr || !expressions->update) return false;
    // One of no actions, which only AttributeUpdates can be, makes an item of its key.
    const std::vector<UpdateAction>& actions = expressions->update->actions();
    return !actions.empty() && std::ranges::all_of(actions, [](const UpdateAction& action) {
      return action.kind == UpdateAction::Kind::kRemove || action.kind == UpdateAction::Kind::kDelete;
    });
  }
  Result<void> operator()(const CheckItem&) const {
    states.changes = false;
    return {};
  }
};

// What an update changed, as it is in `item`.
std::optional<Item> touched(const Write& write, const Item& item) {
  const Expressions* const expressions = write.expressions.get();
  if (expressions == nullptr || !expressions->update) return std::nullopt;
  Item part = expressions->update->touched().of(item);
  if (part.empty()) return std::nullopt;
  return part;
}

std::optional<Item> answer_of(const Write& write, States& states) {
  switch (write.returns) {
    case ReturnValues::kNone: return std::nullopt;
    case ReturnValues::kAllOld:
      if (!states.was_there) return std::nullopt;
      return states.take_looked_at();
    case ReturnValues::kAllNew:
      if (states.made) return std::move(states.made);
      if (states.after == nullptr) return std::nullopt;
      return *states.after;
    case ReturnValues::kUpdatedOld: return touched(write, states.looked_at());
    case ReturnValues::kUpdatedNew:
      if (states.after == nullptr) return std::nullopt;
      return touched(write, *states.after);
  }
  return std::nullopt;
}

// What is stored of the item that is to be there; empty where there is none.
struct RowAfter {
  const Prepared& prepared;
  std::string bytes = {};
};

// Where an item's attributes make no key of an index: of an item that was there before the index is no entry; an
// update that leaves those attributes as they are leaves it so, and any other is refused.
bool is_unfit(const Result<std::optional<IndexEntry>>& entry) { return !entry && entry.error().is(ErrorClass::kUsage); }

Result<std::optional<IndexEntry>> entry_before(const Table& table, size_t index, const Item& item, size_t item_bytes,
                                               std::string_view table_key) {
  auto entry = index_entry(table, index, item, item_bytes, table_key);
  if (is_unfit(entry)) return std::optional<IndexEntry>();
  return entry;
}

// What an update expression is told, where others are told what is wrong with the item.
Error unfit_for(const KeySchema& key, const Write& write, const Item& item, Error error) {
  const Expressions* const expressions = write.expressions.get();
  const bool is_expression = expressions != nullptr && expressions->update && !expressions->update->is_legacy();
  if (!is_expression || error.code != ValueErrc::unfit_key) return error;
  for (const auto* const attributes : {&key.partition, &key.sort}) {
    for (const KeyAttribute& attribute : *attributes) {
      const Value* const value = item.find(attribute.name);
      if (value == nullptr || value->is(attribute.type)) continue;
      return {Errc::invalid_request,
              "The update expression attempted to update the secondary index key to unsupported type"};
    }
  }
  return {Errc::invalid_request,
          "The update expression attempted to update the secondary index key beyond allowed size limits"};
}

Result<std::optional<IndexEntry>> entry_after(const Table& table, size_t index, const States& states,
                                              const Prepared& prepared) {
  if (states.after == nullptr) return std::optional<IndexEntry>();
  auto entry = index_entry(table, index, *states.after, states.bytes_after, prepared.key.bytes);
  if (!is_unfit(entry)) return entry;
  const KeySchema& key = table.definition().indexes[index].key;
  const bool is_as_it_was =
      states.was_there && key_attributes(key, states.looked_at()) == key_attributes(key, *states.after);
  if (is_as_it_was) return std::optional<IndexEntry>();
  return unfit_for(key, prepared.write, *states.after, std::move(entry).error());
}

// What is in one index, and is to be. Made when the request came, or here.
struct Entries {
  const IndexEntry* before = nullptr;
  const IndexEntry* after = nullptr;
  std::optional<IndexEntry> made_before = {};
  std::optional<IndexEntry> made_after = {};

  // An item is stored in one way.
  bool are_same(const States& states, const RowAfter& row) const {
    if (before == nullptr || after == nullptr) return before == after;
    if (before->row_key != after->row_key || before->item_bytes != after->item_bytes) return false;
    return before->is_whole ? *states.row_before == row.bytes : before->part == after->part;
  }
};

const IndexEntry* in(const std::optional<IndexEntry>& entry) { return entry ? &*entry : nullptr; }

Result<void> find_entries(const Table& table, size_t index, const States& states, const Prepared& prepared,
                          Entries& entries) {
  const bool is_same_table = prepared.table.get() == &table;
  if (is_same_table && states.as_read != nullptr) {
    entries.before = in(prepared.entries_as_read[index]);
  } else if (states.was_there) {
    entries.made_before = TRY(entry_before(table, index, states.looked_at(), states.bytes_before, prepared.key.bytes));
    entries.before = in(entries.made_before);
  }
  if (is_same_table && std::holds_alternative<PutItem>(prepared.write.action)) {
    entries.after = in(prepared.put_entries[index]);
  } else {
    entries.made_after = TRY(entry_after(table, index, states, prepared));
    entries.after = in(entries.made_after);
  }
  return {};
}

// The entry before goes and the one after comes, where they differ.
Result<void> change_index(const Table& table, size_t index, const States& states, const RowAfter& after_row,
                          Changes& changes, Written& written) {
  Entries entries;
  TRY(find_entries(table, index, states, after_row.prepared, entries));
  const IndexEntry*& before = entries.before;
  const IndexEntry* const after = entries.after;
  // An index that is being filled may not have it yet.
  if (before != nullptr && table.row.indexes[index].is_backfilling && !TRY(changes.row(before->row_key)))
    before = nullptr;
  if (entries.are_same(states, after_row)) return {};
  const Space space = table.row.indexes[index].space;
  Volume volume;
  uint64_t units = 0;
  // Of an index that is being filled it is asked whether they are there.
  const bool is_asked_for = table.row.indexes[index].is_backfilling;
  if (before != nullptr && (after == nullptr || before->row_key != after->row_key)) {
    if (is_asked_for)
      changes.remove_row(before->row_key);
    else
      changes.remove_entry(before->row_key);
    units += write_units(before->item_bytes);
  }
  if (after != nullptr) {
    // An entry with all attributes is stored as the item is.
    std::string row = after->is_whole ? after_row.bytes : encode_row(after->part, after->item_bytes);
    if (is_asked_for)
      changes.put_row(after->row_key, std::move(row));
    else
      changes.put_entry(after->row_key, std::move(row));
    const bool replaces = before != nullptr && before->row_key == after->row_key;
    units += write_units(std::max(after->item_bytes, replaces ? before->item_bytes : 0));
  }
  if (before != nullptr) volume += {.items = -1, .bytes = -before->size_bytes()};
  if (after != nullptr) volume += {.items = 1, .bytes = after->size_bytes()};
  if (volume != Volume()) changes.add_volume(space, volume);
  written.capacity.index_halves[table.definition().indexes[index].name] += 2 * units;
  return {};
}

Result<void> write_row(const Table& table, const Prepared& prepared, const States& states, Changes& changes,
                       Written& written) {
  RowAfter after{.prepared = prepared};
  if (states.after != nullptr) {
    after.bytes = !prepared.put_row.empty() ? prepared.put_row : encode_row(*states.after, states.bytes_after);
  }
  for (size_t index = 0; index < table.row.indexes.size(); ++index) {
    TRY(change_index(table, index, states, after, changes, written));
  }
  change_due(table, prepared.row_key, states.was_there ? &states.looked_at() : nullptr, states.after, changes);
  if (states.after != nullptr)
    changes.put_row(prepared.row_key, std::move(after.bytes));
  else
    changes.remove_row(prepared.row_key);
  const Volume volume{.items = (states.after != nullptr ? 1 : 0) - (states.was_there ? 1 : 0),
                      .bytes = static_cast<int64_t>(states.bytes_after) - static_cast<int64_t>(states.bytes_before)};
  if (volume != Volume()) changes.add_volume(table.space(), volume);
  return {};
}

// Most that is read is still what it was: what there is to remove is found where several can do it.
Result<void> prepare_as_read(Prepared& prepared) {
  const Item& item = *prepared.write.as_read.item;
  const size_t bytes = size_bytes(item);
  prepared.row_as_read = encode_row(item, bytes);
  for (size_t index = 0; index < prepared.table->row.indexes.size(); ++index) {
    prepared.entries_as_read.push_back(TRY(entry_before(*prepared.table, index, item, bytes, prepared.key.bytes)));
  }
  return {};
}

// Whether what is put is needed as a row alone, by whom a put is told to and by what it answers.
bool is_row_enough(const Table& table, const Write& write) {
  return table.row.stream_space == 0 && table.row.expiry_space == 0 && write.returns == ReturnValues::kNone;
}

// What the decision does not look at is let go here, on the thread that made it: freed by the one that writes, it would
// cost more, and that on a thread which all wait for.
void let_go(Prepared& prepared) {
  std::variant<PutItem, DeleteItem, UpdateItem, CheckItem>& action = prepared.write.action;
  if (auto* const put = std::get_if<PutItem>(&action)) {
    prepared.is_row_enough = is_row_enough(*prepared.table, prepared.write);
    if (prepared.is_row_enough) const PutItem gone = std::exchange(*put, {});
  } else if (auto* const removal = std::get_if<DeleteItem>(&action)) {
    const DeleteItem gone = std::exchange(*removal, {});
  } else if (auto* const check = std::get_if<CheckItem>(&action)) {
    const CheckItem gone = std::exchange(*check, {});
  }
}

}  // namespace

Result<Prepared> prepare(const Tables& tables, Write write) {
  Prepared prepared{.write = std::move(write), .table = {}, .key = {}, .row_key = {}};
  prepared.table = TRY(tables.require(table_of(prepared.write)));
  const KeySchema& schema = prepared.table->definition().key;
  if (const auto* put = std::get_if<PutItem>(&prepared.write.action)) {
    prepared.key = TRY(key_of_item(schema, put->item));
    prepared.put_bytes = size_bytes(put->item);
    TRY(check_size(prepared.put_bytes, false));
    prepared.put_row = encode_row(put->item, prepared.put_bytes);
    for (size_t index = 0; index < prepared.table->row.indexes.size(); ++index) {
      prepared.put_entries.push_back(
          TRY(index_entry(*prepared.table, index, put->item, prepared.put_bytes, prepared.key.bytes)));
    }
  } else if (const auto* removal = std::get_if<DeleteItem>(&prepared.write.action)) {
    prepared.key = TRY(key_of_key(schema, removal->key));
  } else if (const auto* update = std::get_if<UpdateItem>(&prepared.write.action)) {
    prepared.key = TRY(key_of_key(schema, update->key));
    const ExpressionsPtr& expressions = prepared.write.expressions;
    if (expressions != nullptr && expressions->update) TRY(check_keys(*expressions->update, schema));
  } else if (const auto* check = std::get_if<CheckItem>(&prepared.write.action)) {
    prepared.key = TRY(key_of_key(schema, check->key));
  }
  if (prepared.write.as_read.item != nullptr) TRY(prepare_as_read(prepared));
  TRY(check_key_paths(*prepared.table, prepared.write.expressions));
  prepared.row_key = row_key(prepared.table->space(), prepared.key);
  let_go(prepared);
  return prepared;
}

Result<TablePtr> still(const Tables& tables, const Prepared& prepared) {
  TablePtr now = TRY(tables.require(prepared.table->definition().name));
  if (now->space() != prepared.table->space()) return no_such_table(now->definition().name);
  return now;
}

Result<Written> decide(const Table& table, const Prepared& prepared, Changes& changes, EventLog& events) {
  const Write& write = prepared.write;
  States states;
  TRY(read_before(table, prepared, changes, states));
  Written written;
  written.bytes_before = states.bytes_before;
  written.capacity.table_halves = 2 * write_units(states.bytes_before);
  const Expressions* const expressions = write.expressions.get();
  const bool is_fulfilled =
      expressions == nullptr || !expressions->condition || fulfils(states.looked_at(), *expressions->condition);
  if (!is_fulfilled || (write.as_read.item != nullptr && states.as_read == nullptr)) {
    written.held = false;
    if (write.returns_on_failure && states.was_there) written.item = states.take_looked_at();
    return written;
  }
  TRY(std::visit(Deciding{table, prepared, write.expressions.get(), states}, write.action));
  written.capacity.table_halves = 2 * write_units(std::max(states.bytes_before, states.bytes_after));
  written.size_bytes = states.bytes_after;
  if (states.changes) {
    events.keep_before(table, prepared.row_key, states.row_before, changes);
    TRY(write_row(table, prepared, states, changes, written));
    TRY(events.add(table,
                   {.key_bytes = prepared.key.bytes,
                    .before = states.was_there ? &states.looked_at() : nullptr,
                    .after = states.after,
                    .is_expiry = prepared.is_expiry},
                   changes));
  }
  written.item = answer_of(write, states);
  return written;
}

}  // namespace caudal::items
