// SPDX-License-Identifier: Apache-2.0
// Secrets in memory, in files, and sealed.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>
#include <ostream>

#include "access/entropy.h"
#include "access/errors.h"
#include "access/master_key.h"
#include "access/private_file.h"
#include "access/root_key.h"
#include "access/secret.h"
#include "base/file.h"
#include "base/testing/result_matchers.h"
#include "base/testing/temporary_directory.h"

namespace caudal::access {
namespace {

namespace fs = std::filesystem;

template <class T>
concept Printable = requires(std::ostream& out, const T& value) { out << value; };
template <class T>
concept Comparable = requires(const T& a, const T& b) { a == b; };
static_assert(!Printable<Secret> && !Comparable<Secret> && !fmt::is_formattable<Secret>::value);
static_assert(!std::is_convertible_v<Secret, std::string> && !std::is_convertible_v<Secret, std::string_view>);
static_assert(!std::is_convertible_v<std::string, Secret>);

mode_t mode_of(const fs::path& path) {
  struct stat info{};
  EXPECT_EQ(::stat(path.c_str(), &info), 0);
  return info.st_mode & 07777;
}

TEST(Secret, MovesAndCopiesLeaveItsTextInOnePlaceEach) {
  for (const std::string text : {"short", "long enough not to be kept inside of the string object itself"}) {
    std::string given = text;
    Secret first(std::move(given));
    EXPECT_TRUE(given.empty());  // NOLINT(bugprone-use-after-move): that is the point
    Secret second(std::move(first));
    EXPECT_EQ(second.reveal(), text);
    EXPECT_TRUE(first.empty());  // NOLINT(bugprone-use-after-move)
    const Secret copy = second;
    EXPECT_EQ(copy.reveal(), text);
    Secret other(std::string_view("other"));
    other = std::move(second);
    EXPECT_EQ(other.reveal(), text);
    EXPECT_TRUE(second.empty());  // NOLINT(bugprone-use-after-move)
    second = copy;
    EXPECT_EQ(second.reveal(), text);
  }
}

TEST(Wipe, OverwritesTheCapacityToo) {
  std::string bytes = "a secret that is long enough to lie on the heap, not in the object";
  const char* where = bytes.data();
  const size_t capacity = bytes.capacity();
  wipe(bytes);
  EXPECT_TRUE(bytes.empty());
  ASSERT_EQ(bytes.data(), where) << "the memory is still the string's";
  bytes.resize(1);  // the first byte is its own again; the rest is looked at as the string's capacity
  for (size_t at = 1; at < 60 && at < capacity; ++at) EXPECT_EQ(where[at], '\0');
}

TEST(Entropy, IdsAndSecretsHaveTheirShapes) {
  const Entropy entropy = system_entropy();
  const std::string id = make_id("AKIA", entropy);
  EXPECT_EQ(id.size(), 20U);
  EXPECT_EQ(id.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"), std::string::npos);
  EXPECT_NE(id, make_id("AKIA", entropy));
  const Secret secret = make_secret(entropy);
  EXPECT_EQ(secret.reveal().size(), 40U);
  EXPECT_NE(secret.reveal(), make_secret(entropy).reveal());
  const Entropy fixed = [](size_t size) { return std::string(size, '\1'); };
  EXPECT_EQ(make_id("AKIA", fixed), "AKIABBBBBBBBBBBBBBBB") << "from the bytes given, and nothing else";
}

TEST(PrivateFile, IsForItsOwnerAndReadBack) {
  const TemporaryDirectory folder;
  const fs::path path = folder.path() / "key";
  EXPECT_FALSE(unwrap(read_private_file(path)));
  ASSERT_OK(write_private_file(path, "one"));
  ASSERT_OK(write_private_file(path, "two"));
  EXPECT_EQ(unwrap(read_private_file(path))->reveal(), "two");
  EXPECT_EQ(mode_of(path), 0600U);
  EXPECT_FALSE(fs::exists(folder.path() / "key.tmp"));
}

TEST(PrivateFile, ALeftoverOfACrashIsReplacedWhateverItsMode) {
  const TemporaryDirectory folder;
  std::ofstream(folder.path() / "key.tmp") << "half";
  ::chmod((folder.path() / "key.tmp").c_str(), 0644);
  ASSERT_OK(write_private_file(folder.path() / "key", "whole"));
  EXPECT_EQ(mode_of(folder.path() / "key"), 0600U);
}

TEST(PrivateFile, IsRefusedWhenOthersMayReadOrWriteIt) {
  const TemporaryDirectory folder;
  const fs::path path = folder.path() / "key";
  ASSERT_OK(write_private_file(path, "x"));
  for (const mode_t mode : {0640U, 0604U, 0620U, 0602U, 0610U}) {
    ::chmod(path.c_str(), mode);
    const auto read = read_private_file(path);
    ASSERT_FALSE(read) << mode;
    EXPECT_EQ(read.error().code, make_error_code(Errc::too_open));
    EXPECT_NE(read.error().message.find("chmod 600"), std::string::npos);
  }
  ::chmod(path.c_str(), 0400);
  EXPECT_TRUE(read_private_file(path)) << "less than 0600 is fine";
}

TEST(PrivateFile, AHugeOneIsNotRead) {
  const TemporaryDirectory folder;
  ASSERT_OK(write_private_file(folder.path() / "key", std::string(100'000, 'x')));
  EXPECT_TRUE(read_private_file(folder.path() / "key").error().is(ErrorClass::kCorrupt));
}

TEST(PrivateDirectory, IsMadeForItsOwner) {
  const TemporaryDirectory folder;
  ASSERT_OK(create_private_directory(folder.path() / "a" / "b"));
  EXPECT_EQ(mode_of(folder.path() / "a" / "b"), 0700U);
  ASSERT_OK(create_private_directory(folder.path() / "a" / "b"));
}

class MasterKeyTest : public testing::Test {
 protected:
  Result<MasterKey> open(MasterKey::Missing missing = MasterKey::Missing::kMake) {
    return MasterKey::open(file_, missing, system_entropy());
  }
  TemporaryDirectory folder_;
  fs::path file_ = folder_.path() / "master.key";
};

TEST_F(MasterKeyTest, OpensWhatItSealedAlsoAfterARestart) {
  const std::string sealed = unwrap(open()).seal("purpose", "the secret");
  EXPECT_EQ(sealed.find("the secret"), std::string::npos);
  EXPECT_EQ(unwrap(unwrap(open(MasterKey::Missing::kRefuse)).unseal("purpose", sealed)).reveal(), "the secret");
  EXPECT_EQ(mode_of(file_), 0600U);
}

TEST_F(MasterKeyTest, SealsTheSameDifferentlyEachTime) {
  const MasterKey key = unwrap(open());
  EXPECT_NE(key.seal("p", "x"), key.seal("p", "x"));
  EXPECT_TRUE(unwrap(key.unseal("p", key.seal("p", ""))).empty());
}

TEST_F(MasterKeyTest, RefusesAnotherPurposeAnotherKeyAndEveryChangedBit) {
  const MasterKey key = unwrap(open());
  const std::string sealed = key.seal("purpose", "the secret");
  EXPECT_EQ(key.unseal("another", sealed).error().code, make_error_code(Errc::wrong_master_key));
  const MasterKey other(Secret(std::string(32, 'k')), system_entropy());
  EXPECT_EQ(other.unseal("purpose", sealed).error().code, make_error_code(Errc::wrong_master_key));
  for (size_t bit = 0; bit < sealed.size() * 8; ++bit) {
    std::string changed = sealed;
    changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ (1 << bit % 8));
    EXPECT_FALSE(key.unseal("purpose", changed)) << bit;
  }
  for (size_t size = 0; size < sealed.size(); ++size) EXPECT_FALSE(key.unseal("purpose", sealed.substr(0, size)));
}

TEST_F(MasterKeyTest, IsNotMadeAnewWhereThingsAreSealedUnderIt) {
  const auto refused = open(MasterKey::Missing::kRefuse);
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message.find("restore it from a backup"), std::string::npos);
  EXPECT_FALSE(fs::exists(file_));
}

TEST_F(MasterKeyTest, RefusesAFileThatHoldsNoKey) {
  for (const char* content : {"", "00", "zz", "00112233445566778899aabbccddeeff00112233445566778899aabbccddeef"}) {
    ASSERT_OK(write_private_file(file_, content));
    EXPECT_TRUE(open().error().is(ErrorClass::kCorrupt)) << content;
  }
}

TEST_F(MasterKeyTest, DerivesOneKeyForEachPurpose) {
  const MasterKey key = unwrap(open());
  EXPECT_EQ(key.derive("a").reveal(), unwrap(open()).derive("a").reveal());
  EXPECT_NE(key.derive("a").reveal(), key.derive("b").reveal());
  EXPECT_EQ(key.derive("a").reveal().size(), 32U);
}

TEST(RootKey, IsReadInTheFormOfAwsCredentials) {
  const TemporaryDirectory folder;
  const fs::path path = folder.path() / "root.credentials";
  const RootKey made = unwrap(open_root_key(path, system_entropy()));
  EXPECT_TRUE(made.made);
  const RootKey again = unwrap(open_root_key(path, system_entropy()));
  EXPECT_FALSE(again.made);
  EXPECT_EQ(again.access_key_id, made.access_key_id);
  EXPECT_EQ(again.secret.reveal(), made.secret.reveal());
  const std::string text = unwrap(read_file(path));
  EXPECT_NE(text.find("[default]\naws_access_key_id = AKIA"), std::string::npos);
}

TEST(RootKey, RefusesAFileThatHoldsNone) {
  const TemporaryDirectory folder;
  const fs::path path = folder.path() / "root.credentials";
  for (const char* content : {"", "aws_access_key_id = AKIA", "aws_access_key_id = a\naws_secret_access_key = b\n"}) {
    ASSERT_OK(write_private_file(path, content));
    EXPECT_TRUE(open_root_key(path, system_entropy()).error().is(ErrorClass::kCorrupt)) << content;
  }
}

TEST(RootKey, APresetMustBeOne) {
  const Secret good(std::string_view("12345678"));
  EXPECT_OK(check_preset("abc_1", good));
  for (const char* id : {"", "ab", "a b c", "a/b/c", "a,b,c"}) EXPECT_FALSE(check_preset(id, good)) << id;
  EXPECT_FALSE(check_preset(std::string(129, 'a'), good));
  for (const char* secret : {"", "1234567", "1234 5678", "1234567\n"}) {
    EXPECT_FALSE(check_preset("abc", Secret(std::string_view(secret)))) << secret;
  }
}

}  // namespace
}  // namespace caudal::access
