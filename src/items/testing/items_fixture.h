// SPDX-License-Identifier: Apache-2.0
// An embedded store on a folder of its own, whose disk can be made to fail.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>

#include "base/testing/manual_clock.h"
#include "base/testing/result_matchers.h"
#include "base/testing/temporary_directory.h"
#include "items/embedded_store.h"
#include "items/testing/short_requests.h"
#include "kv/testing/fault_env.h"

namespace caudal::items {

class ItemsFixture : public testing::Test {
 protected:
  ItemsFixture() { open(); }
  void open() {
    store_.reset();
    kv_.reset();
    kv_ = unwrap(kv::Store::open(dir_.path() / "kv", {.env = env_.get()}));
    store_ = unwrap(EmbeddedStore::open(*kv_, clock_));
  }
  // id (S); or id (S) and at (N).
  TableInfo make_table(const std::string& name, bool sorted = false, std::vector<IndexDefinition> indexes = {}) {
    TableDefinition definition{.name = name,
                               .key = {.partition = {{.name = "id"}}},
                               .indexes = std::move(indexes),
                               .billing = BillingMode::kPayPerRequest};
    if (sorted) definition.key.sort = {{.name = "at", .type = Type::kNumber}};
    return unwrap(store_->create_table(definition));
  }
  Result<Written> put(const std::string& table, std::string_view json, const Texts& texts = {}) {
    return store_->write({.action = PutItem{table, item_of(json)}, .expressions = expressions(texts)});
  }
  Result<Written> update(const std::string& table, std::string_view key, const Texts& texts,
                         ReturnValues returns = ReturnValues::kNone) {
    return store_->write(
        {.action = UpdateItem{table, item_of(key)}, .expressions = expressions(texts), .returns = returns});
  }
  Result<Written> remove(const std::string& table, std::string_view key, const Texts& texts = {}) {
    return store_->write({.action = DeleteItem{table, item_of(key)}, .expressions = expressions(texts)});
  }
  std::optional<Item> get(const std::string& table, std::string_view key) {
    return unwrap(store_->get({.table = table, .key = item_of(key)})).item;
  }
  // All items of a table or an index, page by page.
  std::vector<Item> all(const std::string& table, const std::string& index = {}, std::optional<uint64_t> limit = {}) {
    std::vector<Item> items;
    Scan scan{.table = table, .index = index, .limit = limit};
    do {
      Page page = unwrap(store_->scan(scan));
      for (Item& item : page.items) items.push_back(std::move(item));
      scan.start_after = std::move(page.last_key);
    } while (scan.start_after);
    return items;
  }

  TemporaryDirectory dir_;
  FaultPlan plan_;
  std::unique_ptr<rocksdb::Env> env_ = kv::make_fault_env(plan_);
  ManualClock clock_{Timestamp(std::chrono::seconds(1'800'000'000))};
  std::unique_ptr<kv::Store> kv_;
  std::unique_ptr<EmbeddedStore> store_;
};

}  // namespace caudal::items
