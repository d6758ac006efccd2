// SPDX-License-Identifier: Apache-2.0
// Random operations against a model that is too simple to be wrong: of each key a list of versions, newest last.
#include <map>

#include "base/random.h"
#include "objects/testing/store_fixture.h"

namespace caudal::objects {
namespace {

struct ModelVersion {
  std::string version;
  std::optional<std::string> bytes;  // nothing: a delete marker
};

class Model {
 public:
  Versioning versioning = Versioning::kOff;
  std::map<std::string, std::vector<ModelVersion>> keys;

  // The version id is what the store has given it.
  void add(const std::string& key, ModelVersion made) {
    auto& versions = keys[key];
    if (versioning != Versioning::kEnabled) {
      EXPECT_EQ(made.version, kNullVersion);
      std::erase_if(versions, [](const ModelVersion& one) { return one.version == kNullVersion; });
    }
    versions.push_back(std::move(made));
  }
  void remove(const std::string& key, const RemoveResult& result) {
    if (versioning == Versioning::kOff) {
      keys[key].clear();
    } else {
      add(key, {.version = *result.version, .bytes = std::nullopt});
    }
  }
  void remove_version(const std::string& key, const std::string& version) {
    std::erase_if(keys[key], [&](const ModelVersion& one) { return one.version == version; });
  }
  std::optional<std::string> current(const std::string& key) {
    const auto& versions = keys[key];
    return versions.empty() ? std::nullopt : versions.back().bytes;
  }
};

class ModelTest : public StoreFixture {
 protected:
  ModelTest() { EXPECT_OK(store_->create_bucket("raw")); }
  void step(Random& random);
  void compare();
  std::string pick_version(Random& random, const std::string& key) {
    const auto& versions = model_.keys[key];
    return versions.empty() || random.chance(0.1) ? "null" : versions[random.below(versions.size())].version;
  }
  Model model_;
};

void ModelTest::step(Random& random) {
  const auto pick = [&] { return std::string(1, "abcd"[random.below(4)]); };
  const std::string key = pick();
  const ObjectRef ref{"raw", key};
  clock_.advance(std::chrono::microseconds(random.between(-3, 5)));
  switch (random.below(12)) {
    case 0: {
      const auto versioning = random.chance(0.5) ? Versioning::kEnabled : Versioning::kSuspended;
      ASSERT_OK(store_->set_versioning("raw", versioning));
      model_.versioning = versioning;
      break;
    }
    case 1:
    case 2: model_.remove(key, unwrap(store_->remove(ref))); break;
    case 3:
    case 4: {
      const std::string version = pick_version(random, key);
      ASSERT_OK(store_->remove(ref, version));
      model_.remove_version(key, version);
      break;
    }
    case 5:
    case 6: {
      const std::string source = pick();
      const auto bytes = model_.current(source);
      const auto copied = store_->copy({"raw", source}, ref);
      ASSERT_EQ(copied.has_value(), bytes.has_value());
      if (copied) model_.add(key, {.version = copied->version, .bytes = bytes});
      break;
    }
    case 7:
      if (random.chance(0.2)) ASSERT_OK(try_open());
      break;
    default: {
      const std::string bytes = test_bytes(random.chance(0.3) ? 20'000 : random.below(50), random.next());
      model_.add(key, {.version = unwrap(put(ref, bytes)).version, .bytes = bytes});
    }
  }
}

void ModelTest::compare() {
  std::vector<std::string> expected;
  std::vector<std::string> listed;
  std::map<std::string, std::string> blobs;
  for (const auto& [key, versions] : model_.keys) {
    for (size_t i = versions.size(); i-- > 0;) {
      const auto& [version, bytes] = versions[i];
      const bool is_latest = i + 1 == versions.size();
      expected.push_back(key + " " + version + (bytes ? " " : " del") + (is_latest ? "*" : ""));
      const auto got = get({"raw", key}, version);
      ASSERT_EQ(got.has_value(), bytes.has_value()) << key << " " << version;
      if (got) ASSERT_EQ(*got, *bytes);
      if (got && got->size() > kInlineBytes) blobs[md5_of(*got)] = *got;
    }
    const auto current = get({"raw", key});
    ASSERT_EQ(current.has_value(), model_.current(key).has_value()) << key;
    if (current) ASSERT_EQ(*current, *model_.current(key));
  }
  for (const ObjectInfo& info : unwrap(store_->list_versions({.bucket = "raw"})).versions) {
    listed.push_back(info.key + " " + info.version + (info.is_delete_marker ? " del" : " ") +
                     (info.is_latest ? "*" : ""));
  }
  ASSERT_EQ(listed, expected);
  ASSERT_EQ(count_files(), blobs.size());
}

TEST_F(ModelTest, TheStoreDoesWhatTheModelDoes) {
  const uint64_t seed = secure_random_u64();
  SCOPED_TRACE(seed);
  Random random(seed);
  for (int i = 0; i < 1000; ++i) {
    ASSERT_NO_FATAL_FAILURE(step(random)) << i;
    if (i % 4 == 0) ASSERT_NO_FATAL_FAILURE(compare()) << i;
  }
}

}  // namespace
}  // namespace caudal::objects
