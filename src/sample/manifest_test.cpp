// SPDX-License-Identifier: Apache-2.0
#include "sample/manifest.h"

#include <gtest/gtest.h>

#include <set>

namespace caudal::sample {
namespace {

TEST(AmountText, KeepsTwoDigitsAndTheSign) {
  EXPECT_EQ(amount_text(0), "0.00");
  EXPECT_EQ(amount_text(7), "0.07");
  EXPECT_EQ(amount_text(-1205), "-12.05");
  EXPECT_EQ(amount_text(455'188'971'523), "4551889715.23");
}

TEST(FileTally, CountsWhatAReaderFindsInEachKindOfRow) {
  FileTally tally;
  tally.count(Kind::kClean, 1000);
  tally.count(Kind::kNegative, 300);
  tally.count(Kind::kOverflow, 500);
  tally.count(Kind::kRepeatedDifferent, 1000);
  EXPECT_EQ(tally.of(Kind::kOverflow).rows, 1);
  EXPECT_EQ(tally.of(Kind::kOverflow).amount_minor, 0);
  EXPECT_EQ(tally.of(Kind::kNegative).amount_minor, -300);
  EXPECT_EQ(tally.of(Kind::kRepeatedDifferent).amount_minor, 1100);
  EXPECT_EQ(tally.total().rows, 4);
  EXPECT_EQ(tally.total().amount_minor, 1000 - 300 + 1100);
}

TEST(ManifestJson, NamesFilesKindsAndFatesAndLeavesOutEmptyKinds) {
  Manifest manifest{.clients = 2,
                    .months = 1,
                    .seed = 18446744073709551615ULL,
                    .dirty_ppm = 5,
                    .start = Month{std::chrono::year{2024}, std::chrono::March}};
  FileTally tally{.name = "tb_faturas_202403.csv", .table = "tb_faturas", .month = manifest.start, .size_bytes = 99};
  tally.count(Kind::kClean, 250);
  tally.count(Kind::kBadDate, 100);
  manifest.files.push_back(tally);
  EXPECT_EQ(to_json(manifest), R"({
  "clientes": 2, "meses": 1, "inicio": "2024-03", "semente": "18446744073709551615", "sujeira_ppm": 5,
  "pagamentos_apos_o_periodo": 0,
  "totais": {
    "tb_faturas": {"linhas": 2, "valor": "3.50"},
    "tb_pagamentos": {"linhas": 0, "valor": "0.00"}},
  "arquivos": [
    {"arquivo": "tb_faturas_202403.csv", "tabela": "tb_faturas", "mes": "2024-03", "bytes": 99, "linhas": 2, "valor": "3.50",
     "tipos": {
       "limpa": {"linhas": 1, "valor": "2.50", "destino": "aceita"},
       "data_invalida": {"linhas": 1, "valor": "1.00", "destino": "quarentena"}}}
  ]
}
)");
}

constexpr std::string_view kInvoice = "7-1,7,2023-01-05,2023-01-15,1234.56,185.18";
constexpr std::string_view kPayment = "PG-7-1,7-1,7,2023-01-15,1234.56";

TEST(Spoil, ChangesExactlyTheFieldThatTheKindIsAbout) {
  const auto invoice = [](Kind kind) { return spoil(kInvoice, kind, kInvoiceLayout); };
  EXPECT_EQ(invoice(Kind::kBadDate), "7-1,7,ontem,2023-01-15,1234.56,185.18");
  EXPECT_EQ(invoice(Kind::kImpossibleDate), "7-1,7,2023-02-30,2023-01-15,1234.56,185.18");
  EXPECT_EQ(invoice(Kind::kDecimalComma), "7-1,7,2023-01-05,2023-01-15,\"1234,56\",185.18");
  EXPECT_EQ(invoice(Kind::kNegative), "7-1,7,2023-01-05,2023-01-15,-1234.56,185.18");
  EXPECT_EQ(invoice(Kind::kOverflow), "7-1,7,2023-01-05,2023-01-15,999999999999999991234.56,185.18");
  EXPECT_EQ(invoice(Kind::kWrongType), "7-1,C7,2023-01-05,2023-01-15,1234.56,185.18");
  EXPECT_EQ(invoice(Kind::kNullKey), ",7,2023-01-05,2023-01-15,1234.56,185.18");
  EXPECT_EQ(invoice(Kind::kNullClient), "7-1,,2023-01-05,2023-01-15,1234.56,185.18");
  EXPECT_EQ(invoice(Kind::kMissingField), "7-1,7,2023-01-05,2023-01-15,1234.56");
  EXPECT_EQ(invoice(Kind::kExtraField), "7-1,7,2023-01-05,2023-01-15,1234.56,185.18,x");
  EXPECT_EQ(invoice(Kind::kDueBeforeIssue), "7-1,7,2023-01-15,2023-01-05,1234.56,185.18");
  EXPECT_EQ(invoice(Kind::kRepeatedDifferent), "7-1,7,2023-01-05,2023-01-15,1235.56,185.18");
  EXPECT_EQ(invoice(Kind::kRepeatedSame), kInvoice);
  EXPECT_EQ(spoil(kPayment, Kind::kOrphan, kPaymentLayout), "PG-7-1,7-1-0,7,2023-01-15,1234.56");
  EXPECT_EQ(spoil(kPayment, Kind::kWrongType, kPaymentLayout), "PG-7-1,7-1,C7,2023-01-15,1234.56");
}

TEST(Dirt, IsNoneAtZeroEveryRowAtAMillionAndCoversAllKinds) {
  Dirt clean(0, 3);
  Dirt dirty(1'000'000, 3);
  std::set<Kind> seen;
  for (int i = 0; i < 2'000; ++i) {
    EXPECT_EQ(clean.draw_invoice(true), Kind::kClean);
    seen.insert(dirty.draw_invoice(true));
    seen.insert(dirty.draw_payment(true));
  }
  EXPECT_FALSE(seen.contains(Kind::kClean));
  EXPECT_EQ(seen.size(), kKinds - 3);  // all but clean, and the two orphans that follow from an invoice's kind
}

TEST(Dirt, NothingIsLateInTheLastMonth) {
  Dirt dirty(1'000'000, 4);
  for (int i = 0; i < 2'000; ++i) {
    EXPECT_NE(dirty.draw_invoice(false), Kind::kDeliveredLate);
    EXPECT_NE(dirty.draw_payment(false), Kind::kDeliveredLate);
  }
}

}  // namespace
}  // namespace caudal::sample
