// SPDX-License-Identifier: Apache-2.0
#include "api/rest/etags.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/digest.h"
#include "base/encoding.h"

namespace caudal::api::rest {
namespace {
constexpr size_t kDigestBytes = 8;
}  // namespace

std::string etag_of(uint64_t version, std::string_view body) {
  return fmt::format("\"{}-{}\"", version, to_hex(view(sha256(body)).substr(0, kDigestBytes)));
}

bool matches_any(std::string_view header, std::string_view etag, bool is_weak) {
  while (!header.empty()) {
    const size_t begin = header.find_first_not_of(" \t,");
    if (begin == std::string_view::npos) return false;
    header.remove_prefix(begin);
    if (header.front() == '*') return true;
    const bool weak = header.starts_with("W/");
    if (weak) header.remove_prefix(2);
    if (!header.starts_with('"')) return false;  // no list of ETags from here on
    const size_t end = header.find('"', 1);
    if (end == std::string_view::npos) return false;
    if (header.substr(0, end + 1) == etag && (is_weak || !weak)) return true;
    header.remove_prefix(end + 1);
  }
  return false;
}

}  // namespace caudal::api::rest
