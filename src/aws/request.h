// SPDX-License-Identifier: Apache-2.0
// A request as plain values, so that signatures and codecs need no server. Views into memory that the caller owns.
#pragma once

#include <optional>
#include <span>
#include <string_view>

namespace caudal::aws {

struct Header {
  std::string_view name;  // in any case
  std::string_view value;
};

// Whether two header names are the same: ASCII letters of either case.
bool same_name(std::string_view a, std::string_view b);

struct RequestHead {
  std::string_view method;
  std::string_view target;          // as it came: the path and, after '?', the query, both percent-encoded
  std::span<const Header> headers;  // as they came; a name may stand there several times

  std::string_view path() const { return target.substr(0, target.find('?')); }
  std::string_view query() const;
  // The value of the first header of that name.
  std::optional<std::string_view> header(std::string_view name) const;
};

}  // namespace caudal::aws
