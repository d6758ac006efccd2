// SPDX-License-Identifier: Apache-2.0
// The first record of a file against its contract: which delimiter, which field is which column, or what differs.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "flows/delivery/schema.h"

namespace caudal::delivery {

struct Header {
  char delimiter = ',';
  std::vector<uint16_t> column_of_field;  // the contract's column that each field of the file holds
};

// `line` is the header's text in UTF-8, `file` the file's name for messages. Names are compared without regard to case
// (ASCII) and to spaces around them; order does not matter. The delimiter, unless the contract names it, is the one of
// , ; tab | that splits the header into most of the contract's names. Error Errc::structure: columns missing, extra,
// renamed or repeated; the message lists what was expected and what was found.
Result<Header> read_header(std::string_view line, const Schema& schema, std::string_view file);

// For files without a header: the contract's order; the delimiter is the one that splits `first_line` best.
Header header_by_contract(std::string_view first_line, const Schema& schema);

}  // namespace caudal::delivery
