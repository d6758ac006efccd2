// SPDX-License-Identifier: Apache-2.0
// SigV4's signing keys: derived from a secret for one day, region and service by four HMACs, and therefore remembered.
#pragma once

#include <string>
#include <unordered_map>

#include "base/digest.h"
#include "base/thread_annotations.h"

namespace caudal::aws {

// Where a signature holds: "20130524/us-east-1/s3/aws4_request".
struct CredentialScope {
  std::string date;  // yyyymmdd, UTC
  std::string region;
  std::string service;
  std::string to_string() const {
    std::string out;
    append_to(out);
    return out;
  }
  void append_to(std::string& out) const {
    out.append(date).append(1, '/').append(region).append(1, '/').append(service).append("/aws4_request");
  }
  friend bool operator==(const CredentialScope&, const CredentialScope&) = default;
};

Sha256 derive_signing_key(std::string_view secret, const CredentialScope& scope);

// Thread-safe. Holds at most `limit` keys, and forgets all of them when there would be more.
class SigningKeys {
 public:
  explicit SigningKeys(size_t limit = 4096) : limit_(limit) {}
  Sha256 key(std::string_view secret, const CredentialScope& scope);
  // How many are remembered.
  size_t size() const;

 private:
  const size_t limit_;
  mutable Mutex mutex_;
  std::unordered_map<std::string, Sha256> keys_ CAUDAL_GUARDED_BY(mutex_);
};

}  // namespace caudal::aws
