// SPDX-License-Identifier: Apache-2.0
// Which bucket and key a request is for: by its path ("/bucket/key"), or by its host ("bucket.localhost") and path.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace caudal::api::s3 {

struct Address {
  std::string bucket = {};  // empty: the service itself
  std::string key = {};     // decoded; empty: the bucket itself
  bool website = false;     // asked of the bucket's website, not of S3
};

// Thread-safe.
class Addresses {
 public:
  // `domains`: the names that the server itself is called by, without port. "example.org" makes "bucket.example.org"
  // and "bucket.s3.example.org" a bucket, and "bucket.s3-website.example.org" its website.
  explicit Addresses(std::vector<std::string> domains);

  // `host` with or without a port; `path` as it was sent.
  Address of(std::string_view host, std::string_view path) const;

 private:
  struct Suffix {
    std::string text;  // with its dot in front, lower case
    bool website;
  };
  std::vector<Suffix> suffixes_;  // the longest first
};

}  // namespace caudal::api::s3
