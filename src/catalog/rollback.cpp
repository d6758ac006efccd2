// SPDX-License-Identifier: Apache-2.0
// Rollback: partitions, and the columns of tables, put back to what they were right after an earlier publication, as a
// publication of its own.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/date.h"
#include "catalog/catalog.h"
#include "catalog/column_changes.h"
#include "catalog/keys.h"
#include "catalog/names.h"
#include "catalog/reader.h"
#include "catalog/rows.h"

namespace caudal::catalog {
namespace {

// The partitions that publications of the scope after `target` moved, each with the number of the last that did.
Result<std::map<PartitionName, uint64_t>> moved_after(const Reader& reader, const Publication& target) {
  std::map<PartitionName, uint64_t> moved;
  TRY(reader.each_backward(keys::publications(), [&](std::string_view row) -> Result<bool> {
    const Publication publication = TRY(decode_publication(row));
    if (publication.sequence <= target.sequence) return false;
    if (publication.scope != target.scope) return true;
    for (const PartitionName& name : publication.moved) moved.emplace(name, publication.sequence);
    return true;
  }));
  return moved;
}

// What `name` is to become; nothing when it is that already.
Result<std::optional<StagedRow>> move_back(const Reader& reader, const PartitionName& name, uint64_t last_move,
                                           const Publication& target) {
  const auto history = TRY(reader.history(name));
  const auto conflict = [&](std::string why) {
    return Error{Errc::partition_conflict,
                 fmt::format("cannot roll back to '{}': {}; nothing was changed", target.id, why)};
  };
  const bool known = std::ranges::any_of(history, [&](const HistoryRow& row) { return row.sequence == last_move; });
  if (!known) return conflict(fmt::format("table {}.{} was dropped since", name.database, name.table));
  if (history.back().sequence != last_move) {
    return conflict(fmt::format("partition {} was moved since by '{}', which is not of '{}'", name.to_string(),
                                history.back().publication, target.scope));
  }
  StagedRow move{.name = name, .target = std::nullopt, .based_on = {}};
  for (const HistoryRow& row : history) {
    if (row.sequence <= target.sequence) move.target = row.target;
  }
  const auto& now = history.back().target;
  const bool same = now.has_value() == move.target.has_value() &&
                    (!now || (now->partition.location == move.target->partition.location &&
                              now->columns_hash == move.target->columns_hash &&
                              now->partition.parameters == move.target->partition.parameters));
  if (same) return std::optional<StagedRow>();
  return std::optional<StagedRow>(std::move(move));
}

}  // namespace

Result<Publication> Catalog::rollback_to(const PublicationId& target_id, const PublicationId& id) {
  TRY(check_text("publication id", id));
  const MutexLock lock(writing_);
  const Reader reader(store_, family_);
  if (auto done = TRY(reader.publication(id))) {
    if (done->rolled_back_to == target_id) return *std::move(done);
    return Error{Errc::publication_state,
                 fmt::format("'{}' was published already, and not as a rollback to '{}'", id, target_id)};
  }
  if (!TRY(reader.staged(id)).empty()) {
    return Error{Errc::publication_state, fmt::format("'{}' has partitions staged; roll back under another id", id)};
  }
  const auto target = TRY(reader.publication(target_id));
  if (!target) {
    return Error{Errc::not_found,
                 fmt::format("'{}' was never published; `caudal catalog history` shows what was", target_id)};
  }
  if (!target->restorable) {
    return Error{Errc::publication_state,
                 fmt::format("what '{}' published at {} is no longer kept; roll back to a later publication", target_id,
                             to_string(target->published))};
  }
  const auto moved = TRY(moved_after(reader, *target));
  std::vector<StagedRow> moves;
  for (const auto& [name, last_move] : moved) {
    auto move = TRY(move_back(reader, name, last_move, *target));
    if (!move) continue;
    if (move->target) move->target->partition.publication = id;
    moves.push_back(*std::move(move));
  }
  const std::vector<TableUpdate> updates = TRY(updates_back(reader, *target));
  return record(Publication{.id = id, .scope = target->scope, .rolled_back_to = target_id}, moves, updates,
                kv::Batch());
}

}  // namespace caudal::catalog
