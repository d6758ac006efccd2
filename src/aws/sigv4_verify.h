// SPDX-License-Identifier: Apache-2.0
// Checks a claim: scope, time, which headers must be signed, and the signature itself, in constant time.
//
//   const auto claim = TRY(read_claim(request, Dialect::kS3));
//   const Secret* secret = keys.find(claim->access_key_id);   // or errors::unknown_access_key
//   const Verified verified = TRY(verifier.verify(request, *claim, secret->text));
//   // then the body: against claim->payload_hash, or by verified.signing_key chunk by chunk
#pragma once

#include <string>
#include <string_view>

#include "aws/sigv4_claim.h"
#include "base/clock.h"

namespace caudal::aws {

// What later signatures of the same request (chunks, trailers) are chained to.
struct Verified {
  Sha256 signing_key;
  CredentialScope scope;
  std::string time;
  std::string signature;
};

// What a door demands of a scope. Empty: anything will do.
struct ScopeRules {
  std::string service;
  std::string region;
};

// Thread-safe; remembers signing keys. `clock` must outlive it.
class Verifier {
 public:
  static constexpr std::chrono::minutes kSkew{15};

  explicit Verifier(const Clock& clock, ScopeRules rules = {}, Dialect dialect = Dialect::kS3)
      : clock_(clock), rules_(std::move(rules)), dialect_(dialect) {}

  // `body_sha256`: in hexadecimal, for the JSON services, whose signature covers the body that came; for S3 it is not
  // looked at, since the header's value is signed and the body compared with it as it is read.
  Outcome<Verified> verify(const RequestHead& request, const Claim& claim, std::string_view secret,
                           std::string_view body_sha256 = {});

  // That the claim is for this service and region, and for the day of its time.
  Outcome<void> check_scope(const Claim& claim) const;
  // For the signatures that are not of requests: of forms.
  SigningKeys& signing_keys() { return keys_; }

 private:
  Outcome<void> check_time(const Claim& claim) const;
  const Clock& clock_;
  const ScopeRules rules_;
  const Dialect dialect_;
  SigningKeys keys_;
};

// The body that was read against the claim. `computed_sha256` in hexadecimal.
Outcome<void> check_payload_hash(const Claim& claim, std::string_view computed_sha256);

}  // namespace caudal::aws
