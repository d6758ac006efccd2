// SPDX-License-Identifier: Apache-2.0
#include "transfer/loader.h"

#include "items/values/checks.h"

namespace caudal::transfer {
namespace {

constexpr size_t kItemsAtOnce = 200;
constexpr size_t kBytesAtOnce = size_t{1} << 20;

class Loader {
 public:
  Loader(items::Store& store, const std::string& table, const LoadWatch& watch)
      : store_(store), table_(table), watch_(watch) {}

  Result<void> add(Record record) {
    ++loaded_.records;
    if (!record.item) {
      refuse(record.line, record.item.error());
      return {};
    }
    bytes_ += items::size_bytes(*record.item);
    waiting_.push_back({.line = record.line, .item = *std::move(record.item)});
    if (waiting_.size() < kItemsAtOnce && bytes_ < kBytesAtOnce) return {};
    return write();
  }

  Result<void> write() {
    std::vector<Waiting> now;
    now.swap(waiting_);
    bytes_ = 0;
    if (now.empty()) return {};
    std::vector<items::Write> writes;
    for (const Waiting& one : now) writes.push_back({.action = items::PutItem{.table = table_, .item = one.item}});
    auto all = store_.write_each(std::move(writes));
    if (!all && !all.error().is(ErrorClass::kUsage)) return std::move(all).error();
    // One of them is no item that the table takes: which one, they tell alone.
    if (!all) {
      for (Waiting& one : now) {
        TRY(count(one.line, store_.write({.action = items::PutItem{.table = table_, .item = std::move(one.item)}})));
      }
    } else {
      for (size_t n = 0; n < now.size(); ++n) TRY(count(now[n].line, std::move((*all)[n])));
    }
    if (watch_.progress) return watch_.progress(loaded_);
    return {};
  }

  const Loaded& loaded() const { return loaded_; }

 private:
  struct Waiting {
    uint64_t line = 0;
    items::Item item;
  };

  void refuse(uint64_t line, const Error& why) {
    ++loaded_.refused;
    if (watch_.refused) watch_.refused(line, why);
  }
  Result<void> count(uint64_t line, Result<items::Written> written) {
    if (written) {
      ++loaded_.written;
    } else if (written.error().is(ErrorClass::kUsage)) {
      refuse(line, written.error());
    } else {
      return std::move(written).error();
    }
    return {};
  }

  items::Store& store_;
  const std::string& table_;
  const LoadWatch& watch_;
  std::vector<Waiting> waiting_;
  size_t bytes_ = 0;
  Loaded loaded_;
};

}  // namespace

Result<Loaded> load(items::Store& store, const std::string& table, RecordReader& reader, const LoadWatch& watch) {
  for (uint64_t n = 0; n < watch.skip; ++n) {
    if (!TRY(reader.next())) break;
  }
  Loader loader(store, table, watch);
  for (;;) {
    auto record = TRY(reader.next());
    if (!record) break;
    TRY(loader.add(*std::move(record)));
  }
  TRY(loader.write());
  return loader.loaded();
}

}  // namespace caudal::transfer
