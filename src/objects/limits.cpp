// SPDX-License-Identifier: Apache-2.0
// S3's limits on what comes with an object, and the conditions of puts and reads.
#include <fmt/format.h>

#include <algorithm>

#include "base/encoding.h"
#include "objects/errc.h"
#include "objects/store_impl.h"

namespace caudal::objects {
namespace {

constexpr size_t kMaxMetadataBytes = 2048;
constexpr size_t kMaxTags = 10;
constexpr size_t kMaxTagNameCharacters = 128;
constexpr size_t kMaxTagValueCharacters = 256;

Error invalid_tag(std::string message) { return {Errc::invalid_tag, std::move(message)}; }

// Every byte but the continuations of a character.
size_t characters(std::string_view text) {
  size_t count = 0;
  for (const char c : text) count += (static_cast<unsigned char>(c) & 0xc0) != 0x80 ? 1 : 0;
  return count;
}

bool matches(std::string_view condition, const ObjectRow& row) {
  return condition == "*" || condition == row.info.etag;
}

bool names(const std::vector<std::string>& etags, const ObjectInfo& info) {
  return std::any_of(etags.begin(), etags.end(),
                     [&](const std::string& etag) { return etag == "*" || etag == info.etag; });
}

}  // namespace

Result<void> check_tags(const Texts& tags) {
  if (tags.size() > kMaxTags) {
    return Error{Errc::too_many_tags,
                 fmt::format("an object has {} tags; at most {} are allowed", tags.size(), kMaxTags)};
  }
  for (const auto& [name, value] : tags) {
    if (name.empty() || !is_utf8(name) || characters(name) > kMaxTagNameCharacters) {
      return invalid_tag(
          fmt::format("the tag name \"{}\" does not have 1 to {} characters", name, kMaxTagNameCharacters));
    }
    if (!is_utf8(value) || characters(value) > kMaxTagValueCharacters) {
      return invalid_tag(
          fmt::format("the value of tag \"{}\" has more than {} characters", name, kMaxTagValueCharacters));
    }
  }
  return {};
}

Result<void> check_put_options(const PutOptions& options) {
  size_t metadata_bytes = 0;
  for (const auto& [name, value] : options.metadata) metadata_bytes += name.size() + value.size();
  if (metadata_bytes > kMaxMetadataBytes) {
    return Error{Errc::metadata_too_large,
                 fmt::format("an object's metadata has {} bytes of names and values; at most {} are allowed",
                             metadata_bytes, kMaxMetadataBytes)};
  }
  return check_tags(options.tags);
}

Result<void> check_target(const ObjectRef& ref, const PutOptions& options) {
  TRY(check_key(ref.key));
  return check_put_options(options);
}

Result<void> check_preconditions(const ObjectRef& ref, const std::optional<ObjectRow>& current,
                                 const Preconditions& preconditions) {
  const auto failed = [&](std::string_view why) -> Result<void> {
    return Error{Errc::precondition_failed, fmt::format("{} {}; it is left as it is", to_string(ref), why)};
  };
  if (const auto& wanted = preconditions.if_match) {
    if (!current) return no_such_key(ref);
    if (!matches(*wanted, *current)) return failed("has another content than expected");
  }
  if (const auto& refused = preconditions.if_none_match; refused && current && matches(*refused, *current)) {
    return failed("exists already");
  }
  return {};
}

Result<void> check_conditions(const ObjectRef& ref, const ObjectInfo& info, const ReadConditions& conditions) {
  const auto seconds = [](Timestamp time) { return std::chrono::floor<std::chrono::seconds>(time); };
  const auto failed = [&](std::string_view why) -> Result<void> {
    return Error{Errc::precondition_failed, fmt::format("{} {}", to_string(ref), why)};
  };
  const auto not_modified = [&]() -> Result<void> {
    return Error{Errc::not_modified, fmt::format("{} is what the caller has", to_string(ref))};
  };
  if (!conditions.if_match.empty()) {
    if (!names(conditions.if_match, info)) return failed("has another content than expected");
  } else if (const auto& since = conditions.if_unmodified_since) {
    if (seconds(info.modified) > seconds(*since)) return failed("was modified since");
  }
  if (!conditions.if_none_match.empty()) {
    if (names(conditions.if_none_match, info)) return not_modified();
  } else if (const auto& since = conditions.if_modified_since) {
    if (seconds(info.modified) <= seconds(*since)) return not_modified();
  }
  return {};
}

Result<void> check_source_conditions(const ObjectRef& ref, const ObjectInfo& info, const ReadConditions& conditions) {
  Result<void> checked = check_conditions(ref, info, conditions);
  if (!checked && checked.error().code == Errc::not_modified) {
    return Error{Errc::precondition_failed, fmt::format("{} has not changed as it was to", to_string(ref))};
  }
  return checked;
}

ObjectRow make_row(const ObjectRef& ref, const PutOptions& options) {
  ObjectRow row;
  row.info.key = ref.key;
  row.info.content_type = options.content_type;
  row.info.headers = options.headers;
  row.info.metadata = options.metadata;
  row.info.tags = options.tags;
  return row;
}

void describe_body(ObjectRow& row, const StagedBody& staged) {
  row.info.size_bytes = staged.size_bytes;
  row.info.etag = staged.etag.empty() ? to_hex(staged.digests.md5) : staged.etag;
  row.info.checksums = staged.digests.checksums;
  row.body = staged.body;
  row.info.is_encrypted = !staged.body.wrapped_key.empty();
}

}  // namespace caudal::objects
