// SPDX-License-Identifier: Apache-2.0
#include "aws/signing_keys.h"

namespace caudal::aws {

Sha256 derive_signing_key(std::string_view secret, const CredentialScope& scope) {
  Sha256 key = hmac_sha256(std::string("AWS4").append(secret), scope.date);
  key = hmac_sha256(view(key), scope.region);
  key = hmac_sha256(view(key), scope.service);
  return hmac_sha256(view(key), "aws4_request");
}

Sha256 SigningKeys::key(std::string_view secret, const CredentialScope& scope) {
  // A zero byte cannot stand in a header, so no two scopes share a name; the secret is a part of it, so a key that was
  // given another secret is derived anew.
  std::string name;
  name.reserve(secret.size() + scope.date.size() + scope.region.size() + scope.service.size() + 3);
  name.append(secret).append(1, '\0').append(scope.date).append(1, '\0').append(scope.region).append(1, '\0');
  name.append(scope.service);
  {
    MutexLock lock(mutex_);
    if (const auto found = keys_.find(name); found != keys_.end()) return found->second;
  }
  const Sha256 derived = derive_signing_key(secret, scope);
  MutexLock lock(mutex_);
  if (keys_.size() >= limit_) keys_.clear();
  keys_.emplace(std::move(name), derived);
  return derived;
}

size_t SigningKeys::size() const {
  MutexLock lock(mutex_);
  return keys_.size();
}

}  // namespace caudal::aws
