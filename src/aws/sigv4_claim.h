// SPDX-License-Identifier: Apache-2.0
// What a request says about its signature: read first, so that the caller can look up the secret, and believed only
// after sigv4_verify.h has checked it.
//
//   const std::optional<Claim> claim = TRY(read_claim(request, Dialect::kS3));
//   if (!claim) ... // the request is not signed: anonymous
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "aws/request.h"
#include "aws/service_error.h"
#include "aws/sigv4.h"
#include "base/clock.h"

namespace caudal::aws {

// How the body is covered by the signature.
enum class Payload : uint8_t {
  kSha256,                     // by its SHA-256, which whoever reads the body must compare
  kUnsigned,                   // not at all
  kSignedChunks,               // by a signature in each aws-chunked chunk
  kSignedChunksWithTrailer,    // and one for the trailers
  kUnsignedChunksWithTrailer,  // aws-chunked without signatures, with checksums in the trailers
};
inline bool is_chunked(Payload payload) { return payload >= Payload::kSignedChunks; }

struct Claim {
  std::string access_key_id;
  CredentialScope scope;
  std::string time;  // as signed, in the form of X-Amz-Date
  Timestamp instant{};
  std::vector<std::string> signed_headers;  // lower case, sorted, each once
  std::string signature;
  std::string session_token;  // empty without one
  bool in_query = false;      // presigned
  int64_t expires_s = 0;      // presigned: valid for so long
  Payload payload = Payload::kSha256;
  // What stands for the body in the canonical request: the value of x-amz-content-sha256. Empty for the JSON services,
  // where it is the SHA-256 of the body that came.
  std::string payload_hash;
};

// Fills in access key and scope from "AKID/20130524/us-east-1/s3/aws4_request". `header`: for the words of a refusal,
// whether it stood in a header.
Outcome<void> read_credential(Dialect dialect, bool header, std::string_view credential, Claim& claim);

// The form that a value of x-amz-content-sha256 names. InvalidArgument when it names none.
Outcome<Payload> read_payload(std::string_view content_sha256);

// The service in the scope of a signature, by which a request finds its door before anything else of it is read. Empty
// without a signature, or when its credential cannot be read.
std::string signed_service(const RequestHead& request);

// Nothing when the request carries no signature.
Outcome<std::optional<Claim>> read_claim(const RequestHead& request, Dialect dialect);

}  // namespace caudal::aws
