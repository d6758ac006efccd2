// SPDX-License-Identifier: Apache-2.0
#include "notices/mime.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/random.h"
#include "base/testing/result_matchers.h"
#include "base/utf8.h"
#include "notices/errors.h"

namespace caudal::notices {
namespace {

using testing::HasSubstr;

// A second reader of base64 words and quoted-printable, written from the RFCs' side of the receiver.
std::string from_base64(std::string_view text) {
  const std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  uint32_t bits = 0;
  int have = 0;
  for (const char c : text) {
    if (c == '=') break;
    bits = bits << 6 | static_cast<uint32_t>(digits.find(c));
    have += 6;
    if (have < 8) continue;
    have -= 8;
    out.push_back(static_cast<char>(bits >> have & 0xFF));
  }
  return out;
}

std::string decoded_header(std::string value) {
  std::string out;
  for (size_t at = value.find("\r\n"); at != std::string::npos; at = value.find("\r\n")) value.erase(at, 2);
  while (!value.empty()) {
    if (!value.starts_with("=?UTF-8?B?")) return out + value;
    const size_t end = value.find("?=");
    const std::string part = from_base64(value.substr(10, end - 10));
    EXPECT_TRUE(is_utf8(part)) << "no word ends inside a character";
    out += part;
    value.erase(0, end + 2);
    if (value.starts_with(' ')) value.erase(0, 1);
  }
  return out;
}

std::string from_quoted_printable(std::string_view text) {
  std::string out;
  for (size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '=' && text.substr(at, 3) == "=\r\n") {
      at += 2;
    } else if (text[at] == '=') {
      out.push_back(static_cast<char>(std::stoi(std::string(text.substr(at + 1, 2)), nullptr, 16)));
      at += 2;
    } else if (text[at] != '\r') {
      out.push_back(text[at]);
    }
  }
  return out;
}

void expect_lines(const std::string& message) {
  size_t start = 0;
  while (start < message.size()) {
    size_t end = message.find("\r\n", start);
    if (end == std::string::npos) end = message.size();
    EXPECT_LE(end - start, 78u) << message.substr(start, end - start);
    start = end + 2;
  }
  for (size_t i = 0; i < message.size(); ++i) {
    const auto c = static_cast<unsigned char>(message[i]);
    EXPECT_LT(c, 0x7Fu);
    EXPECT_TRUE(c != '\n' || message[i - 1] == '\r');
    EXPECT_TRUE(c != '\r' || message[i + 1] == '\n');
  }
}

Mail mail() {
  return {.from = {"Caudal", "caudal@example.org"},
          .to = {{"", "a@example.org"}, {"José Ção", "jose@example.org"}},
          .subject = "[Caudal] invoices failed",
          .message_id = "0123@example.org",
          .date = Timestamp(std::chrono::sys_days(std::chrono::year(2024) / 2 / 1) + std::chrono::seconds(21'603)),
          .body = "linha um\nação\n"};
}

TEST(ToMessage, WritesTheHeadersAReaderNeeds) {
  EXPECT_EQ(to_message(mail()),
            "From: Caudal\r\n <caudal@example.org>\r\n"
            "To: a@example.org,\r\n =?UTF-8?B?Sm9zw6kgw4fDo28=?=\r\n <jose@example.org>\r\n"
            "Subject: [Caudal] invoices failed\r\n"
            "Date: Thu, 01 Feb 2024 06:00:03 +0000\r\n"
            "Message-ID: <0123@example.org>\r\n"
            "MIME-Version: 1.0\r\n"
            "Content-Type: text/plain; charset=UTF-8\r\n"
            "Content-Transfer-Encoding: quoted-printable\r\n"
            "\r\n"
            "linha um\r\na=C3=A7=C3=A3o\r\n");
}

TEST(ToMessage, ATitleCannotStartAHeader) {
  Mail hostile = mail();
  for (const char* subject : {"x\r\nBcc: all@example.org", "x\nBcc: all@example.org", "x\rBcc: y", "x\r\n\r\nbody",
                              "ção\r\nBcc: y", "x\u2028Bcc: y", "=?UTF-8?B?DQpCY2M6IHg=?="}) {
    hostile.subject = subject;
    const std::string message = to_message(hostile);
    EXPECT_EQ(message.find("\nBcc"), std::string::npos);
    EXPECT_EQ(message.find("\rBcc"), std::string::npos);
    const std::string headers = message.substr(0, message.find("\r\n\r\n"));
    EXPECT_THAT(headers, HasSubstr("Content-Transfer-Encoding")) << "no text ends the headers";
    expect_lines(message);
  }
}

TEST(EncodeHeader, DecodesToWhatItWasAndFolds) {
  Random random(7);
  for (int round = 0; round < 500; ++round) {
    std::string text;
    const uint64_t length = random.below(120);
    for (uint64_t i = 0; i < length; ++i) {
      const std::string_view pieces[] = {"a", "Z", " ", "ç", "€", "😀", "=?", "?=", "-"};
      text += pieces[random.below(std::size(pieces))];
    }
    const std::string encoded = encode_header(text, 9);
    EXPECT_EQ(decoded_header(encoded), text);
    if (encoded.starts_with("=?")) expect_lines("Subject: " + encoded);
  }
}

TEST(EncodeHeader, LeavesPlainTextReadable) {
  EXPECT_EQ(encode_header("[Caudal] invoices failed", 9), "[Caudal] invoices failed");
  const std::string words =
      encode_header(std::string(30, 'a') + " " + std::string(30, 'b') + " " + std::string(30, 'c'), 9);
  EXPECT_EQ(words, std::string(30, 'a') + " " + std::string(30, 'b') + "\r\n " + std::string(30, 'c'));
}

TEST(QuotedPrintable, DecodesToWhatItWasInShortLines) {
  Random random(11);
  for (int round = 0; round < 500; ++round) {
    std::string text;
    const uint64_t length = random.below(400);
    for (uint64_t i = 0; i < length; ++i) {
      const std::string_view pieces[] = {"a", " ", "\n", ".", "=", "ç", "😀", "\t", "words and words"};
      text += pieces[random.below(std::size(pieces))];
    }
    const std::string encoded = quoted_printable(text);
    EXPECT_EQ(from_quoted_printable(encoded), text);
    expect_lines(encoded);
    EXPECT_EQ(encoded.find(" \r\n"), std::string::npos) << "a space at the end of a line may be dropped on the way";
  }
}

TEST(MailDate, IsRfc5322) {
  EXPECT_EQ(mail_date(Timestamp()), "Thu, 01 Jan 1970 00:00:00 +0000");
  EXPECT_EQ(mail_date(Timestamp(std::chrono::sys_days(std::chrono::year(2024) / 2 / 29) +
                                std::chrono::microseconds(86'399'999'999))),
            "Thu, 29 Feb 2024 23:59:59 +0000");
}

TEST(ParseMailbox, ReadsBothForms) {
  EXPECT_EQ(unwrap(parse_mailbox(" a@example.org ")).address, "a@example.org");
  const Mailbox named = unwrap(parse_mailbox("\"José Ção\" <jose@example.org>"));
  EXPECT_EQ(named.name, "José Ção");
  EXPECT_EQ(named.address, "jose@example.org");
}

TEST(ParseMailbox, RefusesWhatCouldBecomeACommand) {
  for (const char* text : {"", "a", "@b", "a@", "a@b@c", "a b@c", "a@b>\r\nRCPT TO:<x@y", "<a@b> <c@d", "a@b\n",
                           "Name <>", "ação@example.org", "a,b@c"}) {
    const auto mailbox = parse_mailbox(text);
    ASSERT_FALSE(mailbox.has_value()) << text;
    EXPECT_EQ(mailbox.error().code, Errc::invalid_configuration);
    EXPECT_THAT(mailbox.error().message, HasSubstr("is no e-mail address"));
  }
}

}  // namespace
}  // namespace caudal::notices
