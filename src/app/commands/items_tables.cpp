// SPDX-License-Identifier: Apache-2.0
// `caudal items tables|describe|create|drop`.
#include <fmt/format.h>

#include <algorithm>

#include "app/commands/items_common.h"
#include "app/errors.h"
#include "base/date.h"

namespace caudal::app {
namespace {

constexpr size_t kNamesAtOnce = 100;

Result<void> run_tables(Context& context, const Arguments&) {
  const items::Store& store = *TRY(context.items());
  const std::vector<Column> columns = {{"table"},
                                       {"key"},
                                       {"indexes", Column::Kind::kNumber},
                                       {"items", Column::Kind::kNumber},
                                       {"bytes", Column::Kind::kNumber},
                                       {"created"}};
  return context.table(columns, [&](TableWriter& rows) -> Result<void> {
    items::TableNamesPage page;
    do {
      page = TRY(store.list_tables(page.names.empty() ? "" : page.names.back(), kNamesAtOnce));
      for (const std::string& name : page.names) {
        const auto table = store.describe_table(name);
        if (!table) continue;  // it was removed meanwhile
        TRY(rows.row({name, key_text(table->definition.key), std::to_string(table->definition.indexes.size()),
                      std::to_string(table->volume.items), std::to_string(table->volume.bytes),
                      to_string(table->created)}));
      }
    } while (page.is_truncated);
    return {};
  });
}

std::string projection_text(const items::IndexProjection& projection) {
  if (projection.kind == items::ProjectionKind::kAll) return "all";
  std::string text = "keys";
  for (const std::string& name : projection.attributes) text += ", " + name;
  return text;
}

Result<void> run_describe(Context& context, const Arguments& arguments) {
  const items::TableInfo table = TRY(find_table(context, arguments));
  const items::TableDefinition& definition = table.definition;
  if (TRY(context.for_people())) {
    context.say(fmt::format("{}: made {}, {}{}", definition.name, to_string(table.created),
                            definition.billing == items::BillingMode::kProvisioned ? "provisioned" : "on demand",
                            definition.is_deletion_protected ? ", protected against deletion" : ""));
    for (const auto& [name, value] : definition.tags) context.say(fmt::format("  {}={}", name, value));
  }
  const std::vector<Column> columns = {
      {"name"}, {"kind"}, {"key"}, {"holds"}, {"items", Column::Kind::kNumber}, {"bytes", Column::Kind::kNumber},
      {"state"}};
  return context.table(columns, [&](TableWriter& rows) -> Result<void> {
    TRY(rows.row({definition.name, "table", key_text(definition.key), "all", std::to_string(table.volume.items),
                  std::to_string(table.volume.bytes), "active"}));
    for (size_t n = 0; n < definition.indexes.size(); ++n) {
      const items::IndexDefinition& index = definition.indexes[n];
      const items::IndexInfo& info = table.indexes[n];
      TRY(rows.row({index.name, index.is_local ? "local index" : "global index", key_text(index.key),
                    projection_text(index.projection), std::to_string(info.volume.items),
                    std::to_string(info.volume.bytes), info.is_backfilling ? "being filled" : "active"}));
    }
    return {};
  });
}

// "PK", "PK:S", "PK:S,SK:N".
Result<items::KeySchema> parse_key(const std::string& option, std::string_view typed) {
  items::KeySchema key;
  std::string_view rest = typed;
  for (size_t n = 0; n < 2; ++n) {
    const std::string_view one = rest.substr(0, rest.find(','));
    rest.remove_prefix(std::min(one.size() + 1, rest.size()));
    const size_t colon = one.rfind(':');
    const auto type = items::parse_type(colon == std::string_view::npos ? "S" : one.substr(colon + 1));
    if (one.empty() || colon == 0 || !type || *type > items::Type::kBinary) break;
    (n == 0 ? key.partition : key.sort).push_back({.name = std::string(one.substr(0, colon)), .type = *type});
    if (rest.empty()) return key;
  }
  return Error{Errc::usage, fmt::format("{} must be NAME:TYPE for the partition, and after a comma for the sort key if "
                                        "there is one, with the types S (text), N (number) or B (bytes), as in "
                                        "PK:S,SK:S; found '{}'",
                                        option, typed)};
}

Result<void> run_create(Context& context, const Arguments& arguments) {
  items::TableDefinition table{.name = arguments.text_or("TABLE", ""), .billing = items::BillingMode::kPayPerRequest};
  table.key = TRY(parse_key("--key", arguments.text_or("--key", "")));
  for (const std::string& typed : arguments.texts("--index")) {
    const size_t equals = typed.find('=');
    if (equals == 0 || equals == std::string::npos) {
      return Error{Errc::usage,
                   fmt::format("--index must be NAME=KEY, as in by-status=status:S,due:N; found '{}'", typed)};
    }
    table.indexes.push_back(
        {.name = typed.substr(0, equals), .key = TRY(parse_key("--index", typed.substr(equals + 1)))});
  }
  const items::TableInfo made = TRY(TRY(context.items())->create_table(table));
  context.say(fmt::format("{}: made, with the key {}", made.definition.name, key_text(made.definition.key)));
  return {};
}

Result<void> run_drop(Context& context, const Arguments& arguments) {
  const items::TableInfo table = TRY(find_table(context, arguments));
  const std::string& name = table.definition.name;
  if (table.volume.items > 0 && !arguments.has("--with-items")) {
    return Error{Errc::usage,
                 fmt::format("{} holds {} items; to remove them as well add --with-items", name, table.volume.items)};
  }
  TRY(TRY(context.items())->delete_table(name));
  context.say(fmt::format("{}: removed, with {} items", name, table.volume.items));
  return {};
}

}  // namespace

Command items_tables_command() {
  return {.name = "tables",
          .summary = "list the tables",
          .examples = {"caudal items tables"},
          .options = table_options(),
          .run = run_tables};
}

Command items_describe_command() {
  return {.name = "describe",
          .summary = "show a table's key and indexes, and how much is in them",
          .examples = {"caudal items describe BankPayments"},
          .options = table_options(),
          .positionals = {kTablePositional},
          .run = run_describe};
}

Command items_create_command() {
  return {
      .name = "create",
      .summary = "make a table",
      .details = "For indexes that hold a part of the items, or share the table's partitions, use a DynamoDB client.",
      .examples = {"caudal items create BankPayments --key PK:S,SK:S",
                   "caudal items create orders --key id --index by-status=status:S,due:N"},
      .options = {{.name = "--key",
                   .value = "KEY",
                   .help = "NAME:TYPE of the partition, then of the sort key, if any; S text, N number, B bytes",
                   .required = true},
                  {.name = "--index",
                   .value = "NAME=KEY",
                   .help = "an index over all partitions, which holds whole items",
                   .repeatable = true}},
      .positionals = {kTablePositional},
      .run = run_create};
}

Command items_drop_command() {
  return {.name = "drop",
          .summary = "remove a table",
          .examples = {"caudal items drop orders", "caudal items drop orders --with-items"},
          .options = {{.name = "--with-items", .help = "also when it holds items"}},
          .positionals = {kTablePositional},
          .run = run_drop};
}

}  // namespace caudal::app
