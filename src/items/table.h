// SPDX-License-Identifier: Apache-2.0
// What a table is: its keys, its indexes and its settings, as they are asked for and as they are.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "items/values/keys.h"

namespace caudal::items {

enum class ProjectionKind : uint8_t { kAll, kKeysOnly, kInclude };

struct IndexProjection {
  ProjectionKind kind = ProjectionKind::kAll;
  std::vector<std::string> attributes = {};  // of kInclude, besides the keys
  friend bool operator==(const IndexProjection&, const IndexProjection&) = default;
};

// A second of capacity units, as DynamoDB counts them.
struct Throughput {
  int64_t read_units = 0;
  int64_t write_units = 0;
  friend bool operator==(const Throughput&, const Throughput&) = default;
};

struct IndexDefinition {
  std::string name;
  bool is_local = false;  // shares the table's partition key
  KeySchema key;
  IndexProjection projection = {};
  std::optional<Throughput> throughput = {};  // of a global index of a table that is provisioned
  friend bool operator==(const IndexDefinition&, const IndexDefinition&) = default;
};

// What the records of a stream tell of a change, besides the key.
enum class StreamView : uint8_t { kKeysOnly, kNewImage, kOldImage, kNewAndOldImages };

enum class BillingMode : uint8_t { kProvisioned, kPayPerRequest };
enum class TableClass : uint8_t { kStandard, kInfrequentAccess };

using Tags = std::map<std::string, std::string>;

struct TableDefinition {
  std::string name;
  KeySchema key = {};
  std::vector<IndexDefinition> indexes = {};
  BillingMode billing = BillingMode::kProvisioned;
  std::optional<Throughput> throughput = {};  // when provisioned
  TableClass table_class = TableClass::kStandard;
  bool is_deletion_protected = false;
  Tags tags = {};
  std::optional<StreamView> stream = {};  // nothing: changes are not told
  friend bool operator==(const TableDefinition&, const TableDefinition&) = default;
};

// How much is there; of an index, its entries.
struct Volume {
  int64_t items = 0;
  int64_t bytes = 0;  // as DynamoDB counts them
  Volume& operator+=(const Volume& other) {
    items += other.items;
    bytes += other.bytes;
    return *this;
  }
  friend bool operator==(const Volume&, const Volume&) = default;
};

struct IndexInfo {
  std::string name;
  bool is_backfilling = false;  // not to be read yet
  Volume volume = {};
};

// Whether and by which attribute (seconds since 1970) items expire.
struct ExpiryInfo {
  std::string attribute = {};  // empty: they do not
  bool is_filling = false;     // it is still being found out which of the items that were there do
  friend bool operator==(const ExpiryInfo&, const ExpiryInfo&) = default;
};

struct TableInfo {
  TableDefinition definition;
  std::string id;  // a UUID; another table of the same name has another
  Timestamp created = {};
  Volume volume = {};
  std::vector<IndexInfo> indexes = {};  // in the order of the definition's
  ExpiryInfo expiry = {};
  std::string stream_label = {};  // of its latest stream, also one that has ended; empty: it never had one
};

}  // namespace caudal::items
