// SPDX-License-Identifier: Apache-2.0
// `caudal items query|scan`: items by what they hold, page by page. WHERE is PartiQL's, as in ExecuteStatement.
#include <fmt/format.h>

#include <algorithm>

#include "app/commands/items_common.h"
#include "app/errors.h"
#include "items/partiql/statement.h"
#include "items/statements/selection.h"
#include "items/values/plain_json.h"

namespace caudal::app {
namespace {

using items::Item;
using items::Selection;

Error with_advice(Error error, const std::string& statement) {
  if (!error.is(ErrorClass::kUsage)) return error;
  error.message += "; texts stand in single quotes, names of attributes in double quotes where they need any";
  return std::move(error).with_context("reading " + statement);
}

// The index that is asked for, or the table.
Result<const items::KeySchema*> key_of(const items::TableInfo& table, const std::optional<std::string>& index) {
  if (!index) return &table.definition.key;
  const auto& indexes = table.definition.indexes;
  const auto found = std::ranges::find(indexes, *index, &items::IndexDefinition::name);
  if (found != indexes.end()) return &found->key;
  std::string names;
  for (const auto& one : indexes) names += (names.empty() ? "; there are: " : ", ") + one.name;
  return Error{Errc::usage, fmt::format("{} has no index '{}'{}", table.definition.name, *index,
                                        names.empty() ? "; it has none" : names)};
}

struct Asked {
  std::optional<std::string> where = {};
  bool must_name_key = false;
  bool is_backwards = false;
};

std::string statement_of(const Arguments& arguments, const std::string& table, const items::KeySchema& key,
                         const Asked& asked) {
  std::string text = fmt::format("SELECT {} FROM \"{}\"", arguments.text_or("--attributes", "*"), table);
  if (const auto index = arguments.text("--index")) text += fmt::format(".\"{}\"", *index);
  if (asked.where) text += " WHERE " + *asked.where;
  if (asked.is_backwards) {
    text += fmt::format(" ORDER BY \"{}\" DESC", (key.sort.empty() ? key.partition : key.sort).front().name);
  }
  return text;
}

// Pages until there are no more, or as many items as were asked for.
class Pages {
 public:
  Pages(Context& context, items::Store& store, Selection selection, std::optional<int64_t> limit)
      : context_(context), store_(store), selection_(std::move(selection)), limit_(limit) {}

  // Empty only at the end.
  Result<std::vector<Item>> next() {
    std::vector<Item> items;
    while (items.empty() && !is_done_) {
      if (context_.stop().stop_requested()) return Error{caudal::Errc::cancelled, "interrupted"};
      auto page = TRY(selection_.read(store_, {.from = from_}));
      items = std::move(page.items);
      if (limit_ && static_cast<int64_t>(items.size()) >= *limit_) {
        items.resize(static_cast<size_t>(*limit_));
        is_done_ = true;
      }
      if (limit_) *limit_ -= static_cast<int64_t>(items.size());
      from_ = std::move(page.next);
      is_done_ = is_done_ || !from_;
    }
    return items;
  }

