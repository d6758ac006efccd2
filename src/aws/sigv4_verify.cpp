// SPDX-License-Identifier: Apache-2.0
#include "aws/sigv4_verify.h"

#include <algorithm>

#include "aws/sigv4_errors.h"
#include "base/result.h"

namespace caudal::aws {
namespace {

bool is_signed(const Claim& claim, std::string_view name) {
  return std::ranges::any_of(claim.signed_headers, [&](const std::string& s) { return same_name(s, name); });
}

bool starts_with_amz(std::string_view name) { return name.size() > 6 && same_name(name.substr(0, 6), "x-amz-"); }

// "host" always, and for S3 every x-amz- header that came: otherwise whoever sees a presigned URL could add to what it
// does.
Outcome<void> check_signed_headers(const RequestHead& request, const Claim& claim, Dialect dialect) {
  std::string lacking;
  const auto add = [&](std::string_view name) { lacking.append(lacking.empty() ? "" : ", ").append(name); };
  if (!is_signed(claim, "host")) add("host");
  if (dialect == Dialect::kS3) {
    for (const Header& header : request.headers) {
      if (starts_with_amz(header.name) && !is_signed(claim, header.name)) add(header.name);
    }
  }
  if (lacking.empty()) return {};
  return errors::headers_not_signed(dialect, lacking);
}

}  // namespace

Outcome<void> Verifier::check_scope(const Claim& claim) const {
  const bool header = !claim.in_query;
  if (!rules_.service.empty() && claim.scope.service != rules_.service) {
    return errors::wrong_service(dialect_, header, claim.scope.service, rules_.service);
  }
  if (!rules_.region.empty() && claim.scope.region != rules_.region) {
    return errors::wrong_region(dialect_, header, claim.scope.region, rules_.region);
  }
  if (!claim.time.starts_with(claim.scope.date)) {
    return errors::wrong_scope_date(dialect_, header, claim.scope.date, claim.time);
  }
  return {};
}

Outcome<void> Verifier::check_time(const Claim& claim) const {
  const Timestamp now = clock_.now();
  if (!claim.in_query) {
    if (claim.instant > now + kSkew || claim.instant < now - kSkew) {
      return errors::skewed(dialect_, claim.instant, now);
    }
    return {};
  }
  if (claim.instant > now + kSkew) {
    return dialect_ == Dialect::kS3 ? errors::not_yet_valid(claim.instant, now)
                                    : errors::skewed(dialect_, claim.instant, now);
  }
  if (now > claim.instant + std::chrono::seconds(claim.expires_s)) {
    return dialect_ == Dialect::kS3 ? errors::expired(claim.instant, claim.expires_s, now)
                                    : errors::skewed(dialect_, claim.instant, now);
  }
  return {};
}

Outcome<Verified> Verifier::verify(const RequestHead& request, const Claim& claim, std::string_view secret,
                                   std::string_view body_sha256) {
  TRY(check_scope(claim));
  TRY(check_time(claim));
  TRY(check_signed_headers(request, claim, dialect_));
  const std::string_view payload_hash = claim.payload_hash.empty() ? body_sha256 : claim.payload_hash;
  const std::string canonical = canonical_request(request, dialect_, claim.signed_headers, payload_hash);
  const std::string to_sign = string_to_sign(claim.time, claim.scope, canonical);
  const Sha256 key = keys_.key(secret, claim.scope);
  if (!equal_in_constant_time(signature_of(key, to_sign), claim.signature)) {
    return errors::mismatch(dialect_, {.access_key_id = claim.access_key_id,
                                       .signature = claim.signature,
                                       .canonical_request = canonical,
                                       .string_to_sign = to_sign});
  }
  return Verified{.signing_key = key, .scope = claim.scope, .time = claim.time, .signature = claim.signature};
}

Outcome<void> check_payload_hash(const Claim& claim, std::string_view computed_sha256) {
  if (claim.payload != Payload::kSha256 || claim.payload_hash.empty()) return {};
  if (same_name(claim.payload_hash, computed_sha256)) return {};  // hexadecimal in either case
  return errors::payload_mismatch(claim.payload_hash, computed_sha256);
}

}  // namespace caudal::aws
