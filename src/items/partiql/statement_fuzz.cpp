// SPDX-License-Identifier: Apache-2.0
// Any text as a statement: refused, or read so that its keys can be split off and any item asked about.
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "items/partiql/statement.h"
#include "items/values/checks.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace caudal::items;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  Item item;
  item.set("pk", Value("a"));
  item.set("n", Value(Number(5)));
  for (size_t parameters = 0; parameters < 3; ++parameters) {
    const auto statement = partiql::parse_statement(text, std::vector<Value>(parameters, Value("a")));
    if (!statement) continue;
    CHECK(!statement->table.empty(), "every statement is about a table");
    if (statement->where) (void)fulfils(item, *statement->where);
    const KeySchema schema{.partition = {{"pk", Type::kString}}, .sort = {{"n", Type::kNumber}}};
    if (const auto keys = partiql::split_where(*statement, schema)) {
      CHECK(!keys->is_one_item || keys->key.has_value(), "one item has a key");
    }
    CHECK(check_levels(statement->item).has_value(), "nothing nests too deep");
    if (statement->update) (void)apply(*statement->update, item);
  }
  return 0;
}
