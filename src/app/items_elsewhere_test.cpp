// SPDX-License-Identifier: Apache-2.0
// Commands on items while a server has the data directory open: it is asked, with the key that is there.
#include "app/items_elsewhere.h"

#include <gmock/gmock.h>

#include "app/serve/serving.h"
#include "app/testing/serve_options.h"
#include "app/testing/test_surroundings.h"
#include "base/file.h"
#include "base/testing/result_matchers.h"
#include "base/testing/temporary_directory.h"

namespace caudal::app {
namespace {

using testing::HasSubstr;

constexpr std::string_view kPresetId = "AKIAPRESETPRESETPRES";
constexpr std::string_view kPresetSecret = "a-preset-secret-of-tests";

class ItemsElsewhere : public testing::Test {
 protected:
  ItemsElsewhere() { around_.arguments.add("--data", data_.string()); }
  void serve(const PlatformOptions& platform_options) {
    platform_ = unwrap(Platform::open(platform_options, clock_));
    serving_ = unwrap(Serving::open(*platform_, test_serve_options(), clock_));
  }
  PlatformOptions preset() const {
    return {.data = data_, .root_access_key_id = std::string(kPresetId), .root_secret = access::Secret(kPresetSecret)};
  }
  void announce() { ASSERT_OK(platform_->announce(serving_->url())); }
  // As a command in another process would: flock is per open file.
  Result<std::vector<std::string>> tables() {
    Context context = around_.context();
    return TRY(TRY(context.items())->list_tables("", 10)).names;
  }
  void make_table(const std::string& name) {
    ASSERT_OK(own_items()->create_table(
        {.name = name, .key = {.partition = {{"PK"}}}, .billing = items::BillingMode::kPayPerRequest}));
  }
  items::Store* own_items() { return unwrap(platform_->items()); }

  TemporaryDirectory dir_;
  std::filesystem::path data_ = dir_.path() / "data";
  SystemClock clock_;
  std::unique_ptr<Platform> platform_;
  std::unique_ptr<Serving> serving_;
  TestSurroundings around_{clock_};
};

TEST_F(ItemsElsewhere, AreThoseOfTheServerThatHasTheDirectoryOpen) {
  serve({.data = data_});
  announce();
  make_table("orders");
  EXPECT_THAT(unwrap(tables()), testing::ElementsAre("orders"));
  EXPECT_THAT(around_.error.text(), HasSubstr(data_.string() + " is open in the server at " + serving_->url()));
  EXPECT_EQ(around_.output.text(), "");
}

TEST_F(ItemsElsewhere, AreRefusedWhileAProcessThatIsNoServerHasTheDirectoryOpen) {
  serve({.data = data_});
  const auto refused = tables();
  ASSERT_FALSE(refused);
  EXPECT_TRUE(refused.error().is(ErrorClass::kBusy));
  EXPECT_THAT(refused.error().message, HasSubstr("stop it or use another --data"));
}

TEST_F(ItemsElsewhere, AreReadFromTheDirectoryOnceItIsFree) {
  serve({.data = data_});
  announce();
  make_table("orders");
  serving_.reset();
  platform_.reset();
  EXPECT_THAT(unwrap(tables()), testing::ElementsAre("orders"));
  EXPECT_EQ(around_.error.text(), "") << "nobody was asked, whatever the last server left in LOCK";
}

TEST_F(ItemsElsewhere, NeedTheRootKeyThatTheServerWasGiven) {
  serve({.data = data_});  // makes a key, which the next server does not use
  announce();
  serving_.reset();
  platform_.reset();
  serve(preset());
  announce();
  const auto refused = tables();
  ASSERT_FALSE(refused);
  EXPECT_TRUE(refused.error().is(ErrorClass::kUsage)) << refused.error().message;
  EXPECT_THAT(refused.error().message, HasSubstr("another root key"));
  around_.variables["CAUDAL_ROOT_ACCESS_KEY_ID"] = kPresetId;
  around_.variables["CAUDAL_ROOT_SECRET_ACCESS_KEY"] = kPresetSecret;
  EXPECT_OK(tables());
}

TEST_F(ItemsElsewhere, SayWhichKeyIsMissingWhereNoneWasEverMade) {
  serve(preset());
  announce();
  const auto refused = tables();
  ASSERT_FALSE(refused);
  EXPECT_TRUE(refused.error().is(ErrorClass::kUsage));
  EXPECT_THAT(refused.error().message, HasSubstr("set root.access_key_id and root.secret_access_key as it does"));
}

TEST_F(ItemsElsewhere, NeedNoDataDirectoryWhereAnEndpointIsNamed) {
  serve({.data = dir_.path() / "other"});
  const auto key = unwrap(platform_->identities())->take_new_root_key();
  ASSERT_TRUE(key.has_value());
  make_table("orders");
  around_.variables["CAUDAL_ITEMS_ENDPOINT"] = serving_->url();
  around_.variables["CAUDAL_ITEMS_ACCESS_KEY_ID"] = key->access_key_id;
  around_.variables["CAUDAL_ITEMS_SECRET_ACCESS_KEY"] = std::string(key->secret.reveal());
  EXPECT_THAT(unwrap(tables()), testing::ElementsAre("orders"));
  EXPECT_FALSE(std::filesystem::exists(data_));
}

}  // namespace
}  // namespace caudal::app
