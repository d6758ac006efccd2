// SPDX-License-Identifier: Apache-2.0
#include "transfer/csv_records.h"

#include <fmt/format.h>

#include "transfer/errors.h"

namespace caudal::transfer {
namespace {

// The text of a field that begins with a quote, which `record` is without; it is taken from there.
Result<std::string> quoted(std::string_view& record, size_t field) {
  std::string text;
  for (;;) {
    const size_t quote = record.find('"');
    if (quote == std::string_view::npos) {
      return Error{Errc::bad_record, fmt::format("the quote of field {} does not end", field)};
    }
    text += record.substr(0, quote);
    record.remove_prefix(quote + 1);
    if (!record.starts_with('"')) return text;
    text += '"';
    record.remove_prefix(1);
  }
}

}  // namespace

Result<std::vector<CsvField>> csv_fields(std::string_view record, char delimiter) {
  std::vector<CsvField> fields;
  for (;;) {
    if (record.starts_with('"')) {
      record.remove_prefix(1);
      fields.emplace_back(TRY(quoted(record, fields.size() + 1)));
      if (!record.empty() && record.front() != delimiter) {
        return Error{Errc::bad_record, fmt::format("field {} goes on after its quotes", fields.size())};
      }
    } else {
      const std::string_view text = record.substr(0, record.find(delimiter));
      fields.push_back(text.empty() ? CsvField() : CsvField(text));
      record.remove_prefix(text.size());
    }
    if (record.empty()) return fields;
    record.remove_prefix(1);
    if (record.empty()) {
      fields.emplace_back();
      return fields;
    }
  }
}

}  // namespace caudal::transfer
