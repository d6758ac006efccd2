// SPDX-License-Identifier: Apache-2.0
// Reading from the embedded store.
#include <fmt/format.h>

#include <algorithm>

#include "items/capacity.h"
#include "items/embedded_impl.h"
#include "items/errors.h"
#include "items/index_entries.h"
#include "items/item_collections.h"
#include "items/key_paths.h"
#include "items/page_reader.h"
#include "items/stored_row.h"
#include "items/values/item_codec.h"
#include "items/values/key_bytes.h"

namespace caudal::items {
namespace {

std::string still_filled(const std::string& name) {
  return fmt::format("Cannot read from backfilling global secondary index: {}", name);
}

// An index that may be read.
Result<std::optional<size_t>> readable_index(const Table& table, const std::string& name, bool is_consistent) {
  if (name.empty()) return std::optional<size_t>();
  const auto found = table.find_index(name);
  if (!found) return Error{Errc::invalid_request, found.error().message};
  const size_t index = *found;
  if (table.row.indexes[index].is_backfilling) {
    return Error{Errc::invalid_request, still_filled(name)};
  }
  if (is_consistent && !table.definition().indexes[index].is_local) {
    return Error{Errc::invalid_request, "Consistent reads are not supported on global secondary indexes"};
  }
  return std::optional<size_t>(index);
}

// A global index answers what it holds; asking it for all attributes is refused when that is not all.
Result<void> check_select(const Table& table, std::optional<size_t> index, Select select,
                          const ExpressionsPtr& expressions) {
  if (!index) return {};
  const IndexDefinition& definition = table.definition().indexes[*index];
  if (definition.is_local || definition.projection.kind == ProjectionKind::kAll) return {};
  if (expressions != nullptr && expressions->projection) {
    for (const Path& path : expressions->projection->paths()) {
      if (holds(table.definition(), definition, path.attribute())) continue;
      return Error{Errc::invalid_request,
                   fmt::format("One or more parameter values were invalid: Global secondary index "
                               "{} does not project [{}]",
                               definition.name, path.attribute())};
    }
  }
  if (select != Select::kAllAttributes) return {};
  return Error{Errc::invalid_request,
               fmt::format("One or more parameter values were invalid: Select type ALL_ATTRIBUTES is not supported for "
                           "global secondary index {} because its projection type is not ALL",
                           definition.name)};
}

// Of an index that is being removed one may see it without its entries: then it was never there without them. Asked
// after reading it, as check_still() is of tables.
Result<void> check_index_still(const Tables& tables, const Table& table, std::optional<size_t> index) {
  const TablePtr now = index ? tables.find(table.definition().name) : nullptr;
  if (now == nullptr || now.get() == &table) return {};
  const Space space = table.row.indexes[*index].space;
  if (std::ranges::any_of(now->row.indexes, [&](const IndexRow& one) { return one.space == space; })) return {};
  // Another of its name is being filled, if it has not been already.
  const std::string& name = table.definition().indexes[*index].name;
  const auto found = now->find_index(name);
  return Error{Errc::invalid_request, found ? still_filled(name) : found.error().message};
}

std::string partition_of(const KeyCondition& condition) {
  std::string bytes;
  for (const Value& value : condition.partition) append_key_part(bytes, value);
  return bytes;
}

Result<void> check_segment(const Scan& scan) {
  if (scan.segment < scan.segments) return {};
  return Error{Errc::invalid_request,
               fmt::format("The Segment parameter is zero-based and must be less than parameter TotalSegments: "
                           "Segment: {} is not less than TotalSegments: {}",
                           scan.segment, scan.segments)};
}

template <class T>
std::optional<Result<T>> unless_it_waits(Result<T> result) {
  if (!result && result.error().code == kv::Errc::would_wait) return std::nullopt;
  return result;
}

}  // namespace

// Of a table that is being removed one may see it without its rows: then it was never there without them.
Result<void> EmbeddedStore::Impl::check_still(const Table& table) const {
  const TablePtr now = tables.find(table.definition().name);
  if (now != nullptr && now->space() == table.space()) return {};
  return no_such_table(table.definition().name);
}

Result<Got> EmbeddedStore::Impl::read(const Get& get, const Table& table, const Key& key, const kv::Snapshot* snapshot,
                                      kv::Reach reach) const {
  Got got;
  auto row = TRY(kv.get(families.rows, row_key(table.space(), key), reach, snapshot));
  if (!row) {
    TRY(check_still(table));
    got.capacity.table_halves = read_halves(0, get.is_consistent);
    return got;
  }
  const StoredRow stored = TRY(read_row(*row));
  got.size_bytes = stored.size_bytes;
  got.capacity.table_halves = read_halves(stored.size_bytes, get.is_consistent);
  const Projection* const projection =
      get.expressions != nullptr && get.expressions->projection ? &*get.expressions->projection : nullptr;
  if (get.form == Form::kValues)
    got.item = projection != nullptr ? TRY(projection->of_stored(stored.item)) : TRY(decode_item(stored.item));
  else
    got.stored = projection != nullptr ? encode(TRY(projection->of_stored(stored.item))) : std::string(stored.item);
  return got;
}

Result<std::optional<ItemCollection>> EmbeddedStore::item_collection(const std::string& table, const Item& item) const {
  const TablePtr now = TRY(impl_->tables.require(table));
  const KeySchema partition{.partition = now->definition().key.partition};
  ItemCollection collection{.key = key_attributes(partition, item)};
  const Key key = TRY(key_of_key(partition, collection.key));
  uint64_t measured = 0;
  const auto measure = [&](Space space) -> Result<void> {
    const kv::Range range = kv::Range::prefix(row_prefix(space, key.partition()) + key.bytes);
    kv::Scan rows = impl_->kv.scan(impl_->families.rows, range);
    for (; rows.valid() && collection.bytes < kMostMeasuredBytes; rows.next()) {
      collection.bytes = measured++ < kMostMeasuredRows ? collection.bytes + TRY(read_row(rows.value())).size_bytes
                                                        : kMostMeasuredBytes;
    }
    return rows.status();
  };
  bool has_local = false;
  for (size_t n = 0; n < now->row.indexes.size(); ++n) {
    if (!now->definition().indexes[n].is_local) continue;
    has_local = true;
    TRY(measure(now->row.indexes[n].space));
  }
  if (!has_local) return std::optional<ItemCollection>();
  TRY(measure(now->space()));
  return std::optional<ItemCollection>(std::move(collection));
}

Result<Got> EmbeddedStore::Impl::get(const Get& get, kv::Reach reach) const {
  const TablePtr table = TRY(tables.require(get.table));
  const Key key = TRY(key_of_key(table->definition().key, get.key));
  TRY(check_projected_paths(*table, get.expressions));
  return read(get, *table, key, nullptr, reach);
}

Result<Got> EmbeddedStore::get(const Get& get) const { return impl_->get(get, kv::Reach::kDisk); }

std::optional<Result<Got>> EmbeddedStore::get_at_once(const Get& get) const {
  return unless_it_waits(impl_->get(get, kv::Reach::kMemory));
}

Result<std::vector<Got>> EmbeddedStore::get_all(const std::vector<Get>& gets, uint64_t most_bytes) const {
  const kv::Snapshot snapshot = impl_->kv.snapshot();
  std::vector<Got> all;
  all.reserve(gets.size());
  uint64_t bytes = 0;
  for (const Get& get : gets) {
    const TablePtr table = TRY(impl_->tables.require(get.table));
    const Key key = TRY(key_of_key(table->definition().key, get.key));
    TRY(check_projected_paths(*table, get.expressions));
    if (bytes >= most_bytes) {
      all.push_back({.is_read = false});
      continue;
    }
    bytes += all.emplace_back(TRY(impl_->read(get, *table, key, &snapshot))).size_bytes;
  }
  return all;
}

Result<Page> EmbeddedStore::query(const Query& query) const { return impl_->query(query, kv::Reach::kDisk); }

std::optional<Result<Page>> EmbeddedStore::query_at_once(const Query& query) const {
  return unless_it_waits(impl_->query(query, kv::Reach::kMemory));
}

Result<Page> EmbeddedStore::Impl::query(const Query& query, kv::Reach reach) const {
  PageRequest request{.table = TRY(tables.require(query.table)),
                      .range = {},
                      .is_forward = query.is_forward,
                      .expressions = query.expressions,
                      .select = query.select,
                      .limit = query.limit,
                      .is_consistent = query.is_consistent,
                      .form = query.form,
                      .take = query.take,
                      .reach = reach};
  request.index = TRY(readable_index(*request.table, query.index, query.is_consistent));
  TRY(check_select(*request.table, request.index, query.select, query.expressions));
  const Space space = request.index ? request.table->row.indexes[*request.index].space : request.table->space();
  const KeySchema& schema =
      request.index ? request.table->definition().indexes[*request.index].key : request.table->definition().key;
  const KeyCondition key = TRY(key_condition(query.key, schema));
  TRY(check_projected_paths(*request.table, query.expressions));
  if (query.expressions != nullptr && query.expressions->filter) {
    TRY(check_filter_keys("Filter Expression", *query.expressions->filter, schema));
  }
  TRY(check_key_paths(*request.table, query.expressions));
  const KeyRange keys = range_of(key);
  const std::string prefix = row_prefix(space, partition_of(key));
  request.range.lower = prefix + keys.lower;
  request.range.upper = keys.upper ? prefix + *keys.upper : *kv::prefix_end(prefix);
  if (query.start_after) {
    request.start_after = TRY(start_key(*request.table, request.index, *query.start_after));
    const bool is_inside = *request.start_after >= request.range.lower && *request.start_after < *request.range.upper;
    if (!is_inside && (key.sort || !key.sort_equal.empty())) {
      return Error{Errc::invalid_request, "The provided starting key does not match the range key predicate"};
    }
    if (!is_inside) {
      return Error{Errc::invalid_request,
                   "The provided starting key is outside query boundaries based on provided conditions"};
    }
  }
  Page page = TRY(read_page(kv, families, request));
  TRY(check_still(*request.table));
  TRY(check_index_still(tables, *request.table, request.index));
  return page;
}

Result<Page> EmbeddedStore::scan(const Scan& scan) const {
  TRY(check_segment(scan));
  PageRequest request{.table = TRY(impl_->tables.require(scan.table)),
                      .range = {},
                      .expressions = scan.expressions,
                      .select = scan.select,
                      .limit = scan.limit,
                      .is_consistent = scan.is_consistent,
                      .form = scan.form};
  request.index = TRY(readable_index(*request.table, scan.index, scan.is_consistent));
  TRY(check_select(*request.table, request.index, scan.select, scan.expressions));
  TRY(check_projected_paths(*request.table, scan.expressions));
  TRY(check_key_paths(*request.table, scan.expressions));
  const Space space = request.index ? request.table->row.indexes[*request.index].space : request.table->space();
  request.range = rows_of(space, scan.segment, scan.segments);
  if (scan.start_after) {
    request.start_after = TRY(start_key(*request.table, request.index, *scan.start_after));
    const bool is_inside = *request.start_after >= request.range.lower && *request.start_after < *request.range.upper;
    if (!is_inside) {
      return Error{Errc::invalid_request,
                   "The provided starting key is invalid: Invalid ExclusiveStartKey. Please use ExclusiveStartKey with "
                   "correct Segment."};
    }
  }
  Page page = TRY(read_page(impl_->kv, impl_->families, request));
  TRY(impl_->check_still(*request.table));
  TRY(check_index_still(impl_->tables, *request.table, request.index));
  return page;
}

}  // namespace caudal::items
