// SPDX-License-Identifier: Apache-2.0
#include "api/s3/request_body.h"

#include <fmt/format.h>

#include "aws/checksum_headers.h"
#include "aws/sigv4_errors.h"
#include "base/encoding.h"

namespace caudal::api::s3 {
namespace {

// S3's, also for what cannot be announced by HTTP's own length.
ServiceError incomplete_body() {
  return {.code = "IncompleteBody",
          .status = 400,
          .message = "You did not provide the number of bytes specified by the Content-Length HTTP header"};
}

Outcome<aws::Payload> payload_of(const aws::RequestHead& head, const aws::Claim* claim) {
  if (claim != nullptr) return claim->payload;
  const auto announced = head.header("x-amz-content-sha256");
  return announced ? aws::read_payload(*announced) : aws::Payload::kUnsigned;
}

}  // namespace

Outcome<RequestBody> RequestBody::open(http::Exchange& exchange, const aws::RequestHead& head, const aws::Claim* claim,
                                       const aws::Verified* verified) {
  const http::Request& request = exchange.request();
  RequestBody body(exchange, request.chunked || request.content_length.has_value());
  const aws::Payload payload = TRY(payload_of(head, claim));
  if (aws::is_chunked(payload)) {
    const aws::ChunkedOptions options = TRY(aws::read_chunked_options(head, payload));
    if (payload != aws::Payload::kUnsignedChunksWithTrailer && verified == nullptr) return access_denied();
    body.size_bytes_ = options.decoded_size_bytes;
    body.trailing_checksum_ = options.trailing_checksum;
    body.chunked_.emplace(options, verified != nullptr ? std::optional(*verified) : std::nullopt);
    return body;
  }
  body.size_bytes_ = request.content_length;
  if (payload == aws::Payload::kSha256) {
    body.claimed_sha256_ = claim != nullptr ? claim->payload_hash : std::string(*head.header("x-amz-content-sha256"));
    body.sha256_.emplace(DigestAlgorithm::kSha256);
  }
  return body;
}

Error RequestBody::refuse(ServiceError error) {
  refusal_ = std::move(error);
  return {Errc::invalid_value, refusal_->message};
}

Result<size_t> RequestBody::read_chunked(char* out, size_t size_bytes) {
  for (;;) {
    const size_t got = TRY(exchange_->body().read(out, size_bytes));
    wire_bytes_ += got;
    if (got == 0) {
      auto checked = chunked_->finish();
      if (!checked) return refuse(std::move(checked).error());
      return 0;
    }
    auto decoded = chunked_->decode_in_place(out, got);
    if (!decoded) return refuse(std::move(decoded).error());
    if (*decoded > 0) return *decoded;
  }
}

Result<size_t> RequestBody::read(char* out, size_t size_bytes) {
  if (refusal_) return Error{Errc::invalid_value, refusal_->message};
  if (ended_) return 0;
  if (chunked_) {
    const size_t got = TRY(read_chunked(out, size_bytes));
    ended_ = got == 0;
    return got;
  }
  const size_t got = TRY(exchange_->body().read(out, size_bytes));
  wire_bytes_ += got;
  if (got > 0) {
    if (sha256_) sha256_->update({out, got});
    return got;
  }
  ended_ = true;
  if (size_bytes_ && wire_bytes_ != *size_bytes_) return refuse(incomplete_body());
  if (sha256_) {
    const std::string computed = to_hex(sha256_->finish());
    if (!aws::same_name(computed, claimed_sha256_))
      return refuse(aws::errors::payload_mismatch(claimed_sha256_, computed));
  }
  return 0;
}

Outcome<std::optional<std::string>> content_md5(const aws::RequestHead& head) {
  const auto text = head.header("Content-MD5");
  if (!text) return std::optional<std::string>();
  auto bytes = from_base64(*text);
  if (!bytes || bytes->size() != 16) {
    return ServiceError{.code = "InvalidDigest",
                        .status = 400,
                        .message = "The Content-MD5 you specified was invalid.",
                        .members = {{"Content-MD5", std::string(*text)}}};
  }
  return bytes;
}

Outcome<std::optional<Checksum>> announced_checksum(const aws::RequestHead& head) {
  std::optional<Checksum> found;
  for (const ChecksumAlgorithm algorithm : kAllChecksumAlgorithms) {
    const std::string_view name = aws::checksum_header(algorithm);
    const auto text = head.header(name);
    if (!text) continue;
    if (found) {
      return invalid_request("Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.");
    }
    auto value = aws::parse_checksum(algorithm, *text);
    if (!value) return invalid_request(fmt::format("Value for {} header is invalid.", name));
    found = Checksum{.algorithm = algorithm, .value = *std::move(value)};
  }
  return found;
}

Outcome<std::string> read_document(RequestBody& body, const aws::RequestHead& head, uint64_t limit_bytes) {
  const auto too_big = [] {
    return ServiceError{.code = "MaxMessageLengthExceeded", .status = 400, .message = "Your request was too big."};
  };
  if (body.size_bytes().value_or(0) > limit_bytes) return too_big();
  std::string document;
  char piece[16 << 10];
  for (;;) {
    const auto got = body.read(piece, sizeof piece);
    if (!got) return body.refusal() ? *body.refusal() : in_s3_words(got.error(), {});
    if (*got == 0) break;
    document.append(piece, *got);
    if (document.size() > limit_bytes) return too_big();
  }
  if (const auto md5 = TRY(content_md5(head)); md5 && *md5 != md5_of(document)) {
    return ServiceError{
        .code = "BadDigest", .status = 400, .message = "The Content-MD5 you specified did not match what we received."};
  }
  if (const auto checksum = TRY(announced_checksum(head));
      checksum && checksum_of(checksum->algorithm, document).value != checksum->value) {
    return aws::bad_digest(checksum->algorithm);
  }
  return document;
}

}  // namespace caudal::api::s3
