// SPDX-License-Identifier: Apache-2.0
// Which format a file has, by its name.
#include <fmt/format.h>

#include "payments/errors.h"
#include "payments/files/formats.h"

namespace caudal::payments {

Result<std::unique_ptr<Records>> open_records(const std::filesystem::path& file, const RecordOptions& options) {
  const std::string ending = file.extension().string();
  const auto opened = [&]() -> Result<std::unique_ptr<Records>> {
    if (ending == ".csv") return open_csv(file, options);
    if (ending == ".jsonl" || ending == ".ndjson") return open_json_lines(file, options);
    if (ending == ".parquet") return open_parquet(file, options);
    return Error{Errc::unusable_file, "its name must end in .csv, .jsonl, .ndjson or .parquet"};
  };
  auto records = opened();
  if (!records && records.error().code == Errc::unusable_file) {
    records.error().message = fmt::format("{}: {}", file.string(), records.error().message);
  }
  return records;
}

}  // namespace caudal::payments
