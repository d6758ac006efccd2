// SPDX-License-Identifier: Apache-2.0
#include "transfer/record_reader.h"

#include <fmt/format.h>

#include <set>

#include "base/encoding.h"
#include "base/utf8.h"
#include "items/values/plain_json.h"
#include "items/values/typed_json.h"
#include "transfer/csv_records.h"
#include "transfer/errors.h"
#include "transfer/gzip.h"
#include "transfer/line_reader.h"
#include "transfer/zstd.h"

namespace caudal::transfer {
namespace {

using items::Item;

// The bytes, unpacked, as lines.
struct Input {
  Input(objects::ByteSource& source, const InputOptions& options)
      : unpacked(unpacking(source, options.compression)),
        lines(unpacked ? *unpacked : source,
              options.format == Format::kCsv ? std::optional(options.delimiter) : std::nullopt) {}
  // To the next line that is not blank.
  Result<bool> next() {
    while (TRY(lines.next())) {
      if (lines.text().find_first_not_of(" \t") != std::string_view::npos) return true;
    }
    return false;
  }

  static std::unique_ptr<objects::ByteSource> unpacking(objects::ByteSource& source, Compression compression) {
    if (compression == Compression::kGzip) return std::make_unique<GunzipSource>(source);
    if (compression == Compression::kZstd) return std::make_unique<UnzstdSource>(source);
    return nullptr;
  }

  std::unique_ptr<objects::ByteSource> unpacked;
  LineReader lines;
};

class JsonRecords final : public RecordReader {
 public:
  JsonRecords(objects::ByteSource& source, const InputOptions& options)
      : input_(source, options), is_typed_(options.format == Format::kDynamoDbJson) {}
  Result<std::optional<Record>> next() override {
    if (!TRY(input_.next())) return std::optional<Record>();
    const std::string_view text = input_.lines.text();
    return std::optional(Record{.line = input_.lines.line(), .item = is_typed_ ? typed(text) : plain_.read(text)});
  }

 private:
  Result<Item> typed(std::string_view text) {
    auto wrapped = typed_.read_export_line(text);
    if (wrapped) return wrapped;
    auto bare = typed_.read(text);
    if (bare) return bare;
    return wrapped;
  }

  Input input_;
  const bool is_typed_;
  items::TypedJsonReader typed_;
  items::PlainJsonReader plain_;
};

class CsvRecords final : public RecordReader {
 public:
  CsvRecords(objects::ByteSource& source, const InputOptions& options)
      : input_(source, options), delimiter_(options.delimiter), names_(options.header) {}

  Result<void> begin(const items::TableDefinition& table) {
    if (names_.empty() && TRY(input_.next())) {
      for (auto& name : TRY(csv_fields(input_.lines.text(), delimiter_))) names_.push_back(name.value_or(""));
      if (names_.front().starts_with("\xEF\xBB\xBF")) names_.front().erase(0, 3);
    }
    std::set<std::string_view> seen;
    for (const std::string& name : names_) {
      if (name.empty() || !is_utf8(name)) {
        return Error{Errc::bad_header,
                     fmt::format("field {} of the first line has no name; it names the attributes", seen.size() + 1)};
      }
      if (!seen.insert(name).second) return Error{Errc::bad_header, fmt::format("'{}' is named twice", name)};
      types_.push_back(key_type(table, name).value_or(items::Type::kString));
    }
    return {};
  }

  Result<std::optional<Record>> next() override {
    if (!TRY(input_.next())) return std::optional<Record>();
    return std::optional(Record{.line = input_.lines.line(), .item = read(input_.lines.text())});
  }

 private:
  Result<Item> read(std::string_view text) const {
    const auto fields = TRY(csv_fields(text, delimiter_));
    if (fields.size() != names_.size()) {
      return Error{Errc::bad_record,
                   fmt::format("{} fields where the first line names {}", fields.size(), names_.size())};
    }
    Item item;
    for (size_t n = 0; n < fields.size(); ++n) {
      if (!fields[n]) continue;
      auto value = key_value(types_[n], *fields[n]);
      if (!value) return std::move(value.error()).with_context("reading field " + names_[n]);
      item.set(names_[n], *std::move(value));
    }
    return item;
  }

  Input input_;
  const char delimiter_;
  std::vector<std::string> names_;
  std::vector<items::Type> types_;
};

}  // namespace

std::optional<items::Type> key_type(const items::TableDefinition& table, std::string_view attribute) {
  if (const auto* const found = table.key.find(attribute)) return found->type;
  for (const items::IndexDefinition& index : table.indexes) {
    if (const auto* const found = index.key.find(attribute)) return found->type;
  }
  return std::nullopt;
}

Result<items::Value> key_value(items::Type type, std::string_view text) {
  if (type == items::Type::kNumber) {
    const auto number = items::Number::parse(text);
    if (number) return items::Value(*number);
    return Error{Errc::bad_record, fmt::format("'{}' is no number", text)};
  }
  if (type == items::Type::kBinary) {
    if (auto bytes = from_base64(text)) return items::Value(items::Binary{*std::move(bytes)});
    return Error{Errc::bad_record, fmt::format("'{}' is no base64", text)};
  }
  if (!is_utf8(text)) return Error{Errc::bad_record, "the text is not UTF-8"};
  return items::Value(text);
}

Result<std::unique_ptr<RecordReader>> RecordReader::open(objects::ByteSource& source, const InputOptions& options,
                                                         const items::TableDefinition& table) {
  if (options.format != Format::kCsv) {
    return std::unique_ptr<RecordReader>(std::make_unique<JsonRecords>(source, options));
  }
  auto records = std::make_unique<CsvRecords>(source, options);
  TRY(records->begin(table));
  return std::unique_ptr<RecordReader>(std::move(records));
}

}  // namespace caudal::transfer
