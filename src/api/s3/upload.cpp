// SPDX-License-Identifier: Apache-2.0
#include "api/s3/upload.h"

#include "api/s3/fields.h"
#include "aws/checksum_headers.h"

namespace caudal::api::s3 {

Outcome<void> expect_announced(Call& call, const std::optional<std::string>& algorithm, objects::PutOptions& options) {
  // Of aws-chunked it is x-amz-decoded-content-length that must be given, whatever HTTP's own framing is.
  if (!call.body.framed() || (call.body.chunked() && !call.body.size_bytes())) {
    return ServiceError{
        .code = "MissingContentLength", .status = 411, .message = "You must provide the Content-Length HTTP header."};
  }
  options.expected_size_bytes = call.body.size_bytes();
  options.max_size_bytes = objects::kMaxPartBytes;
  if (call.body.size_bytes().value_or(0) > objects::kMaxPartBytes) {
    return ServiceError{.code = "EntityTooLarge",
                        .status = 400,
                        .message = "Your proposed upload exceeds the maximum allowed size",
                        .members = {{"ProposedSize", std::to_string(*call.body.size_bytes())},
                                    {"MaxSizeAllowed", std::to_string(objects::kMaxPartBytes)}}};
  }
  options.expected_md5 = TRY(content_md5(call.request.head));
  if (const auto checksum = TRY(announced_checksum(call.request.head))) {
    options.algorithms = {checksum->algorithm};
    options.expected = {*checksum};
  } else if (const auto trailing = call.body.trailing_checksum()) {
    options.algorithms = {*trailing};
  } else if (algorithm) {
    options.algorithms = {TRY(checksum_algorithm(*algorithm))};
  }
  return {};
}

ServiceError body_mismatch(const Call& call) {
  if (const auto announced = announced_checksum(call.request.head); announced && *announced) {
    return aws::bad_digest((*announced)->algorithm);
  }
  if (call.header("Content-MD5")) {
    return {
        .code = "BadDigest", .status = 400, .message = "The Content-MD5 you specified did not match what we received."};
  }
  return {.code = "IncompleteBody",
          .status = 400,
          .message = "You did not provide the number of bytes specified by the Content-Length HTTP header"};
}

}  // namespace caudal::api::s3
