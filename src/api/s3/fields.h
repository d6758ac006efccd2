// SPDX-License-Identifier: Apache-2.0
// Members that many of S3's shapes share, and the objects' own values: from requests, and into answers.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "api/s3/errors.h"
#include "aws/generated/s3/common.h"
#include "aws/request.h"
#include "base/checksum.h"
#include "base/encoding.h"
#include "objects/object.h"

namespace caudal::api::s3 {

namespace wire = aws::s3;

// Every object of one Caudal has one owner.
wire::Owner owner();

std::string etag_text(std::string_view etag);  // "\"9bb58f26...\""
std::string etag_of(std::string_view text);    // without white space, quotes and W/

// Of x-amz-server-side-encryption; nothing for what lies in clear.
std::optional<std::string> encryption_of(const objects::ObjectInfo& info);

// "a=1&b=2", as x-amz-tagging has it. Errors: InvalidArgument, InvalidTag.
Outcome<objects::Texts> parse_tagging(std::string_view text);
// As documents have them. Errors: InvalidTag.
Outcome<objects::Texts> tags_of(const std::vector<wire::Tag>& tags);
std::vector<wire::Tag> tags_of(const objects::Texts& tags);

// A Content-Encoding without the framing that was taken off.
std::string without_aws_chunked(std::string_view content_encoding);

// That a text can go out in a header again. Errors: InvalidArgument.
Outcome<void> check_header_value(std::string_view name, std::string_view value);
Outcome<void> check_metadata_name(std::string_view name);

// What of an object that is written is refused, because Caudal does not have it: ACLs other than the owner's, keys that
// are not Caudal's own, locks, storage classes that must be thawed.
template <class In>
Outcome<void> refuse_what_is_not_offered(const In& in);
Outcome<void> check_canned_acl(const std::optional<std::string>& acl, bool grants);
Outcome<void> check_storage_class(const std::optional<std::string>& name);
Outcome<void> check_encryption(const std::optional<std::string>& algorithm, bool customer_key);
// Where a page of a website sends people. Errors: InvalidRedirectLocation.
Outcome<void> check_redirect_location(const std::optional<std::string>& location);

template <class In>
Outcome<void> refuse_what_is_not_offered(const In& in) {
  TRY(check_canned_acl(in.acl, in.grant_full_control || in.grant_read || in.grant_read_acp || in.grant_write_acp));
  TRY(check_storage_class(in.storage_class));
  TRY(check_encryption(in.server_side_encryption, in.sse_customer_algorithm || in.sse_customer_key));
  if (in.sse_kms_key_id || in.sse_kms_encryption_context) {
    return invalid_argument(
        "Server Side Encryption with AWS KMS managed key requires HTTP header x-amz-server-side-encryption : aws:kms",
        "x-amz-server-side-encryption", in.server_side_encryption.value_or("null"));
  }
  if (in.object_lock_mode || in.object_lock_retain_until_date || in.object_lock_legal_hold_status) {
    return invalid_request("Bucket is missing Object Lock Configuration");
  }
  return {};
}

// The headers that are kept with an object and given back: of PutObject, CopyObject, CreateMultipartUpload, forms.
template <class In>
Outcome<objects::PutOptions> put_options(const In& in) {
  TRY(refuse_what_is_not_offered(in));
  objects::PutOptions options;
  if (in.content_type) options.content_type = *in.content_type;
  const auto keep = [&](const char* name, const std::optional<std::string>& value) {
    if (value && !value->empty()) options.headers[name] = *value;
  };
  keep("cache-control", in.cache_control);
  keep("content-disposition", in.content_disposition);
  keep("content-language", in.content_language);
  keep("expires", in.expires);
  TRY(check_redirect_location(in.website_redirect_location));
  keep("x-amz-website-redirect-location", in.website_redirect_location);
  if (in.storage_class && *in.storage_class != "STANDARD") keep("x-amz-storage-class", in.storage_class);
  if (in.content_encoding) keep("content-encoding", without_aws_chunked(*in.content_encoding));
  if (in.server_side_encryption) options.encrypt = true;
  if (in.metadata) options.metadata.insert(in.metadata->begin(), in.metadata->end());
  TRY(check_header_value("content-type", options.content_type));
  for (const auto& [name, value] : options.headers) TRY(check_header_value(name, value));
  for (const auto& [name, value] : options.metadata) {
    TRY(check_metadata_name(name));
    TRY(check_header_value(name, value));
  }
  if (in.tagging) options.tags = TRY(parse_tagging(*in.tagging));
  return options;
}

// `out`: whatever has S3's five members for checksums and, mostly, checksum_type.
template <class Out>
void fill_checksums(Out& out, const std::vector<Checksum>& checksums) {
  for (const Checksum& checksum : checksums) {
    std::string text = to_base64(checksum.value);
    if (checksum.parts > 0) text += "-" + std::to_string(checksum.parts);
    switch (checksum.algorithm) {
      case ChecksumAlgorithm::kCrc32: out.checksum_crc32 = std::move(text); break;
      case ChecksumAlgorithm::kCrc32c: out.checksum_crc32c = std::move(text); break;
      case ChecksumAlgorithm::kCrc64Nvme: out.checksum_crc64nvme = std::move(text); break;
      case ChecksumAlgorithm::kSha256: out.checksum_sha256 = std::move(text); break;
      case ChecksumAlgorithm::kSha1: out.checksum_sha1 = std::move(text); break;
    }
    if constexpr (requires { out.checksum_type; }) out.checksum_type = checksum.parts > 0 ? "COMPOSITE" : "FULL_OBJECT";
  }
}

ServiceError malformed_checksum(ChecksumAlgorithm algorithm);
// The checksums that a shape of a request names. Errors: InvalidRequest.
template <class In>
Outcome<std::vector<Checksum>> checksums_of(const In& in);
Outcome<void> take_checksum(ChecksumAlgorithm algorithm, const std::optional<std::string>& text,
                            std::vector<Checksum>& into);
template <class In>
Outcome<std::vector<Checksum>> checksums_of(const In& in) {
  std::vector<Checksum> found;
  TRY(take_checksum(ChecksumAlgorithm::kCrc32, in.checksum_crc32, found));
  TRY(take_checksum(ChecksumAlgorithm::kCrc32c, in.checksum_crc32c, found));
  TRY(take_checksum(ChecksumAlgorithm::kCrc64Nvme, in.checksum_crc64nvme, found));
  TRY(take_checksum(ChecksumAlgorithm::kSha1, in.checksum_sha1, found));
  TRY(take_checksum(ChecksumAlgorithm::kSha256, in.checksum_sha256, found));
  return found;
}

// Errors: InvalidRequest, for a name that is no algorithm.
Outcome<ChecksumAlgorithm> checksum_algorithm(std::string_view name);

// Keys in listings: percent-encoded when the client asked for encoding-type=url.
class KeyText {
 public:
  // Errors: InvalidArgument, for another encoding.
  static Outcome<KeyText> of(const std::optional<std::string>& encoding_type);
  std::string operator()(std::string_view key) const;

 private:
  explicit KeyText(bool encoded) : encoded_(encoded) {}
  bool encoded_;
};

}  // namespace caudal::api::s3
