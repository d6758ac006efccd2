// SPDX-License-Identifier: Apache-2.0
#include "flows/definition/contract.h"

#include <gtest/gtest.h>

#include "base/check.h"

namespace caudal::flows {
namespace {

constexpr std::string_view kContract = R"yaml(table: tb_pagamentos
description: Pagamentos
file: {encoding: latin-1, delimiter: ";", decimal: ",", dates: dd/mm/yyyy, compression: gzip, header: false}
columns:
  - {name: id, type: string, description: x}
  - {name: id_fatura, type: string}
  - {name: dia, type: date}
  - {name: valor, type: "decimal(18,2)", required: true}
key: id
month_column: dia
amounts: [valor]
references:
  - {columns: id_fatura, table: tb_faturas}
rules:
  - {rule: 'ColumnValues "valor" >= 0', action: quarantine, name: nao_negativo}
  - {rule: 'RowCount > 0', action: warn}
)yaml";

std::string replaced(std::string_view from, std::string_view to) {
  std::string result(kContract);
  const size_t at = result.find(from);
  CHECK(at != std::string::npos, "the test's contract has changed");
  return result.replace(at, from.size(), to);
}

Contract read(std::string_view text, Mistakes& mistakes) {
  const auto root = yaml::parse(text, "c.yaml", mistakes);
  return root ? read_contract(*root, mistakes) : Contract();
}
std::string mistakes_of(std::string_view text) {
  Mistakes mistakes;
  read(text, mistakes);
  return mistakes.empty() ? "" : mistakes.to_error().message;
}

TEST(Contract, IsReadWhole) {
  Mistakes mistakes;
  const Contract contract = read(kContract, mistakes);
  ASSERT_TRUE(mistakes.empty()) << mistakes.to_error().message;
  EXPECT_EQ(contract.table, "tb_pagamentos");
  EXPECT_EQ(contract.file.encoding, Encoding::kLatin1);
  EXPECT_EQ(contract.file.delimiter, ';');
  EXPECT_EQ(contract.file.decimal, DecimalMark::kComma);
  EXPECT_EQ(contract.file.dates, DateOrder::kDayMonthYear);
  EXPECT_EQ(contract.file.compression, Compression::kGzip);
  EXPECT_FALSE(contract.file.header);
  EXPECT_TRUE(contract.find("id")->required) << "a key is always required";
  EXPECT_TRUE(contract.find("dia")->required) << "a row without a month has no partition";
  EXPECT_FALSE(contract.find("id_fatura")->required);
  EXPECT_EQ(contract.find("ID"), nullptr);
  EXPECT_EQ(contract.references[0].target_columns, std::vector<std::string>{"id_fatura"});
  EXPECT_EQ(contract.rules[0].name, "nao_negativo");
  EXPECT_EQ(contract.rules[1].name, "RowCount > 0");
  EXPECT_EQ(contract.rules[1].action, RuleAction::kWarn);
  EXPECT_EQ(contract.rules[0].place.to_string(), "c.yaml:15:12");
}

TEST(Contract, FormatsAreFoundOutUnlessSaid) {
  Mistakes mistakes;
  const Contract contract =
      read(replaced("file: {encoding: latin-1, delimiter: \";\", decimal: \",\", dates: dd/mm/yyyy, "
                    "compression: gzip, header: false}\n",
                    ""),
           mistakes);
  ASSERT_TRUE(mistakes.empty());
  EXPECT_EQ(contract.file.encoding, Encoding::kAuto);
  EXPECT_EQ(contract.file.delimiter, std::nullopt);
  EXPECT_EQ(contract.file.decimal, DecimalMark::kAuto);
  EXPECT_TRUE(contract.file.header);
}

TEST(Contract, EachMistakeIsToldWithItsPlace) {
  EXPECT_EQ(mistakes_of(replaced("latin-1", "latin1")),
            "c.yaml:3:18: 'encoding' must be one of auto, utf-8, latin-1, found 'latin1' (did you mean 'latin-1'?)");
  EXPECT_EQ(mistakes_of(replaced("\";\"", "\",\"")), "c.yaml:3:52: 'decimal' and 'delimiter' cannot both be a comma");
  EXPECT_EQ(mistakes_of(replaced("name: id_fatura", "name: Id_Fatura")),
            "c.yaml:6:12: 'Id_Fatura' cannot be a name: lower-case letters, digits and _, beginning with a letter\n"
            "c.yaml:13:15: 'columns' names 'id_fatura', which is no column (did you mean 'Id_Fatura'?)");
  EXPECT_EQ(mistakes_of(replaced("name: id_fatura", "name: id")),
            "c.yaml:6:12: column 'id' is there already\nc.yaml:13:15: 'columns' names 'id_fatura', which is no column");
  EXPECT_EQ(mistakes_of(replaced("name: id_fatura", "name: ano")).substr(0, 57),
            "c.yaml:6:12: 'ano' is the name of a partition column\nc.ya");
  EXPECT_EQ(mistakes_of(replaced("type: date", "type: money")).substr(0, 43),
            "c.yaml:7:23: 'money' is not a column type; ");
  EXPECT_EQ(mistakes_of(replaced("key: id\n", "key: idd\n")),
            "c.yaml:9:6: 'key' names 'idd', which is no column (did you mean 'id'?)");
  EXPECT_EQ(mistakes_of(replaced("month_column: dia", "month_column: valor")),
            "c.yaml:10:15: 'month_column' must be a date, 'valor' is decimal(18,2)");
  EXPECT_EQ(mistakes_of(replaced("[valor]", "[id]")), "c.yaml:11:10: 'amounts' must be decimals, 'id' is string");
  EXPECT_EQ(mistakes_of(replaced("table: tb_faturas}", "table: tb_faturas, target_columns: [a, b]}")),
            "c.yaml:13:61: 1 columns refer to 2");
}

TEST(Contract, RulesThatCannotBeAreRefused) {
  EXPECT_EQ(mistakes_of(replaced("\"valor\" >= 0", "\"valores\" >= 0")),
            "c.yaml:15:12: rule ColumnValues \"valores\" >= 0: 'valores' is no column (did you mean 'valor'?)");
  EXPECT_EQ(mistakes_of(replaced("action: warn", "action: quarantine")),
            "c.yaml:16:36: 'quarantine' needs a rule about single rows (IsComplete, Completeness, ColumnValues, "
            "ColumnLength, or these joined); RowCount is about the whole table, use fail or warn");
  EXPECT_EQ(mistakes_of(replaced("'ColumnValues \"valor\" >= 0'",
                                 "'(IsComplete \"id\") or ((Sum \"valor\" > 0) and (RowCount > 0))'")),
            "c.yaml:15:83: 'quarantine' needs a rule about single rows (IsComplete, Completeness, ColumnValues, "
            "ColumnLength, or these joined); Sum is about the whole table, use fail or warn");
  EXPECT_EQ(
      mistakes_of(replaced("RowCount > 0", "RowCont > 0")),
      "c.yaml:16:12: rule 'RowCont > 0', character 1: 'RowCont' is no rule (did you mean 'RowCount'?); see the list in "
      "docs/quality.md");
  EXPECT_EQ(mistakes_of(replaced("action: warn}", "action: warn, name: nao_negativo}")),
            "c.yaml:16:12: rule 'nao_negativo' is there already, in line 15");
  EXPECT_EQ(mistakes_of(replaced("action: warn", "action: ignore")),
            "c.yaml:16:36: 'action' must be one of fail, warn, quarantine, found 'ignore'");
}

TEST(Contract, NeedsItsKeys) {
  EXPECT_EQ(mistakes_of("description: x\n"),
            "c.yaml:1:1: the contract needs 'columns'\nc.yaml:1:1: the contract needs 'key'\n"
            "c.yaml:1:1: the contract needs 'month_column'\nc.yaml:1:1: the contract needs 'table'");
}

}  // namespace
}  // namespace caudal::flows
