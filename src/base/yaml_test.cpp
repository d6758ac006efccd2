// SPDX-License-Identifier: Apache-2.0
#include "base/yaml.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/file.h"
#include "base/testing/result_matchers.h"
#include "base/testing/temporary_directory.h"

namespace caudal::yaml {
namespace {

// The mistakes of parsing alone, one line each; "" when there is none.
std::string mistakes_of(std::string_view text) {
  Mistakes mistakes;
  parse(text, "f.yaml", mistakes);
  return mistakes.empty() ? "" : mistakes.to_error().message;
}

// The mistakes of reading `text` as a mapping with `use`.
template <class Use>
std::string reading(std::string_view text, Use use) {
  Mistakes mistakes;
  const auto root = parse(text, "f.yaml", mistakes);
  if (root) {
    Mapping mapping(*root, "the flow", mistakes);
    use(mapping);
    mapping.finish();
  }
  return mistakes.empty() ? "" : mistakes.to_error().message;
}

TEST(YamlParse, KeepsThePlaceOfEverything) {
  Mistakes mistakes;
  const auto root = parse("name: x\nsteps:\n  - é: {b: 1}\n    c: [2, 'três', 4]\n", "f.yaml", mistakes);
  ASSERT_TRUE(root && mistakes.empty());
  const Node& step = root->entries()[1].value.items()[0];
  EXPECT_EQ(step.entries()[0].key, "é");
  EXPECT_EQ(step.entries()[0].place.to_string(), "f.yaml:3:5");
  EXPECT_EQ(step.entries()[0].value.place().to_string(), "f.yaml:3:8");  // é is one character
  const Node& words = step.entries()[1].value;
  EXPECT_EQ(words.items()[1].scalar(), "três");
  EXPECT_TRUE(words.items()[1].quoted());
  EXPECT_FALSE(words.items()[0].quoted());
  EXPECT_EQ(words.items()[2].place().to_string(), "f.yaml:4:20");
}

TEST(YamlParse, KnowsWhereTheTextOfABlockBegins) {
  Mistakes mistakes;
  const auto root = parse("a: plain\nb: 'quoted'\nc:\n  sql: |\n    SELECT 1\n    FROM t\n", "f.yaml", mistakes);
  ASSERT_TRUE(root);
  EXPECT_EQ(root->entries()[0].value.text_place().to_string(), "f.yaml:1:4");
  EXPECT_EQ(root->entries()[1].value.text_place().to_string(), "f.yaml:2:5");
  const Node& block = root->entries()[2].value.entries()[0].value;
  EXPECT_EQ(block.scalar(), "SELECT 1\nFROM t\n");
  EXPECT_EQ(block.text_place().to_string(), "f.yaml:5:5");
}

TEST(YamlParse, ReadsWindowsFiles) {
  Mistakes mistakes;
  const auto root = parse(
      "\xEF\xBB\xBF"
      "a: 1\r\nb: 2\r\n",
      "f.yaml", mistakes);
  ASSERT_TRUE(root && mistakes.empty());
  EXPECT_EQ(root->entries()[0].key, "a");
  EXPECT_EQ(root->entries()[1].value.scalar(), "2");
  EXPECT_EQ(root->entries()[1].value.place().to_string(), "f.yaml:2:4");
}

TEST(YamlParse, RefusesRepeatedKeysAndFindsThemAll) {
  EXPECT_EQ(mistakes_of("a: 1\nb: 2\na: 3\nc: {d: 1, d: 2}\n"),
            "f.yaml:3:1: key 'a' is repeated; it stands in line 1 already\n"
            "f.yaml:4:11: key 'd' is repeated; it stands in line 4 already");
}

TEST(YamlParse, RefusesWhatIsNotYamlWithThePlace) {
  EXPECT_TRUE(mistakes_of("a: [1, 2\nb: 3\n").starts_with("f.yaml:2:")) << mistakes_of("a: [1, 2\nb: 3\n");
  EXPECT_NE(mistakes_of("a:\n\t- b\n"), "");
  EXPECT_EQ(mistakes_of(""), "f.yaml:1:1: the file is empty");
  EXPECT_EQ(mistakes_of("a: 1\n---\nb: 2\n"), "f.yaml:2:1: a second document; put it in a file of its own");
  EXPECT_EQ(mistakes_of("a: !!binary x\n"),
            "f.yaml:1:4: YAML tags such as 'tag:yaml.org,2002:binary' are not used here; remove it");
  EXPECT_EQ(mistakes_of("[a, b]: 1\n"), "f.yaml:1:1: a key must be a word, found a list");
}

TEST(YamlParse, RefusesBytesThatAreNotText) {
  EXPECT_EQ(mistakes_of("a: 1\nb: cart\xE3o\n"), "f.yaml:2:8: byte 0xE3 is not text; save the file as UTF-8");
  EXPECT_EQ(mistakes_of(std::string_view("a: \0x", 5)), "f.yaml:1:4: byte 0x00 is not text; save the file as UTF-8");
  EXPECT_EQ(mistakes_of("é: \x1B[31m"), "f.yaml:1:4: byte 0x1B is not text; save the file as UTF-8");
}

TEST(YamlParse, RefusesDepthSizeAndMultiplyingAliases) {
  std::string deep;
  for (int i = 0; i < kDeepest + 1; ++i) deep += '[';
  EXPECT_NE(mistakes_of(deep + std::string(deep.size(), ']')).find("nested deeper than 32 levels"), std::string::npos);
  EXPECT_NE(mistakes_of(std::string(100'000, '[')), "");

  std::string bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 12; ++i) {
    bomb += fmt::format("a{}: &a{} [", i, i);
    for (int j = 0; j < 10; ++j) bomb += fmt::format("{}*a{}", j == 0 ? "" : ", ", i - 1);
    bomb += "]\n";
  }
  EXPECT_NE(mistakes_of(bomb).find("more than 100000 values once aliases are followed"), std::string::npos);
  std::string chain = "a0: &a0 [[[[[[[[[[x]]]]]]]]]]\n";
  for (int i = 1; i < 5; ++i) chain += fmt::format("a{}: &a{} [[[[[[[[[[*a{}]]]]]]]]]]\n", i, i, i - 1);
  EXPECT_NE(mistakes_of(chain).find("nested deeper than 32 levels once aliases are followed"), std::string::npos);
  EXPECT_EQ(mistakes_of("a: &a [1, *a]\n"), "f.yaml:1:11: an alias cannot stand inside what it names");
  EXPECT_EQ(mistakes_of("a: " + std::string(kLargestFileBytes, 'x')), "f.yaml: larger than 1048576 bytes");
}

TEST(YamlParse, FollowsAliases) {
  Mistakes mistakes;
  const auto root = parse("a: &x [1, 2]\nb: *x\n", "f.yaml", mistakes);
  ASSERT_TRUE(root && mistakes.empty());
  EXPECT_EQ(root->entries()[1].value.items()[1].scalar(), "2");
}

TEST(YamlParseFile, NamesAFileThatIsNotThere) {
  const TemporaryDirectory folder;
  Mistakes mistakes;
  EXPECT_FALSE(parse_file(folder.path() / "flow.yaml", "shown.yaml", mistakes));
  EXPECT_TRUE(mistakes.to_error().message.starts_with("shown.yaml: ")) << mistakes.to_error().message;
  ASSERT_OK(write_file_durably(folder.path() / "flow.yaml", "a: 1\n"));
  Mistakes none;
  EXPECT_TRUE(parse_file(folder.path() / "flow.yaml", "shown.yaml", none));
}

TEST(YamlMapping, NamesWhatItWantedAndWhatItFound) {
  EXPECT_EQ(reading("months: x", [](Mapping& m) { m.whole("months", 1, 120); }),
            "f.yaml:1:9: 'months' must be a whole number from 1 to 120, found 'x'");
  EXPECT_EQ(reading("months: 121", [](Mapping& m) { m.whole("months", 1, 120); }),
            "f.yaml:1:9: 'months' must be a whole number from 1 to 120, found '121'");
  EXPECT_EQ(reading("months: '12'", [](Mapping& m) { m.whole("months", 1, 120); }),
            "f.yaml:1:9: 'months' must be a whole number from 1 to 120, found '12'");
  EXPECT_EQ(reading("months: [1]", [](Mapping& m) { m.optional_whole("months", 1, 120); }),
            "f.yaml:1:9: 'months' must be a whole number from 1 to 120, found a list");
  EXPECT_EQ(reading("months: 99999999999999999999", [](Mapping& m) { m.whole("months", 1, 120); }),
            "f.yaml:1:9: 'months' must be a whole number from 1 to 120, found '99999999999999999999'");
  EXPECT_EQ(reading("factor: nan", [](Mapping& m) { m.optional_number("factor", 1, 10); }),
            "f.yaml:1:9: 'factor' must be a number from 1 to 10, found 'nan'");
  EXPECT_EQ(reading("on: yes", [](Mapping& m) { m.optional_boolean("on"); }),
            "f.yaml:1:5: 'on' must be true or false, found 'yes'");
  EXPECT_EQ(reading("name: {a: 1}", [](Mapping& m) { m.text("name"); }),
            "f.yaml:1:7: 'name' must be text, found a mapping");
  EXPECT_EQ(reading("name: '  '", [](Mapping& m) { m.text("name"); }), "f.yaml:1:7: 'name' must be text, found '  '");
  EXPECT_EQ(reading("at: 9:00", [](Mapping& m) { m.time_of_day("at"); }),
            "f.yaml:1:5: 'at' must be a time of day from 00:00 to 23:59, found '9:00'");
  EXPECT_EQ(reading("wait: 5", [](Mapping& m) { m.optional_duration("wait"); }),
            "f.yaml:1:7: 'wait' must be a duration such as 30s, 5m, 2h or 1d (at most a year), found '5'");
}

TEST(YamlMapping, ReadsGoodValues) {
  EXPECT_EQ(reading("a: 12\nb: 2.5\nc: true\nd: olá\ne: 2h\nf: 09:30\ng: [x, y]\nh: z\ni: ~\nj: ['1']",
                    [](Mapping& m) {
                      EXPECT_EQ(m.whole("a", 1, 120), 12);
                      EXPECT_EQ(m.optional_number("b", 1, 10), 2.5);
                      EXPECT_EQ(m.optional_boolean("c"), true);
                      EXPECT_EQ(m.text("d"), "olá");
                      EXPECT_EQ(m.optional_duration("e"), std::chrono::seconds(7200));
                      EXPECT_EQ(m.time_of_day("f"), std::chrono::minutes(570));
                      EXPECT_EQ(m.texts("g"), (std::vector<std::string>{"x", "y"}));
                      EXPECT_EQ(m.texts("h"), std::vector<std::string>{"z"});
                      EXPECT_EQ(m.optional_text("i"), std::nullopt);
                      EXPECT_EQ(m.list("j").size(), 1u);
                      EXPECT_EQ(m.optional_texts("absent"), std::nullopt);
                    }),
            "");
}

TEST(YamlMapping, RefusesMissingAndUnknownKeysWithTheNearest) {
  EXPECT_EQ(reading("nmae: x\nzebra: 1\n",
                    [](Mapping& m) {
                      m.text("name");
                      m.optional_text("description");
                    }),
            "f.yaml:1:1: the flow has no key 'nmae' (did you mean 'name'?); known: name, description\n"
            "f.yaml:1:1: the flow needs 'name'\n"
            "f.yaml:2:1: the flow has no key 'zebra'; known: name, description");
  EXPECT_EQ(reading("name:\n", [](Mapping& m) { m.text("name"); }), "f.yaml:1:1: the flow needs 'name'");
}

TEST(YamlMapping, TellsEveryMistakeOfAFileAtOnce) {
  EXPECT_EQ(reading("a: x\nb: y\nc: 3\n",
                    [](Mapping& m) {
                      m.whole("a", 0, 9);
                      m.whole("b", 0, 9);
                    }),
            "f.yaml:1:4: 'a' must be a whole number from 0 to 9, found 'x'\n"
            "f.yaml:2:4: 'b' must be a whole number from 0 to 9, found 'y'\n"
            "f.yaml:3:1: the flow has no key 'c'; known: a, b");
}

TEST(YamlMapping, ChoicesNameTheWords) {
  const std::vector<std::pair<const char*, int>> words = {{"fail", 1}, {"warn", 2}};
  EXPECT_EQ(reading("action: warm", [&](Mapping& m) { m.choice("action", words); }),
            "f.yaml:1:9: 'action' must be one of fail, warn, found 'warm' (did you mean 'warn'?)");
  EXPECT_EQ(reading("action: warn", [&](Mapping& m) { EXPECT_EQ(m.choice("action", words), 2); }), "");
}

TEST(YamlMapping, ListsMustBeListsOfDifferentWords) {
  EXPECT_EQ(reading("after: [a, b, a]", [](Mapping& m) { m.texts("after"); }), "f.yaml:1:15: 'after' names 'a' twice");
  EXPECT_EQ(reading("after: []", [](Mapping& m) { m.texts("after"); }), "f.yaml:1:8: 'after' must name at least one");
  EXPECT_EQ(reading("after: [[a]]", [](Mapping& m) { m.optional_texts("after"); }),
            "f.yaml:1:9: an item of 'after' must be text, found a list");
  EXPECT_EQ(reading("steps: x", [](Mapping& m) { m.list("steps"); }),
            "f.yaml:1:8: 'steps' must be a list of at least one, found 'x'");
}

TEST(YamlMapping, WhatIsNoMappingIsSaidOnce) {
  EXPECT_EQ(reading("- a\n", [](Mapping& m) { m.text("name"); }),
            "f.yaml:1:1: the flow must be a mapping of keys to values, found a list");
}

}  // namespace
}  // namespace caudal::yaml
