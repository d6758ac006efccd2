// SPDX-License-Identifier: Apache-2.0
#include "api/s3/copy_source.h"

#include <fmt/format.h>

#include "aws/uri.h"

namespace caudal::api::s3 {

Outcome<CopySource> parse_copy_source(std::string_view text) {
  const std::string_view whole = text;
  const auto invalid = [&](std::string message) {
    return invalid_argument(std::move(message), "x-amz-copy-source", whole);
  };
  CopySource source;
  // The version follows an unencoded '?'; a key's own question mark comes encoded, though not from every client.
  constexpr std::string_view kVersion = "?versionId=";
  if (const size_t at = text.rfind(kVersion); at != std::string_view::npos) {
    source.version = aws::uri_decoded(text.substr(at + kVersion.size()));
    if (source.version->empty()) return invalid("Version id cannot be the empty string");
    text = text.substr(0, at);
  }
  std::string path = aws::uri_decoded(text);
  if (path.starts_with('/')) path.erase(0, 1);
  const size_t slash = path.find('/');
  if (slash == 0 || slash == std::string::npos || slash + 1 == path.size()) {
    return invalid("Copy Source must mention the source bucket and key: sourcebucket/sourcekey");
  }
  source.ref = {.bucket = path.substr(0, slash), .key = path.substr(slash + 1)};
  return source;
}

Outcome<CopySource> authorised_source(Call& call, std::string_view text) {
  CopySource source = TRY(parse_copy_source(text));
  if (const auto named = objects::check_bucket_name(source.ref.bucket); !named) {
    return in_s3_words(named.error(), {.bucket = source.ref.bucket});
  }
  source.place = call.touch("GetObject", source.ref);
  TRY(call.require_on(source.version ? "GetObjectVersion" : "GetObject", source.ref, source.version, source.place));
  return source;
}

Outcome<void> check_copied_size(uint64_t size_bytes) {
  if (size_bytes <= objects::kMaxPartBytes) return {};
  return invalid_request(
      fmt::format("The specified copy source is larger than the maximum allowable size for a copy source: {}",
                  objects::kMaxPartBytes));
}

Outcome<objects::ObjectInfo> source_info(Call& call, const CopySource& source) {
  auto info = call.store.head(source.ref, source.version);
  if (info) return *std::move(info);
  if (info.error().code == objects::Errc::is_delete_marker) {
    if (source.version) {
      return invalid_request(
          "The source of a copy request may not specifically refer to a delete marker by version id.");
    }
    return call.absent(source.ref);
  }
  if (info.error().code == objects::Errc::no_such_key) return call.absent(source.ref);
  return in_s3_words(info.error(),
                     {.bucket = source.ref.bucket, .key = source.ref.key, .version = source.version.value_or("")});
}

}  // namespace caudal::api::s3
