// SPDX-License-Identifier: Apache-2.0
#include "api/s3/bucket_settings.h"

#include <mutex>

#include "api/s3/lifecycle.h"

namespace caudal::api::s3 {
namespace {

namespace kinds = objects::settings;

template <class T>
Result<void> read(const objects::Settings& from, std::string_view kind, std::optional<T>& into) {
  if (const auto found = from.find(kind); found != from.end()) into = TRY(from_document<T>(found->second));
  return {};
}

Result<BucketSettings> parse(const std::string& bucket, const objects::Settings& from) {
  BucketSettings settings;
  if (const auto found = from.find(kinds::kPolicy); found != from.end()) {
    settings.policy = TRY(access::Policy::parse_bucket(found->second, {.bucket = bucket}));
  }
  TRY(read(from, kinds::kCors, settings.cors));
  TRY(read(from, kinds::kWebsite, settings.website));
  std::optional<wire::PublicAccessBlockConfiguration> block;
  TRY(read(from, kinds::kPublicAccess, block));
  if (block) settings.public_access = *block;
  if (const auto found = from.find(kinds::kLifecycle); found != from.end()) {
    settings.lifecycle = TRY(read_rules(bucket, found->second));
  }
  return settings;
}

}  // namespace

Result<std::shared_ptr<const BucketSettings>> AllBucketSettings::of(const std::string& bucket) {
  uint64_t changes = 0;
  {
    std::shared_lock lock(mutex_);
    if (const auto found = known_.find(bucket); found != known_.end()) return found->second;
    changes = changes_;
  }
  const auto stored = store_.get_settings(bucket);
  if (!stored) {
    // Not remembered: whoever asks for names that do not exist must not fill the memory.
    if (stored.error().is(ErrorClass::kNotFound) || stored.error().code == objects::Errc::invalid_bucket_name) {
      return std::make_shared<const BucketSettings>();
    }
    return stored.error();
  }
  auto settings = std::make_shared<const BucketSettings>(TRY(parse(bucket, *stored)));
  std::unique_lock lock(mutex_);
  // What was read before a change must not outlive it.
  if (changes == changes_) known_[bucket] = settings;
  return settings;
}

Result<void> AllBucketSettings::put(const std::string& bucket, std::string_view kind, std::string_view document) {
  auto done = store_.put_setting(bucket, kind, document);
  forget(bucket);
  return done;
}

Result<void> AllBucketSettings::remove(const std::string& bucket, std::string_view kind) {
  auto done = store_.remove_setting(bucket, kind);
  forget(bucket);
  return done;
}

void AllBucketSettings::forget(const std::string& bucket) {
  std::unique_lock lock(mutex_);
  ++changes_;
  known_.erase(bucket);
}

}  // namespace caudal::api::s3
