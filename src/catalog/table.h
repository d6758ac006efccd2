// SPDX-License-Identifier: Apache-2.0
// What the catalog keeps: databases, tables with their columns, partitions. Plain values, validated when stored.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "catalog/type.h"

namespace caudal::catalog {

// Lower case, 1–255 bytes, unique among a table's columns and partition keys.
struct Column {
  std::string name = {};
  Type type = {};
  std::string comment = {};
  bool operator==(const Column&) const = default;
};

// An immutable list of columns that many partitions share: copying it is cheap. Thread-safe.
class ColumnList {
 public:
  ColumnList() = default;
  ColumnList(std::vector<Column> columns)  // NOLINT(google-explicit-constructor)
      : columns_(std::make_shared<const std::vector<Column>>(std::move(columns))) {}
  const std::vector<Column>& get() const;
  auto begin() const { return get().begin(); }
  auto end() const { return get().end(); }
  size_t size() const { return get().size(); }
  bool empty() const { return get().empty(); }
  const Column& operator[](size_t index) const { return get()[index]; }
  bool operator==(const ColumnList& other) const { return columns_ == other.columns_ || get() == other.get(); }

 private:
  std::shared_ptr<const std::vector<Column>> columns_;  // shared by the partitions with the same columns
};

// Free name/value pairs, ordered by name.
using Parameters = std::map<std::string, std::string>;

struct Database {
  std::string name = {};
  std::string description = {};
  std::string location = {};  // "s3://bucket/prefix/", may be empty
  Parameters parameters = {};
  Timestamp created = {};  // set by the catalog
  bool operator==(const Database&) const = default;
};

struct Table {
  std::string database = {};
  std::string name = {};
  std::string description = {};
  std::vector<Column> columns = {};         // without the partition keys
  std::vector<Column> partition_keys = {};  // primitive types; cannot change once the table exists
  std::string location = {};                // "s3://bucket/prefix/"
  std::string format = "parquet";
  Parameters parameters = {};
  uint64_t version = 0;    // set by the catalog: 1, 2, …
  Timestamp created = {};  // set by the catalog
  Timestamp updated = {};  // set by the catalog
  bool operator==(const Table&) const = default;
};

// The id of a publication: the text of the run that makes it, 1–255 bytes.
using PublicationId = std::string;

// The value Hive writes for a NULL partition key.
inline constexpr const char* kNullPartitionValue = "__HIVE_DEFAULT_PARTITION__";

// One partition: where the rows with these key values lie, and which columns their files have (they may be an older
// list than the table's). A table without partition keys has at most one partition, whose `values` are empty.
struct Partition {
  std::vector<std::string> values = {};  // in the order of the table's partition keys, as in Hive paths but not escaped
  std::string location = {};             // "s3://bucket/prefix/": everything below it belongs to this partition alone
  ColumnList columns = {};               // without the partition keys
  Parameters parameters = {};            // such as row counts
  PublicationId publication = {};        // set by the catalog: what put it there
  bool operator==(const Partition&) const = default;
};

// "ano=2024/mes=01" (escaped as Hive does), or "" for a table without partition keys.
std::string partition_path(const std::vector<Column>& partition_keys, const std::vector<std::string>& values);

}  // namespace caudal::catalog
