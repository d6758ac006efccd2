// SPDX-License-Identifier: Apache-2.0
// Stores that stand before another one: what they do not change they pass on.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "items/store.h"

namespace caudal::payments {

// `real` must outlive it.
class PassingStore : public items::Store {
 public:
  explicit PassingStore(items::Store& real) : real_(real) {}

  Result<items::TableInfo> create_table(const items::TableDefinition& definition) override {
    return real_.create_table(definition);
  }
  Result<items::TableInfo> delete_table(const std::string& table) override { return real_.delete_table(table); }
  Result<items::TableInfo> describe_table(const std::string& table) const override {
    return real_.describe_table(table);
  }
  Result<items::TableNamesPage> list_tables(const std::string& after, size_t limit) const override {
    return real_.list_tables(after, limit);
  }
  Result<items::TableInfo> change_table(const items::TableChange& change) override {
    return real_.change_table(change);
  }
  Result<void> change_tags(const std::string& table, const items::Tags& set,
                           const std::vector<std::string>& removed) override {
    return real_.change_tags(table, set, removed);
  }
  using Store::write;
  void write(items::Write write, Done done) override { real_.write(std::move(write), std::move(done)); }
  using Store::write_each;
  void write_each(std::vector<items::Write> writes, EachDone done) override {
    real_.write_each(std::move(writes), std::move(done));
  }
  using Store::transact;
  void transact(std::vector<items::Write> writes, const items::ClientToken& token, TransactDone done) override {
    real_.transact(std::move(writes), token, std::move(done));
  }
  Result<std::optional<items::ItemCollection>> item_collection(const std::string& table,
                                                               const items::Item& item) const override {
    return real_.item_collection(table, item);
  }
  Result<items::Got> get(const items::Get& get) const override { return real_.get(get); }
  Result<std::vector<items::Got>> get_all(const std::vector<items::Get>& gets, uint64_t most_bytes) const override {
    return real_.get_all(gets, most_bytes);
  }
  Result<items::Page> query(const items::Query& query) const override { return real_.query(query); }
  Result<items::Page> scan(const items::Scan& scan) const override { return real_.scan(scan); }
  items::Streams& streams() override { return real_.streams(); }
  Result<items::Swept> sweep(const std::stop_token& stop) override { return real_.sweep(stop); }

 private:
  items::Store& real_;
};

// Does not tell what is there when a condition did not hold, as some endpoints do not; and can make a table look empty.
class SilentStore final : public PassingStore {
 public:
  explicit SilentStore(items::Store& real) : PassingStore(real) {}
  void hide(std::string table) { hidden_ = std::move(table); }

  using Store::write;
  void write(items::Write write, Done done) override {
    write.returns_on_failure = false;
    PassingStore::write(std::move(write), std::move(done));
  }
  using Store::write_each;
  void write_each(std::vector<items::Write> writes, EachDone done) override {
    for (items::Write& one : writes) one.returns_on_failure = false;
    PassingStore::write_each(std::move(writes), std::move(done));
  }
  using Store::transact;
  void transact(std::vector<items::Write> writes, const items::ClientToken& token, TransactDone done) override {
    for (items::Write& one : writes) one.returns_on_failure = false;
    PassingStore::transact(std::move(writes), token, std::move(done));
  }
  Result<items::Got> get(const items::Get& get) const override {
    if (get.table == hidden_) return items::Got();
    return PassingStore::get(get);
  }

 private:
  std::string hidden_;
};

}  // namespace caudal::payments