 private:
  Context& context_;
  items::Store& store_;
  const Selection selection_;
  std::optional<int64_t> limit_;
  std::optional<items::Place> from_;
  bool is_done_ = false;
};

Result<void> write_json(Context& context, Pages& pages, bool is_typed) {
  return write_document(context, [&](Sink& sink) -> Result<void> {
    bool any = false;
    for (auto items = TRY(pages.next()); !items.empty(); items = TRY(pages.next())) {
      std::string text;
      for (const Item& item : items) {
        text += any ? ",\n " : "[\n ";
        any = true;
        append_item(text, item, is_typed);
      }
      TRY(sink.write(text));
    }
    return sink.write(any ? "\n]\n" : "[]\n");
  });
}

std::optional<std::string> cell_of(const items::Value* value) {
  if (value == nullptr || value->is(items::Type::kNull)) return std::nullopt;
  if (const auto* text = value->get_if<std::string>()) return *text;
  std::string json;
  items::append_plain_json(json, *value);
  return json;
}

// The keys first, then what the items of the first page hold besides.
std::vector<Column> columns_of(const std::vector<Item>& items, const items::KeySchema& key) {
  std::vector<std::string> names;
  for (const auto* const part : {&key.partition, &key.sort}) {
    for (const items::KeyAttribute& one : *part) names.push_back(one.name);
  }
  const auto keys = static_cast<std::ptrdiff_t>(names.size());
  for (const Item& item : items) {
    for (const items::Attribute& one : item) {
      if (std::ranges::find(names, one.name) == names.end()) names.push_back(one.name);
    }
  }
  std::sort(names.begin() + keys, names.end());
  std::vector<Column> columns;
  for (std::string& name : names) {
    const bool is_used = std::ranges::any_of(items, [&](const Item& item) { return item.contains(name); });
    if (!is_used && !items.empty()) continue;
    const bool is_number = std::ranges::all_of(items, [&](const Item& item) {
      const items::Value* const value = item.find(name);
      return value == nullptr || value->is(items::Type::kNumber);
    });
    columns.push_back({std::move(name), is_number ? Column::Kind::kNumber : Column::Kind::kText});
  }
  return columns;
}

// An attribute that no item of the first page has has no column: that is told, since it is left out.
Result<void> write_table(Context& context, Pages& pages, const items::KeySchema& key) {
  std::vector<Item> items = TRY(pages.next());
  const std::vector<Column> columns = columns_of(items, key);
  uint64_t incomplete = 0;
  std::string left_out;
  TRY(context.table(columns, [&](TableWriter& rows) -> Result<void> {
    for (; !items.empty(); items = TRY(pages.next())) {
      for (const Item& item : items) {
        std::vector<std::optional<std::string>> texts;
        size_t shown = 0;
        for (const Column& column : columns) {
          const items::Value* const value = item.find(column.name);
          shown += value != nullptr ? 1 : 0;
          texts.push_back(cell_of(value));
        }
        TRY(rows.row(std::vector<Cell>(texts.begin(), texts.end())));
        if (shown == item.size()) continue;
        ++incomplete;
        for (const items::Attribute& one : item) {
          if (left_out.empty() && std::ranges::find(columns, one.name, &Column::name) == columns.end())
            left_out = one.name;
        }
      }
    }
    return {};
  }));
  if (incomplete > 0) {
    context.say(
        fmt::format("{} items have attributes without a column, such as {}; name the columns with --attributes, "
                    "or take --output json",
                    incomplete, left_out));
  }
  return {};
}

Result<void> select(Context& context, const Arguments& arguments, const Asked& asked) {
  const items::TableInfo table = TRY(find_table(context, arguments));
  const items::KeySchema& key = *TRY(key_of(table, arguments.text("--index")));
  const std::string text = statement_of(arguments, table.definition.name, key, asked);
  auto statement = items::partiql::parse_statement(text, {});
  if (!statement) return with_advice(std::move(statement).error(), text);
  auto selection = Selection::make(*std::move(statement), table);
  if (!selection) return with_advice(std::move(selection).error(), text);
  if (asked.must_name_key && selection->kind() == Selection::Kind::kScan) {
    const std::string& name = key.partition.front().name;
    return Error{Errc::usage,
                 fmt::format("the condition does not say what {} is, so that all items had to be looked at; the key is "
                             "{}, as in: caudal items query {} \"{} = 'a'\" (texts stand in single quotes). To look at "
                             "all items: caudal items scan {} --where …",
                             name, key_text(key), table.definition.name, name, table.definition.name)};
  }
  const auto limit = TRY(arguments.whole("--limit", 1, std::numeric_limits<int64_t>::max()));
  Pages pages(context, *TRY(context.items()), *std::move(selection), limit);
  const bool is_typed = arguments.has("--typed");
  if (is_typed || TRY(output_format(context)) == Format::kJson) return write_json(context, pages, is_typed);
  return write_table(context, pages, key);
}

Result<void> run_query(Context& context, const Arguments& arguments) {
  return select(
      context, arguments,
      {.where = arguments.text("WHERE"), .must_name_key = true, .is_backwards = arguments.has("--backwards")});
}
Result<void> run_scan(Context& context, const Arguments& arguments) {
  return select(context, arguments, {.where = arguments.text("--where")});
}

std::vector<Option> select_options(std::vector<Option> own) {
  own.push_back({.name = "--index", .value = "NAME", .help = "look in that index of the table"});
  own.push_back({.name = "--attributes", .value = "A,B", .help = "only these, such as amount,payer.name,lines[0]"});
  own.push_back({.name = "--limit", .value = "N", .help = "at most so many items"});
  own.push_back({.name = "--typed", .help = R"(as JSON with types, as DynamoDB writes them: {"PK":{"S":"a"}})"});
  return table_options(std::move(own));
}

}  // namespace

Command items_query_command() {
  return {
      .name = "query",
      .summary = "list the items of a partition, in the order of their sort key",
      .details =
          "WHERE says what the partition key is, by = or IN; what it says of the sort key (=, <, <=, >, >=, BETWEEN,\n"
          "begins_with) is looked up as well, and the rest is asked of each item. It is PartiQL, as in DynamoDB's\n"
          "ExecuteStatement: texts in single quotes, names in double quotes where they need any, AND, OR, NOT, IN,\n"
          "contains(), size(), attribute_type(), IS MISSING. JSON shows whole items, with all digits of numbers.",
      .examples =
          {"caudal items query BankPayments \"PK = 'a-1#PAYMENT' AND begins_with(SK, 'SCHEDULED')\"",
           "caudal items query orders \"status = 'OPEN' AND due BETWEEN 1 AND 9 AND amount > 100\" --index by-status",
           "caudal items query BankPayments \"PK = 'a-1#PAYMENT'\" --backwards --limit 1 --output json"},
      .options = select_options({{.name = "--backwards", .help = "from the end of the partition"}}),
      .positionals = {kTablePositional, {.name = "WHERE", .help = "which items"}},
      .run = run_query};
}

Command items_scan_command() {
  return {.name = "scan",
          .summary = "go through all items of a table",
          .details = "What WHERE may say: see `caudal items query`. Where it names the key, only that is read.",
          .examples = {"caudal items scan orders --limit 20",
                       "caudal items scan orders --where \"amount > 100 AND note IS NOT MISSING\" --output csv"},
          .options = select_options({{.name = "--where", .value = "WHERE", .help = "only these"}}),
          .positionals = {kTablePositional},
          .run = run_scan};
}

}  // namespace caudal::app
