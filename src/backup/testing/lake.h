// SPDX-License-Identifier: Apache-2.0
// A small data directory with something of each kind in it, and all that is in one, in words.
#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <map>
#include <memory>
#include <string>

#include "backup/backup.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/testing/result_matchers.h"
#include "objects/byte_source.h"
#include "objects/key_ring.h"

namespace caudal::backup {

// Open while it lives.
class Lake {
 public:
  explicit Lake(const std::filesystem::path& path) : directory_(unwrap(kv::DataDirectory::open(path))) {
    kv_ = unwrap(kv::Store::open(this->path() / "kv", kv_options()));
    keys_ = unwrap(objects::FileKeyRing::open(this->path() / "objects.keys"));
    objects_ = unwrap(
        objects::Store::open(*kv_, this->path() / "blobs", clock_, {.min_part_size_bytes = 100, .keys = keys_.get()}));
  }

  const std::filesystem::path& path() const { return directory_.path(); }
  kv::Store& kv() { return *kv_; }
  objects::Store& objects() { return *objects_; }
  Source source() {
    return {.directory = directory_,
            .kv = *kv_,
            .kv_options = kv_options(),
            .objects = *objects_,
            .kv_folder = "kv",
            .objects_folder = "blobs",
            .passing = {"work", "staging"}};
  }

  void put(const std::string& key, std::string_view bytes, const objects::PutOptions& options = {}) {
    objects::TextSource source(bytes);
    ASSERT_OK(objects_->put({"raw", key}, source, options));
  }
  // One that is not completed; its parts are `bytes` each.
  std::string upload(const std::string& key, std::string_view bytes) {
    std::string id = unwrap(objects_->create_upload({"raw", key}));
    for (const uint32_t number : {1U, 2U}) {
      objects::TextSource part(bytes);
      EXPECT_OK(objects_->upload_part({"raw", key}, id, number, part));
    }
    return id;
  }
  void complete(const std::string& key, const std::string& id) {
    ASSERT_OK(objects_->complete_upload({"raw", key}, id, {{.number = 1}, {.number = 2}}));
  }

  void fill() {
    ASSERT_OK(objects_->create_bucket("raw"));
    ASSERT_OK(objects_->set_versioning("raw", objects::Versioning::kEnabled));
    put("small", "x");
    put("small", "y");
    put("large", large_);
    put("secret", large_, {.encrypt = true});
    put("small secret", "z", {.encrypt = true});
    put("hidden", large_ + "h");
    ASSERT_OK(objects_->remove({"raw", "hidden"}));
    ASSERT_OK(objects_->copy({"raw", "large"}, {"raw", "same"}));
    complete("parts", upload("parts", large_));
    upload("under way", large_);
    ASSERT_OK(kv_->checkpoint(path() / "work"));  // so that some rows are in table files
    put("in the log", "w");
    std::filesystem::create_directories(path() / "access");
    ASSERT_OK(write_file_durably(path() / "access" / "master.key", "a secret"));
    ASSERT_EQ(::chmod((path() / "access" / "master.key").c_str(), S_IRUSR | S_IWUSR), 0);
    std::filesystem::create_directories(path() / "audit" / "2024");
    ASSERT_OK(write_file_durably(path() / "audit" / "2024" / "1", std::string(3'000'000, 'r')));
    std::filesystem::create_directories(path() / "staging");
    ASSERT_OK(write_file_durably(path() / "staging" / "half", "half of something"));
  }

  // Every version with all of its bytes, every upload with its parts, every other file with its mode.
  std::map<std::string, std::string> contents() {
    std::map<std::string, std::string> all;
    for (const objects::BucketInfo& bucket : unwrap(objects_->list_buckets())) {
      const auto page = unwrap(objects_->list_versions({.bucket = bucket.name}));
      for (const objects::ObjectInfo& one : page.versions) {
        std::string& words = all[fmt::format("{}/{} {}", bucket.name, one.key, one.version)];
        words = fmt::format("{} {} {} ", one.is_latest, one.is_delete_marker, one.etag);
        if (one.is_delete_marker) continue;
        auto reader = unwrap(objects_->get({bucket.name, one.key}, one.version));
        words += unwrap(read_all(reader));
      }
      for (const objects::UploadInfo& one : unwrap(objects_->list_uploads(bucket.name))) {
        std::string& words = all["upload of " + one.key];
        for (const auto& part : unwrap(objects_->list_parts({bucket.name, one.key}, one.upload))) words += part.etag;
      }
    }
    for (const char* const name : {"objects.keys", "access/master.key", "audit/2024/1"}) {
      struct stat info{};
      if (::stat((path() / name).c_str(), &info) != 0) continue;
      all[name] = fmt::format("{:o} {}", info.st_mode, unwrap(read_file(path() / name)));
    }
    return all;
  }
  std::map<std::string, std::string> files_of_bodies() const { return files_below(path() / "blobs"); }
  static std::map<std::string, std::string> files_below(const std::filesystem::path& folder) {
    std::map<std::string, std::string> all;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
      if (entry.is_regular_file()) all[entry.path().lexically_relative(folder)] = unwrap(read_file(entry.path()));
    }
    return all;
  }

  static kv::Options kv_options() { return {.large_value_families = {objects::kBodiesFamily}}; }

 private:
  const std::string large_ = std::string(40'000, 'l');
  SystemClock clock_;
  kv::DataDirectory directory_;
  std::unique_ptr<kv::Store> kv_;
  std::unique_ptr<objects::FileKeyRing> keys_;
  std::unique_ptr<objects::Store> objects_;
};

}  // namespace caudal::backup
