// SPDX-License-Identifier: Apache-2.0
// Aligned tables for people.
#include <algorithm>

#include "app/output/table_writer.h"
#include "base/utf8.h"

namespace caudal::app {
namespace {

constexpr std::string_view kEllipsis = "…";
constexpr std::string_view kGap = "  ";

// Of one well-formed sequence.
char32_t code_point(std::string_view sequence) {
  const auto first = static_cast<unsigned char>(sequence[0]);
  if (sequence.size() == 1) return first;
  char32_t point = first & (0xffU >> (sequence.size() + 1));
  for (const char c : sequence.substr(1)) point = (point << 6) | (static_cast<unsigned char>(c) & 0x3fU);
  return point;
}

// Combining marks take no column, East Asian wide and full-width characters and emoji take two.
size_t width_of(char32_t point) {
  if ((point >= 0x300 && point <= 0x36f) || (point >= 0x200b && point <= 0x200f) || point == 0xfeff) return 0;
  const bool wide = (point >= 0x1100 && point <= 0x115f) || (point >= 0x2e80 && point <= 0xa4cf) ||
                    (point >= 0xac00 && point <= 0xd7a3) || (point >= 0xf900 && point <= 0xfaff) ||
                    (point >= 0xfe30 && point <= 0xfe6f) || (point >= 0xff00 && point <= 0xff60) ||
                    (point >= 0x1f300 && point <= 0x1faff) || (point >= 0x20000 && point <= 0x3fffd);
  return wide ? 2 : 1;
}

// One line, and nothing that moves the cursor: control characters and broken UTF-8 become visible.
std::string printable(std::string_view text) {
  std::string out;
  for (size_t position = 0; position < text.size();) {
    const size_t length = utf8_sequence_bytes(text.substr(position));
    const auto byte = static_cast<unsigned char>(text[position]);
    if (length == 0) {
      out += "\uFFFD";
    } else if (byte == '\n') {
      out += "\\n";
    } else if (byte == '\t') {
      out += "\\t";
    } else if (byte < 0x20 || byte == 0x7f ||
               (length == 2 && byte == 0xc2 && static_cast<unsigned char>(text[position + 1]) < 0xa0)) {
      out += "\u00b7";
    } else {
      out += text.substr(position, length);
    }
    position += std::max<size_t>(length, 1);
  }
  return out;
}

class TextTable final : public TableWriter {
 public:
  TextTable(Sink& sink, size_t width, bool bold_header) : sink_(sink), width_(width), bold_header_(bold_header) {}

  Result<void> begin(std::vector<Column> columns) override {
    columns_ = std::move(columns);
    for (const Column& column : columns_) widths_.push_back(display_width(column.name));
    return {};
  }

  Result<void> row(std::span<const Cell> cells) override {
    std::vector<std::string> texts;
    texts.reserve(cells.size());
    for (const Cell& cell : cells) texts.push_back(cell ? printable(*cell) : "");
    if (measured_) return write_line(texts);
    for (size_t index = 0; index < texts.size(); ++index) {
      widths_[index] = std::max(widths_[index], display_width(texts[index]));
    }
    waiting_.push_back(std::move(texts));
    return waiting_.size() < kRowsMeasured ? Result<void>() : release();
  }

  Result<void> end() override { return measured_ ? Result<void>() : release(); }

 private:
  Result<void> release() {
    measured_ = true;
    if (columns_.empty()) return {};
    std::vector<std::string> names;
    for (const Column& column : columns_) names.push_back(printable(column.name));
    TRY(sink_.write(bold_header_ ? "\033[1m" : ""));
    TRY(write_line(names, bold_header_ ? "\033[0m" : ""));
    for (const auto& texts : waiting_) TRY(write_line(texts));
    waiting_.clear();
    return {};
  }

  Result<void> write_line(const std::vector<std::string>& texts, std::string_view after = "") {
    std::string line;
    for (size_t index = 0; index < texts.size(); ++index) {
      if (index > 0) line += kGap;
      const size_t taken = display_width(texts[index]);
      const size_t padding = widths_[index] > taken ? widths_[index] - taken : 0;
      const bool right = columns_[index].kind == Column::Kind::kNumber;
      if (right) line.append(padding, ' ');
      line += texts[index];
      if (!right && index + 1 < texts.size()) line.append(padding, ' ');
    }
    line.erase(line.find_last_not_of(' ') + 1);
    if (width_ > 0) line = cut_to_width(line, width_);
    return sink_.write((line += after) += '\n');
  }

  Sink& sink_;
  const size_t width_;
  const bool bold_header_;
  std::vector<Column> columns_;
  std::vector<size_t> widths_;
  std::vector<std::vector<std::string>> waiting_;
  bool measured_ = false;
};

}  // namespace

size_t display_width(std::string_view text) {
  size_t width = 0;
  for (size_t position = 0; position < text.size();) {
    const size_t length = utf8_sequence_bytes(text.substr(position));
    width += length == 0 ? 1 : width_of(code_point(text.substr(position, length)));
    position += std::max<size_t>(length, 1);
  }
  return width;
}

std::string cut_to_width(std::string_view text, size_t width) {
  if (display_width(text) <= width) return std::string(text);
  size_t used = 0;
  size_t position = 0;
  while (position < text.size()) {
    const size_t length = std::max<size_t>(utf8_sequence_bytes(text.substr(position)), 1);
    const size_t taken = display_width(text.substr(position, length));
    if (used + taken + 1 > width) break;
    used += taken;
    position += length;
  }
  return std::string(text.substr(0, position)).append(width > 0 ? kEllipsis : "");
}

std::optional<Format> parse_format(std::string_view text) {
  if (text == "table") return Format::kTable;
  if (text == "csv") return Format::kCsv;
  if (text == "json") return Format::kJson;
  return std::nullopt;
}

std::unique_ptr<TableWriter> table_writer(Sink& sink, size_t width, bool bold_header) {
  return std::make_unique<TextTable>(sink, width, bold_header);
}

}  // namespace caudal::app
