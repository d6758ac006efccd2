// SPDX-License-Identifier: Apache-2.0
// The embedded store does what every Store does.
#include "items/testing/store_contract.h"
#include "base/testing/temporary_directory.h"
#include "items/embedded_store.h"
#include "kv/store.h"

namespace caudal::items {
namespace {

class EmbeddedHouse final : public StoreHouse {
 public:
  Store& store() override { return *store_; }

 private:
  TemporaryDirectory dir_;
  SystemClock clock_;
  std::unique_ptr<kv::Store> kv_ = unwrap(kv::Store::open(dir_.path() / "kv", {}));
  std::unique_ptr<EmbeddedStore> store_ = unwrap(EmbeddedStore::open(*kv_, clock_));
};

INSTANTIATE_TEST_SUITE_P(Embedded, StoreContract,
                         testing::Values(StoreMaker{"embedded", []() -> std::unique_ptr<StoreHouse> {
                                                      return std::make_unique<EmbeddedHouse>();
                                                    }}));

}  // namespace
}  // namespace caudal::items
