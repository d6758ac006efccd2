// SPDX-License-Identifier: Apache-2.0
// What becomes of whole files and of single rows; every bad input with its words and its place.
#include "flows/delivery/delivery.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "base/random.h"
#include "flows/delivery/errors.h"
#include "flows/delivery/testing/contracts.h"

namespace caudal::delivery {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::string with_header(std::string_view rows) { return std::string(kFaturasHeader) + std::string(rows); }

TEST(Delivery, ReadsTypedRowsWithTheirLines) {
  ReadDelivery read(with_header("1-1,1,2023-01-01,2023-01-10,24597.21,7379.16\n1-2,1,2023-02-01,,48891.09,\n"));
  EXPECT_THAT(read.good(),
              ElementsAre("1-1|1|2023-01-01|2023-01-10|24597.21|7379.16|2", "1-2|1|2023-02-01|∅|48891.09|∅|3"));
  EXPECT_THAT(read.refused(), IsEmpty());
  EXPECT_THAT(read.query("SELECT typeof(id_cliente), typeof(data_emissao), typeof(valor_fatura), typeof(_linha), "
                         "typeof(_arquivo) FROM boas() LIMIT 1"),
              ElementsAre("INTEGER|DATE|DECIMAL(18,2)|BIGINT|INTEGER"));
}

TEST(Delivery, AddsUpExactly) {
  ReadDelivery read(
      with_header("1,1,2024-01-05,2024-01-10,10.10,1.00\n"
                  "2,1,2024-02-05,2024-01-10,20.20,\n"
                  "3,x,2024-01-05,2024-01-10,0.05,x\n"
                  "4,1,2024-01-05\n"
                  "5,1,2024-01-31,2024-01-10,-0.35,2\n"));
  const Totals totals = read.totals();
  EXPECT_EQ(totals.records, 5u);
  EXPECT_EQ(totals.good, 3u);
  EXPECT_EQ(totals.refused, 2u);
  ASSERT_EQ(totals.amounts.size(), 2u);
  EXPECT_EQ(Decimal(totals.amounts[0].sum, 2).to_string(), "30.00");
  EXPECT_EQ(Decimal(totals.amounts[0].refused_sum, 2).to_string(), "0.05");
  EXPECT_EQ(totals.amounts[0].read, 4u);
  EXPECT_EQ(totals.amounts[0].unreadable, 1u);
  EXPECT_EQ(Decimal(totals.amounts[1].sum, 2).to_string(), "3.00");
  EXPECT_EQ(totals.amounts[1].empty, 1u);
  EXPECT_EQ(totals.amounts[1].unreadable, 2u);
  using std::chrono::year;
  EXPECT_EQ(totals.months, (std::map<Month, uint64_t>{{year{2024} / 1, 2}, {year{2024} / 2, 1}}));
}

TEST(Delivery, TotalsAreTheSameBeforeDuringAndAfterReading) {
  ReadDelivery read(with_header("1,1,2024-01-05,,10.10,\nx\n"));
  EXPECT_EQ(read.totals().records, 2u);
  read.good();
  read.good();
  EXPECT_EQ(read.totals().records, 2u);
  EXPECT_EQ(read.totals().refused, 1u);
}

TEST(Rows, NameEveryFailedCheckInTheContractsOrder) {
  ReadDelivery read(with_header(",x,2024-02-30,31/01/2024,\"12,3x\",1.005\n"));
  EXPECT_THAT(read.refused(),
              ElementsAre("2|id_fatura: obrigatorio, veio vazio; id_cliente: inteiro invalido 'x'; "
                          "data_emissao: data impossivel, lida como aaaa-mm-dd '2024-02-30'; "
                          "data_vencimento: data invalida '31/01/2024'; valor_fatura: decimal invalido '12,3x'; "
                          "valor_pagamento_minimo: decimal com mais de 2 casas '1.005'"));
  EXPECT_THAT(read.query("SELECT id_fatura, id_cliente, valor_fatura, _registro FROM recusas()"),
              ElementsAre("|x|12,3x|,x,2024-02-30,31/01/2024,\"12,3x\",1.005"));
}

TEST(Rows, AreRefusedWhenTheirTypeDoesNotHoldThem) {
  ReadDelivery read(
      with_header("1,2147483648,2024-01-01,,1,\n"
                  "2,1,2024-01-01,,10000000000000000.00,\n"
                  "3,1,2024-01-01,,-9999999999999999.99,\n"
                  "4,1.5,2024-13-01,,1e3,\n"));
  EXPECT_THAT(read.refused(),
              ElementsAre("2|id_cliente: inteiro fora do limite de int '2147483648'",
                          "3|valor_fatura: decimal fora do limite de decimal(18,2) '10000000000000000.00'",
                          "5|id_cliente: inteiro invalido '1.5'; data_emissao: data impossivel, lida como aaaa-mm-dd "
                          "'2024-13-01'; valor_fatura: decimal invalido '1e3'"));
  EXPECT_THAT(read.good(), ElementsAre("3|1|2024-01-01|∅|-9999999999999999.99|∅|4"));
}

TEST(Rows, WithTheWrongNumberOfFieldsAreRefusedWithTheirText) {
  ReadDelivery read(with_header("1,1,2024-01-01,,1\n2,1,2024-01-01,,1,,\nonly\n"));
  EXPECT_THAT(read.query("SELECT _linha, _motivo, _registro, id_fatura FROM recusas() ORDER BY _linha"),
              ElementsAre("2|registro: 5 campos, esperados 6|1,1,2024-01-01,,1|∅",
                          "3|registro: 7 campos, esperados 6|2,1,2024-01-01,,1,,|∅",
                          "4|registro: 1 campo, esperados 6|only|∅"));
}

TEST(Rows, QuotedAndUnquotedEmptyAreBothNull) {
  ReadDelivery read(with_header("1,1,2024-01-01,\"\",1,\n\"\",1,2024-01-01,,1,\n"));
  EXPECT_THAT(read.good(), ElementsAre("1|1|2024-01-01|∅|1.00|∅|2"));
  EXPECT_THAT(read.refused(), ElementsAre("3|id_fatura: obrigatorio, veio vazio"));
}

TEST(Rows, MayHoldLineFeedsAndQuotesAndKeepPhysicalLines) {
  ReadDelivery read(with_header("\"a\nb\"\"c\",1,2024-01-01,,1,\n\"d\",1,2024-01-01,,2,\n"));
  EXPECT_THAT(read.good(), ElementsAre("a\nb\"c|1|2024-01-01|∅|1.00|∅|2", "d|1|2024-01-01|∅|2.00|∅|4"));
}

TEST(Rows, AnUnclosedQuoteAtTheEndLosesNothing) {
  ReadDelivery read(with_header("1,1,2024-01-01,,1,\n\"2,1,2024-01-01,,1,\n3,1,2024-01-01,,1,\n"));
  EXPECT_THAT(read.query("SELECT _linha, _motivo, _registro FROM recusas()"),
              ElementsAre("3|registro: aspas sem fechamento|\"2,1,2024-01-01,,1,"));
  EXPECT_EQ(read.good().size(), 2u);
}

TEST(Rows, AMisplacedQuoteIsRefused) {
  ReadDelivery read(with_header("a\"b,1,2024-01-01,,1,\n\"a\"b,1,2024-01-01,,1,\n"));
  EXPECT_THAT(read.refused(), ElementsAre("2|registro: aspas fora de lugar", "3|registro: aspas fora de lugar"));
}

TEST(Rows, WithNulBytesAreRefused) {
  std::string content = with_header("1,1,2024-01-01,,1,\n2");
  content += '\0';
  content += ",1,2024-01-01,,1,\n3,1,2024-01-01,,1,\n";
  ReadDelivery read(content);
  EXPECT_THAT(read.refused(), ElementsAre("3|registro: byte NUL"));
  EXPECT_THAT(read.query("SELECT octet_length(_registro::BLOB) FROM recusas()"), ElementsAre("19"));
  EXPECT_EQ(read.good().size(), 2u);
}

TEST(Rows, BlankLinesAreNoRecordsButCountAsLines) {
  ReadDelivery read(with_header("\n1,1,2024-01-01,,1,\n\r\n\n2,1,2024-01-01,,1,\n\n"));
  EXPECT_THAT(read.query("SELECT _linha FROM boas() ORDER BY 1"), ElementsAre("3", "6"));
  EXPECT_EQ(read.totals().records, 2u);
  EXPECT_EQ(read.totals().blank_lines, 4u);
}

TEST(Rows, EndInAnyWay) {
  const std::string row = "1,1,2024-01-01,2024-01-02,1,2";
  for (const std::string& content :
       {with_header(row), with_header(row + "\n"), with_header(row + "\r\n"), with_header(row + "\r"),
        "id_fatura,id_cliente,data_emissao,data_vencimento,valor_fatura,valor_pagamento_minimo\r\n" + row + "\r\n"}) {
    ReadDelivery read(content);
    EXPECT_THAT(read.good(), ElementsAre("1|1|2024-01-01|2024-01-02|1.00|2.00|2")) << content;
  }
}

TEST(Rows, OfTenMegabytesAreReadAndLongerOnesRefusedInPart) {
  const std::string ten_megabytes(10'000'000, 'x');
  const std::string twenty(20'000'000, 'y');
  ReadDelivery read(
      with_header(ten_megabytes + ",1,2024-01-01,,1,\n" + twenty + ",1,2024-01-01,,1,\nz,1,2024-01-01,,1,\n"));
  EXPECT_THAT(read.query("SELECT length(id_fatura), _linha FROM boas() ORDER BY _linha"),
              ElementsAre("10000000|2", "1|4"));
  EXPECT_THAT(read.query("SELECT _linha, _motivo, length(_registro), _registro[1:3] FROM recusas()"),
              ElementsAre("3|registro: mais de 16777216 bytes|65536|yyy"));
  EXPECT_EQ(read.totals().records, 3u);
}

TEST(File, EmptyAndHeaderOnlyAreToldApart) {
  EXPECT_EQ(file_refusal("").code, Errc::empty_file);
  EXPECT_EQ(file_refusal("\n\r\n\n").code, Errc::empty_file);
  EXPECT_EQ(file_refusal("\xEF\xBB\xBF").code, Errc::empty_file);
  for (const std::string_view content : {kFaturasHeader, kFaturasHeader.substr(0, kFaturasHeader.size() - 1)}) {
    ReadDelivery read(content);
    EXPECT_THAT(read.good(), IsEmpty());
    EXPECT_THAT(read.refused(), IsEmpty());
    EXPECT_EQ(read.totals().records, 0u);
  }
}

TEST(File, ReorderedColumnsInAnyCaseAreRead) {
  ReadDelivery read(
      "VALOR_FATURA, Id_Cliente ,id_fatura,data_emissao,valor_pagamento_minimo,data_vencimento\n"
      "5.5,7,a,2024-01-01,,2024-02-01\n");
  EXPECT_THAT(read.good(), ElementsAre("a|7|2024-01-01|2024-02-01|5.50|∅|2"));
}

TEST(File, ColumnsThatDifferRefuseItWhole) {
  const struct {
    const char* header;
    const char* expected;
  } cases[] = {
      {"id_fatura,id_cliente,data_emissao,data_vencimento,valor_fatura\n", "missing valor_pagamento_minimo. Expected"},
      {"id_fatura,id_cliente,data_emissao,data_vencimento,valor_fatura,valor_pagamento_minimo,canal\n",
       "unexpected canal. Expected"},
      {"id_fatura,id_cliente,dt_emissao,data_vencimento,valor_fatura,valor_pagamento_minimo\n",
       "missing data_emissao; unexpected dt_emissao (renamed from data_emissao?). Expected"},
      {"id_fatura,id_cliente,data_emissao,data_vencimento,valor_fatura,valor_pagamento_minimo,id_fatura\n",
       "repeated id_fatura. Expected"},
      {"id_fatura,id_cliente,data_emissao,data_vencimento,valor_fatura,valor_pagamento_minimo,\n",
       "unexpected (no name). Expected"},
      {"1-1,1,2023-01-01,2023-01-10,24597.21,7379.16\n", "missing id_fatura, id_cliente"},
  };
  for (const auto& c : cases) {
    const Error error = file_refusal(c.header);
    EXPECT_EQ(error.code, Errc::structure);
    EXPECT_TRUE(error.is(ErrorClass::kRefused));
    EXPECT_NE(error.message.find(c.expected), std::string::npos) << error.message;
  }
  EXPECT_EQ(
      file_refusal("id_fatura,id_cliente,dt_emissao,data_vencimento,valor_fatura,valor_pagamento_minimo\n").message,
      "tb_faturas_202401.csv:1: the columns are not those of the contract tb_faturas: missing data_emissao; "
      "unexpected dt_emissao (renamed from data_emissao?). Expected: id_fatura, id_cliente, data_emissao, "
      "data_vencimento, valor_fatura, valor_pagamento_minimo. Found: id_fatura, id_cliente, dt_emissao, "
      "data_vencimento, valor_fatura, valor_pagamento_minimo. Ask the sender for the agreed columns, or change the "
      "contract");
}

TEST(File, WithoutHeaderFollowsTheContractsOrder) {
  flows::Contract contract = faturas_contract();
  contract.file.header = false;
  ReadDelivery read("1,2,2024-01-01,2024-01-02,3,4\n", contract);
  EXPECT_THAT(read.good(), ElementsAre("1|2|2024-01-01|2024-01-02|3.00|4.00|1"));
  ReadDelivery semicolons("1;2;2024-01-01;2024-01-02;3;4", contract);
  EXPECT_THAT(semicolons.good(), ElementsAre("1|2|2024-01-01|2024-01-02|3.00|4.00|1"));
}

TEST(File, DelimiterDecimalCommaAndDatesAreFoundOut) {
  ReadDelivery read(
      "id_fatura;id_cliente;data_emissao;data_vencimento;valor_fatura;valor_pagamento_minimo\n"
      "a;1;05/01/2024;31/01/2024;1.234,56;12\n"
      "b;1;05/01/2024;31/02/2024;12.34;1,5\n"
      "c;1;01/31/2024;;1;\n"
      "d;1;2024-01-05;;1;\n");
  EXPECT_THAT(read.good(), ElementsAre("a|1|2024-01-05|2024-01-31|1234.56|12.00|2"));
  EXPECT_THAT(
      read.refused(),
      ElementsAre("3|data_vencimento: data impossivel, lida como dd/mm/aaaa '31/02/2024'; valor_fatura: decimal "
                  "invalido '12.34'",
                  "4|data_emissao: data impossivel, lida como dd/mm/aaaa '01/31/2024'",
                  "5|data_emissao: data invalida '2024-01-05'"));
}

TEST(File, WhatTheContractSaysIsNotFoundOut) {
  flows::Contract contract = faturas_contract();
  contract.file.decimal = flows::DecimalMark::kPoint;
  contract.file.dates = flows::DateOrder::kIso;
  ReadDelivery read(
      "id_fatura;id_cliente;data_emissao;data_vencimento;valor_fatura;valor_pagamento_minimo\n"
      "a;1;05/01/2024;;1,5;\n",
      contract);
  EXPECT_THAT(read.refused(),
              ElementsAre("2|data_emissao: data invalida '05/01/2024'; valor_fatura: decimal invalido '1,5'"));
}

TEST(File, Latin1IsDecidedForTheWholeFile) {
  std::string content = with_header("jo\xC3\xA3o,1,2024-01-01,,1,\n");
  for (int i = 0; i < 5000; ++i) content += "x,1,2024-01-01,,1,\n";
  ReadDelivery utf8(content);
  EXPECT_EQ(utf8.delivery().detected().encoding, flows::Encoding::kUtf8);
  EXPECT_THAT(utf8.query("SELECT id_fatura FROM boas() WHERE _linha = 2"), ElementsAre("joão"));
  content += "caf\xE9,1,2024-01-01,,1,\n";
  ReadDelivery latin1(content, faturas_contract(), {.block_bytes = 4096});
  EXPECT_EQ(latin1.delivery().detected().encoding, flows::Encoding::kLatin1);
  EXPECT_THAT(latin1.query("SELECT id_fatura FROM boas() WHERE id_fatura <> 'x' ORDER BY _linha"),
              ElementsAre("joÃ£o", "café"));
  EXPECT_THAT(latin1.refused(), IsEmpty());
}

TEST(File, DeclaredUtf8RefusesOnlyTheRowsThatAreNot) {
  flows::Contract contract = faturas_contract();
  contract.file.encoding = flows::Encoding::kUtf8;
  ReadDelivery read(with_header("caf\xE9,1,2024-01-01,,1,\nação,1,2024-01-01,,1,\n"), contract);
  EXPECT_THAT(read.query("SELECT _linha, _motivo, _registro FROM recusas()"),
              ElementsAre("2|id_fatura: utf-8 invalido 'caf\xEF\xBF\xBD'|caf\xEF\xBF\xBD,1,2024-01-01,,1,"));
  EXPECT_THAT(read.query("SELECT id_fatura FROM boas()"), ElementsAre("ação"));
}

TEST(File, AByteOrderMarkIsNoPartOfTheFirstColumn) {
  ReadDelivery read("\xEF\xBB\xBF" + with_header("1,1,2024-01-01,,1,\n"));
  EXPECT_EQ(read.good().size(), 1u);
  EXPECT_TRUE(read.delivery().detected().byte_order_mark);
}

TEST(File, ThatCannotBeDecodedIsRefusedWhole) {
  std::string utf16 = "\xFF\xFE";
  std::string bare;
  for (const char c : kFaturasHeader) {
    utf16 += {c, '\0'};
    bare += {c, '\0'};
  }
  const Error with_mark = file_refusal(utf16);
  EXPECT_EQ(with_mark.code, Errc::undecodable);
  EXPECT_EQ(with_mark.message,
            "tb_faturas_202401.csv: the file is UTF-16, which is not read; ask the sender for UTF-8 or Latin-1");
  EXPECT_NE(file_refusal(bare).message.find("the header holds NUL bytes"), std::string::npos);
  flows::Contract contract = faturas_contract();
  contract.file.encoding = flows::Encoding::kUtf8;
  EXPECT_NE(file_refusal("id_fatura,emiss\xE3o\n", contract).message.find("the header is not valid UTF-8"),
            std::string::npos);
  EXPECT_EQ(file_refusal("\"id_fatura,id_cliente\n").code, Errc::undecodable);
}

TEST(File, GzipIsReadLikeAnyOther) {
  ReadDelivery read(gzip(with_header("1,1,2024-01-01,,1,\n")));
  EXPECT_EQ(read.good().size(), 1u);
  EXPECT_TRUE(read.delivery().detected().gzip);
  const std::string packed = gzip(with_header("1,1,2024-01-01,,1,\n"));
  EXPECT_EQ(file_refusal(packed.substr(0, packed.size() - 5)).code, Errc::bad_gzip);
}

TEST(File, ChangedMeanwhileIsRefusedAtTheEnd) {
  ReadDelivery read(with_header("1,1,2024-01-01,,1,\n"));
  read.good();
  read.file().rewrite(with_header("1,1,2024-01-01,,1,\n2,1,2024-01-01,,1,\n"));
  const auto totals = read.delivery().totals();
  ASSERT_FALSE(totals);
  EXPECT_EQ(totals.error().code, Errc::unstable);
}

// The same rows, refusals and totals from one thread and from many, in blocks of any size.
TEST(Delivery, DoesNotDependOnThreads) {
  const uint64_t seed = secure_random_u64();
  Random random(seed);
  std::string content(kFaturasHeader);
  for (int i = 0; i < 20'000; ++i) {
    switch (random.below(12)) {
      case 0: content += "\"a\nb\",1,2024-01-01,,1.5,\n"; break;
      case 1: content += "\"open,1,2024-01-01,,1,\n"; break;
      case 2: content += "x,1,2024-02-30,,y,\n"; break;
      case 3: content += "short,1\n"; break;
      case 4: content += "\n"; break;
      default:
        content += fmt::format("{},{},2024-0{}-07,,{}.{:02},\n", i, i, 1 + i % 9, random.below(9999), i % 100);
        break;
    }
  }
  const auto outcome = [&content](unsigned threads, size_t block_bytes) {
    ReadDelivery read(content, faturas_contract(), {.threads = threads, .block_bytes = block_bytes}, threads);
    std::vector<std::string> lines = read.good();
    for (std::string& line : read.query("SELECT * FROM recusas() ORDER BY _linha")) lines.push_back(std::move(line));
    const Totals totals = read.totals();
    EXPECT_EQ(totals.records, lines.size());
    lines.push_back(
        fmt::format("{} {} {}", totals.good, totals.refused, Decimal(totals.amounts[0].sum, 2).to_string()));
    return lines;
  };
  const std::vector<std::string> expected = outcome(1, size_t{1} << 20);
  EXPECT_GT(expected.size(), 15'000u);
  for (const unsigned threads : {1u, 2u, 4u}) {
    EXPECT_EQ(outcome(threads, 4096), expected) << threads << " threads, seed " << seed;
    EXPECT_EQ(outcome(threads, 100'000), expected) << threads << " threads, seed " << seed;
  }
}

TEST(Delivery, TablesOutliveIt) {
  const DeliveredFile file(with_header("1,1,2024-01-01,,1,\nx\n"));
  const auto database = unwrap(sql::Database::open({.threads = 2}));
  {
    const auto delivery = unwrap(Delivery::open(file.path(), faturas_contract(), {}));
    unwrap(database->register_source("boas", delivery->rows()));
    unwrap(database->register_source("recusas", delivery->refused_rows()));
  }
  EXPECT_THAT(rows_of(*database, "SELECT count(*) FROM boas()"), ElementsAre("1"));
  EXPECT_THAT(rows_of(*database, "SELECT _registro FROM recusas()"), ElementsAre("x"));
}

TEST(Extract, GivesRecordsBackByTheirLines) {
  ReadDelivery read(
      "id_cliente,id_fatura,data_emissao,data_vencimento,valor_fatura,valor_pagamento_minimo\n"
      "1,a,2024-01-01,,1,\n2,\"b\n\"\"c\",2024-01-01,,2,\n\n3,d\n4,e,2024-01-01,,4,\n",
      faturas_contract(), {.block_bytes = 8});
  const uint64_t lines[] = {3, 6, 7};
  const auto records = unwrap(read.delivery().extract(lines));
  ASSERT_EQ(records.size(), 3u);
  EXPECT_EQ(records[0].record, "2,\"b\n\"\"c\",2024-01-01,,2,");
  EXPECT_THAT(records[0].fields, ElementsAre("b\n\"c", "2", "2024-01-01", "", "2", ""));
  EXPECT_EQ(records[1].record, "3,d");
  EXPECT_THAT(records[1].fields, IsEmpty());
  EXPECT_THAT(records[2].fields, ElementsAre("e", "4", "2024-01-01", "", "4", ""));
  for (const uint64_t line : {uint64_t{1}, uint64_t{4}, uint64_t{5}, uint64_t{8}, uint64_t{99}}) {
    const auto none = read.delivery().extract({&line, 1});
    ASSERT_FALSE(none) << line;
    EXPECT_EQ(none.error().code, Errc::no_such_line);
  }
}

// The issuer's own files, to the cent; skipped where they are not there.
TEST(RealFiles, AddUpToTheCent) {
  std::filesystem::path path;
  for (std::filesystem::path up = std::filesystem::current_path(); path.empty() && up.has_relative_path();
       up = up.parent_path()) {
    const auto candidate = up / "shared/data/pod_cartoes/tb_faturas.csv";
    if (std::filesystem::exists(candidate)) path = candidate;
  }
  if (path.empty()) GTEST_SKIP() << "shared/data/pod_cartoes is not beside this checkout";
  const auto delivery = unwrap(Delivery::open(path, faturas_contract(), {}));
  const Totals totals = unwrap(delivery->totals());
  EXPECT_EQ(totals.records, 130'000u);
  EXPECT_EQ(totals.refused, 0u);
  EXPECT_EQ(Decimal(totals.amounts[0].sum, 2).to_string(), "4551889715.23");
  EXPECT_EQ(totals.months.size(), 13u);
}

}  // namespace
}  // namespace caudal::delivery
