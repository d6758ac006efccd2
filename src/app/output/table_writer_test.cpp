// SPDX-License-Identifier: Apache-2.0
#include "app/output/table_writer.h"

#include <gtest/gtest.h>

#include "base/testing/result_matchers.h"

namespace caudal::app {
namespace {

const std::vector<Column> kColumns = {
    {"nome", Column::Kind::kText}, {"valor", Column::Kind::kNumber}, {"pago", Column::Kind::kBoolean}};

std::string written(TableWriter& writer, StringSink& sink) {
  EXPECT_OK(writer.begin(kColumns));
  EXPECT_OK(writer.row({"João", "351003527.73", "true"}));
  EXPECT_OK(writer.row({"a,\"b\"\nc", std::nullopt, "false"}));
  EXPECT_OK(writer.row({"", "-0.10", std::nullopt}));
  EXPECT_OK(writer.end());
  return sink.text();
}

TEST(TextTable, AlignsByWidthOnScreenAndNumbersToTheRight) {
  StringSink sink;
  EXPECT_EQ(written(*table_writer(sink, 0, false), sink),
            "nome             valor  pago\n"
            "João      351003527.73  true\n"
            "a,\"b\"\\nc                false\n"
            "                 -0.10\n");
}

TEST(TextTable, CutsLinesOnlyWhenAWidthIsGiven) {
  StringSink sink;
  EXPECT_EQ(written(*table_writer(sink, 20, false), sink),
            "nome             va…\n"
            "João      351003527…\n"
            "a,\"b\"\\nc           …\n"
            "                 -0…\n");
}

TEST(TextTable, PutsTheHeaderInBoldForTerminalsThatTakeIt) {
  StringSink sink;
  auto writer = table_writer(sink, 0, true);
  EXPECT_OK(writer->begin({{"a"}}));
  EXPECT_OK(writer->row({"1"}));
  EXPECT_OK(writer->end());
  EXPECT_EQ(sink.text(), "\033[1ma\033[0m\n1\n");
}

TEST(TextTable, ShowsTheHeaderOfAnEmptyTable) {
  StringSink sink;
  auto writer = table_writer(sink, 0, false);
  EXPECT_OK(writer->begin(kColumns));
  EXPECT_OK(writer->end());
  EXPECT_EQ(sink.text(), "nome  valor  pago\n");
}

TEST(TextTable, NeverSendsControlCharactersToATerminal) {
  StringSink sink;
  auto writer = table_writer(sink, 0, false);
  EXPECT_OK(writer->begin({{"x"}}));
  EXPECT_OK(writer->row({"\033[2J\ttab \xff \u009b"}));
  EXPECT_OK(writer->end());
  EXPECT_EQ(sink.text(), "x\n·[2J\\ttab \uFFFD ·\n");
}

TEST(TextTable, WritesOnAfterTheMeasuredRowsWithoutKeepingThem) {
  StringSink sink;
  auto writer = table_writer(sink, 0, false);
  EXPECT_OK(writer->begin({{"n", Column::Kind::kNumber}}));
  for (size_t row = 0; row < kRowsMeasured; ++row) EXPECT_OK(writer->row({"7"}));
  EXPECT_GT(sink.text().size(), kRowsMeasured);
  EXPECT_OK(writer->row({"12345"}));
  EXPECT_OK(writer->end());
  EXPECT_TRUE(sink.text().ends_with("\n7\n12345\n"));
}

TEST(CsvWriter, QuotesWhatNeedsItAndTellsNullFromEmpty) {
  StringSink sink;
  EXPECT_EQ(written(*csv_writer(sink), sink),
            "nome,valor,pago\n"
            "João,351003527.73,true\n"
            "\"a,\"\"b\"\"\nc\",,false\n"
            "\"\",-0.10,\n");
}

TEST(JsonWriter, KeepsNumbersExactAndNullNull) {
  StringSink sink;
  EXPECT_EQ(written(*json_writer(sink), sink),
            "[\n"
            " {\"nome\": \"João\", \"valor\": 351003527.73, \"pago\": true},\n"
            " {\"nome\": \"a,\\\"b\\\"\\nc\", \"valor\": null, \"pago\": false},\n"
            " {\"nome\": \"\", \"valor\": -0.10, \"pago\": null}\n"
            "]\n");
}

TEST(JsonWriter, AnEmptyTableIsAnEmptyArray) {
  StringSink sink;
  auto writer = json_writer(sink);
  EXPECT_OK(writer->begin(kColumns));
  EXPECT_OK(writer->end());
  EXPECT_EQ(sink.text(), "[]\n");
}

TEST(JsonWriter, WhatIsNoJsonNumberIsAText) {
  for (const char* text : {"NaN", "inf", "-", "1.", ".5", "01", "1e", "0x1", "1 "}) {
    StringSink sink;
    auto writer = json_writer(sink);
    EXPECT_OK(writer->begin({{"n", Column::Kind::kNumber}}));
    EXPECT_OK(writer->row({text}));
    EXPECT_OK(writer->end());
    EXPECT_EQ(sink.text(), std::string("[\n {\"n\": \"") + text + "\"}\n]\n");
  }
  for (const char* text : {"0", "-0.5", "10", "1e5", "1.5E-3", "99999999999999999999999999999999999999"}) {
    StringSink sink;
    auto writer = json_writer(sink);
    EXPECT_OK(writer->begin({{"n", Column::Kind::kNumber}}));
    EXPECT_OK(writer->row({text}));
    EXPECT_OK(writer->end());
    EXPECT_EQ(sink.text(), std::string("[\n {\"n\": ") + text + "}\n]\n");
  }
}

TEST(JsonQuoted, EscapesControlsAndReplacesBrokenUtf8) {
  EXPECT_EQ(json_quoted(std::string_view("a\0b\x1f\\\t", 6)), "\"a\\u0000b\\u001f\\\\\\t\"");
  EXPECT_EQ(json_quoted("\xc3(é"), "\"\uFFFD(é\"");
}

TEST(DisplayWidth, CountsColumnsNotBytes) {
  EXPECT_EQ(display_width("ação"), 4U);
  EXPECT_EQ(display_width("a\u0301"), 1U);
  EXPECT_EQ(display_width("日本"), 4U);
  EXPECT_EQ(cut_to_width("日本語", 5), "日本…");
  EXPECT_EQ(cut_to_width("ação", 4), "ação");
  EXPECT_EQ(cut_to_width("ação", 3), "aç…");
}

}  // namespace
}  // namespace caudal::app
