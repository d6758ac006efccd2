// SPDX-License-Identifier: Apache-2.0
// An object store in a temporary folder, with a clock that stands still and a disk that fails on demand, for tests.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <string>

#include "base/testing/manual_clock.h"
#include "base/testing/result_matchers.h"
#include "base/testing/temporary_directory.h"
#include "kv/store.h"
#include "kv/testing/fault_env.h"
#include "objects/store.h"
#include "objects/testing/faulty_blob_files.h"

namespace caudal::objects {

// For everybody who asks for it in the bucket's setting: "destination:subscription destination:subscription".
class WordRouter final : public EventRouter {
 public:
  Result<std::vector<Recipient>> recipients(const Event&, std::string_view document) const override {
    std::vector<Recipient> found;
    for (size_t at = 0; at < document.size();) {
      const size_t end = std::min(document.find(' ', at), document.size());
      const std::string_view word = document.substr(at, end - at);
      const size_t colon = word.find(':');
      if (colon == std::string_view::npos) return Error{Errc::corrupt, "no router's word: " + std::string(word)};
      found.push_back(
          {.destination = std::string(word.substr(0, colon)), .subscription = std::string(word.substr(colon + 1))});
      at = end + 1;
    }
    return found;
  }
};

class StoreFixture : public testing::Test {
 protected:
  StoreFixture() {
    plan_.skip_syncs(true);
    open();
  }

  // Again, with what is on disk.
  void open() { ASSERT_OK(try_open()); }
  Result<void> try_open() {
    store_.reset();
    kv_.reset();
    kv_ = TRY(kv::Store::open(dir_.path() / "kv", {.large_value_families = {kBodiesFamily}, .env = env_.get()}));
    store_ = TRY(Store::open(*kv_, blob_directory(), clock_,
                             {.min_part_size_bytes = 100, .router = &router_, .files = &files_}));
    return {};
  }
  std::filesystem::path blob_directory() const { return dir_.path() / "objects"; }

  Result<ObjectInfo> put(const ObjectRef& ref, std::string_view bytes, const PutOptions& options = {}) {
    TextSource source(bytes);
    return store_->put(ref, source, options);
  }
  Result<std::string> get(const ObjectRef& ref, const std::optional<std::string>& version = {},
                          const std::optional<ByteRange>& range = {}) {
    Reader reader = TRY(store_->get(ref, version, range));
    return read_all(reader);
  }
  // Every file below the blob directory.
  size_t count_files() const {
    size_t files = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(blob_directory())) {
      if (entry.is_regular_file()) ++files;
    }
    return files;
  }
  // Keys and common prefixes of one page, each followed by a space.
  std::string names(const ListRequest& request) {
    const ListPage page = unwrap(store_->list(request));
    std::string all;
    for (const ObjectInfo& info : page.objects) all += info.key + " ";
    for (const std::string& prefix : page.common_prefixes) all += "[" + prefix + "] ";
    return all;
  }

  TemporaryDirectory dir_;
  FaultPlan plan_;
  std::unique_ptr<rocksdb::Env> env_ = kv::make_fault_env(plan_);
  FaultyBlobFiles files_{plan_};
  const WordRouter router_;
  ManualClock clock_{Timestamp(std::chrono::seconds(1'700'000'000))};
  std::unique_ptr<kv::Store> kv_;
  std::unique_ptr<Store> store_;
};

// Of no particular meaning, but different at every place, so that a mixed-up range shows.
inline std::string test_bytes(size_t size_bytes, uint64_t seed = 1) {
  std::string bytes(size_bytes, '\0');
  uint64_t state = seed;
  for (char& c : bytes) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    c = static_cast<char>(state >> 56);
  }
  return bytes;
}

}  // namespace caudal::objects
