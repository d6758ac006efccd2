// SPDX-License-Identifier: Apache-2.0
// Mistakes in a flow's SQL are told with their place before anything runs.
#include "flows/engine/statement_check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "base/file.h"
#include "base/testing/result_matchers.h"
#include "flows/definition/load.h"
#include "flows/engine/statement_error.h"
#include "flows/engine/testing/small_flow.h"
#include "sql/errors.h"

namespace caudal::flows::engine {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class StatementCheckTest : public ::testing::Test {
 protected:
  // What is wrong once `from` stands as `to` in the file.
  std::vector<std::string> mistakes_with(const std::string& file, const std::string& from, const std::string& to) {
    const std::filesystem::path path = folder_.path() / "small" / file;
    std::string text = unwrap(read_file(path));
    const size_t at = text.find(from);
    CHECK(at != std::string::npos, "the text is not there");
    unwrap(write_file_durably(path, text.replace(at, from.size(), to)));
    return mistakes(unwrap(load_flow(folder_.path() / "small")));
  }
  static std::vector<std::string> mistakes(const FlowDefinition& flow) {
    std::vector<std::string> texts;
    for (const Mistake& mistake : unwrap(check_statements(flow)).sorted()) {
      const auto name = std::filesystem::path(mistake.place.file).filename().string();
      texts.push_back(TextPlace{name, mistake.place.line, mistake.place.column}.to_string() + ": " + mistake.message);
    }
    return texts;
  }

  TemporaryDirectory folder_;
  FlowDefinition flow_ = small_flow(folder_.path() / "small");
};

TEST_F(StatementCheckTest, FindsNothingWrongInWhatShips) {
  EXPECT_THAT(mistakes(flow_), ElementsAre());
  for (const char* name : {"invoices", "payments"}) {
    EXPECT_THAT(mistakes(unwrap(load_flow(std::filesystem::path(CAUDAL_SOURCE_DIR) / "flows" / name))), ElementsAre());
  }
}

TEST_F(StatementCheckTest, SyntaxIsToldWithItsLineAndColumn) {
  EXPECT_THAT(mistakes_with("book_total.sql", "FROM faturas_da_janela f", "FROM faturas_da_janela f WHERE WHERE"),
              ElementsAre(AllOf(HasSubstr("book_total.sql:3:"), HasSubstr("syntax error at or near \"WHERE\""))));
}

TEST_F(StatementCheckTest, AColumnThatIsNotThereIsToldWithWhatIs) {
  EXPECT_THAT(
      mistakes_with("book_total.sql", "sum(f.valor_fatura)", "sum(f.valor_fatur)"),
      ElementsAre(AllOf(HasSubstr("book_total.sql:1:42: "), HasSubstr("valor_fatur"), HasSubstr("\"valor_fatura\""))));
}

TEST_F(StatementCheckTest, AMistakeOfASharedSelectIsToldOnce) {
  EXPECT_THAT(mistakes_with("janela.sql", "data_emissao >=", "data_emissa >="),
              ElementsAre(AllOf(HasSubstr("janela.sql:2:7: "), HasSubstr("data_emissa"))));
}

TEST_F(StatementCheckTest, WhatIsReadHasToBeDeclared) {
  EXPECT_THAT(mistakes_with("book_total.sql", "curated.tb_pagamentos", "curated.tb_pagamento"),
              ElementsAre(AllOf(HasSubstr("book_total.sql:1:1: the statement reads curated.tb_pagamento, "),
                                HasSubstr("did you mean 'curated.tb_pagamentos'?"))));
}

TEST_F(StatementCheckTest, OfTablesOfOthersOnlyTheSyntaxIsLookedAt) {
  mistakes_with("flow.yaml", "{table: curated.tb_pagamentos, months: all}]", "{table: other.table, months: all}]");
  EXPECT_THAT(
      mistakes_with("book_total.sql", "curated.tb_pagamentos WHERE data_pagamento <", "other.table WHERE whatever <"),
      ElementsAre());
  EXPECT_THAT(mistakes_with("book_total.sql", "whatever <", "whatever < <"),
              ElementsAre(HasSubstr("book_total.sql:2:")));
}

TEST_F(StatementCheckTest, OneSelectIsExpected) {
  EXPECT_THAT(mistakes_with("book_total.sql", "FROM faturas_da_janela f", "FROM faturas_da_janela f; SELECT 1"),
              ElementsAre(HasSubstr("one SELECT is expected here, found 2 statements")));
}

TEST_F(StatementCheckTest, ConditionsOfABookAreAboutItsSource) {
  EXPECT_THAT(mistakes_with("book_cliente.yaml", "when: valor_fatura >= 100", "when: valor_fatur >= 100"),
              ElementsAre(AllOf(HasSubstr("book_cliente.yaml:11:"), HasSubstr("'when' of GRANDE: "),
                                HasSubstr("valor_fatur"))));
}

TEST_F(StatementCheckTest, MeasuresOfABookAreColumnsOfItsSource) {
  EXPECT_THAT(
      mistakes_with("book_cliente.yaml", "column: qtd_faturas", "column: qtd_fatura"),
      ElementsAre(AllOf(HasSubstr("book_cliente.yaml:15:"),
                        HasSubstr("'qtd_fatura' is no column of the book's source (did you mean 'qtd_faturas'?)"))));
}

TEST_F(StatementCheckTest, ABooksSourceIsToldWithItsLineInTheYaml) {
  EXPECT_THAT(mistakes_with("book_cliente.yaml", "data_emissao, valor_fatura, 1", "data_emissao, valor, 1"),
              ElementsAre(AllOf(HasSubstr("book_cliente.yaml:7:36: "), HasSubstr("valor"))));
}

TEST_F(StatementCheckTest, RulesThatHoldSqlAreLookedAt) {
  const std::string rule =
      R"(- {rule: 'CustomSql "select count(*) from primary where valor < 0" = 0', action: warn, name: sem_valor})";
  EXPECT_THAT(mistakes_with("contracts/tb_faturas.yaml", "rules:\n", "rules:\n  " + rule + "\n"),
              ElementsAre(AllOf(HasSubstr("tb_faturas.yaml:15:"), HasSubstr("rule sem_valor: "), HasSubstr("valor"))));
}

TEST_F(StatementCheckTest, NothingIsOpened) {
  EXPECT_THAT(mistakes_with("book_total.sql", "FROM faturas_da_janela f", "FROM read_csv('/etc/passwd') f"),
              ElementsAre(AllOf(HasSubstr("book_total.sql:3:6: "), HasSubstr("/etc/passwd"))));
}

TEST(StatementErrorTest, IsTakenApart) {
  const auto told = [](const char* text) { return statement_error(Error{sql::Errc::invalid_statement, text}); };
  const StatementError placed = told("Binder Error: no x!\nThere is y.\n\nLINE 12: SELECT x\n                ^");
  EXPECT_EQ(placed.message, "Binder Error: no x! There is y.");
  EXPECT_EQ(placed.line, 12);
  EXPECT_EQ(placed.column, 8);
  const StatementError cut = told("Parser Error: x\n\nLINE 3: ...WHERE WHERE\n                 ^");
  EXPECT_EQ(cut.line, 3);
  EXPECT_EQ(cut.column, 0) << "where the text begins is not said";
  const StatementError bare = told("nothing is said of a place");
  EXPECT_EQ(bare.message, "nothing is said of a place");
  EXPECT_EQ(bare.line, 1);
}

}  // namespace
}  // namespace caudal::flows::engine
