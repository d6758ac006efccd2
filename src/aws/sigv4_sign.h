// SPDX-License-Identifier: Apache-2.0
// The client's side of SigV4, for what Caudal itself sends to AWS, for presigned URLs that it hands out, and for tests.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "aws/sigv4_verify.h"

namespace caudal::aws {

struct Credentials {
  std::string access_key_id;
  std::string secret;
  std::string session_token = {};  // of temporary ones
};

struct SigningOptions {
  Dialect dialect = Dialect::kS3;
  std::string region;
  std::string service;
  Timestamp at;
  // The SHA-256 of the body in hexadecimal, or for S3 UNSIGNED-PAYLOAD or one of the STREAMING- names.
  std::string payload_hash = std::string(kEmptySha256);
};

struct SignedHead {
  std::vector<std::pair<std::string, std::string>> headers;  // to be added to the request's own
  Verified chain;                                            // for the signatures of chunks
};

// `request`: with all its headers, among them Host; its target percent-encoded as it will be sent. Signs every header
// but those that proxies and libraries change on the way.
SignedHead sign(const RequestHead& request, const Credentials& credentials, const SigningOptions& options);

// The target with the signature in its query. Signs the headers of `request` in the same way; whoever uses the URL must
// send those as well. `expires_s`: 1 to 604800.
std::string presigned_target(const RequestHead& request, const Credentials& credentials, const SigningOptions& options,
                             int64_t expires_s);

}  // namespace caudal::aws
