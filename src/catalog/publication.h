// SPDX-License-Identifier: Apache-2.0
// Publications: sets of partition moves prepared under an id, and made visible all at once.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "catalog/table.h"

namespace caudal::catalog {

// Puts the partition `values` of a table to `target`, or removes it where there is none.
struct PartitionMove {
  std::string database = {};
  std::string table = {};
  std::vector<std::string> values = {};
  std::optional<Partition> target = {};  // its `values` may be left empty; `publication` is set by the catalog
  bool operator==(const PartitionMove&) const = default;
};

struct PartitionName {
  std::string database = {};
  std::string table = {};
  std::vector<std::string> values = {};
  auto operator<=>(const PartitionName&) const = default;
  // "curated.tb_faturas (2024, 01)"
  std::string to_string() const;
};

// What happened, once. Never changes, except that `restorable` ends.
struct Publication {
  PublicationId id = {};
  std::string scope = {};  // whose it is: the flow's name; rollback stays within a scope
  uint64_t sequence = 0;   // 1, 2, … in order of publishing, over all scopes
  Timestamp published = {};
  std::optional<PublicationId> rolled_back_to = {};  // set when this publication is a rollback
  bool restorable = true;                            // false once collect_garbage() gave up its locations
  std::vector<PartitionName> moved = {};             // sorted
  bool operator==(const Publication&) const = default;
};

// A table that a publication gave other columns: those of the version `after` instead of those of `before`.
struct ColumnChange {
  std::string database = {};
  std::string table = {};
  uint64_t sequence = 0;   // of the publication
  std::string scope = {};  // of the publication
  uint64_t before = 0;
  uint64_t after = 0;
  bool operator==(const ColumnChange&) const = default;
};

// One entry of a partition's history.
struct PartitionEvent {
  PublicationId publication = {};
  uint64_t sequence = 0;
  Timestamp published = {};
  std::vector<std::string> values = {};
  std::optional<Partition> partition = {};  // as it was from then on; nullopt: removed
  bool operator==(const PartitionEvent&) const = default;
};

}  // namespace caudal::catalog
