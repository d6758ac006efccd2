// SPDX-License-Identifier: Apache-2.0
#include "items/page_reader.h"

#include <algorithm>

#include "items/capacity.h"
#include "items/errors.h"
#include "items/index_entries.h"
#include "items/stored_row.h"
#include "items/values/item_codec.h"

namespace caudal::items {
namespace {

const KeySchema& table_key(const PageRequest& request) { return request.table->definition().key; }
const IndexDefinition* index_of(const PageRequest& request) {
  return request.index ? &request.table->definition().indexes[*request.index] : nullptr;
}

// Where to go on after `item`: its keys in the table and in the index.
Item page_key(const PageRequest& request, const Item& item) {
  Item key = key_attributes(table_key(request), item);
  if (const IndexDefinition* index = index_of(request)) {
    for (const Attribute& one : key_attributes(index->key, item)) key.set(one.name, one.value);
  }
  return key;
}

}  // namespace

Item projected(const ExpressionsPtr& expressions, Item item) {
  if (expressions == nullptr || !expressions->projection) return item;
  return expressions->projection->of(item);
}

namespace {

class PageReader {
 public:
  PageReader(const kv::Store& kv, const Families& families, const PageRequest& request)
      : kv_(kv), families_(families), request_(request), snapshot_(kv.snapshot()) {}

  Result<Page> read() {
    kv::Scan rows = kv_.scan(families_.rows, request_.range, &snapshot_);
    start(rows);
    for (; rows.valid(); request_.is_forward ? rows.next() : rows.previous()) {
      const StoredRow row = TRY(read_row(rows.value()));
      bytes_ += row.size_bytes;
      ++page_.scanned;
      Item item = TRY(decode_item(row.item));
      const bool is_last =
          bytes_ + fetched_ >= kLargestPageBytes || (request_.limit && page_.scanned >= *request_.limit);
      if (is_last) page_.last_key = page_key(request_, item);
      TRY(take(std::move(item)));
      if (is_last) break;
    }
    TRY(rows.status());
    const uint64_t halves = read_halves(bytes_, request_.is_consistent);
    if (const IndexDefinition* index = index_of(request_))
      page_.capacity.index_halves.emplace(index->name, halves);
    else
      page_.capacity.table_halves += halves;
    return std::move(page_);
  }

 private:
  void start(kv::Scan& rows) const {
    if (!request_.start_after) {
      if (!request_.is_forward) rows.to_last();
      return;
    }
    const std::string& after = *request_.start_after;
    if (request_.is_forward) {
      rows.seek(after);
      if (rows.valid() && rows.key() == after) rows.next();
    } else {
      rows.seek_backward(after);
      if (rows.valid() && rows.key() == after) rows.previous();
    }
  }

  Result<void> take(Item item) {
    if (needs_whole_item()) item = TRY(whole(item));
    const Expressions* const expressions = request_.expressions.get();
    if (expressions != nullptr && expressions->filter && !fulfils(item, *expressions->filter)) return {};
    ++page_.count;
    if (request_.select == Select::kCount) return {};
    page_.items.push_back(projected(request_.expressions, std::move(item)));
    return {};
  }

  // A local index answers with what it does not hold itself, too, and that is read from the table.
  bool needs_whole_item() const {
    const IndexDefinition* const index = index_of(request_);
    if (index == nullptr || !index->is_local || index->projection.kind == ProjectionKind::kAll) return false;
    if (request_.select != Select::kSpecific) return request_.select == Select::kAllAttributes;
    return std::ranges::any_of(request_.expressions->projection->paths(), [&](const Path& path) {
      return !holds(request_.table->definition(), *index, path.attribute());
    });
  }
  Result<Item> whole(const Item& entry) {
    const Key key = TRY(key_of_key(table_key(request_), key_attributes(table_key(request_), entry)));
    const auto row = TRY(kv_.get(families_.rows, row_key(request_.table->space(), key), &snapshot_));
    if (!row) return Error{Errc::corrupt, "an index holds an item that its table does not; restore it from a backup"};
    const StoredRow stored = TRY(read_row(*row));
    page_.capacity.table_halves += read_halves(stored.size_bytes, request_.is_consistent);
    fetched_ += stored.size_bytes;
    return decode_item(stored.item);
  }

  const kv::Store& kv_;
  const Families& families_;
  const PageRequest& request_;
  const kv::Snapshot snapshot_;
  uint64_t bytes_ = 0;    // of the rows gone through
  uint64_t fetched_ = 0;  // of the items read besides
  Page page_;
};

}  // namespace

Result<Page> read_page(const kv::Store& kv, const Families& families, const PageRequest& request) {
  return PageReader(kv, families, request).read();
}

Result<std::string> start_key(const Table& table, std::optional<size_t> index, const Item& key) {
  const Error invalid{Errc::invalid_request, "The provided starting key is invalid"};
  const KeySchema& schema = table.definition().key;
  const auto table_key = key_of_key(schema, key_attributes(schema, key));
  if (!table_key) return invalid;
  size_t attributes = schema.partition.size() + schema.sort.size();
  if (!index) {
    if (key.size() != attributes) return invalid;
    return row_key(table.space(), *table_key);
  }
  const IndexDefinition& definition = table.definition().indexes[*index];
  const auto index_key = key_in_index(definition.key, definition.name, key);
  if (!index_key || !*index_key) return invalid;
  for (const auto* const part : {&definition.key.partition, &definition.key.sort}) {
    for (const KeyAttribute& one : *part) attributes += schema.find(one.name) == nullptr ? 1 : 0;
  }
  if (key.size() != attributes) return invalid;
  return row_key(table.row.indexes[*index].space, **index_key, table_key->bytes);
}

}  // namespace caudal::items
