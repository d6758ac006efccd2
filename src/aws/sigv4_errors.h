// SPDX-License-Identifier: Apache-2.0
// How S3 and the JSON services word what is wrong with a signature. Clients match on the codes, people on the words.
#pragma once

#include <string>
#include <string_view>

#include "aws/service_error.h"
#include "aws/sigv4.h"
#include "base/clock.h"

namespace caudal::aws::errors {

// --- what the caller finds, who knows keys and tokens ---
ServiceError unknown_access_key(Dialect dialect, std::string_view access_key_id);
ServiceError invalid_token(Dialect dialect, std::string_view token);
ServiceError expired_token(Dialect dialect, std::string_view token);
// An unsigned request where anonymous access is not allowed.
ServiceError missing_authentication(Dialect dialect);

// --- what reading a claim finds ---
// `header`: of the Authorization header; else of the query. `what` ends S3's sentence: "the Credential is mal-formed;
// ..."; `json` is the whole message of the JSON services.
ServiceError malformed(Dialect dialect, bool header, std::string_view what, std::string json);
ServiceError unsupported_mechanism(Dialect dialect, std::string_view authorization);
ServiceError two_mechanisms(std::string_view authorization);
ServiceError missing_date(Dialect dialect, std::string_view authorization);
ServiceError missing_content_sha256();
ServiceError invalid_content_sha256(std::string_view value);

// --- what checking finds ---
ServiceError wrong_region(Dialect dialect, bool header, std::string_view region, std::string_view expected);
ServiceError wrong_service(Dialect dialect, bool header, std::string_view service, std::string_view expected);
ServiceError wrong_scope_date(Dialect dialect, bool header, std::string_view scope_date, std::string_view time);
ServiceError skewed(Dialect dialect, Timestamp request, Timestamp now);
ServiceError expired(Timestamp request, int64_t expires_s, Timestamp now);
ServiceError not_yet_valid(Timestamp request, Timestamp now);
// `names`: comma-separated.
ServiceError headers_not_signed(Dialect dialect, std::string_view names);

struct Mismatch {
  std::string_view access_key_id;
  std::string_view signature;
  std::string_view canonical_request;  // empty where there is none (POST policies)
  std::string_view string_to_sign;
};
ServiceError mismatch(Dialect dialect, const Mismatch& what);
// Of a chunk or of the trailers.
ServiceError chunk_mismatch(std::string_view signature);
ServiceError payload_mismatch(std::string_view claimed, std::string_view computed);

}  // namespace caudal::aws::errors
