// SPDX-License-Identifier: Apache-2.0
// Rows of any command, written as an aligned table, CSV or JSON. Values arrive as text and stay exact: no number passes
// through floating point.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "app/output/sink.h"
#include "base/result.h"

namespace caudal::app {

struct Column {
  enum class Kind {
    kText,
    kNumber,   // right-aligned; a bare number in JSON
    kBoolean,  // "true" or "false"; bare in JSON
  };
  std::string name;
  Kind kind = Kind::kText;
};

using Cell = std::optional<std::string_view>;  // nothing: NULL

// Not thread-safe. begin, then rows, then end.
class TableWriter {
 public:
  virtual ~TableWriter() = default;
  virtual Result<void> begin(std::vector<Column> columns) = 0;
  // As many cells as columns; the text need not outlive the call.
  virtual Result<void> row(std::span<const Cell> cells) = 0;
  // Writes what waits. Does not finish the sink.
  virtual Result<void> end() = 0;

  // For rows made by hand.
  Result<void> row(std::initializer_list<Cell> cells) { return row(std::span(cells.begin(), cells.size())); }
};

enum class Format { kTable, kCsv, kJson };
std::optional<Format> parse_format(std::string_view text);

// Columns aligned by the first kRowsMeasured rows, two spaces between, no frames. `width`: where lines are cut, with
// an ellipsis, because a terminal would wrap them; 0: never. `bold_header`: for terminals. Memory: the measured rows.
inline constexpr size_t kRowsMeasured = 1000;
std::unique_ptr<TableWriter> table_writer(Sink& sink, size_t width, bool bold_header);
// RFC 4180 with LF, header first. NULL is an empty field, an empty text is "".
std::unique_ptr<TableWriter> csv_writer(Sink& sink);
// An array of objects, one a line. Numbers as written; those that JSON lacks (NaN) as texts.
std::unique_ptr<TableWriter> json_writer(Sink& sink);

// `text` in double quotes as JSON wants it; bytes that are no UTF-8 become U+FFFD.
std::string json_quoted(std::string_view text);

// The number of terminal columns that UTF-8 `text` takes: accents none, East Asian wide characters two.
size_t display_width(std::string_view text);
// The longest beginning of `text` that fits `width` columns, an ellipsis included where something was cut.
std::string cut_to_width(std::string_view text, size_t width);

}  // namespace caudal::app
