// SPDX-License-Identifier: Apache-2.0
// Reading contracts/*.yaml.
#include "flows/definition/contract.h"

#include <fmt/format.h>

#include <algorithm>

#include "flows/definition/rule_sql.h"
#include "flows/definition/sql_text.h"

namespace caudal::flows {
namespace {

template <class T>
using Choices = std::vector<std::pair<const char*, T>>;

const Choices<Encoding>& encodings() {
  static const Choices<Encoding> words = {
      {"auto", Encoding::kAuto}, {"utf-8", Encoding::kUtf8}, {"latin-1", Encoding::kLatin1}};
  return words;
}
const Choices<std::optional<char>>& delimiters() {
  static const Choices<std::optional<char>> words = {
      {"auto", std::nullopt}, {",", ','}, {";", ';'}, {"|", '|'}, {"tab", '\t'}};
  return words;
}
const Choices<DecimalMark>& decimal_marks() {
  static const Choices<DecimalMark> words = {
      {"auto", DecimalMark::kAuto}, {".", DecimalMark::kPoint}, {",", DecimalMark::kComma}};
  return words;
}
const Choices<DateOrder>& date_orders() {
  static const Choices<DateOrder> words = {
      {"auto", DateOrder::kAuto}, {"iso", DateOrder::kIso}, {"dd/mm/yyyy", DateOrder::kDayMonthYear}};
  return words;
}
const Choices<Compression>& compressions() {
  static const Choices<Compression> words = {
      {"auto", Compression::kAuto}, {"none", Compression::kNone}, {"gzip", Compression::kGzip}};
  return words;
}
// What keeps a rule from being about single rows: the rule, or the first part of a composite that is about the table.
const Rule& part_about_table(const Rule& rule) {
  for (const Rule& part : rule.parts) {
    if (!part.is_row_level()) return part_about_table(part);
  }
  return rule;
}

const Choices<RuleAction>& actions() {
  static const Choices<RuleAction> words = {
      {"fail", RuleAction::kFail}, {"warn", RuleAction::kWarn}, {"quarantine", RuleAction::kQuarantine}};
  return words;
}

class Reader {
 public:
  Reader(const yaml::Node& root, Mistakes& mistakes) : top_(root, "the contract", mistakes), mistakes_(mistakes) {}

  Contract read() {
    contract_.place = top_.place();
    contract_.table = top_.text("table").value_or("");
    if (!contract_.table.empty() && !is_plain_name(contract_.table))
      refuse_name(top_.place_of("table"), contract_.table);
    contract_.description = top_.text("description").value_or("");
    if (const yaml::Node* file = top_.optional("file")) read_file_format(*file);
    for (const yaml::Node& node : top_.list("columns")) read_column(node);
    read_key_and_month();
    read_amounts();
    for (const yaml::Node& node : top_.optional_list("references")) read_reference(node);
    for (const yaml::Node& node : top_.optional_list("rules")) read_rule(node);
    top_.finish();
    return std::move(contract_);
  }

 private:
  void refuse_name(const TextPlace& place, const std::string& name) {
    mistakes_.add(place, fmt::format("'{}' cannot be a name: lower-case letters, digits and _, beginning with a letter",
                                     name.substr(0, 80)));
  }

  void read_file_format(const yaml::Node& node) {
    yaml::Mapping map(node, "'file'", mistakes_);
    FileFormat& file = contract_.file;
    file.encoding = map.optional_choice("encoding", encodings()).value_or(Encoding::kAuto);
    file.delimiter = map.optional_choice("delimiter", delimiters()).value_or(std::nullopt);
    file.decimal = map.optional_choice("decimal", decimal_marks()).value_or(DecimalMark::kAuto);
    file.dates = map.optional_choice("dates", date_orders()).value_or(DateOrder::kAuto);
    file.compression = map.optional_choice("compression", compressions()).value_or(Compression::kAuto);
    file.header = map.optional_boolean("header").value_or(true);
    if (file.delimiter == ',' && file.decimal == DecimalMark::kComma)
      mistakes_.add(map.place_of("decimal"), "'decimal' and 'delimiter' cannot both be a comma");
    map.finish();
  }

  void read_column(const yaml::Node& node) {
    yaml::Mapping map(node, "a column", mistakes_);
    ContractColumn column;
    column.place = map.place();
    column.name = map.text("name").value_or("");
    if (!column.name.empty() && (!is_plain_name(column.name) || column.name == "ano" || column.name == "mes")) {
      if (is_plain_name(column.name))
        mistakes_.add(map.place_of("name"), fmt::format("'{}' is the name of a partition column", column.name));
      else
        refuse_name(map.place_of("name"), column.name);
    } else if (contract_.find(column.name) != nullptr) {
      mistakes_.add(map.place_of("name"), fmt::format("column '{}' is there already", column.name));
    }
    if (const auto text = map.text("type")) {
      if (const Result<ColumnType> type = parse_column_type(*text))
        column.type = *type;
      else
        mistakes_.add(map.place_of("type"), type.error().message);
    }
    column.required = map.optional_boolean("required").value_or(false);
    column.description = map.optional_text("description").value_or("");
    map.finish();
    contract_.columns.push_back(std::move(column));
  }

