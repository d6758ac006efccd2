// SPDX-License-Identifier: Apache-2.0
// Partition paths as Hive writes them, and the empty column list.
#include "catalog/table.h"

#include <fmt/format.h>

#include "base/check.h"
#include "catalog/publication.h"

namespace caudal::catalog {
namespace {

// The characters that Hive's FileUtils escapes in the names of partition folders.
std::string escape(std::string_view text) {
  constexpr std::string_view kEscaped = "\"#%'*/:=?\\{[]^\x7F";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || kEscaped.find(c) != std::string_view::npos) {
      out += fmt::format("%{:02X}", byte);
    } else {
      out += c;
    }
  }
  return out;
}

}  // namespace

const std::vector<Column>& ColumnList::get() const {
  static const std::vector<Column> none;
  return columns_ ? *columns_ : none;
}

std::string partition_path(const std::vector<Column>& partition_keys, const std::vector<std::string>& values) {
  CHECK(partition_keys.size() == values.size(), "one value for each partition key");
  std::string out;
  for (size_t i = 0; i < values.size(); ++i) {
    if (i > 0) out += '/';
    out += escape(partition_keys[i].name) + "=" + escape(values[i]);
  }
  return out;
}

std::string PartitionName::to_string() const {
  if (values.empty()) return fmt::format("{}.{}", database, table);
  return fmt::format("{}.{} ({})", database, table, fmt::join(values, ", "));
}

}  // namespace caudal::catalog
