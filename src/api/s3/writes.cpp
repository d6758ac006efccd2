// SPDX-License-Identifier: Apache-2.0
// PutObject and CopyObject.
#include <fmt/format.h>

#include "api/s3/conditions.h"
#include "api/s3/copy_source.h"
#include "api/s3/fields.h"
#include "api/s3/operations.h"
#include "api/s3/upload.h"
#include "aws/generated/s3/objects.h"

namespace caudal::api::s3 {
namespace {

Outcome<wire::PutObjectOutput> put_object(Call& call, const wire::PutObjectRequest& in) {
  objects::PutOptions options = TRY(put_options(in));
  TRY(expect_announced(call, in.checksum_algorithm, options));
  options.preconditions = write_conditions(in.if_match, in.if_none_match);
  const objects::ObjectInfo info = TRY(stored(call, call.store.put(call.ref(), call.body, options)));
  wire::PutObjectOutput out{.etag = etag_text(info.etag), .server_side_encryption = encryption_of(info)};
  out.expiration = call.expiration_of(info);
  if (info.version != objects::kNullVersion) out.version_id = info.version;
  fill_checksums(out, info.checksums);
  return out;
}

// "COPY", the default, or "REPLACE".
Outcome<bool> replaces(const std::optional<std::string>& directive, std::string_view header) {
  if (!directive || *directive == "COPY") return false;
  if (*directive == "REPLACE") return true;
  return invalid_argument(
      fmt::format("Unknown {} directive.", header == "x-amz-tagging-directive" ? "tagging" : "metadata"), header,
      *directive);
}

Outcome<wire::CopyObjectOutput> copy_object(Call& call, const wire::CopyObjectRequest& in) {
  const CopySource source = TRY(authorised_source(call, in.copy_source));
  const bool new_metadata = TRY(replaces(in.metadata_directive, "x-amz-metadata-directive"));
  const bool new_tags = TRY(replaces(in.tagging_directive, "x-amz-tagging-directive"));
  objects::PutOptions given = TRY(put_options(in));
  if (source.ref == call.ref() && !source.version && !new_metadata && !new_tags && !in.storage_class &&
      !in.server_side_encryption && !in.website_redirect_location) {
    return invalid_request(
        "This copy request is illegal because it is trying to copy an object to itself without changing the object's "
        "metadata, storage class, website redirect location or encryption attributes.");
  }
  const objects::ObjectInfo from = TRY(source_info(call, source));
  // The two directives go apart: what is not given anew is the source's.
  if (!new_metadata) {
    given.content_type = from.content_type;
    given.metadata = from.metadata;
    for (const auto& [name, value] : from.headers) given.headers.try_emplace(name, value);
  }
  if (!new_tags) given.tags = from.tags;
  given.algorithms.clear();
  const objects::CopyOptions options{.source_version = source.version,
                                     .source_conditions = source_conditions(in),
                                     .replace = std::move(given),
                                     .preconditions = write_conditions(in.if_match, in.if_none_match)};
  const objects::ObjectInfo info = TRY(call.said(call.store.copy(source.ref, call.ref(), options)));
  wire::CopyObjectOutput out{.copy_object_result =
                                 wire::CopyObjectResult{.etag = etag_text(info.etag), .last_modified = info.modified}};
  fill_checksums(*out.copy_object_result, info.checksums);
  if (from.version != objects::kNullVersion) out.copy_source_version_id = from.version;
  if (info.version != objects::kNullVersion) out.version_id = info.version;
  out.expiration = call.expiration_of(info);
  out.server_side_encryption = encryption_of(info);
  return out;
}

}  // namespace

void offer_writes(Dispatcher& dispatcher) {
  dispatcher.on(operations::kPutObject, put_object);
  dispatcher.on(operations::kCopyObject, copy_object);
}

}  // namespace caudal::api::s3
