// SPDX-License-Identifier: Apache-2.0
#include "notices/render.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <simdjson.h>

#include "base/utf8.h"

namespace caudal::notices {
namespace {

using testing::HasSubstr;
using testing::Not;

Notice failed() {
  return {.event = Event::kFailed,
          .flow = "invoices",
          .run = "20240201T060003-4f2a91",
          .title = "curated stopped",
          .facts = {{"rows read", "10000"}, {"rows quarantined", "12"}},
          .error = "valor_fatura: decimal invalido '12,3x'\nlinha 7",
          .command = "caudal flows logs 20240201T060003-4f2a91",
          .happened = Timestamp(std::chrono::sys_days(std::chrono::year(2024) / 2 / 1) + std::chrono::hours(6))};
}

TEST(Headline, NamesFlowAndEvent) {
  EXPECT_EQ(headline(failed()), "invoices failed: curated stopped");
  EXPECT_EQ(headline({.event = Event::kLate, .flow = "invoices"}), "invoices late");
}

TEST(Headline, IsAlwaysOneShortLineOfUtf8) {
  Notice notice = failed();
  notice.title = "a\r\nBcc: all@example.org\x01\u2028z\xFF";
  EXPECT_EQ(headline(notice), "invoices failed: a  Bcc: all@example.org  z\uFFFD");
  notice.title = std::string(500, 'x') + "ç";
  EXPECT_EQ(headline(notice).size(), 200u);
  EXPECT_TRUE(headline(notice).ends_with("x…"));
  for (size_t pad = 0; pad < 4; ++pad) {
    notice.title = std::string(pad, 'x');
    for (int i = 0; i < 100; ++i) notice.title += "ção";
    EXPECT_TRUE(is_utf8(headline(notice)));
    EXPECT_LE(headline(notice).size(), 200u);
  }
}

TEST(PlainText, HoldsEverything) {
  EXPECT_EQ(plain_text(failed()),
            "invoices failed: curated stopped\n"
            "\n"
            "Flow              invoices\n"
            "Run               20240201T060003-4f2a91\n"
            "When              2024-02-01T06:00:00.000000Z\n"
            "rows read         10000\n"
            "rows quarantined  12\n"
            "\n"
            "Error\n"
            "valor_fatura: decimal invalido '12,3x'\n"
            "linha 7\n"
            "\n"
            "To look closer\n"
            "  caudal flows logs 20240201T060003-4f2a91\n");
}

TEST(PlainText, LeavesOutWhatThereIsNot) {
  const std::string text = plain_text({.event = Event::kLate, .flow = "invoices"});
  EXPECT_THAT(text, Not(HasSubstr("Run")));
  EXPECT_THAT(text, Not(HasSubstr("Error")));
  EXPECT_THAT(text, Not(HasSubstr("look closer")));
}

TEST(PlainText, IndentsValuesOfSeveralLines) {
  EXPECT_THAT(plain_text({.flow = "f", .facts = {{"a", "1\n2"}}}), HasSubstr("a     1\n      2\n"));
}

TEST(LogLine, IsOneLineWhateverTheNoticeHolds) {
  EXPECT_EQ(log_line(failed()),
            "invoices failed: curated stopped run=20240201T060003-4f2a91 rows read=10000 rows quarantined=12 error: "
            "valor_fatura: decimal invalido '12,3x' linha 7");
  Notice notice = failed();
  notice.run = "r\n";
  notice.facts = {{"a\nb", "c\n\x1B[2Jd"}};
  EXPECT_EQ(log_line(notice).find_first_of("\n\x1B"), std::string::npos);
}

// The JSON is read back by a parser that nobody here wrote.
class ChatJson : public testing::Test {
 protected:
  simdjson::dom::element parse(const Notice& notice) {
    const std::string json = chat_json(notice);
    simdjson::dom::element document;
    EXPECT_EQ(parser_.parse(json).get(document), simdjson::SUCCESS) << json;
    return document;
  }
  static std::string text(simdjson::simdjson_result<simdjson::dom::element> element) {
    std::string_view out;
    EXPECT_EQ(element.get(out), simdjson::SUCCESS);
    return std::string(out);
  }
  simdjson::dom::parser parser_;
};

TEST_F(ChatJson, IsSlacksForm) {
  const auto document = parse(failed());
  EXPECT_EQ(text(document["text"]), "invoices failed: curated stopped");
  EXPECT_EQ(text(document.at_pointer("/blocks/0/type")), "header");
  EXPECT_EQ(text(document.at_pointer("/blocks/0/text/text")), "❌ invoices failed: curated stopped");
  EXPECT_EQ(text(document.at_pointer("/blocks/1/fields/0/text")), "*rows read*\n10000");
  EXPECT_EQ(text(document.at_pointer("/blocks/2/text/text")),
            "```\nvalor_fatura: decimal invalido '12,3x'\nlinha 7\n```");
  EXPECT_EQ(text(document.at_pointer("/blocks/3/text/text")),
            "To look closer: ```\ncaudal flows logs 20240201T060003-4f2a91\n```");
  EXPECT_EQ(text(document.at_pointer("/blocks/4/elements/0/text")),
            "run 20240201T060003-4f2a91 · 2024-02-01T06:00:00.000000Z");
}

TEST_F(ChatJson, EscapesWhatWouldBeMarkupOrBreakTheJson) {
  Notice notice = failed();
  notice.title = "<!channel> \"a\\b\" & co\n";
  notice.error = "```\n<http://evil|click> \x01\x1F\xFF";
  const auto document = parse(notice);
  EXPECT_EQ(text(document["text"]), "invoices failed: &lt;!channel&gt; \"a\\b\" &amp; co ");
  EXPECT_EQ(text(document.at_pointer("/blocks/2/text/text")), "```\n'''\n&lt;http://evil|click&gt;   \uFFFD\n```");
}

TEST_F(ChatJson, StaysWithinSlacksLimits) {
  Notice notice = failed();
  notice.title = std::string(400, 'x');
  notice.error = std::string(100'000, 'e');
  notice.facts.assign(75, {"name", std::string(5000, 'v')});
  const auto document = parse(notice);
  EXPECT_LE(text(document.at_pointer("/blocks/0/text/text")).size(), 150u);
  size_t blocks = 0;
  size_t facts = 0;
  for (const auto block : simdjson::dom::array(document["blocks"])) {
    ++blocks;
    simdjson::dom::array fields;
    if (block["fields"].get(fields) != simdjson::SUCCESS) continue;
    EXPECT_LE(fields.size(), 10u);
    facts += fields.size();
    for (const auto field : fields) EXPECT_LE(text(field["text"]).size(), 2000u);
  }
  EXPECT_LE(blocks, 50u);
  EXPECT_EQ(facts, 40u);
  EXPECT_THAT(chat_json(notice), HasSubstr("and 35 more facts"));
  EXPECT_LE(text(document.at_pointer("/blocks/6/text/text")).size(), 3000u);
}

TEST(Events, HaveNamesThatReadBack) {
  for (const Event event : {Event::kSucceeded, Event::kFailed, Event::kRefused, Event::kLate, Event::kRecovered}) {
    EXPECT_EQ(parse_event(to_string(event)), event);
  }
  EXPECT_EQ(to_string(Event::kRefused), "refused");
  EXPECT_FALSE(parse_event("Failed").has_value());
}

}  // namespace
}  // namespace caudal::notices
