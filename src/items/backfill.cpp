// SPDX-License-Identifier: Apache-2.0
#include "items/backfill.h"

#include <fmt/format.h>

#include "items/awaited.h"
#include "items/due_items.h"
#include "items/index_entries.h"
#include "items/stored_row.h"
#include "items/values/checks.h"
#include "items/values/item_codec.h"

namespace caudal::items {
namespace {

constexpr size_t kRowsAtOnce = 200;
constexpr size_t kBytesAtOnce = size_t{256} << 10;

// The index of the job in its table, while it is being filled.
std::optional<size_t> place_of(const Table& table, const Backfill::Job& job) {
  if (table.space() != job.table_space) return std::nullopt;
  for (size_t n = 0; n < table.row.indexes.size(); ++n) {
    const IndexRow& index = table.row.indexes[n];
    if (index.space == job.index_space && index.is_backfilling) return n;
  }
  return std::nullopt;
}

// Whether it is the list of when the table's items expire, while that is being filled.
bool fills_expiry(const Table& table, const Backfill::Job& job) {
  return table.space() == job.table_space && table.row.expiry_space == job.index_space &&
         table.row.info.expiry.is_filling;
}

struct Filling {
  bool goes_on = false;
  uint64_t unreadable = 0;  // items, which are passed over
  std::string first_unreadable = {};
};

// Brings the items of these rows into the index, if they are still there and it lacks them.
class FillSome final : public Decision {
 public:
  FillSome(const Tables& tables, Backfill::Job job, std::vector<std::string> rows, Awaited<Result<Filling>>& answer)
      : tables_(tables), job_(std::move(job)), rows_(std::move(rows)), answer_(answer) {}

  Result<void> decide(Changes& changes) override {
    filling_ = {};
    const TablePtr now = tables_.find(job_.table);
    if (now == nullptr) return {};
    const auto index = place_of(*now, job_);
    if (!index && !fills_expiry(*now, job_)) return {};
    for (const std::string& row_key : rows_) {
      auto filled = index ? fill(*now, *index, row_key, changes) : fill_expiry(*now, row_key, changes);
      if (filled) continue;
      if (!filled.error().is(ErrorClass::kCorrupt)) return filled;
      if (filling_.unreadable++ == 0) filling_.first_unreadable = filled.error().to_string();
    }
    filling_.goes_on = true;
    return {};
  }
  void complete(Result<void> outcome) override {
    if (outcome)
      answer_.set(std::move(filling_));
    else
      answer_.set(std::move(outcome).error());
  }

 private:
  static Result<void> fill(const Table& table, size_t index, const std::string& row_key, Changes& changes) {
    const auto row = TRY(changes.row(row_key));
    if (!row) return {};
    const StoredRow stored = TRY(read_row(*row));
    const Item item = TRY(decode_item(stored.item));
    const auto entry = index_entry(table, index, item, stored.size_bytes, key_bytes_of(row_key));
    // An attribute of another type than the index's key: such an item is left out, as DynamoDB does.
    if (!entry || !*entry) return {};
    const IndexEntry& made = **entry;
    if (TRY(changes.row(made.row_key))) return {};
    changes.put_row(made.row_key, made.is_whole ? *row : encode_row(made.part, made.item_bytes));
    changes.add_volume(table.row.indexes[index].space, {.items = 1, .bytes = made.size_bytes()});
    return {};
  }

  static Result<void> fill_expiry(const Table& table, const std::string& row_key, Changes& changes) {
    const auto row = TRY(changes.row(row_key));
    if (!row) return {};
    const Item item = TRY(decode_item(TRY(read_row(*row)).item));
    change_due(table, row_key, nullptr, &item, changes);
    return {};
  }

  const Tables& tables_;
  const Backfill::Job job_;
  const std::vector<std::string> rows_;
  Awaited<Result<Filling>>& answer_;
  Filling filling_;
};

}  // namespace

Backfill::Backfill(const Rooms& rooms, Filled filled, Log log)
    : rooms_(rooms),
      filled_(std::move(filled)),
      log_(std::move(log)),
      jobs_({.work = [this](const Job& job) { return fill(job); },
             .failed = [this](const Job& job) { return name_of(job) + " could not be filled"; },
             .log = log_}) {
  for (const TablePtr& table : rooms_.tables.all()) {
    for (const IndexRow& index : table->row.indexes) {
      if (!index.is_backfilling) continue;
      jobs_.add({.table = table->definition().name, .table_space = table->space(), .index_space = index.space});
    }
    if (!table->row.info.expiry.is_filling) continue;
    jobs_.add(
        {.table = table->definition().name, .table_space = table->space(), .index_space = table->row.expiry_space});
  }
  jobs_.start();
}

std::string Backfill::name_of(const Job& job) const {
  const TablePtr table = rooms_.tables.find(job.table);
  const auto index = table != nullptr ? place_of(*table, job) : std::nullopt;
  if (!index) return fmt::format("the list of when items of table {} expire", job.table);
  return fmt::format("index {} of table {}", table->definition().indexes[*index].name, job.table);
}

Result<void> Backfill::fill(const Job& job) {
  kv::Range rest = rows_of(job.table_space);
  Filling all;
  while (!jobs_.is_stopping()) {
    std::vector<std::string> rows;
    {
      size_t bytes = 0;
      kv::Scan scan = rooms_.kv.scan(rooms_.families.rows, rest);
      for (; scan.valid() && rows.size() < kRowsAtOnce && bytes < kBytesAtOnce; scan.next()) {
        rows.emplace_back(scan.key());
        bytes += scan.value().size();
      }
      TRY(scan.status());
    }
    if (rows.empty()) {
      if (all.unreadable > 0 && log_) {
        log_(fmt::format("{} items cannot be read, and are not in {}; the first: {}", all.unreadable, name_of(job),
                         all.first_unreadable));
      }
      return filled_(job);
    }
    rest.lower = rows.back() + '\0';
    Awaited<Result<Filling>> answer;
    rooms_.committer.add(std::make_unique<FillSome>(rooms_.tables, job, std::move(rows), answer));
    Filling some = TRY(answer.wait());
    if (!some.goes_on) return {};
    if (all.unreadable == 0) all.first_unreadable = std::move(some.first_unreadable);
    all.unreadable += some.unreadable;
  }
  return {};
}

}  // namespace caudal::items
