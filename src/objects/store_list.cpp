// SPDX-License-Identifier: Apache-2.0
// Pages of objects and of versions. What lies under one common prefix is skipped by one seek.
#include <fmt/format.h>

#include <algorithm>

#include "base/encoding.h"
#include "objects/errc.h"
#include "objects/listing.h"
#include "objects/store_impl.h"
#include "objects/version_cursor.h"
#include "objects/version_name.h"

namespace caudal::objects {
namespace {

Result<std::string> decode_continuation(const ListRequest& request) {
  if (!request.continuation) return request.start_after;
  auto marker = from_hex(*request.continuation);
  if (!marker) {
    return Error{
        Errc::invalid_argument,
        fmt::format("\"{}\" is not the continuation of a list; use that of the page before", *request.continuation)};
  }
  return *std::move(marker);
}

}  // namespace

Result<ListPage> Store::list(const ListRequest& request) const {
  TRY(impl_->index.require_bucket(request.bucket));
  const std::string marker = TRY(decode_continuation(request));
  const size_t limit = std::min(request.max_keys, kMaxPage);
  ListPage page;
  if (limit == 0) return page;
  if (request.delimiter.empty()) page.objects.reserve(limit);
  CurrentCursor cursor(impl_->index, request.bucket, request.prefix, nullptr);
  start_after(cursor, marker, request.prefix, request.delimiter);
  std::string last;
  for (size_t count = 0; cursor.valid(); ++count) {
    if (count == limit) {
      page.next = to_hex(last);
      break;
    }
    const std::string_view common = rolled_up(cursor.key(), request.prefix, request.delimiter);
    if (common.empty()) {
      page.objects.push_back(TRY(cursor.row()).info);
      last = page.objects.back().key;
      cursor.next();
    } else {
      last = page.common_prefixes.emplace_back(common);
      cursor.skip_prefix(last);
    }
  }
  TRY(cursor.status());
  return page;
}

// When the version that a page ended with was written. Nothing: it is gone, and its name, "null", does not tell.
static Result<std::optional<uint64_t>> sequence_of_marker(const Index& index, const ObjectRef& ref,
                                                          const std::string& version) {
  if (version != kNullVersion) return sequence_of(version);
  const auto current = TRY(index.current(ref));
  if (current && current->info.version == kNullVersion) return std::optional(current->sequence);
  const auto archived = TRY(index.archived(ref, kNullVersion));
  return archived ? std::optional(archived->sequence) : std::nullopt;
}

// Puts the cursor behind the markers of the page before. What that page told may be removed by now, and a version that
// it did not tell may have become the current one.
static Result<void> resume(const Index& index, const ListVersionsRequest& request, VersionsCursor& cursor) {
  const std::string& marker = request.key_marker;
  start_after(cursor.current(), marker, request.prefix, request.delimiter);
  start_after(cursor.archived(), marker, request.prefix, request.delimiter);
  if (!request.version_marker) return {};
  TRY(check_version(*request.version_marker));
  if (marker.empty() || !marker.starts_with(request.prefix)) return {};
  if (!rolled_up(marker, request.prefix, request.delimiter).empty()) return {};
  const ObjectRef ref{request.bucket, marker};
  const auto sequence = TRY(sequence_of_marker(index, ref, *request.version_marker));
  cursor.current().seek_key(marker);
  if (!sequence) {
    cursor.archived().seek_key(marker);
    return {};
  }
  const bool is_there = cursor.current().valid() && cursor.current().key() == marker;
  if (is_there && TRY(cursor.current().row()).sequence >= *sequence) cursor.current().skip_key(marker);
  cursor.archived().skip_version(ref, *sequence);
  cursor.continue_within(marker);
  return {};
}

Result<ListVersionsPage> Store::list_versions(const ListVersionsRequest& request) const {
  TRY(impl_->index.require_bucket(request.bucket));
  const size_t limit = std::min(request.max_keys, kMaxPage);
  ListVersionsPage page;
  if (limit == 0) return page;
  const kv::Snapshot snapshot = impl_->kv.snapshot();
  VersionsCursor cursor(impl_->index, request.bucket, request.prefix, snapshot);
  TRY(resume(impl_->index, request, cursor));
  for (size_t count = 0;; ++count) {
    const auto key = TRY(cursor.key());
    if (!key) return page;
    if (count == limit) {
      page.truncated = true;
      return page;
    }
    const std::string_view common = rolled_up(*key, request.prefix, request.delimiter);
    if (common.empty()) {
      page.versions.push_back(TRY(cursor.take(*key)).info);
      page.next_key_marker = *key;
      page.next_version_marker = page.versions.back().version;
    } else {
      page.next_key_marker = page.common_prefixes.emplace_back(common);
      page.next_version_marker.reset();
      cursor.current().skip_prefix(common);
      cursor.archived().skip_prefix(common);
    }
  }
}

}  // namespace caudal::objects
