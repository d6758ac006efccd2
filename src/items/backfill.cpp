// SPDX-License-Identifier: Apache-2.0
#include "items/backfill.h"

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
// How long a disk that refused is left alone.
constexpr std::chrono::milliseconds kRetryEvery{500};

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

// Brings the items of these rows into the index, if they are still there and it lacks them.
class FillSome final : public Decision {
 public:
  FillSome(const Tables& tables, Backfill::Job job, std::vector<std::string> rows, Awaited<Result<bool>>& answer)
      : tables_(tables), job_(std::move(job)), rows_(std::move(rows)), answer_(answer) {}

  Result<void> decide(Changes& changes) override {
    goes_on_ = false;
    const TablePtr now = tables_.find(job_.table);
    if (now == nullptr) return {};
    const auto index = place_of(*now, job_);
    if (!index && !fills_expiry(*now, job_)) return {};
    for (const std::string& row_key : rows_) {
      TRY(index ? fill(*now, *index, row_key, changes) : fill_expiry(*now, row_key, changes));
    }
    goes_on_ = true;
    return {};
  }
  void complete(Result<void> outcome) override {
    if (outcome)
      answer_.set(goes_on_);
    else
      answer_.set(std::move(outcome).error());
  }

 private:
  static Result<void> fill(const Table& table, size_t index, const std::string& row_key, Changes& changes) {
    const auto row = TRY(changes.row(row_key));
    if (!row) return {};
    const Item item = TRY(decode_item(TRY(read_row(*row)).item));
    const auto entry = index_entry(table, index, item, key_bytes_of(row_key));
    // An attribute of another type than the index's key: such an item is left out, as DynamoDB does.
    if (!entry || !*entry) return {};
    const IndexEntry& made = **entry;
    if (TRY(changes.row(made.row_key))) return {};
    changes.put_row(made.row_key, encode_row(made.item, size_bytes(made.item)));
    changes.add_volume(table.row.indexes[index].space, {.items = 1, .bytes = made.size_bytes});
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
  Awaited<Result<bool>>& answer_;
  bool goes_on_ = false;
};

}  // namespace

Backfill::Backfill(kv::Store& kv, const Families& families, const Tables& tables, Committer& committer, Filled filled)
    : kv_(kv), families_(families), tables_(tables), committer_(committer), filled_(std::move(filled)) {
  for (const TablePtr& table : tables.all()) {
    for (const IndexRow& index : table->row.indexes) {
      if (!index.is_backfilling) continue;
      jobs_.push_back({.table = table->definition().name, .table_space = table->space(), .index_space = index.space});
    }
    if (!table->row.info.expiry.is_filling) continue;
    jobs_.push_back(
        {.table = table->definition().name, .table_space = table->space(), .index_space = table->row.expiry_space});
  }
  thread_ = std::thread([this] { run(); });
}

Backfill::~Backfill() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  came_.notify_one();
  thread_.join();
}

void Backfill::add(Job job) {
  {
    const std::lock_guard lock(mutex_);
    jobs_.push_back(std::move(job));
  }
  came_.notify_one();
}

bool Backfill::is_stopping() const {
  const std::lock_guard lock(mutex_);
  return stopping_;
}

void Backfill::run() {
  for (;;) {
    std::unique_lock lock(mutex_);
    came_.wait(lock, [this] { return stopping_ || !jobs_.empty(); });
    if (stopping_) return;
    Job job = std::move(jobs_.front());
    jobs_.pop_front();
    lock.unlock();
    if (fill(job)) continue;
    // A disk that refuses may have room later; the rest of the job begins anew then.
    lock.lock();
    jobs_.push_back(std::move(job));
    came_.wait_for(lock, kRetryEvery, [this] { return stopping_; });
  }
}

Result<void> Backfill::fill(const Job& job) {
  kv::Range rest = rows_of(job.table_space);
  while (!is_stopping()) {
    std::vector<std::string> rows;
    {
      size_t bytes = 0;
      kv::Scan scan = kv_.scan(families_.rows, rest);
      for (; scan.valid() && rows.size() < kRowsAtOnce && bytes < kBytesAtOnce; scan.next()) {
        rows.emplace_back(scan.key());
        bytes += scan.value().size();
      }
      TRY(scan.status());
    }
    if (rows.empty()) return filled_(job);
    rest.lower = rows.back() + '\0';
    Awaited<Result<bool>> answer;
    committer_.add(std::make_unique<FillSome>(tables_, job, std::move(rows), answer));
    if (!TRY(answer.wait())) return {};
  }
  return {};
}

}  // namespace caudal::items
