// SPDX-License-Identifier: Apache-2.0
// Which tables a SELECT names, from the tree that DuckDB's parser makes of it. Not duckdb_get_table_names: that binds
// the statement against empty tables, and so knows nothing of a JOIN ... USING.
#include <simdjson.h>

#include <algorithm>
#include <cctype>
#include <set>

#include "sql/database_impl.h"

namespace caudal::sql {
namespace {

using simdjson::dom::element;

// DuckDB refuses expressions nested deeper than 1,000; each takes a few levels of JSON.
constexpr size_t kMaxTreeDepth = 16'384;

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return result;
}

std::string_view member(const simdjson::dom::object& object, std::string_view key) {
  std::string_view text;
  if (object.at_key(key).get(text) != simdjson::SUCCESS) return {};
  return text;
}

// Gathers tables and the names of common table expressions from a statement's tree.
class Gatherer {
 public:
  void visit(const element& node) {
    if (node.is_array()) {
      for (const element child : simdjson::dom::array(node)) visit(child);
    } else if (node.is_object()) {
      visit_object(simdjson::dom::object(node));
    }
  }

  // An unqualified name that is also a CTE's anywhere in the statement is taken for the CTE.
  std::vector<Connection::TableName> tables() const {
    std::vector<Connection::TableName> found;
    for (const Connection::TableName& table : tables_) {
      if (table.parts.size() > 1 || !ctes_.contains(lower(table.parts[0]))) found.push_back(table);
    }
    return found;
  }

 private:
  void visit_object(const simdjson::dom::object& object) {
    if (member(object, "type") == "BASE_TABLE") add_table(object);
    element ctes;
    if (object.at_key("cte_map").at_key("map").get(ctes) == simdjson::SUCCESS && ctes.is_array()) {
      for (const element cte : simdjson::dom::array(ctes)) {
        if (cte.is_object()) ctes_.insert(lower(member(simdjson::dom::object(cte), "key")));
      }
    }
    for (const simdjson::dom::key_value_pair field : object) visit(field.value);
  }

  void add_table(const simdjson::dom::object& object) {
    Connection::TableName name;
    for (const std::string_view key : {"catalog_name", "schema_name", "table_name"}) {
      if (const std::string_view part = member(object, key); !part.empty()) name.parts.emplace_back(part);
    }
    if (!name.parts.empty()) tables_.insert(std::move(name));
  }

  std::set<Connection::TableName> tables_;
  std::set<std::string> ctes_;
};

}  // namespace

Result<std::vector<Connection::TableName>> Connection::table_names(std::string_view sql) {
  if (const size_t statements = TRY(count(sql)); statements != 1)
    return Error{make_error_code(Errc::invalid_statement),
                 statements == 0 ? "there is no statement to run"
                                 : "there are " + std::to_string(statements) + " statements; give one at a time"};
  ResultStream stream =
      TRY(query("SELECT json_serialize_sql(CAST($1 AS VARCHAR))", std::vector<Value>{std::string(sql)}));
  const std::vector<std::vector<Value>> rows = TRY(stream.all());
  const auto* text = std::get_if<std::string>(&rows.at(0).at(0));
  CHECK(text != nullptr, "DuckDB answered no tree for a statement");
  simdjson::dom::parser parser;
  element tree;
  if (parser.allocate(text->size(), kMaxTreeDepth) != simdjson::SUCCESS ||
      parser.parse(*text).get(tree) != simdjson::SUCCESS)
    return Error{make_error_code(Errc::unsupported), "the statement is nested too deeply; simplify it"};
  bool failed = true;
  if (tree.at_key("error").get(failed) == simdjson::SUCCESS && failed) {
    // Its syntax is right, as count() found, so it is another statement.
    return Error{make_error_code(Errc::unsupported), "only SELECT statements name tables to read"};
  }
  Gatherer gatherer;
  gatherer.visit(tree);
  return gatherer.tables();
}

}  // namespace caudal::sql
