// SPDX-License-Identifier: Apache-2.0
// What PutObject and UploadPart have in common: the body that streams in, and what the head says about it.
#pragma once

#include "api/s3/call.h"

namespace caudal::api::s3 {

// Puts size, MD5 and checksum that the head announces into `options`, to be verified. `algorithm`: of
// x-amz-sdk-checksum-algorithm. Errors: MissingContentLength, EntityTooLarge, InvalidDigest, InvalidRequest.
Outcome<void> expect_announced(Call& call, const std::optional<std::string>& algorithm, objects::PutOptions& options);

// A room's answer to a body that streamed in. A mismatch is told in terms of what the client announced.
template <class T>
Outcome<T> stored(Call& call, Result<T> result, std::string_view upload = {});
ServiceError body_mismatch(const Call& call);
template <class T>
Outcome<T> stored(Call& call, Result<T> result, std::string_view upload) {
  if (result) return *std::move(result);
  if (!call.body.refusal() && result.error().code == objects::Errc::checksum_mismatch) return body_mismatch(call);
  return call.refused(result.error(), {}, upload);
}

}  // namespace caudal::api::s3