  ContractColumn* known_column(const std::string& name, const TextPlace& place, std::string_view key) {
    for (ContractColumn& column : contract_.columns) {
      if (column.name == name) return &column;
    }
    std::vector<std::string> names;
    for (const ContractColumn& column : contract_.columns) names.push_back(column.name);
    mistakes_.add(place, fmt::format("'{}' names '{}', which is no column{}", key, name, did_you_mean(name, names)));
    return nullptr;
  }

  void read_key_and_month() {
    contract_.key = top_.texts("key").value_or(std::vector<std::string>());
    for (const std::string& name : contract_.key) {
      if (ContractColumn* column = known_column(name, top_.place_of("key"), "key")) column->required = true;
    }
    contract_.month_column = top_.text("month_column").value_or("");
    if (contract_.month_column.empty()) return;
    const TextPlace place = top_.place_of("month_column");
    ContractColumn* column = known_column(contract_.month_column, place, "month_column");
    if (column == nullptr) return;
    column->required = true;  // a row without a month has no partition
    if (column->type.kind != TypeKind::kDate)
      mistakes_.add(place,
                    fmt::format("'month_column' must be a date, '{}' is {}", column->name, column->type.to_string()));
  }

  void read_amounts() {
    contract_.amounts = top_.optional_texts("amounts").value_or(std::vector<std::string>());
    for (const std::string& name : contract_.amounts) {
      const TextPlace place = top_.place_of("amounts");
      const ContractColumn* column = known_column(name, place, "amounts");
      if (column != nullptr && column->type.kind != TypeKind::kDecimal)
        mistakes_.add(place, fmt::format("'amounts' must be decimals, '{}' is {}", name, column->type.to_string()));
    }
  }

  void read_reference(const yaml::Node& node) {
    yaml::Mapping map(node, "a reference", mistakes_);
    Reference reference;
    reference.place = map.place();
    reference.columns = map.texts("columns").value_or(std::vector<std::string>());
    for (const std::string& name : reference.columns) known_column(name, map.place_of("columns"), "columns");
    reference.table = map.text("table").value_or("");
    reference.target_columns = map.optional_texts("target_columns").value_or(reference.columns);
    if (reference.columns.size() != reference.target_columns.size())
      mistakes_.add(map.place_of("target_columns"),
                    fmt::format("{} columns refer to {}", reference.columns.size(), reference.target_columns.size()));
    map.finish();
    contract_.references.push_back(std::move(reference));
  }

  void read_rule(const yaml::Node& node) {
    yaml::Mapping map(node, "a rule", mistakes_);
    QualityRule rule;
    rule.place = map.place_of("rule");
    const auto text = map.text("rule");
    const auto action = map.choice("action", actions());
    const auto name = map.optional_text("name");
    map.finish();
    if (!text || !action) return;
    Result<Rule> parsed = parse_rule(*text);
    if (!parsed) return mistakes_.add(rule.place, parsed.error().message);
    rule.rule = *std::move(parsed);
    rule.action = *action;
    rule.name = name.value_or(rule.rule.to_string());
    check_rule(rule.rule, contract_.columns, rule.place, mistakes_);
    if (rule.action == RuleAction::kQuarantine && !rule.rule.is_row_level())
      mistakes_.add(map.place_of("action"),
                    fmt::format("'quarantine' needs a rule about single rows (IsComplete, Completeness, ColumnValues, "
                                "ColumnLength, or these joined); {} is about the whole table, use fail or warn",
                                name_of(part_about_table(rule.rule).kind)));
    for (const QualityRule& other : contract_.rules) {
      if (other.name == rule.name)
        mistakes_.add(rule.place, fmt::format("rule '{}' is there already, in line {}", rule.name, other.place.line));
    }
    contract_.rules.push_back(std::move(rule));
  }

  yaml::Mapping top_;
  Mistakes& mistakes_;
  Contract contract_;
};

}  // namespace

const char* name_of(RuleAction action) {
  for (const auto& [name, value] : actions()) {
    if (value == action) return name;
  }
  return "unknown";
}

const ContractColumn* Contract::find(std::string_view column) const {
  for (const ContractColumn& candidate : columns) {
    if (candidate.name == column) return &candidate;
  }
  return nullptr;
}

Contract read_contract(const yaml::Node& root, Mistakes& mistakes) { return Reader(root, mistakes).read(); }

}  // namespace caudal::flows
