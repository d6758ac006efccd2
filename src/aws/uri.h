// SPDX-License-Identifier: Apache-2.0
// Percent-encoding as AWS does it (RFC 3986's unreserved characters stay, all else becomes %XX in upper case), and
// paths and queries in the canonical form that signatures are made of.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace caudal::aws {

void append_uri_encoded(std::string& out, std::string_view bytes, bool keep_slashes = false);
std::string uri_encoded(std::string_view bytes);
// A '%' that begins no escape stays as it is. In queries '+' means a space.
std::string uri_decoded(std::string_view text, bool plus_is_space = false);

// The name=value pairs of a query, decoded, in their order; a name alone has an empty value.
std::vector<std::pair<std::string, std::string>> query_parameters(std::string_view query);

enum class PathStyle {
  kAsSent,             // S3: every byte encoded once, whatever the client left unencoded; no segment is removed
  kNormalisedEncoded,  // the rest: "." and ".." and empty segments resolved, and what was sent encoded once more
};
void append_canonical_path(std::string& out, std::string_view raw_path, PathStyle style);

// Sorted by name, then value. Parameters called `without` are left out.
void append_canonical_query(std::string& out, std::string_view raw_query, std::string_view without = {});

}  // namespace caudal::aws
