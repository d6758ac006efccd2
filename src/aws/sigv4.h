// SPDX-License-Identifier: Apache-2.0
// What SigV4 signs: the canonical request and the string to sign, and how S3 and the other services differ in it.
// sigv4_claim.h reads what a request says about its signature, sigv4_verify.h checks it, sigv4_sign.h makes one.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "aws/request.h"
#include "aws/signing_keys.h"

namespace caudal::aws {

// Whose rules and whose words: S3's, or those of the services that speak JSON.
enum class Dialect { kS3, kJson };

inline constexpr std::string_view kSigningAlgorithm = "AWS4-HMAC-SHA256";
inline constexpr std::string_view kUnsignedPayload = "UNSIGNED-PAYLOAD";
inline constexpr std::string_view kEmptySha256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

// `signed_headers`: lower case and sorted; a header that stands in the request several times is joined by commas in
// the order of arrival, and runs of white space in its values become one space. `payload_hash` is what stands for the
// body. A parameter X-Amz-Signature of the query is left out.
std::string canonical_request(const RequestHead& request, Dialect dialect, std::span<const std::string> signed_headers,
                              std::string_view payload_hash);

// `time`: as in X-Amz-Date.
std::string string_to_sign(std::string_view time, const CredentialScope& scope, std::string_view canonical_request);

// The signature of a text, in hexadecimal.
std::string signature_of(const Sha256& signing_key, std::string_view text);

}  // namespace caudal::aws
