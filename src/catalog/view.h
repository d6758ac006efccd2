// SPDX-License-Identifier: Apache-2.0
// Reading the catalog. A View is one consistent state: what is published later, or staged later, does not show in it.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "catalog/publication.h"
#include "catalog/table.h"
#include "kv/store.h"

namespace caudal::catalog {

// From Catalog::live() or Catalog::with_staged(). Cheap to copy; pins a snapshot of the store while it lives, so let go
// of it when done. Must not outlive the Catalog. Thread-safe. Reads block on the store. Names match in any case.
class View {
 public:
  // All in order of name.
  Result<std::vector<Database>> databases() const;
  // Errc::not_found names the nearest ones; likewise for tables.
  Result<Database> database(std::string_view name) const;
  Result<std::vector<Table>> tables(std::string_view database) const;
  Result<Table> table(std::string_view database, std::string_view name) const;
  // Every version kept, oldest first; the last is the current one.
  Result<std::vector<Table>> table_versions(std::string_view database, std::string_view name) const;

  // In order of values. With `leading_values`, only partitions whose first values are these; reads no others.
  Result<std::vector<Partition>> partitions(std::string_view database, std::string_view table,
                                            std::span<const std::string> leading_values = {}) const;
  Result<std::optional<Partition>> partition(std::string_view database, std::string_view table,
                                             std::span<const std::string> values) const;
  // What was published to the table's partitions, oldest first; without what is only staged.
  Result<std::vector<PartitionEvent>> history(std::string_view database, std::string_view table) const;

  // The tables that the publication with this number gave other columns, in order of name.
  Result<std::vector<ColumnChange>> column_changes(uint64_t sequence) const;

  // Newest first, at most `limit`; of every scope when `scope` is empty.
  Result<std::vector<Publication>> publications(std::string_view scope = {}, size_t limit = SIZE_MAX) const;
  // Errc::not_found when it was never published (perhaps it is only staged).
  Result<Publication> publication(std::string_view id) const;
  // The moves staged under an id, in order of partition; empty when there are none.
  Result<std::vector<PartitionMove>> staged(std::string_view id) const;
  // Every id that has something staged.
  Result<std::vector<PublicationId>> staged_ids() const;
  // The id whose staged moves this view shows, if any.
  const std::optional<PublicationId>& shows_staged() const { return staged_id_; }

 private:
  friend class Catalog;
  View(const kv::Store& store, kv::Family family, std::optional<PublicationId> staged_id);
  const kv::Store* store_;
  kv::Family family_;
  std::shared_ptr<const kv::Snapshot> snapshot_;  // shared by the copies of this view
  std::optional<PublicationId> staged_id_;
};

}  // namespace caudal::catalog
