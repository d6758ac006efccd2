// SPDX-License-Identifier: Apache-2.0
// Payments in JSON lines.
#include <fmt/format.h>

#include "items/values/plain_json.h"
#include "payments/errors.h"
#include "payments/files/fields.h"
#include "payments/files/formats.h"
#include "payments/files/text_lines.h"

namespace caudal::payments {
namespace {

class JsonRecords final : public Records {
 public:
  JsonRecords(TextLines lines, RecordOptions options) : lines_(std::move(lines)), options_(std::move(options)) {}

  Result<void> go_on_at(const Position& position) override {
    lines_.seek(position.offset);
    position_ = position;
    return {};
  }

  Result<std::optional<Record>> next() override {
    for (;;) {
      const auto line = TRY(lines_.next());
      if (!line) return std::optional<Record>();
      position_ = {.offset = lines_.offset(), .line = position_.line + 1};
      if (line->find_first_not_of(" \t") == std::string_view::npos) continue;
      return std::optional(Record{.line = position_.line, .payment = read(*line)});
    }
  }

  Position position() const override { return position_; }
  uint64_t size() const override { return lines_.size(); }

 private:
  // Null is as good as nothing.
  static Result<std::string> text_of(const items::Attribute& attribute) {
    if (attribute.value.is(items::Type::kNull)) return std::string();
    if (const auto* string = attribute.value.get_if<std::string>()) return *string;
    if (const auto* number = attribute.value.get_if<items::Number>()) return number->to_string();
    return Error{Errc::invalid_payment, fmt::format("'{}' is neither a string nor a number", attribute.name)};
  }

  static Result<void> gather(const items::Item& item, const FileMapping& mapping,
                             std::array<std::string, kFields>& texts) {
    for (size_t n = 0; n < kFields; ++n) {
      for (const FieldPart& part : mapping.fields[n]) {
        if (!part.is_column) {
          texts[n] += part.text;
          continue;
        }
        const items::Value* value = item.find(part.text);
        if (value != nullptr) texts[n] += TRY(text_of({.name = part.text, .value = *value}));
      }
    }
    return {};
  }

  Result<NewPayment> read(std::string_view line) {
    const auto item = reader_.read(line);
    if (!item) return Error{Errc::invalid_payment, fmt::format("it is no JSON object: {}", item.error().message)};
    std::array<std::string, kFields> texts;
    Fields fields;
    if (options_.mapping) {
      TRY(gather(*item, *options_.mapping, texts));
    } else {
      for (const items::Attribute& attribute : *item) {
        const auto field = field_of(attribute.name);
        if (field) texts[static_cast<size_t>(*field)] = TRY(text_of(attribute));
      }
    }
    for (size_t n = 0; n < kFields; ++n) fields[n] = texts[n];
    return payment_of(fields, position_.line, options_);
  }

  TextLines lines_;
  const RecordOptions options_;
  items::PlainJsonReader reader_;
  Position position_;
};

}  // namespace

Result<std::unique_ptr<Records>> open_json_lines(const std::filesystem::path& file, const RecordOptions& options) {
  return std::unique_ptr<Records>(std::make_unique<JsonRecords>(TRY(TextLines::open(file)), options));
}

}  // namespace caudal::payments
