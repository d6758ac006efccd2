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

Outcome<objects::PutOptions> options_of(Call& call, const wire::PutObjectRequest& in) {
  // To append is an offer of directory buckets; to overwrite instead would lose what is there.
  if (call.header("x-amz-write-offset-bytes")) return not_offered("x-amz-write-offset-bytes");
  objects::PutOptions options = TRY(put_options(in));
  TRY(expect_announced(call, in.checksum_algorithm, options));
  options.preconditions = TRY(write_conditions(in.if_match, in.if_none_match));
  if (in.if_match) TRY(call.require("GetObject"));  // a condition on what is there tells what is there
  return options;
}

Outcome<wire::PutObjectOutput> put_output(Call& call, Result<objects::ObjectInfo> result) {
  const objects::ObjectInfo info = TRY(stored(call, std::move(result)));
  wire::PutObjectOutput out{.etag = etag_text(info.etag), .server_side_encryption = encryption_of(info)};
  out.expiration = call.expiration_of(info);
  if (info.version != objects::kNullVersion) out.version_id = info.version;
  fill_checksums(out, info.checksums);
  return out;
}

// The thread that reads the body goes on with other requests while the disk writes.
void put_object(Call& call, const wire::PutObjectRequest& in, Dispatcher::Answer<wire::PutObjectOutput> answer) {
  const auto options = options_of(call, in);
  if (!options) return answer(options.error());
  call.store.put_later(call.ref(), call.body, *options,
                       [&call, answer = std::move(answer)](Result<objects::ObjectInfo> result) mutable {
                         call.visit.go_on([&call, answer = std::move(answer), result = std::move(result)]() mutable {
                           answer(put_output(call, std::move(result)));
                         });
                       });
}

// "COPY", the default, or "REPLACE".
Outcome<bool> replaces(const std::optional<std::string>& directive, std::string_view header) {
  if (!directive || *directive == "COPY") return false;
  if (*directive == "REPLACE") return true;
  return invalid_argument(
      fmt::format("Unknown {} directive.", header == "x-amz-tagging-directive" ? "tagging" : "metadata"), header,
      *directive);
}

struct Directives {
  bool metadata = false;  // given anew
  bool tags = false;
};

// What the copy will have: of the source, but for what the request gives anew.
objects::PutOptions merged(const objects::PutOptions& given, const objects::ObjectInfo& from, Directives anew) {
  objects::PutOptions options = given;
  if (!anew.metadata) {
    options.content_type = from.content_type;
    options.metadata = from.metadata;
    options.headers = from.headers;
    // Neither of these is the source's to give: where the copy lies, and where its website sends people.
    options.headers.erase("x-amz-storage-class");
    options.headers.erase("x-amz-website-redirect-location");
    for (const char* own : {"x-amz-storage-class", "x-amz-website-redirect-location"}) {
      if (const auto found = given.headers.find(own); found != given.headers.end()) options.headers.insert(*found);
    }
  }
  if (!anew.tags) options.tags = from.tags;
  options.algorithms.clear();
  return options;
}

struct Copied {
  objects::ObjectInfo from;
  objects::ObjectInfo info;
};

// The bytes of a source, with what was read of that same source: when it is replaced in between, again. The copy shares
// the body, so an object in parts keeps its parts and its ETag; S3, which copies the bytes, makes one piece of them and
// an ETag anew. Clients may not take ETags for digests of the content, and who compares the copy with its source is
// better off.
Outcome<Copied> copy_as_seen(Call& call, const wire::CopyObjectRequest& in, const CopySource& source,
                             const objects::PutOptions& given, Directives anew) {
  constexpr int kAttempts = 8;
  std::optional<ChecksumAlgorithm> checksum;
  if (in.checksum_algorithm) checksum = TRY(checksum_algorithm(*in.checksum_algorithm));
  for (int attempt = 1;; ++attempt) {
    const objects::ObjectInfo from = TRY(source_info(call, source));
    TRY(check_copied_size(from.size_bytes));
    if (!anew.tags && !from.tags.empty()) {
      TRY(call.require_on(source.version ? "GetObjectVersionTagging" : "GetObjectTagging", source.ref, source.version,
                          source.place));
      TRY(call.require("PutObjectTagging"));
    }
    objects::CopyOptions options{.source_version = source.version,
                                 .source_conditions = source_conditions(in),
                                 .replace = merged(given, from, anew),
                                 .checksum = checksum,
                                 .preconditions = TRY(write_conditions(in.if_match, in.if_none_match))};
    // If-Match would make If-Unmodified-Since moot: then the source is not held to what was seen.
    const bool held = options.source_conditions.if_match.empty() && !options.source_conditions.if_unmodified_since;
    if (held) options.source_conditions.if_match = {from.etag};
    auto copied = call.store.copy(source.ref, call.ref(), options);
    if (copied) return Copied{.from = from, .info = *std::move(copied)};
    const bool failed_condition = copied.error().code == objects::Errc::precondition_failed;
    if (held && failed_condition && attempt < kAttempts) {
      const objects::ObjectInfo now = TRY(source_info(call, source));
      if (now.etag != from.etag) continue;
    }
    return call.refused(copied.error());
  }
}

Outcome<wire::CopyObjectOutput> copy_object(Call& call, const wire::CopyObjectRequest& in) {
  const CopySource source = TRY(authorised_source(call, in.copy_source));
  TRY(check_encryption({}, in.copy_source_sse_customer_algorithm || in.copy_source_sse_customer_key));
  const Directives anew{.metadata = TRY(replaces(in.metadata_directive, "x-amz-metadata-directive")),
                        .tags = TRY(replaces(in.tagging_directive, "x-amz-tagging-directive"))};
  const objects::PutOptions given = TRY(put_options(in));
  if (source.ref == call.ref() && !source.version && !anew.metadata && !anew.tags && !in.storage_class &&
      !in.server_side_encryption && !in.website_redirect_location && !in.checksum_algorithm) {
    return invalid_request(
        "This copy request is illegal because it is trying to copy an object to itself without changing the object's "
        "metadata, storage class, website redirect location or encryption attributes.");
  }
  if (in.if_match) TRY(call.require("GetObject"));
  const auto [from, info] = TRY(copy_as_seen(call, in, source, given, anew));
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
  dispatcher.on_later(operations::kPutObject, put_object);
  dispatcher.on(operations::kCopyObject, copy_object);
}

}  // namespace caudal::api::s3
