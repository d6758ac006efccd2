// SPDX-License-Identifier: Apache-2.0
// A store at another Caudal does what every store does.
#include "items/remote/remote_store.h"
#include "app/serve/serving.h"
#include "app/testing/serve_options.h"
#include "base/testing/temporary_directory.h"
#include "items/testing/store_contract.h"

namespace caudal::app {
namespace {

class RemoteHouse final : public items::StoreHouse {
 public:
  items::Store& store() override { return *store_; }

 private:
  const aws::Credentials root_{.access_key_id = "AKIAROOTROOTROOTROOT", .secret = "root-secret-of-the-tests"};
  TemporaryDirectory dir_;
  SystemClock clock_;
  std::unique_ptr<Platform> platform_ =
      unwrap(Platform::open({.data = dir_.path() / "data",
                             .root_access_key_id = root_.access_key_id,
                             .root_secret = access::Secret(std::string_view(root_.secret))},
                            clock_));
  std::unique_ptr<Serving> serving_ = unwrap(Serving::open(*platform_, test_serve_options(), clock_));
  std::unique_ptr<items::RemoteStore> store_ = unwrap(items::RemoteStore::open(
      {.endpoint = serving_->url(), .credentials = root_, .poll_interval = std::chrono::milliseconds(1)}, clock_, 1));
};

}  // namespace
}  // namespace caudal::app

namespace caudal::items {
INSTANTIATE_TEST_SUITE_P(Remote, StoreContract, testing::Values(StoreMaker{"another_caudal", [] {
                                                                             return std::unique_ptr<StoreHouse>(
                                                                                 std::make_unique<app::RemoteHouse>());
                                                                           }}));
}  // namespace caudal::items
