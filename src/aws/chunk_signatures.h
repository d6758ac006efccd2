// SPDX-License-Identifier: Apache-2.0
// The chain of signatures of an aws-chunked body: each chunk's covers its bytes and the signature before it, the
// first one's that of the request's head; the trailers' comes last.
#pragma once

#include <string>
#include <string_view>

#include "aws/sigv4_verify.h"

namespace caudal::aws {

class ChunkSignatures {
 public:
  explicit ChunkSignatures(Verified head) : chain_(std::move(head)) {}
  // The signature that the next chunk must carry.
  std::string next(const Sha256& sha256_of_chunk);
  // `trailers`: "name:value\n" for each, in their order, without x-amz-trailer-signature.
  std::string of_trailers(std::string_view trailers);

 private:
  std::string extend(std::string_view kind, std::string_view hashes);
  Verified chain_;  // its signature is the last one
};

}  // namespace caudal::aws
