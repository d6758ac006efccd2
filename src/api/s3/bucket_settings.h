// SPDX-License-Identifier: Apache-2.0
// The settings of buckets that requests are held to, read once and kept ready: policy, CORS, website, public access.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <shared_mutex>
#include <string>
#include <string_view>

#include "access/policy.h"
#include "aws/generated/s3/buckets.h"
#include "aws/generated/s3/settings.h"
#include "aws/xml/xml_codec.h"
#include "objects/lifecycle.h"
#include "objects/store.h"

namespace caudal::api::s3 {

namespace wire = aws::s3;

// Immutable, as requests under way share it.
struct BucketSettings {
  std::shared_ptr<const access::Policy> policy = {};  // shared_ptr: it is immutable, and has no public constructor
  std::optional<wire::CORSConfiguration> cors = {};
  std::optional<wire::WebsiteConfiguration> website = {};
  wire::PublicAccessBlockConfiguration public_access = {};
  std::vector<objects::LifecycleRule> lifecycle = {};

  bool restricts_public() const { return public_access.restrict_public_buckets.value_or(false); }
};

// Thread-safe. What is put through here is what the next request is held to.
class AllBucketSettings {
 public:
  explicit AllBucketSettings(objects::Store& store) : store_(store) {}

  // Of a bucket that is not there, as of one without settings. Errors: of the store, and corrupt.
  Result<std::shared_ptr<const BucketSettings>> of(const std::string& bucket);

  // Errors: no_such_bucket and others of the store.
  Result<void> put(const std::string& bucket, std::string_view kind, std::string_view document);
  Result<void> remove(const std::string& bucket, std::string_view kind);
  // After the bucket itself was removed.
  void forget(const std::string& bucket);

 private:
  objects::Store& store_;
  std::shared_mutex mutex_;
  uint64_t changes_ = 0;  // guarded by mutex_, as is what follows
  std::map<std::string, std::shared_ptr<const BucketSettings>, std::less<>> known_;
};

// A setting's document as it is stored: the shape in XML.
template <class T>
std::string to_document(const T& value) {
  std::string document;
  aws::encode_xml(document, "Setting", "", aws::shape_of<T>(), &value);
  return document;
}

// Errors: corrupt.
template <class T>
Result<T> from_document(std::string_view document) {
  T value;
  if (!aws::decode_xml(document, aws::shape_of<T>(), &value)) {
    return Error{Errc::corrupt, "a bucket's setting cannot be read any more"};
  }
  return value;
}

}  // namespace caudal::api::s3
