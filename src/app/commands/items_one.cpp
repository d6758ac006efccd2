// SPDX-License-Identifier: Apache-2.0
// `caudal items get|put|delete`: one item.
#include <fmt/format.h>

#include "app/commands/items_common.h"
#include "app/errors.h"
#include "app/terminal/input_source.h"
#include "items/expressions/condition.h"

namespace caudal::app {
namespace {

constexpr int kIndent = 2;

std::string shown(const items::Item& key) {
  std::string text;
  append_item(text, key, false);
  return text;
}

Result<void> run_get(Context& context, const Arguments& arguments) {
  const items::TableInfo table = TRY(find_table(context, arguments));
  const items::Item key = TRY(typed_key(table, arguments));
  const items::Got got = TRY(TRY(context.items())->get({.table = table.definition.name, .key = key}));
  if (!got.item) {
    return Error{caudal::Errc::not_found, fmt::format("{} has no item {}", table.definition.name, shown(key))};
  }
  std::string text;
  append_item(text, *got.item, arguments.has("--typed"), kIndent);
  text += '\n';
  return write_document(context, [&](Sink& sink) { return sink.write(text); });
}

// Without an item where the condition is to be that there is none.
items::ExpressionsPtr if_absent(const items::TableInfo& table) {
  auto expressions = std::make_shared<items::Expressions>();
  expressions->condition = items::Condition{
      .op = items::Condition::Op::kAttributeNotExists,
      .operands = {items::Operand{.path = items::path_of(table.definition.key.partition.front().name)}}};
  return expressions;
}

Result<void> run_put(Context& context, const Arguments& arguments) {
  const items::TableInfo table = TRY(find_table(context, arguments));
  std::string json = arguments.text_or("ITEM", "");
  if (json == "-") {
    const auto input = TRY(InputSource::open(context.stop()));
    json = TRY(objects::read_all(*input));
  }
  auto item = read_item(json, arguments.has("--typed"));
  if (!item) {
    item.error().message += arguments.has("--typed") ? "" : R"(; an item is JSON such as {"PK":"a","Amount":12.50})";
    return std::move(item).error();
  }
  const items::Item key = items::key_attributes(table.definition.key, *item);
  items::Write write{.action = items::PutItem{.table = table.definition.name, .item = *std::move(item)}};
  if (arguments.has("--if-absent")) write.expressions = if_absent(table);
  auto written = TRY(context.items())->write(std::move(write));
  if (!written) return with_key(std::move(written).error(), table);
  if (!written->held) {
    return Error{caudal::Errc::exists,
                 fmt::format("{} has an item {} already; it was left as it is", table.definition.name, shown(key))};
  }
  context.say(fmt::format("{}: stored {}", table.definition.name, shown(key)));
  return {};
}

Result<void> run_delete(Context& context, const Arguments& arguments) {
  const items::TableInfo table = TRY(find_table(context, arguments));
  items::Item key = TRY(typed_key(table, arguments));
  const std::string name = shown(key);
  const items::Written written =
      TRY(TRY(context.items())
              ->write({.action = items::DeleteItem{.table = table.definition.name, .key = std::move(key)},
                       .returns = items::ReturnValues::kAllOld}));
  context.say(fmt::format("{}: {} {}", table.definition.name, name, written.item ? "removed" : "was not there"));
  return {};
}

const Positional kPartition{.name = "PARTITION", .help = "the value of its partition key, as plain text"};
const Positional kSort{.name = "SORT", .help = "the value of its sort key, where the table has one", .required = false};

}  // namespace

Command items_get_command() {
  return {.name = "get",
          .summary = "show one item",
          .details =
              "Numbers are shown with all their digits; sets and bytes are marked: {\"$set\":[...]}, "
              "{\"$binary\":\"...\"}.",
          .examples = {"caudal items get BankPayments 'a-1#PAYMENT' 'SCHEDULED#2026-08-01'",
                       "caudal items get orders 17 --typed"},
          .options = {kTypedOption,
                      {.name = "--file", .value = "F", .help = "write to the file F", .completes = Completes::kFile}},
          .positionals = {kTablePositional, kPartition, kSort},
          .run = run_get};
}

Command items_put_command() {
  return {.name = "put",
          .summary = "store one item",
          .details =
              "An item that has the same key is replaced as a whole. Many items are stored with `caudal items import`.",
          .examples = {R"(caudal items put orders '{"id":"17","amount":12.50,"lines":[{"sku":"a"}]}')",
                       R"(echo '{"id":{"S":"17"}}' | caudal items put orders - --typed --if-absent)"},
          .options = {kTypedOption, {.name = "--if-absent", .help = "refuse it when there is an item with its key"}},
          .positionals = {kTablePositional, {.name = "ITEM", .help = "the item as JSON; - for standard input"}},
          .run = run_put};
}

Command items_delete_command() {
  return {.name = "delete",
          .summary = "remove one item",
          .examples = {"caudal items delete orders 17"},
          .positionals = {kTablePositional, kPartition, kSort},
          .run = run_delete};
}

}  // namespace caudal::app
