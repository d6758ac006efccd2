// SPDX-License-Identifier: Apache-2.0
#include "items/rows.h"

#include "items/errors.h"
#include "items/values/key_bytes.h"

namespace caudal::items {
namespace {

constexpr uint64_t kTableFormat = 1;
// What may follow the rest of a table's row, each behind its number, where the table has it.
constexpr uint64_t kStreamPart = 1;
constexpr uint64_t kExpiryPart = 2;
constexpr uint64_t kPolicyPart = 3;
constexpr uint64_t kRecoveryPart = 4;
constexpr uint64_t kStreamViews = 4;
constexpr size_t kTimeBytes = 8;

void append_big_endian(std::string& out, uint64_t value, size_t bytes) {
  while (bytes-- > 0) out.push_back(static_cast<char>(value >> (8 * bytes)));
}

// The first bits: segments are ranges of hashes.
uint64_t short_hash(uint64_t hash) { return hash >> (64 - 8 * kHashBytes); }

void write_attributes(WireWriter& out, const std::vector<KeyAttribute>& attributes) {
  out.varint(attributes.size());
  for (const KeyAttribute& one : attributes) out.text(one.name).varint(static_cast<uint64_t>(one.type));
}

void write_throughput(WireWriter& out, const std::optional<Throughput>& throughput) {
  out.boolean(throughput.has_value());
  if (throughput) out.signed_varint(throughput->read_units).signed_varint(throughput->write_units);
}

// An enumeration of `count` values, of which the first is 0.
template <class Enum>
Result<Enum> read_enum(WireReader& in, uint64_t count) {
  const uint64_t value = TRY(in.varint());
  if (value >= count) return Error{Errc::corrupt, "the row of a table is damaged; restore it from a backup"};
  return static_cast<Enum>(value);
}

Result<std::vector<KeyAttribute>> read_attributes(WireReader& in) {
  std::vector<KeyAttribute> attributes;
  for (size_t left = TRY(in.count()); left > 0; --left) {
    std::string name(TRY(in.text()));
    attributes.push_back({.name = std::move(name), .type = TRY(read_enum<Type>(in, kTypes))});
  }
  return attributes;
}

Result<std::optional<Throughput>> read_throughput(WireReader& in) {
  if (!TRY(in.boolean())) return std::optional<Throughput>();
  Throughput throughput;
  throughput.read_units = TRY(in.signed_varint());
  throughput.write_units = TRY(in.signed_varint());
  return std::optional<Throughput>(throughput);
}

void write_index(WireWriter& out, const IndexDefinition& index, const IndexRow& row) {
  out.text(index.name).boolean(index.is_local);
  write_key(out, index.key);
  out.varint(static_cast<uint64_t>(index.projection.kind)).varint(index.projection.attributes.size());
  for (const std::string& name : index.projection.attributes) out.text(name);
  write_throughput(out, index.throughput);
  out.varint(row.space).boolean(row.is_backfilling);
}

Result<void> read_index(WireReader& in, TableRow& table) {
  IndexDefinition& index = table.info.definition.indexes.emplace_back();
  index.name = TRY(in.text());
  index.is_local = TRY(in.boolean());
  index.key = TRY(read_key(in));
  index.projection.kind = TRY(read_enum<ProjectionKind>(in, 3));
  for (size_t left = TRY(in.count()); left > 0; --left) index.projection.attributes.emplace_back(TRY(in.text()));
  index.throughput = TRY(read_throughput(in));
  IndexRow row;
  row.space = static_cast<Space>(TRY(in.varint()));
  row.is_backfilling = TRY(in.boolean());
  table.indexes.push_back(row);
  return {};
}

// Nothing of a table without a stream, so that its row stays as it was.
void write_stream(WireWriter& out, const TableRow& row) {
  if (row.info.stream_label.empty()) return;
  const std::optional<StreamView>& view = row.info.definition.stream;
  WireWriter part;
  part.text(row.info.stream_label).boolean(view.has_value());
  if (view) part.varint(static_cast<uint64_t>(*view)).varint(row.stream_space);
  out.varint(kStreamPart).text(part.take());
}

Result<void> read_stream(std::string_view bytes, TableRow& row) {
  WireReader in(bytes);
  row.info.stream_label = TRY(in.text());
  if (TRY(in.boolean())) {
    row.info.definition.stream = TRY(read_enum<StreamView>(in, kStreamViews));
    row.stream_space = static_cast<Space>(TRY(in.varint()));
  }
  return in.finish();
}

// Nothing of a table whose items never expired.
void write_expiry(WireWriter& out, const TableRow& row) {
  if (row.expiry_changed == Timestamp()) return;
  WireWriter part;
  part.varint(row.expiry_space).signed_varint(row.expiry_changed.time_since_epoch().count());
  part.text(row.info.expiry.attribute).boolean(row.info.expiry.is_filling);
  out.varint(kExpiryPart).text(part.take());
}

Result<void> read_expiry(std::string_view bytes, TableRow& row) {
  WireReader in(bytes);
  row.expiry_space = static_cast<Space>(TRY(in.varint()));
  row.expiry_changed = Timestamp(std::chrono::microseconds(TRY(in.signed_varint())));
  row.info.expiry.attribute = TRY(in.text());
  row.info.expiry.is_filling = TRY(in.boolean());
  return in.finish();
}

void write_policy(WireWriter& out, const TableRow& row) {
  if (row.policy == nullptr) return;
  out.varint(kPolicyPart).text(WireWriter().text(row.policy->text).text(row.policy->revision).take());
}

Result<void> read_policy(std::string_view bytes, TableRow& row) {
  WireReader in(bytes);
  ResourcePolicy policy;
  policy.text = TRY(in.text());
  policy.revision = TRY(in.text());
  row.policy = std::make_shared<ResourcePolicy>(std::move(policy));
  return in.finish();
}

void write_recovery(WireWriter& out, const TableRow& row) {
  const Recovery& recovery = row.recovery;
  if (recovery.space == 0) return;
  WireWriter part;
  part.varint(recovery.space).signed_varint(recovery.since.time_since_epoch().count()).signed_varint(recovery.days);
  out.varint(kRecoveryPart).text(part.take());
}

Result<void> read_recovery(std::string_view bytes, TableRow& row) {
  WireReader in(bytes);
  row.recovery.space = static_cast<Space>(TRY(in.varint()));
  row.recovery.since = Timestamp(std::chrono::microseconds(TRY(in.signed_varint())));
  row.recovery.days = static_cast<int>(TRY(in.signed_varint()));
  return in.finish();
}

Result<void> read_part(WireReader& in, TableRow& row) {
  const uint64_t part = TRY(in.varint());
  const std::string_view bytes = TRY(in.text());
  if (part == kStreamPart) return read_stream(bytes, row);
  if (part == kExpiryPart) return read_expiry(bytes, row);
  if (part == kPolicyPart) return read_policy(bytes, row);
  if (part == kRecoveryPart) return read_recovery(bytes, row);
  return Error{Errc::corrupt, "the row of a table holds what this version does not know; upgrade Caudal"};
}

}  // namespace

void write_key(WireWriter& out, const KeySchema& key) {
  write_attributes(out, key.partition);
  write_attributes(out, key.sort);
}

Result<KeySchema> read_key(WireReader& in) {
  KeySchema key;
  key.partition = TRY(read_attributes(in));
  key.sort = TRY(read_attributes(in));
  return key;
}

Result<Families> Families::open(kv::Store& kv) {
  return Families{.tables = TRY(kv.family("items.tables")),
                  .rows = TRY(kv.family("items.rows")),
                  .volumes = TRY(kv.family("items.volumes")),
                  .settings = TRY(kv.family("items.settings")),
                  .streams = TRY(kv.family("items.streams")),
                  .events = TRY(kv.family("items.events")),
                  .journal = TRY(kv.family("items.journal"))};
}

std::string encode(const TableRow& row) {
  const TableDefinition& definition = row.info.definition;
  WireWriter out;
  out.varint(kTableFormat).text(row.info.id).signed_varint(row.info.created.time_since_epoch().count());
  out.varint(row.space);
  write_key(out, definition.key);
  out.varint(definition.indexes.size());
  for (size_t n = 0; n < definition.indexes.size(); ++n) write_index(out, definition.indexes[n], row.indexes[n]);
  out.varint(static_cast<uint64_t>(definition.billing));
  write_throughput(out, definition.throughput);
  out.varint(static_cast<uint64_t>(definition.table_class)).boolean(definition.is_deletion_protected);
  out.varint(definition.tags.size());
  for (const auto& [name, value] : definition.tags) out.text(name).text(value);
  write_stream(out, row);
  write_expiry(out, row);
  write_policy(out, row);
  write_recovery(out, row);
  return out.take();
}

Result<TableRow> decode_table(std::string_view name, std::string_view bytes) {
  TableRow row;
  WireReader in(bytes);
  if (TRY(in.varint()) != kTableFormat) {
    return Error{Errc::corrupt, "the row of table " + std::string(name) + " has an unknown format; upgrade Caudal"};
  }
  TableDefinition& definition = row.info.definition;
  definition.name = name;
  row.info.id = TRY(in.text());
  row.info.created = Timestamp(std::chrono::microseconds(TRY(in.signed_varint())));
  row.space = static_cast<Space>(TRY(in.varint()));
  definition.key = TRY(read_key(in));
  for (size_t left = TRY(in.count()); left > 0; --left) TRY(read_index(in, row));
  definition.billing = TRY(read_enum<BillingMode>(in, 2));
  definition.throughput = TRY(read_throughput(in));
  definition.table_class = TRY(read_enum<TableClass>(in, 2));
  definition.is_deletion_protected = TRY(in.boolean());
  for (size_t left = TRY(in.count()); left > 0; --left) {
    std::string tag(TRY(in.text()));
    definition.tags.emplace(std::move(tag), TRY(in.text()));
  }
  while (!in.at_end()) TRY(read_part(in, row));
  return row;
}

std::string encode(const Volume& volume) {
  return WireWriter().signed_varint(volume.items).signed_varint(volume.bytes).take();
}

Result<Volume> decode_volume(std::string_view bytes) {
  WireReader in(bytes);
  Volume volume;
  volume.items = TRY(in.signed_varint());
  volume.bytes = TRY(in.signed_varint());
  TRY(in.finish());
  return volume;
}

namespace {

// Each is made for every write: in one piece.
std::string row_prefix(Space space, std::string_view partition, size_t bytes_after) {
  std::string bytes;
  bytes.reserve(kSpaceBytes + kHashBytes + bytes_after);
  append_big_endian(bytes, space, kSpaceBytes);
  append_big_endian(bytes, short_hash(hash_of_partition(partition)), kHashBytes);
  return bytes;
}

}  // namespace

std::string row_prefix(Space space, std::string_view partition) { return row_prefix(space, partition, 0); }

std::string row_key(Space space, const Key& key) { return row_key(space, key, {}); }

std::string row_key(Space space, const Key& key, std::string_view table_key_bytes) {
  std::string bytes = row_prefix(space, key.partition(), key.bytes.size() + table_key_bytes.size());
  bytes.append(key.bytes).append(table_key_bytes);
  return bytes;
}

std::string token_key(std::string_view token) {
  std::string bytes;
  append_big_endian(bytes, 0, kSpaceBytes);
  return bytes.append("t").append(token);
}

std::string expiry_key(Timestamp expires, std::string_view token) {
  std::string bytes = all_expiries().lower;
  append_big_endian(bytes, static_cast<uint64_t>(expires.time_since_epoch().count()), kTimeBytes);
  return bytes.append(token);
}

kv::Range all_expiries() {
  std::string bytes;
  append_big_endian(bytes, 0, kSpaceBytes);
  return kv::Range::prefix(bytes.append("x"));
}

std::string_view token_of(std::string_view expiry_key) { return expiry_key.substr(kSpaceBytes + 1 + kTimeBytes); }

kv::Range rows_of(Space space) {
  std::string prefix;
  append_big_endian(prefix, space, kSpaceBytes);
  return kv::Range::prefix(prefix);
}

kv::Range rows_of(Space space, uint32_t segment, uint32_t segments) {
  kv::Range range = rows_of(space);
  std::string lower = range.lower;
  append_big_endian(lower, short_hash(first_hash_of(segment, segments)), kHashBytes);
  if (segment + 1 < segments) {
    std::string upper = range.lower;
    append_big_endian(upper, short_hash(first_hash_of(segment + 1, segments)), kHashBytes);
    range.upper = std::move(upper);
  }
  range.lower = std::move(lower);
  return range;
}

}  // namespace caudal::items
