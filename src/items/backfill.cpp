// SPDX-License-Identifier: Apache-2.0
#include "items/backfill.h"

#include "items/awaited.h"
#include "items/index_entries.h"
#include "items/stored_row.h"
#include "items/values/checks.h"
#include "items/values/item_codec.h"

namespace caudal::items {
namespace {

constexpr size_t kRowsAtOnce = 200;

// Brings the items of these rows into the index, if they are still there and it lacks them.
class FillSome final : public Decision {
 public:
  FillSome(const Tables& tables, TablePtr table, std::string index, std::vector<std::string> rows,
           Awaited<Result<bool>>& answer)
      : tables_(tables), table_(std::move(table)), index_(std::move(index)), rows_(std::move(rows)), answer_(answer) {}

  Result<void> decide(Changes& changes) override {
    goes_on_ = false;
    const TablePtr now = tables_.find(table_->definition().name);
    if (now == nullptr || now->space() != table_->space()) return {};
    const auto index = now->find_index(index_);
    if (!index || !now->row.indexes[*index].is_backfilling) return {};
    for (const std::string& row_key : rows_) TRY(fill(*now, *index, row_key, changes));
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

  const Tables& tables_;
  const TablePtr table_;
  const std::string index_;
  const std::vector<std::string> rows_;
  Awaited<Result<bool>>& answer_;
  bool goes_on_ = false;
};

}  // namespace

Backfill::Backfill(kv::Store& kv, const Families& families, const Tables& tables, Committer& committer, Filled filled)
    : kv_(kv), families_(families), tables_(tables), committer_(committer), filled_(std::move(filled)) {
  for (const TablePtr& table : tables.all()) {
    for (size_t n = 0; n < table->row.indexes.size(); ++n) {
      if (table->row.indexes[n].is_backfilling) {
        jobs_.push_back({.table = table->definition().name, .index = table->definition().indexes[n].name});
      }
    }
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

void Backfill::add(std::string table, std::string index) {
  {
    const std::lock_guard lock(mutex_);
    jobs_.push_back({.table = std::move(table), .index = std::move(index)});
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
    const Job job = std::move(jobs_.front());
    jobs_.pop_front();
    lock.unlock();
    if (fill(job)) (void)filled_(job.table, job.index);
  }
}

bool Backfill::fill(const Job& job) {
  const TablePtr table = tables_.find(job.table);
  if (table == nullptr) return false;
  kv::Range rest = rows_of(table->space());
  while (!is_stopping()) {
    std::vector<std::string> rows;
    {
      kv::Scan scan = kv_.scan(families_.rows, rest);
      for (; scan.valid() && rows.size() < kRowsAtOnce; scan.next()) rows.emplace_back(scan.key());
      if (!scan.status()) return false;
    }
    if (rows.empty()) return true;
    rest.lower = rows.back() + '\0';
    Awaited<Result<bool>> answer;
    committer_.add(std::make_unique<FillSome>(tables_, table, job.index, std::move(rows), answer));
    const Result<bool> goes_on = answer.wait();
    if (!goes_on || !*goes_on) return false;
  }
  return false;
}

}  // namespace caudal::items
