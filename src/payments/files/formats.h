// SPDX-License-Identifier: Apache-2.0
// The formats, one maker each. Inside room payments/files only.
#pragma once

#include "payments/files/records.h"

namespace caudal::payments {

// RFC 4180 with a header; separated by commas or semicolons, whichever the header has. A record is a line: fields hold
// no line ends.
Result<std::unique_ptr<Records>> open_csv(const std::filesystem::path& file, const RecordOptions& options);
// An object on each line; amounts are strings or numbers.
Result<std::unique_ptr<Records>> open_json_lines(const std::filesystem::path& file, const RecordOptions& options);
Result<std::unique_ptr<Records>> open_parquet(const std::filesystem::path& file, const RecordOptions& options);

}  // namespace caudal::payments
