// SPDX-License-Identifier: Apache-2.0
// What `caudal flows rollback` says: which partitions moved, from which run to which, and how many rows they have.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>

#include "app/commands/flows_common.h"
#include "app/commands/flows_run.h"
#include "app/errors.h"
#include "catalog/catalog.h"

namespace caudal::app {
namespace {

// Of one partition: as it was before the rollback, and as it is since; none: it was, or is, not there.
struct Moved {
  const catalog::Partition* before = nullptr;
  const catalog::Partition* after = nullptr;
  std::string run_before = {};
  std::string run_after = {};  // whose rows it has again
};

// `events` are those of the partition's table, oldest first.
Moved moved_by(const catalog::Publication& rollback, const catalog::PartitionName& name,
               const std::vector<catalog::PartitionEvent>& events, uint64_t target_sequence) {
  Moved moved;
  for (const catalog::PartitionEvent& event : events) {
    if (event.values != name.values || event.sequence > rollback.sequence) continue;
    const catalog::Partition* const partition = event.partition ? &*event.partition : nullptr;
    if (event.sequence == rollback.sequence) {
      moved.after = partition;
      continue;
    }
    moved.before = partition;
    moved.run_before = event.publication;
    if (event.sequence <= target_sequence) moved.run_after = partition != nullptr ? event.publication : std::string();
  }
  return moved;
}

Cell rows_of(const catalog::Partition* partition) {
  if (partition == nullptr) return {};
  const auto rows = partition->parameters.find("rows");
  return rows == partition->parameters.end() ? Cell() : Cell(rows->second);
}

Cell run_cell(const std::string& run) { return run.empty() ? Cell() : Cell(run); }

}  // namespace

Result<void> print_moved(Context& context, const runs::RunRecord& rollback) {
  const catalog::View view = TRY(context.catalog())->live();
  const std::string& target = rollback.parameters.rollback_to;
  const catalog::Publication done = TRY(view.publication(rollback.id.text()));
  const uint64_t target_sequence = TRY(view.publication(target)).sequence;
  std::map<std::pair<std::string, std::string>, std::vector<catalog::PartitionEvent>> histories;
  std::map<std::pair<std::string, std::string>, std::vector<catalog::Column>> keys;
  for (const catalog::PartitionName& name : done.moved) {
    const std::pair table(name.database, name.table);
    if (histories.contains(table)) continue;
    histories.emplace(table, TRY(view.history(name.database, name.table)));
    keys.emplace(table, TRY(view.table(name.database, name.table)).partition_keys);
  }
  const std::vector<Column> columns = {{"table"},
                                       {"partition"},
                                       {"from_run"},
                                       {"to_run"},
                                       {"rows_before", Column::Kind::kNumber},
                                       {"rows", Column::Kind::kNumber}};
  TRY(context.table(columns, [&](TableWriter& rows) -> Result<void> {
    for (const catalog::PartitionName& name : done.moved) {
      const std::pair table(name.database, name.table);
      const Moved moved = moved_by(done, name, histories.at(table), target_sequence);
      TRY(rows.row({name.database + "." + name.table, catalog::partition_path(keys.at(table), name.values),
                    run_cell(moved.run_before), run_cell(moved.run_after), rows_of(moved.before),
                    rows_of(moved.after)}));
    }
    return {};
  }));
  if (done.moved.empty()) {
    context.say(
        fmt::format("nothing had to move: everything of {} is as it was after {} already", rollback.flow, target));
    return {};
  }
  context.say(fmt::format("{} of {} as after run {} again", counted(done.moved.size(), "partition"),
                          counted(histories.size(), "table"), target));
  for (const catalog::ColumnChange& change : TRY(view.column_changes(done.sequence))) {
    context.say(fmt::format("{}.{} has the columns again that it had then", change.database, change.table));
  }
  // Newest first: this rollback, and what was there before it.
  const auto publications = TRY(view.publications(rollback.flow, 2));
  if (publications.size() == 2) {
    context.say(fmt::format("`caudal flows rollback {} --to {}` undoes it, `caudal catalog history {}.{}` tells more",
                            rollback.flow, publications[1].id, done.moved[0].database, done.moved[0].table));
  }
  return {};
}

Result<void> check_rollback(Context& context, const runs::RunRecord& target) {
  constexpr size_t kShown = 5;
  const catalog::View view = TRY(context.catalog())->live();
  const auto published = view.publication(target.id.text());
  if (published && published->restorable) return {};
  if (!published && !published.error().is(ErrorClass::kNotFound)) return published.error();
  std::vector<std::string> known;
  for (const catalog::Publication& publication : TRY(view.publications(target.flow))) {
    if (publication.restorable && known.size() < kShown) known.push_back(publication.id);
  }
  const std::string why = published ? "what it published is no longer kept"
                                    : fmt::format("it {} and published nothing", runs::to_string(target.state));
  if (known.empty()) {
    return Error{Errc::usage,
                 fmt::format("cannot roll back to run {}: {}; there is none to go back to", target.id.text(), why)};
  }
  return Error{Errc::usage, fmt::format("cannot roll back to run {}: {}; there are, newest first: {}", target.id.text(),
                                        why, fmt::join(known, ", "))};
}

}  // namespace caudal::app
