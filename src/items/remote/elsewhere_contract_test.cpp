// SPDX-License-Identifier: Apache-2.0
// A remote store does what every store does at whatever endpoint CAUDAL_DYNAMODB_ENDPOINT names, DynamoDB Local say:
// `make interop` sets it, and otherwise there are no such tests. The endpoint must be there for nothing else, since
// each test begins without tables.
#include <gtest/gtest.h>

#include <cstdlib>
#include <stdexcept>

#include "base/clock.h"
#include "items/remote/remote_store.h"
#include "items/testing/store_contract.h"

namespace caudal::items {
namespace {

class HouseElsewhere final : public StoreHouse {
 public:
  explicit HouseElsewhere(const std::string& endpoint)
      : store_(unwrap(RemoteStore::open({.endpoint = endpoint,
                                         .credentials = {.access_key_id = "AKIAELSEWHERE", .secret = "of-no-account"},
                                         .poll_interval = std::chrono::milliseconds(20)},
                                        clock_, 1))) {
    for (const std::string& table : unwrap(store_->list_tables("", 100)).names) {
      // Never what anybody else keeps there.
      if (table != "tab" && table != "another") throw std::runtime_error("the endpoint has a table " + table);
      unwrap(store_->change_table({.table = table, .is_deletion_protected = false}));
      unwrap(store_->delete_table(table));
    }
  }
  Store& store() override { return *store_; }

 private:
  SystemClock clock_;
  std::unique_ptr<RemoteStore> store_;
};

std::vector<StoreMaker> makers() {
  const char* const endpoint = std::getenv("CAUDAL_DYNAMODB_ENDPOINT");
  if (endpoint == nullptr) return {};
  return {{.name = endpoint, .make = [endpoint] { return std::make_unique<HouseElsewhere>(endpoint); }}};
}

GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(StoreContract);
INSTANTIATE_TEST_SUITE_P(Elsewhere, StoreContract, testing::ValuesIn(makers()));

}  // namespace
}  // namespace caudal::items
