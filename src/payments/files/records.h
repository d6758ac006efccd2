// SPDX-License-Identifier: Apache-2.0
// A file of payments, record by record.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "payments/files/mapping.h"
#include "payments/payment.h"

namespace caudal::payments {

// Where a file has been read to.
struct Position {
  uint64_t offset = 0;  // bytes, or rows of Parquet
  uint64_t line = 0;    // read so far
};

struct Record {
  uint64_t line = 0;  // of its beginning, from 1; of Parquet its row
  // Or why it is none: class kUsage.
  Result<NewPayment> payment;
};

// Not thread-safe.
class Records {
 public:
  virtual ~Records() = default;
  // Goes on behind what was read up to there. Before the first next().
  virtual Result<void> go_on_at(const Position& position) = 0;
  // Nothing at the end. An error: of the machine.
  virtual Result<std::optional<Record>> next() = 0;
  // Behind the last record that was answered.
  virtual Position position() const = 0;
  // Of which position's offset is a share.
  virtual uint64_t size() const = 0;
};

enum class FileFormat : uint8_t { kCsv, kJsonLines, kParquet };
// "csv", "jsonl" or "ndjson", "parquet".
std::optional<FileFormat> parse_format(std::string_view text);

struct RecordOptions {
  // Where a record has no reference, it is "<batch>:<line>". Empty: such records are refused.
  std::string batch = {};
  std::string currency = "BRL";             // where a record has none, and the mapping neither
  std::optional<FileFormat> format = {};    // nothing: by the file's name
  std::optional<FileMapping> mapping = {};  // nothing: the columns are called as payments call them
};

// Without a format by its name: .csv, .jsonl or .ndjson, .parquet. With a monthly mapping each record comes once for
// each month, under its reference and the month: "29401:2027-01". Errors: unusable_file, when its first line does not
// name the columns that payments have, or that the mapping names.
Result<std::unique_ptr<Records>> open_records(const std::filesystem::path& file, const RecordOptions& options);

}  // namespace caudal::payments
