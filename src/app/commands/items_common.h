// SPDX-License-Identifier: Apache-2.0
// What the commands of `caudal items` share: tables and keys as users name them, and items as they read them.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "app/cli/command.h"
#include "app/context.h"
#include "items/store.h"

namespace caudal::app {

// The table of the argument TABLE. An error tells which tables there are.
Result<items::TableInfo> find_table(Context& context, const std::string& name);
inline Result<items::TableInfo> find_table(Context& context, const Arguments& arguments) {
  return find_table(context, arguments.text_or("TABLE", ""));
}

// "PK (S), SK (N)".
std::string key_text(const items::KeySchema& key);
// The error with what the key of the table is, when it is about the request.
Error with_key(Error error, const items::TableInfo& table);

// The key that the arguments PARTITION and SORT give, each as the type that the table says.
Result<items::Item> typed_key(const items::TableInfo& table, const Arguments& arguments);

// As --typed asks for. `indent`: of the plain form.
void append_item(std::string& out, const items::Item& item, bool is_typed, int indent = 0);
Result<items::Item> read_item(std::string_view json, bool is_typed);

// What --output, or the setting, asks for.
Result<Format> output_format(Context& context);
// Writes what is no table to where --file asks for it.
Result<void> write_document(Context& context, const std::function<Result<void>(Sink&)>& write);

extern const Positional kTablePositional;
extern const Option kTypedOption;

Command items_command();  // the family
Command items_tables_command();
Command items_describe_command();
Command items_create_command();
Command items_drop_command();
Command items_get_command();
Command items_put_command();
Command items_delete_command();
Command items_query_command();
Command items_scan_command();
Command items_export_command();
Command items_import_command();

}  // namespace caudal::app
