// SPDX-License-Identifier: Apache-2.0
// CSV.
#include "app/output/table_writer.h"

namespace caudal::app {
namespace {

void append_field(std::string& line, std::string_view field) {
  if (!field.empty() && field.find_first_of(",\"\r\n") == std::string_view::npos) {
    line += field;
    return;
  }
  line += '"';
  for (const char c : field) {
    if (c == '"') line += '"';
    line += c;
  }
  line += '"';
}

class CsvWriter final : public TableWriter {
 public:
  explicit CsvWriter(Sink& sink) : sink_(sink) {}

  Result<void> begin(std::vector<Column> columns) override {
    std::string line;
    for (const Column& column : columns) {
      if (!line.empty()) line += ',';
      append_field(line, column.name);
    }
    return sink_.write(line + '\n');
  }

  Result<void> row(std::span<const Cell> cells) override {
    line_.clear();
    bool first = true;
    for (const Cell& cell : cells) {
      if (!first) line_ += ',';
      first = false;
      if (cell) append_field(line_, *cell);
    }
    line_ += '\n';
    return sink_.write(line_);
  }

  Result<void> end() override { return {}; }

 private:
  Sink& sink_;
  std::string line_;
};

}  // namespace

std::unique_ptr<TableWriter> csv_writer(Sink& sink) { return std::make_unique<CsvWriter>(sink); }

}  // namespace caudal::app
