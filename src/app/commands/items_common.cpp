// SPDX-License-Identifier: Apache-2.0
#include "app/commands/items_common.h"

#include <fmt/format.h>

#include "app/errors.h"
#include "base/check.h"
#include "base/mistakes.h"
#include "items/values/plain_json.h"
#include "items/values/typed_json.h"
#include "transfer/record_reader.h"

namespace caudal::app {
namespace {

constexpr size_t kNamesTold = 10;

Error no_such_table(const items::Store& store, const std::string& name) {
  std::string message = fmt::format("there is no table '{}'", name);
  if (const auto page = store.list_tables("", kNamesTold)) {
    message += did_you_mean(name, page->names);
    std::string names;
    for (const std::string& one : page->names) names += (names.empty() ? "" : ", ") + one;
    if (page->names.empty())
      message += "; there are none yet: make one with `caudal items create`";
    else
      message += fmt::format("; there are: {}{}", names, page->is_truncated ? ", …; see `caudal items tables`" : "");
  }
  return {items::Errc::no_such_table, std::move(message)};
}

}  // namespace

const Positional kTablePositional{.name = "TABLE", .help = "its name"};
const Option kTypedOption{.name = "--typed", .help = R"(with types, as DynamoDB writes them: {"PK":{"S":"a"}})"};

Result<Format> output_format(Context& context) {
  const auto typed = context.arguments().text("--output");
  const auto format = parse_format(typed ? *typed : TRY(context.config())->text("output"));
  CHECK(format.has_value(), "an output format passed the parser that no writer knows");
  return *format;
}

Result<void> write_document(Context& context, const std::function<Result<void>(Sink&)>& write) {
  std::unique_ptr<Sink> file;
  if (const auto path = context.arguments().text("--file")) file = TRY(file_sink(*path));
  Sink& sink = file ? *file : context.output();
  TRY(write(sink));
  return sink.finish();
}

Result<items::TableInfo> find_table(Context& context, const std::string& name) {
  const items::Store& store = *TRY(context.items());
  auto found = store.describe_table(name);
  if (!found && found.error().code == items::Errc::no_such_table) return no_such_table(store, name);
  return found;
}

std::string key_text(const items::KeySchema& key) {
  std::string text;
  for (const auto* const part : {&key.partition, &key.sort}) {
    for (const items::KeyAttribute& one : *part) {
      text += fmt::format("{}{} ({})", text.empty() ? "" : ", ", one.name, items::to_string(one.type));
    }
  }
  return text;
}

Error with_key(Error error, const items::TableInfo& table) {
  if (!error.is(ErrorClass::kUsage)) return error;
  error.message += fmt::format("; the key of {} is {}", table.definition.name, key_text(table.definition.key));
  return error;
}

Result<items::Item> typed_key(const items::TableInfo& table, const Arguments& arguments) {
  const items::KeySchema& schema = table.definition.key;
  const bool has_sort = !schema.sort.empty();
  if (has_sort != arguments.has("SORT")) {
    return Error{Errc::usage, fmt::format("the key of {} is {}; give {}", table.definition.name, key_text(schema),
                                          has_sort ? "both values" : "one value")};
  }
  items::Item key;
  const auto take = [&](const items::KeyAttribute& attribute, std::string_view argument) -> Result<void> {
    auto value = transfer::key_value(attribute.type, arguments.text_or(argument, ""));
    if (!value) {
      return Error{Errc::usage, fmt::format("{}: {}; the key of {} is {}", attribute.name, value.error().message,
                                            table.definition.name, key_text(schema))};
    }
    key.set(attribute.name, *std::move(value));
    return {};
  };
  TRY(take(schema.partition.front(), "PARTITION"));
  if (has_sort) TRY(take(schema.sort.front(), "SORT"));
  return key;
}

void append_item(std::string& out, const items::Item& item, bool is_typed, int indent) {
  if (is_typed)
    items::append_typed_json(out, item);
  else
    items::append_plain_json(out, item, indent);
}

Result<items::Item> read_item(std::string_view json, bool is_typed) {
  return is_typed ? items::TypedJsonReader().read(json) : items::PlainJsonReader().read(json);
}

}  // namespace caudal::app
