// SPDX-License-Identifier: Apache-2.0
// Which locations nothing refers to any more. What is given up is written down first, so that a crash between here and
// the deletion of the objects forgets nothing.
#include <algorithm>
#include <map>
#include <set>

#include "catalog/catalog.h"
#include "catalog/keys.h"
#include "catalog/reader.h"
#include "catalog/rows.h"

namespace caudal::catalog {
namespace {

using Scopes = std::map<std::string, std::set<uint64_t>>;  // scope → the sequences that can be rolled back to

struct Publications {
  Scopes restorable;
  std::vector<Publication> given_up;  // were restorable until now
};

Result<Publications> choose(const Reader& reader, size_t keep) {
  Publications out;
  TRY(reader.each_backward(keys::publications(), [&](std::string_view row) -> Result<bool> {
    Publication publication = TRY(decode_publication(row));
    if (!publication.restorable) return true;
    auto& kept = out.restorable[publication.scope];
    if (kept.size() < keep) {
      kept.insert(publication.sequence);
    } else {
      publication.restorable = false;
      out.given_up.push_back(std::move(publication));
    }
    return true;
  }));
  return out;
}

// Of one partition's history, oldest first: which rows a rollback may still need, beside the newest. A row is what the
// partition was from its own publication up to the next row's; it is needed when that stretch holds a publication that
// can be rolled back to, of whatever scope: one that has not moved the partition yet may do so later, and then roll
// back.
std::vector<bool> needed(const std::vector<HistoryRow>& rows, const Publications& publications) {
  std::vector<bool> out(rows.size(), false);
  for (size_t i = 0; i + 1 < rows.size(); ++i) {
    for (const auto& [scope, restorable] : publications.restorable) {
      const auto first = restorable.lower_bound(rows[i].sequence);
      if (first != restorable.end() && *first < rows[i + 1].sequence) out[i] = true;
    }
  }
  if (!out.empty()) out.back() = true;
  return out;
}

class InUse {
 public:
  void add(const std::optional<PartitionRow>& row) {
    if (row) locations_.insert(row->partition.location);
  }
  void add(const std::string& location) { locations_.insert(location); }
  // Whether `location` is in use, lies below one that is, or has one below it. All end in a slash.
  bool overlaps(const std::string& location) const {
    const auto next = locations_.lower_bound(location);
    if (next != locations_.end() && next->starts_with(location)) return true;
    for (size_t slash = location.find('/'); slash != std::string::npos; slash = location.find('/', slash + 1)) {
      if (locations_.contains(location.substr(0, slash + 1))) return true;
    }
    return false;
  }

 private:
  std::set<std::string> locations_;
};

Result<InUse> live_and_staged(const Reader& reader) {
  InUse used;
  TRY(reader.each(keys::all_live(), [&](std::string_view row) -> Result<void> {
    used.add(TRY(decode_partition(row)));
    return {};
  }));
  TRY(reader.each(keys::all_staged(), [&](std::string_view row) -> Result<void> {
    used.add(TRY(decode_staged(row)).target);
    return {};
  }));
  std::vector<Table> unpartitioned;
  TRY(reader.each(keys::all_tables(), [&](std::string_view row) -> Result<void> {
    Table table = TRY(decode_table(row));
    if (table.partition_keys.empty() && !table.location.empty()) unpartitioned.push_back(std::move(table));
    return {};
  }));
  // A table without partition keys is read from its own location until a partition was published.
  for (const Table& table : unpartitioned) {
    if (!TRY(reader.live({table.database, table.name, {}}))) used.add(table.location);
  }
  return used;
}

}  // namespace

Result<std::vector<std::string>> Catalog::collect_garbage(size_t keep_publications) {
  const MutexLock lock(writing_);
  const Reader reader(store_, family_);
  const Publications publications = TRY(choose(reader, std::max<size_t>(keep_publications, 1)));
  kv::Batch batch;
  for (const Publication& publication : publications.given_up) {
    batch.put(family_, keys::publication(publication.sequence), encode(publication));
  }
  std::map<PartitionName, std::vector<HistoryRow>> histories;
  TRY(reader.each(keys::all_history(), [&](std::string_view bytes) -> Result<void> {
    HistoryRow row = TRY(decode_history(bytes));
    histories[row.name].push_back(std::move(row));
    return {};
  }));
  InUse used = TRY(live_and_staged(reader));
  std::set<std::string> garbage;
  for (const auto& [name, rows] : histories) {
    const std::vector<bool> keep = needed(rows, publications);
    for (size_t i = 0; i < rows.size(); ++i) {
      if (keep[i]) {
        used.add(rows[i].target);
        continue;
      }
      batch.remove(family_, keys::history(name, rows[i].sequence));
      if (!rows[i].target) continue;
      garbage.insert(rows[i].target->partition.location);
      batch.put(family_, keys::garbage(rows[i].target->partition.location), "");
    }
  }
  const auto pending = TRY(reader.keys(keys::all_garbage()));
  for (const std::string& key : pending) garbage.insert(TRY(kv::KeyReader(std::string_view(key).substr(1)).text()));
  if (!batch.empty()) TRY(store_.commit(std::move(batch)));
  std::vector<std::string> out;
  for (const std::string& location : garbage) {
    if (!used.overlaps(location)) out.push_back(location);
  }
  return out;
}

Result<void> Catalog::garbage_deleted(std::span<const std::string> locations) {
  if (locations.empty()) return {};
  const MutexLock lock(writing_);
  kv::Batch batch;
  for (const std::string& location : locations) batch.remove(family_, keys::garbage(location));
  return store_.commit(std::move(batch));
}

}  // namespace caudal::catalog
