// SPDX-License-Identifier: Apache-2.0
// Any text as a statement, held against a table: refused, or made into what a store can be asked, by keys that are the
// table's own.
#include <algorithm>
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "items/statements/selection.h"
#include "items/statements/writing.h"

namespace {

using namespace caudal::items;

void check_key(const Item& key, const KeySchema& schema, bool is_whole) {
  CHECK(key.contains(schema.partition.front().name), "a key has its partition");
  CHECK(!is_whole || key.size() == schema.partition.size() + schema.sort.size(), "one item has its whole key");
  CHECK(std::ranges::all_of(key, [&](const Attribute& one) { return schema.find(one.name) != nullptr; }),
        "a key has attributes of the key alone");
}

void check_write(const Write& write, const KeySchema& schema) {
  if (const auto* const update = std::get_if<UpdateItem>(&write.action)) check_key(update->key, schema, true);
  if (const auto* const removal = std::get_if<DeleteItem>(&write.action)) check_key(removal->key, schema, true);
  if (const auto* const check = std::get_if<CheckItem>(&write.action)) check_key(check->key, schema, true);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  TableInfo table;
  table.definition = {.name = "t",
                      .key = {.partition = {{"pk"}}, .sort = {{"n", Type::kNumber}}},
                      .indexes = {{.name = "by", .key = {.partition = {{"s"}}}}}};
  const KeySchema& schema = table.definition.key;
  Item item;
  item.set("pk", Value("a"));
  item.set("n", Value(Number(5)));
  for (size_t parameters = 0; parameters < 3; ++parameters) {
    auto statement = partiql::parse_statement(text, std::vector<Value>(parameters, Value("a")));
    if (!statement) continue;
    for (const Item& key : keys_of(*statement, schema)) check_key(key, schema, false);
    const bool selects = statement->kind == partiql::StatementKind::kSelect && !statement->exists;
    if (!selects) {
      if (const auto write = write_of(*std::move(statement), table)) check_write(*write, schema);
      continue;
    }
    const auto selection = Selection::make(*std::move(statement), table);
    if (!selection) continue;
    if (selection->kind() == Selection::Kind::kItem) check_key(selection->get(false).key, schema, true);
    (void)selection->answer(item);
  }
  return 0;
}
