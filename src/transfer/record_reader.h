// SPDX-License-Identifier: Apache-2.0
// Items out of a file, one after the other, in constant memory. What is no item is told with its line, and the next
// one is read.
//
//   auto reader = TRY(RecordReader::open(source, {.format = Format::kCsv}, table));
//   while (const auto record = TRY(reader->next())) ...
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "items/table.h"
#include "items/values/value.h"
#include "objects/byte_source.h"

namespace caudal::transfer {

enum class Format : uint8_t {
  kPlainJson,     // a line for each item: {"id":"a","amount":12.50}
  kDynamoDbJson,  // {"Item":{"id":{"S":"a"}}}, or without the Item around it
  kCsv,           // texts, but for attributes of keys, which have the type of the key; an empty field is no attribute
};
// kByName: of objects, packed where their name ends in .gz or .zst.
enum class Compression : uint8_t { kNone, kGzip, kByName, kZstd };

struct InputOptions {
  Format format = Format::kPlainJson;
  Compression compression = Compression::kNone;
  char delimiter = ',';
  std::vector<std::string> header = {};  // of CSV without a first line that names its fields
};

struct Record {
  uint64_t line = 0;
  Result<items::Item> item;  // or why it is none
};

// Not thread-safe.
class RecordReader {
 public:
  // `source` must outlive it. `table`: for the types of its keys. Errors: those of the source; Errc::bad_header.
  static Result<std::unique_ptr<RecordReader>> open(objects::ByteSource& source, const InputOptions& options,
                                                    const items::TableDefinition& table);
  virtual ~RecordReader() = default;
  // Nothing at the end. Errors, after which there is no more: those of the source, Errc::bad_gzip, Errc::bad_zstd,
  // Errc::line_too_long.
  virtual Result<std::optional<Record>> next() = 0;
};

// The types of the attributes that are keys, of the table or of an index.
std::optional<items::Type> key_type(const items::TableDefinition& table, std::string_view attribute);
// A key's value out of text: numbers as they are written, bytes as base64. Errors: Errc::bad_record.
Result<items::Value> key_value(items::Type type, std::string_view text);

}  // namespace caudal::transfer
