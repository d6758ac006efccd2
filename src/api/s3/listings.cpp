// SPDX-License-Identifier: Apache-2.0
// ListObjects, ListObjectsV2 and ListObjectVersions.
#include "aws/generated/s3/listings.h"
#include "api/s3/fields.h"
#include "api/s3/operations.h"

namespace caudal::api::s3 {
namespace {

constexpr int32_t kMostKeys = 1000;

Outcome<uint32_t> page_size(const std::optional<int32_t>& wanted) {
  if (wanted.value_or(0) < 0) {
    return invalid_argument("Argument maxKeys must be an integer between 0 and 2147483647", "maxKeys",
                            std::to_string(*wanted));
  }
  return static_cast<uint32_t>(std::min(wanted.value_or(kMostKeys), kMostKeys));
}

std::optional<std::vector<wire::CommonPrefix>> prefixes(const std::vector<std::string>& found, const KeyText& text) {
  if (found.empty()) return std::nullopt;
  std::vector<wire::CommonPrefix> out;
  for (const std::string& prefix : found) out.push_back({.prefix = text(prefix)});
  return out;
}

template <class Entry>
void add_checksum(Entry& entry, const objects::ObjectInfo& info) {
  if (info.checksums.empty()) return;
  entry.checksum_algorithm = std::vector{std::string(to_string(info.checksums.front().algorithm))};
  entry.checksum_type = info.checksums.front().parts > 0 ? "COMPOSITE" : "FULL_OBJECT";
}

std::string storage_class(const objects::ObjectInfo& info) {
  const auto found = info.headers.find("x-amz-storage-class");
  return found == info.headers.end() ? "STANDARD" : found->second;
}

std::vector<wire::Object> entries(const std::vector<objects::ObjectInfo>& found, const KeyText& text, bool with_owner) {
  std::vector<wire::Object> out;
  out.reserve(found.size());
  for (const objects::ObjectInfo& info : found) {
    wire::Object entry{.key = text(info.key),
                       .last_modified = info.modified,
                       .etag = etag_text(info.etag),
                       .size = static_cast<int64_t>(info.size_bytes),
                       .storage_class = storage_class(info)};
    add_checksum(entry, info);
    if (with_owner) entry.owner = owner();
    out.push_back(std::move(entry));
  }
  return out;
}

// The last name of a page, from which version 1 of the listing goes on.
std::string last_of(const objects::ListPage& page) {
  const std::string key = page.objects.empty() ? "" : page.objects.back().key;
  return page.common_prefixes.empty() ? key : std::max(key, page.common_prefixes.back());
}

Outcome<wire::ListObjectsOutput> list(Call& call, const wire::ListObjectsRequest& in) {
  const KeyText text = TRY(KeyText::of(in.encoding_type));
  const uint32_t most = TRY(page_size(in.max_keys));
  const objects::ListPage page = TRY(call.said(call.store.list({.bucket = in.bucket,
                                                                .prefix = in.prefix.value_or(""),
                                                                .delimiter = in.delimiter.value_or(""),
                                                                .start_after = in.marker.value_or(""),
                                                                .max_keys = most})));
  wire::ListObjectsOutput out{.is_truncated = page.next.has_value(),
                              .marker = text(in.marker.value_or("")),
                              .contents = entries(page.objects, text, true),
                              .name = in.bucket,
                              .prefix = text(in.prefix.value_or("")),
                              .max_keys = in.max_keys ? static_cast<int32_t>(most) : kMostKeys,
                              .common_prefixes = prefixes(page.common_prefixes, text),
                              .encoding_type = in.encoding_type};
  if (in.delimiter && !in.delimiter->empty()) {
    out.delimiter = text(*in.delimiter);
    if (page.next) out.next_marker = text(last_of(page));
  }
  return out;
}

Outcome<wire::ListObjectsV2Output> list_v2(Call& call, const wire::ListObjectsV2Request& in) {
  const KeyText text = TRY(KeyText::of(in.encoding_type));
  const uint32_t most = TRY(page_size(in.max_keys));
  if (in.continuation_token && in.continuation_token->empty()) {
    return invalid_argument("The continuation token provided is incorrect", "continuation-token", "");
  }
  auto listed = call.said(call.store.list({.bucket = in.bucket,
                                           .prefix = in.prefix.value_or(""),
                                           .delimiter = in.delimiter.value_or(""),
                                           .start_after = in.start_after.value_or(""),
                                           .continuation = in.continuation_token,
                                           .max_keys = most}));
  if (!listed && listed.error().code == "InvalidArgument" && in.continuation_token) {
    return invalid_argument("The continuation token provided is incorrect", "continuation-token",
                            *in.continuation_token);
  }
  const objects::ListPage page = TRY(std::move(listed));
  wire::ListObjectsV2Output out{.is_truncated = page.next.has_value(),
                                .contents = entries(page.objects, text, in.fetch_owner.value_or(false)),
                                .name = in.bucket,
                                .prefix = text(in.prefix.value_or("")),
                                .max_keys = in.max_keys ? static_cast<int32_t>(most) : kMostKeys,
                                .common_prefixes = prefixes(page.common_prefixes, text),
                                .encoding_type = in.encoding_type,
                                .key_count = static_cast<int32_t>(page.objects.size() + page.common_prefixes.size()),
                                .continuation_token = in.continuation_token,
                                .next_continuation_token = page.next};
  if (in.delimiter && !in.delimiter->empty()) out.delimiter = text(*in.delimiter);
  if (in.start_after) out.start_after = text(*in.start_after);
  return out;
}

void add_version(wire::ListObjectVersionsOutput& out, const objects::ObjectInfo& info, const KeyText& text) {
  if (info.is_delete_marker) {
    if (!out.delete_markers) out.delete_markers.emplace();
    out.delete_markers->push_back({.owner = owner(),
                                   .key = text(info.key),
                                   .version_id = info.version,
                                   .is_latest = info.is_latest,
                                   .last_modified = info.modified});
    return;
  }
  if (!out.versions) out.versions.emplace();
  wire::ObjectVersion version{.etag = etag_text(info.etag),
                              .size = static_cast<int64_t>(info.size_bytes),
                              .storage_class = storage_class(info),
                              .key = text(info.key),
                              .version_id = info.version,
                              .is_latest = info.is_latest,
                              .last_modified = info.modified,
                              .owner = owner()};
  add_checksum(version, info);
  out.versions->push_back(std::move(version));
}

Outcome<wire::ListObjectVersionsOutput> list_versions(Call& call, const wire::ListObjectVersionsRequest& in) {
  const KeyText text = TRY(KeyText::of(in.encoding_type));
  const uint32_t most = TRY(page_size(in.max_keys));
  const bool version_alone = in.version_id_marker && !in.version_id_marker->empty() && !in.key_marker;
  if (version_alone) {
    return invalid_argument("A version-id marker cannot be specified without a key marker.", "version-id-marker",
                            *in.version_id_marker);
  }
  objects::ListVersionsRequest request{.bucket = in.bucket,
                                       .prefix = in.prefix.value_or(""),
                                       .delimiter = in.delimiter.value_or(""),
                                       .key_marker = in.key_marker.value_or(""),
                                       .max_keys = most};
  if (in.version_id_marker && !in.version_id_marker->empty()) request.version_marker = in.version_id_marker;
  const objects::ListVersionsPage page = TRY(call.said(call.store.list_versions(request)));
  wire::ListObjectVersionsOutput out{.is_truncated = page.truncated,
                                     .key_marker = text(in.key_marker.value_or("")),
                                     .version_id_marker = in.version_id_marker.value_or(""),
                                     .name = in.bucket,
                                     .prefix = text(in.prefix.value_or("")),
                                     .max_keys = in.max_keys ? static_cast<int32_t>(most) : kMostKeys,
                                     .common_prefixes = prefixes(page.common_prefixes, text),
                                     .encoding_type = in.encoding_type};
  for (const objects::ObjectInfo& info : page.versions) add_version(out, info, text);
  if (in.delimiter && !in.delimiter->empty()) out.delimiter = text(*in.delimiter);
  if (page.truncated) {
    out.next_key_marker = text(page.next_key_marker);
    if (page.next_version_marker) out.next_version_id_marker = page.next_version_marker;
  }
  return out;
}

}  // namespace

void offer_listings(Dispatcher& dispatcher) {
  dispatcher.on(operations::kListObjects, list);
  dispatcher.on(operations::kListObjectsV2, list_v2);
  dispatcher.on(operations::kListObjectVersions, list_versions);
}

}  // namespace caudal::api::s3
