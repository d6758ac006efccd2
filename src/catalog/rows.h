// SPDX-License-Identifier: Apache-2.0
// How the catalog's values are written in the store. Each row begins with its format number. The columns of partitions
// are kept once in a row of their own, and named by their hash. For the catalog's own use.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "catalog/publication.h"
#include "catalog/table.h"

namespace caudal::catalog {

std::string encode(const Database& database);
Result<Database> decode_database(std::string_view row);

// A table that a publication is to make, and that is not there yet, has no version.
inline bool is_new(const Table& staged) { return staged.version == 0; }
std::string encode(const Table& table);
Result<Table> decode_table(std::string_view row);

std::string encode(const std::vector<Column>& columns);
Result<std::vector<Column>> decode_columns(std::string_view row);
// 16 bytes of XXH3-128 over encode(columns).
std::string hash_of(std::string_view encoded_columns);

// A partition whose columns are still to be fetched.
struct PartitionRow {
  Partition partition = {};  // without columns
  std::string columns_hash = {};
};
std::string encode(const PartitionRow& row);
Result<PartitionRow> decode_partition(std::string_view row);

struct StagedRow {
  PartitionName name;
  std::optional<PartitionRow> target;
  PublicationId based_on;  // what had put the live partition there when it was first staged; empty: nothing was there
};
std::string encode(const StagedRow& row);
Result<StagedRow> decode_staged(std::string_view row);

struct HistoryRow {
  PartitionName name;
  PublicationId publication;
  uint64_t sequence = 0;
  Timestamp published = {};
  std::optional<PartitionRow> target;
};
std::string encode(const HistoryRow& row);
Result<HistoryRow> decode_history(std::string_view row);

std::string encode(const ColumnChange& change);
Result<ColumnChange> decode_column_change(std::string_view row);

std::string encode(const Publication& publication);
Result<Publication> decode_publication(std::string_view row);

}  // namespace caudal::catalog
