// SPDX-License-Identifier: Apache-2.0
// Users, keys and policies by command while a server has the data directory open: the same answers as from the
// directory itself.
#include "app/access_elsewhere.h"

#include <gmock/gmock.h>

#include "access/errors.h"
#include "access/named_policies.h"
#include "app/serve/serving.h"
#include "app/testing/serve_options.h"
#include "app/testing/test_surroundings.h"
#include "base/testing/result_matchers.h"
#include "base/testing/temporary_directory.h"

namespace caudal::app {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class AccessElsewhere : public testing::Test {
 protected:
  AccessElsewhere() { around_.arguments.add("--data", data_.string()); }
  void serve(const PlatformOptions& options) {
    platform_ = unwrap(Platform::open(options, clock_));
    serving_ = unwrap(Serving::open(*platform_, test_serve_options(), clock_));
    ASSERT_OK(platform_->announce(serving_->url()));
  }
  access::Identities& identities() { return *unwrap(platform_->identities()); }

  TemporaryDirectory dir_;
  std::filesystem::path data_ = dir_.path() / "data";
  SystemClock clock_;
  std::unique_ptr<Platform> platform_;
  std::unique_ptr<Serving> serving_;
  TestSurroundings around_{clock_};
  Context context_ = around_.context();
};

TEST_F(AccessElsewhere, IsThatOfTheServer) {
  serve({.data = data_});
  AccessDesk& desk = *unwrap(context_.access());
  EXPECT_THAT(around_.error.text(), HasSubstr(data_.string() + " is open in the server at " + serving_->url()));
  ASSERT_OK(desk.create_user("ana"));
  const Timestamp expires = Timestamp(std::chrono::sys_days(std::chrono::year(2090) / 1 / 1));
  const auto made = unwrap(desk.create_key({.user = "ana", .description = "a & b", .expires = expires}));
  EXPECT_EQ(made.user, "ana");
  EXPECT_EQ(identities().find(made.access_key_id).credential->secret.reveal(), made.secret.reveal());
  const std::string document(*access::named_policy("AmazonS3ReadOnlyAccess"));
  ASSERT_OK(desk.put_policy("ana", "AmazonS3ReadOnlyAccess", document));
  ASSERT_OK(desk.put_policy("ana", "mine", document));
  EXPECT_EQ(unwrap(desk.policy("ana", "mine")), document);

  const auto users = unwrap(desk.users());
  ASSERT_EQ(users.size(), 1U);
  const access::UserInfo own = identities().users().front();
  EXPECT_EQ(users[0].name, own.name);
  EXPECT_EQ(users[0].id, own.id);
  EXPECT_EQ(users[0].keys, own.keys);
  EXPECT_THAT(users[0].policies, ElementsAre("AmazonS3ReadOnlyAccess", "mine"));

  const auto keys = unwrap(desk.keys());
  const auto own_keys = identities().keys();
  ASSERT_EQ(keys.size(), 2U);
  for (size_t n = 0; n < keys.size(); ++n) {
    EXPECT_EQ(keys[n].access_key_id, own_keys[n].access_key_id);
    EXPECT_EQ(keys[n].user, own_keys[n].user);
    EXPECT_EQ(keys[n].description, own_keys[n].description);
    EXPECT_EQ(keys[n].state, own_keys[n].state);
    EXPECT_EQ(keys[n].expires, own_keys[n].expires);
  }
  ASSERT_OK(desk.enable_key(made.access_key_id, false));
  EXPECT_EQ(unwrap(desk.keys())[1].state, access::KeyState::kDisabled);
  ASSERT_OK(desk.enable_key(made.access_key_id, true));
  EXPECT_EQ(unwrap(desk.keys())[1].state, access::KeyState::kActive);
  ASSERT_OK(desk.remove_policy("ana", "mine"));
  ASSERT_OK(desk.remove_key(made.access_key_id));
  ASSERT_OK(desk.remove_user("ana"));
  EXPECT_TRUE(identities().users().empty());
}

TEST_F(AccessElsewhere, ErrorsEndACommandAsInTheDirectoryItself) {
  serve({.data = data_});
  AccessDesk& desk = *unwrap(context_.access());
  ASSERT_OK(desk.create_user("ana"));
  EXPECT_EQ(desk.create_user("ana").error().code, access::Errc::user_exists);
  EXPECT_TRUE(desk.create_user("a b").error().is(ErrorClass::kUsage));
  EXPECT_EQ(desk.create_key({.user = "eva"}).error().code, access::Errc::no_such_user);
  EXPECT_EQ(desk.put_policy("ana", "p", "{}").error().code, access::Errc::malformed_policy);
  (void)unwrap(desk.create_key({.user = "ana"}));
  EXPECT_EQ(desk.remove_user("ana").error().code, access::Errc::user_has_keys);
  EXPECT_EQ(desk.remove_key("AKIANOBODYNOBODYNOBO").error().code, access::Errc::no_such_key);
  const std::string root = unwrap(desk.keys()).front().access_key_id;
  EXPECT_EQ(desk.enable_key(root, false).error().code, access::Errc::no_such_key) << "nobody locks root out";
}

TEST_F(AccessElsewhere, AChangeWhoseAnswerNeverCameSaysThatNobodyKnows) {
  serve({.data = data_});
  AccessDesk& desk = *unwrap(context_.access());
  serving_.reset();
  const auto lost = desk.create_user("ana");
  ASSERT_FALSE(lost);
  EXPECT_THAT(lost.error().context,
              testing::Contains(HasSubstr("whether it was done is not known: `caudal users list`")));
  const auto unread = desk.users();
  ASSERT_FALSE(unread);
  EXPECT_TRUE(unread.error().context.empty()) << "what only reads has done nothing";
}

TEST_F(AccessElsewhere, NeedsTheRootKeyThatTheServerWasGiven) {
  serve({.data = data_});  // makes a key, which the next server does not use
  serving_.reset();
  platform_.reset();
  serve({.data = data_,
         .root_access_key_id = "AKIAPRESETPRESETPRES",
         .root_secret = access::Secret(std::string_view("a-preset-secret-of-tests"))});
  AccessDesk& desk = *unwrap(context_.access());
  const auto refused = desk.users();
  ASSERT_FALSE(refused);
  EXPECT_TRUE(refused.error().is(ErrorClass::kUsage));
  EXPECT_THAT(refused.error().message, HasSubstr("set root.access_key_id and root.secret_access_key as it does"));
}

}  // namespace
}  // namespace caudal::app
