// SPDX-License-Identifier: Apache-2.0
// JSON.
#include <fmt/format.h>

#include "app/output/table_writer.h"
#include "base/utf8.h"

namespace caudal::app {
namespace {

bool digits_at(std::string_view text, size_t& position) {
  const size_t start = position;
  while (position < text.size() && text[position] >= '0' && text[position] <= '9') ++position;
  return position > start;
}

// Whether `text` is a number as RFC 8259 spells it.
bool is_json_number(std::string_view text) {
  size_t position = text.starts_with('-') ? 1 : 0;
  const bool zero_first =
      position + 1 < text.size() && text[position] == '0' && text[position + 1] >= '0' && text[position + 1] <= '9';
  if (zero_first || !digits_at(text, position)) return false;
  if (position < text.size() && text[position] == '.') {
    ++position;
    if (!digits_at(text, position)) return false;
  }
  if (position < text.size() && (text[position] == 'e' || text[position] == 'E')) {
    ++position;
    if (position < text.size() && (text[position] == '+' || text[position] == '-')) ++position;
    if (!digits_at(text, position)) return false;
  }
  return position == text.size();
}

class JsonWriter final : public TableWriter {
 public:
  explicit JsonWriter(Sink& sink) : sink_(sink) {}

  Result<void> begin(std::vector<Column> columns) override {
    columns_ = std::move(columns);
    for (const Column& column : columns_) names_.push_back(json_quoted(column.name));
    return sink_.write("[");
  }

  Result<void> row(std::span<const Cell> cells) override {
    line_ = any_ ? ",\n {" : "\n {";
    any_ = true;
    for (size_t index = 0; index < cells.size(); ++index) {
      if (index > 0) line_ += ", ";
      line_ += names_[index];
      line_ += ": ";
      append_value(cells[index], columns_[index].kind);
    }
    line_ += '}';
    return sink_.write(line_);
  }

  Result<void> end() override { return sink_.write(any_ ? "\n]\n" : "]\n"); }

 private:
  void append_value(const Cell& cell, Column::Kind kind) {
    if (!cell) {
      line_ += "null";
    } else if ((kind == Column::Kind::kNumber && is_json_number(*cell)) ||
               (kind == Column::Kind::kBoolean && (*cell == "true" || *cell == "false"))) {
      line_ += *cell;
    } else {
      line_ += json_quoted(*cell);
    }
  }

  Sink& sink_;
  std::vector<Column> columns_;
  std::vector<std::string> names_;
  std::string line_;
  bool any_ = false;
};

}  // namespace

std::string json_quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : to_valid_utf8(text)) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '\t') {
      out += "\\t";
    } else if (byte < 0x20 || byte == 0x7f) {
      out += fmt::format("\\u{:04x}", byte);
    } else {
      out += c;
    }
  }
  return out + '"';
}

std::unique_ptr<TableWriter> json_writer(Sink& sink) { return std::make_unique<JsonWriter>(sink); }

}  // namespace caudal::app
