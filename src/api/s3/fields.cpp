// SPDX-License-Identifier: Apache-2.0
#include "api/s3/fields.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "api/s3/text.h"
#include "aws/checksum_headers.h"
#include "aws/uri.h"
#include "objects/multipart.h"

namespace caudal::api::s3 {
namespace {

// The form of S3's canonical user ids; of nobody at Amazon.
constexpr std::string_view kOwnerId = "ca0da1ca0da1ca0da1ca0da1ca0da1ca0da1ca0da1ca0da1ca0da1ca0da1ca0d";
constexpr std::string_view kOwnerName = "caudal";

// Those whose objects can be read at once: here they are all kept alike.
constexpr std::array<std::string_view, 6> kStorageClasses = {"STANDARD",   "REDUCED_REDUNDANCY",  "STANDARD_IA",
                                                             "ONEZONE_IA", "INTELLIGENT_TIERING", "GLACIER_IR"};

ServiceError invalid_tag(std::string message, std::string_view key) {
  return {
      .code = "InvalidTag", .status = 400, .message = std::move(message), .members = {{"TagKey", std::string(key)}}};
}

Outcome<void> add_tag(objects::Texts& tags, const std::string& name, const std::string& value) {
  if (tags.contains(name)) return invalid_tag("Cannot provide multiple Tags with the same key", name);
  if (name.starts_with("aws:")) return invalid_tag("System tags cannot be added/updated by requester", name);
  tags[name] = value;
  return {};
}

}  // namespace

wire::Owner owner() { return {.display_name = std::string(kOwnerName), .id = std::string(kOwnerId)}; }

std::string etag_text(std::string_view etag) {
  std::string text;
  text.reserve(etag.size() + 2);
  return text.append(1, '"').append(etag).append(1, '"');
}

std::string etag_of(std::string_view etag) {
  etag = trimmed(etag);
  if (etag.starts_with("W/")) etag.remove_prefix(2);
  if (etag.size() >= 2 && etag.front() == '"' && etag.back() == '"') etag = etag.substr(1, etag.size() - 2);
  return std::string(etag);
}

std::optional<std::string> encryption_of(const objects::ObjectInfo& info) {
  return info.is_encrypted ? std::optional<std::string>("AES256") : std::nullopt;
}

std::string without_aws_chunked(std::string_view content_encoding) {
  std::string kept;
  while (!content_encoding.empty()) {
    const size_t comma = std::min(content_encoding.find(','), content_encoding.size());
    const std::string_view one = trimmed(content_encoding.substr(0, comma));
    if (!one.empty() && one != "aws-chunked") kept.append(kept.empty() ? "" : ",").append(one);
    content_encoding.remove_prefix(std::min(comma + 1, content_encoding.size()));
  }
  return kept;
}

Outcome<void> check_header_value(std::string_view name, std::string_view value) {
  const bool plain =
      std::ranges::none_of(value, [](char c) { return (c >= 0 && c < ' ' && c != '\t') || c == '\x7f'; });
  if (plain) return {};
  return invalid_argument("A value that goes into a header cannot have control characters", name, "");
}

Outcome<void> check_metadata_name(std::string_view name) {
  constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";
  const auto is_token = [&](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || kMarks.contains(c);
  };
  if (!name.empty() && std::ranges::all_of(name, is_token)) return {};
  return invalid_argument("The name of metadata must be one that a header can have", "x-amz-meta-", name);
}

Outcome<objects::Texts> parse_tagging(std::string_view text) {
  objects::Texts tags;
  while (!text.empty()) {
    const size_t end = std::min(text.find('&'), text.size());
    const std::string_view pair = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (pair.empty()) continue;
    const size_t equals = std::min(pair.find('='), pair.size());
    const std::string name = aws::uri_decoded(pair.substr(0, equals), true);
    if (name.empty() || tags.contains(name)) {
      return invalid_argument(
          "The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query parameters without tag name "
          "duplicates.",
          "x-amz-tagging", pair);
    }
    TRY(add_tag(tags, name, aws::uri_decoded(pair.substr(std::min(equals + 1, pair.size())), true)));
  }
  return tags;
}

Outcome<objects::Texts> tags_of(const std::vector<wire::Tag>& tags) {
  objects::Texts found;
  for (const wire::Tag& tag : tags) TRY(add_tag(found, tag.key, tag.value));
  return found;
}

std::vector<wire::Tag> tags_of(const objects::Texts& tags) {
  std::vector<wire::Tag> out;
  for (const auto& [key, value] : tags) out.push_back({.key = key, .value = value});
  return out;
}

Outcome<void> check_canned_acl(const std::optional<std::string>& acl, bool grants) {
  // Ownership of buckets is enforced, as it is for every bucket that S3 makes today; these say nothing else.
  if (!grants && (!acl || *acl == "private" || *acl == "bucket-owner-full-control" || *acl == "bucket-owner-read")) {
    return {};
  }
  return ServiceError{
      .code = "AccessControlListNotSupported", .status = 400, .message = "The bucket does not allow ACLs"};
}

Outcome<void> check_storage_class(const std::optional<std::string>& name) {
  if (!name || std::ranges::find(kStorageClasses, *name) != kStorageClasses.end()) return {};
  return ServiceError{.code = "InvalidStorageClass",
                      .status = 400,
                      .message = "The storage class you specified is not valid",
                      .members = {{"StorageClassRequested", *name}}};
}

Outcome<void> check_encryption(const std::optional<std::string>& algorithm, bool customer_key) {
  if (customer_key) return not_offered("server-side encryption with customer-provided keys");
  if (!algorithm || *algorithm == "AES256") return {};
  if (algorithm->starts_with("aws:kms")) return not_offered("server-side encryption with AWS KMS keys");
  return invalid_argument("The encryption method specified is not supported", "x-amz-server-side-encryption",
                          *algorithm);
}

Outcome<void> check_redirect_location(const std::optional<std::string>& location) {
  const auto begins = [&](std::string_view prefix) { return location->starts_with(prefix); };
  if (!location || location->empty() || begins("/") || begins("http://") || begins("https://")) return {};
  return ServiceError{.code = "InvalidRedirectLocation",
                      .status = 400,
                      .message = "The website redirect location must have a prefix of 'http://' or 'https://' or '/'."};
}

ServiceError malformed_checksum(ChecksumAlgorithm algorithm) {
  return invalid_request(fmt::format("Value for {} header is invalid.", aws::checksum_header(algorithm)));
}

Outcome<void> take_checksum(ChecksumAlgorithm algorithm, const std::optional<std::string>& text,
                            std::vector<Checksum>& into) {
  if (!text) return {};
  std::string_view value = *text;
  uint32_t parts = 0;
  // The checksum of a multipart object that is made of its parts': "value-3".
  if (const size_t dash = value.rfind('-'); dash != std::string_view::npos) {
    for (const char digit : value.substr(dash + 1)) {
      if (digit < '0' || digit > '9' || parts > objects::kMaxPartNumber) return malformed_checksum(algorithm);
      parts = parts * 10 + static_cast<uint32_t>(digit - '0');
    }
    value = value.substr(0, dash);
  }
  auto bytes = aws::parse_checksum(algorithm, value);
  if (!bytes) return malformed_checksum(algorithm);
  into.push_back({.algorithm = algorithm, .value = *std::move(bytes), .parts = parts});
  return {};
}

Outcome<ChecksumAlgorithm> checksum_algorithm(std::string_view name) {
  if (const auto found = parse_checksum_algorithm(name)) return *found;
  return invalid_request(
      "Checksum algorithm provided is unsupported. Please try again with any of the valid types: [CRC32, CRC32C, "
      "CRC64NVME, SHA1, SHA256]");
}

Outcome<KeyText> KeyText::of(const std::optional<std::string>& encoding_type) {
  if (!encoding_type) return KeyText(false);
  if (*encoding_type == "url") return KeyText(true);
  return invalid_argument("Invalid Encoding Method specified in Request", "encoding-type", *encoding_type);
}

std::string KeyText::operator()(std::string_view key) const {
  if (!encoded_) return std::string(key);
  std::string out;
  aws::append_uri_encoded(out, key, true);
  return out;
}

}  // namespace caudal::api::s3
