// SPDX-License-Identifier: Apache-2.0
// The body of a request as objects take it: aws-chunked framing taken off, and everything that signature, framing and
// trailers say about the bytes checked while they pass. What does not hold ends the read, so nothing of it is stored.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "api/s3/errors.h"
#include "aws/chunked_body.h"
#include "aws/sigv4_verify.h"
#include "base/digest.h"
#include "http/exchange.h"
#include "objects/byte_source.h"

namespace caudal::api::s3 {

class RequestBody final : public objects::ByteSource {
 public:
  // `claim` and `verified`: of a request that is signed; null for the anonymous. Errors: InvalidArgument and others of
  // a head that announces what cannot be.
  static Outcome<RequestBody> open(http::Exchange& exchange, const aws::RequestHead& head, const aws::Claim* claim,
                                   const aws::Verified* verified);

  // 0 only when the whole body came and held. An error that is not the network's is told by refusal().
  Result<size_t> read(char* out, size_t size_bytes) override;
  // What the body was refused for.
  const std::optional<ServiceError>& refusal() const { return refusal_; }

  // Of the body proper; nothing when it is not announced.
  std::optional<uint64_t> size_bytes() const { return size_bytes_; }
  // Whether a size was announced in any way: HTTP's length, or chunks.
  bool framed() const { return framed_; }
  // Whether it comes in the framing of aws-chunked.
  bool chunked() const { return chunked_.has_value(); }
  std::optional<ChecksumAlgorithm> trailing_checksum() const { return trailing_checksum_; }
  uint64_t wire_bytes() const { return wire_bytes_; }

 private:
  RequestBody(http::Exchange& exchange, bool framed) : exchange_(&exchange), framed_(framed) {}
  Error refuse(ServiceError error);
  Result<size_t> read_chunked(char* out, size_t size_bytes);

  http::Exchange* exchange_;
  bool framed_;
  std::optional<uint64_t> size_bytes_;
  std::optional<ChecksumAlgorithm> trailing_checksum_;
  std::optional<aws::ChunkedBody> chunked_;
  std::optional<Digest> sha256_;  // where the signature covers it
  std::string claimed_sha256_;    // hexadecimal
  std::optional<ServiceError> refusal_;
  uint64_t wire_bytes_ = 0;
  bool ended_ = false;
};

// All of a small body, held to Content-MD5 and x-amz-checksum-* where the head has them.
Outcome<std::string> read_document(RequestBody& body, const aws::RequestHead& head, uint64_t limit_bytes);

// The 16 raw bytes of Content-MD5. Errors: InvalidDigest.
Outcome<std::optional<std::string>> content_md5(const aws::RequestHead& head);
// The one x-amz-checksum-* of the head. Errors: InvalidRequest.
Outcome<std::optional<Checksum>> announced_checksum(const aws::RequestHead& head);

}  // namespace caudal::api::s3
