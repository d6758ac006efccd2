// SPDX-License-Identifier: Apache-2.0
#include "items/page_reader.h"

#include <fmt/format.h>

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

// The rows that are asked for, without those that came on pages before.
kv::Range rest_of(const PageRequest& request) {
  kv::Range rest = request.range;
  if (!request.start_after) return rest;
  if (request.is_forward)
    rest.lower = *request.start_after + '\0';
  else
    rest.upper = request.start_after;
  return rest;
}

class PageReader {
 public:
  PageReader(const kv::Store& kv, const Families& families, const PageRequest& request)
      : kv_(kv), families_(families), request_(request), needs_whole_items_(needs_whole_items()) {
    if (request.expressions != nullptr) {
      if (request.expressions->filter) filter_ = &*request.expressions->filter;
      if (request.expressions->projection) projection_ = &*request.expressions->projection;
    }
    // A scan is of one state by itself; what is read beside it must be of the same.
    if (needs_whole_items_) snapshot_ = kv.snapshot();
  }

  Result<Page> read() {
    kv::Scan rows = kv_.scan(families_.rows, rest_of(request_), request_.reach, snapshot());
    if (!request_.is_forward) rows.to_last();
    for (; rows.valid(); request_.is_forward ? rows.next() : rows.previous()) {
      const StoredRow row = TRY(read_row(rows.value()));
      bytes_ += row.size_bytes;
      ++page_.scanned;
      if (request_.reach == kv::Reach::kMemory && bytes_ + fetched_ > kLargestPromptBytes) {
        return Error{kv::Errc::would_wait, "the page is large"};
      }
      const bool is_last =
          bytes_ + fetched_ >= kLargestPageBytes || (request_.limit && page_.scanned >= *request_.limit);
      if (is_last) page_.last_key = page_key(request_, TRY(decode_item(row.item)));
      TRY(take(row.item));
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
  // Values are made only of what somebody looks at.
  Result<void> take(std::string_view stored) {
    std::optional<Item> item;
    if (needs_whole_items_) item = TRY(whole(TRY(decode_item(stored))));
    if (filter_ != nullptr) {
      if (!item) item = TRY(decode_item(stored));
      if (!fulfils(*item, *filter_)) return {};
    }
    ++page_.count;
    if (request_.select == Select::kCount) return {};
    if (projection_ != nullptr) item = item ? projection_->of(*item) : TRY(projection_->of_stored(stored));
    if (request_.form == Form::kValues) {
      page_.items.push_back(item ? *std::move(item) : TRY(decode_item(stored)));
    } else if (item && (needs_whole_items_ || projection_ != nullptr)) {
      return give(encode(*item));
    } else {
      return give(stored);
    }
    return {};
  }
  Result<void> give(std::string_view stored) {
    if (request_.take) return request_.take(stored);
    page_.stored.add(stored);
    return {};
  }

  const kv::Snapshot* snapshot() const { return snapshot_ ? &*snapshot_ : nullptr; }
  // A local index answers with what it does not hold itself, too, and that is read from the table.
  bool needs_whole_items() const {
    const IndexDefinition* const index = index_of(request_);
    if (index == nullptr || !index->is_local || index->projection.kind == ProjectionKind::kAll) return false;
    if (request_.select != Select::kSpecific) return request_.select == Select::kAllAttributes;
    return std::ranges::any_of(request_.expressions->projection->paths(), [&](const Path& path) {
      return !holds(request_.table->definition(), *index, path.attribute());
    });
  }
  Result<Item> whole(const Item& entry) {
    const Key key = TRY(key_of_key(table_key(request_), key_attributes(table_key(request_), entry)));
    const auto row = TRY(kv_.get(families_.rows, row_key(request_.table->space(), key), request_.reach, snapshot()));
    if (!row) return Error{Errc::corrupt, "an index holds an item that its table does not; restore it from a backup"};
    const StoredRow stored = TRY(read_row(*row));
    page_.capacity.table_halves += read_halves(stored.size_bytes, request_.is_consistent);
    fetched_ += stored.size_bytes;
    return decode_item(stored.item);
  }

  const kv::Store& kv_;
  const Families& families_;
  const PageRequest& request_;
  const bool needs_whole_items_;
  std::optional<kv::Snapshot> snapshot_;
  const Condition* filter_ = nullptr;
  const Projection* projection_ = nullptr;
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
  // Of a table, the whole must be its key; of an index, there is more in it.
  const auto table_key = key_of_key(schema, index ? key_attributes(schema, key) : key);
  if (!table_key) {
    return Error{Errc::invalid_request, fmt::format("{}: {}", invalid.message, table_key.error().message)};
  }
  if (!index) return row_key(table.space(), *table_key);
  const IndexDefinition& definition = table.definition().indexes[*index];
  const auto index_key = key_in_index(definition.key, definition.name, key);
  if (!index_key || !*index_key) return invalid;
  size_t attributes = schema.partition.size() + schema.sort.size();
  for (const auto* const part : {&definition.key.partition, &definition.key.sort}) {
    for (const KeyAttribute& one : *part) attributes += schema.find(one.name) == nullptr ? 1 : 0;
  }
  if (key.size() != attributes) return invalid;
  return row_key(table.row.indexes[*index].space, **index_key, table_key->bytes);
}

}  // namespace caudal::items
