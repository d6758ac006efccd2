// SPDX-License-Identifier: Apache-2.0
// A record of CSV (RFC 4180) as its fields. Quotes are taken where a field begins with one.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace caudal::transfer {

// Nothing: the field is empty and not quoted.
using CsvField = std::optional<std::string>;

// An error: Errc::bad_record, for a quote that does not end, or is followed by more than the delimiter.
Result<std::vector<CsvField>> csv_fields(std::string_view record, char delimiter);

}  // namespace caudal::transfer
