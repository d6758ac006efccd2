// SPDX-License-Identifier: Apache-2.0
#include "items/expiry_sweep.h"

#include "items/awaited.h"
#include "items/one_write.h"
#include "items/stored_row.h"
#include "items/values/item_codec.h"

namespace caudal::items {
namespace {

constexpr size_t kItemsAtOnce = 50;

// Removes the items of these entries that still expire when those say.
class RemoveDue final : public Decision {
 public:
  RemoveDue(const Tables& tables, EventLog& events, TablePtr table, std::vector<std::string> entries,
            Awaited<Result<Swept>>& answer)
      : tables_(tables), events_(events), table_(std::move(table)), entries_(std::move(entries)), answer_(answer) {}

  Result<void> decide(Changes& changes) override {
    swept_ = {};
    const TablePtr now = tables_.find(table_->definition().name);
    // Another table, or none, or one that no longer has items expire, or does by another attribute.
    if (now == nullptr || now->row.expiry_space != table_->row.expiry_space) return {};
    for (const std::string& entry : entries_) {
      auto removed = remove(*now, entry, changes);
      if (removed) continue;
      if (!removed.error().is(ErrorClass::kCorrupt)) return removed;
      if (swept_.unreadable++ == 0) {
        swept_.first_unreadable =
            std::move(removed).error().with_context("in table " + now->definition().name).to_string();
      }
    }
    return {};
  }
  void complete(Result<void> outcome) override {
    if (outcome)
      answer_.set(std::move(swept_));
    else
      answer_.set(std::move(outcome).error());
  }

 private:
  Result<void> remove(const Table& table, const std::string& entry, Changes& changes) {
    const DueEntry due = read_due_key(entry);
    const std::string row_key(due.row_key);
    const auto row = TRY(changes.row(row_key));
    Item item;
    if (row) item = TRY(decode_item(TRY(read_row(*row)).item));
    if (due_of(item, table.row.info.expiry.attribute) != due.due) {
      changes.remove_row(entry);
      return {};
    }
    const KeySchema& schema = table.definition().key;
    const Prepared prepared{.write = {.action = DeleteItem{table.definition().name, key_attributes(schema, item)}},
                            .table = {},
                            .key = TRY(key_of_item(schema, item)),
                            .row_key = row_key,
                            .is_expiry = true};
    TRY(items::decide(table, prepared, changes, events_));
    ++swept_.expired;
    return {};
  }

  const Tables& tables_;
  EventLog& events_;
  const TablePtr table_;
  const std::vector<std::string> entries_;
  Awaited<Result<Swept>>& answer_;
  Swept swept_;
};

}  // namespace

Result<Swept> ExpirySweep::run(const std::stop_token& stop) {
  Swept swept;
  for (const TablePtr& table : tables_.all()) {
    if (table->row.expiry_space != 0) TRY(run(table, stop, swept));
  }
  return swept;
}

Result<void> ExpirySweep::run(const TablePtr& table, const std::stop_token& stop, Swept& swept) {
  kv::Range rest = due_at(table->row.expiry_space, clock_.now());
  while (!stop.stop_requested()) {
    std::vector<std::string> entries;
    {
      kv::Scan scan = kv_.scan(families_.rows, rest);
      for (; scan.valid() && entries.size() < kItemsAtOnce; scan.next()) entries.emplace_back(scan.key());
      TRY(scan.status());
    }
    if (entries.empty()) break;
    rest.lower = entries.back() + '\0';
    Awaited<Result<Swept>> answer;
    committer_.add(std::make_unique<RemoveDue>(tables_, events_, table, std::move(entries), answer));
    Swept some = TRY(answer.wait());
    swept.expired += some.expired;
    if (swept.unreadable == 0) swept.first_unreadable = std::move(some.first_unreadable);
    swept.unreadable += some.unreadable;
  }
  return {};
}

}  // namespace caudal::items
