// SPDX-License-Identifier: Apache-2.0
// Where the embedded store keeps what, as keys and rows of room kv. Inside room items only.
//
//   items.tables   name -> the table (TableRow)
//   items.rows     space, hash of the partition, key -> the item. A table is a space, and so is each of its indexes,
//                  whose keys are followed by the table's, and whose items hold what is projected.
//   items.volumes  space -> how much is in it
//                  Space 0 has no items: its rows are the client tokens of transactions.
//   items.streams  name of the table, label -> a stream (see stream_rows.h)
//   items.events   space of the stream, sequence number -> what happened
//   items.journal  space of a table's journal, sequence number -> what a row was before (see journal.h)
// The hash keeps parallel scans apart: a segment is a range of hashes, and so of rows.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/wire.h"
#include "items/policies.h"
#include "items/table.h"
#include "kv/store.h"

namespace caudal::items {

struct Families {
  kv::Family tables;
  kv::Family rows;
  kv::Family volumes;
  kv::Family settings;
  kv::Family streams;
  kv::Family events;
  kv::Family journal;
  static Result<Families> open(kv::Store& kv);
};

// The kv family that holds the store's own numbers.
inline constexpr std::string_view kNextSpace = "next_space";
inline constexpr std::string_view kFirstSequence = "first_sequence";  // that streams may still give

using Space = uint32_t;  // big-endian in keys
inline constexpr size_t kSpaceBytes = 4;
inline constexpr size_t kHashBytes = 2;

struct IndexRow {
  Space space = 0;
  bool is_backfilling = false;
};

// How far back a table can be restored.
struct Recovery {
  Space space = 0;       // of its journal; 0: it cannot be
  Timestamp since = {};  // what it was before that is not known
  int days = 0;          // that the journal is kept
};

struct TableRow {
  TableInfo info;  // without volumes
  Space space = 0;
  std::vector<IndexRow> indexes = {};  // in the order of the definition's
  Space stream_space = 0;              // of the stream that it has; 0: none
  Space expiry_space = 0;              // of when its items expire (see due_items.h); 0: they do not
  Timestamp expiry_changed = {};       // when that was last switched on or off
  ResourcePolicyPtr policy = {};       // nullptr: none
  Recovery recovery = {};
};
std::string encode(const TableRow& row);
Result<TableRow> decode_table(std::string_view name, std::string_view bytes);

void write_key(WireWriter& out, const KeySchema& key);
Result<KeySchema> read_key(WireReader& in);

std::string encode(const Volume& volume);
Result<Volume> decode_volume(std::string_view bytes);

// In a table.
std::string row_key(Space space, const Key& key);
// In an index.
std::string row_key(Space space, const Key& key, std::string_view table_key_bytes);
// What stands before the key's bytes.
std::string row_prefix(Space space, std::string_view partition);
inline std::string_view key_bytes_of(std::string_view row_key) { return row_key.substr(kSpaceBytes + kHashBytes); }
// Of a client token; and, in order of time, of when tokens expire.
std::string token_key(std::string_view token);
std::string expiry_key(Timestamp expires, std::string_view token);
kv::Range all_expiries();
// The token of an expiry_key.
std::string_view token_of(std::string_view expiry_key);
// All of a space, or of a segment of it.
kv::Range rows_of(Space space);
kv::Range rows_of(Space space, uint32_t segment, uint32_t segments);

}  // namespace caudal::items
