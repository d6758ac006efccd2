// SPDX-License-Identifier: Apache-2.0
#include "http/chunked.h"

#include <gtest/gtest.h>

#include <string>

namespace caudal::http {
namespace {

struct Outcome {
  std::string body = {};
  std::string why = {};  // of a refusal
  bool finished = false;
  size_t consumed = 0;
  std::vector<std::string> trailers = {};
};

// Feeds `text` in pieces of `step` bytes.
Outcome decode(std::string_view text, size_t step) {
  ChunkedDecoder decoder;
  Outcome outcome;
  while (outcome.consumed < text.size() && !decoder.finished()) {
    const std::string_view piece = text.substr(outcome.consumed, step);
    const auto framing = decoder.take_framing(piece);
    if (!framing) return {.body = outcome.body, .why = framing.error()};
    const std::string_view data = piece.substr(*framing, decoder.data_left());
    EXPECT_GT(*framing + data.size(), 0u);
    if (!data.empty()) decoder.took_data(data.size());
    outcome.body += data;
    outcome.consumed += *framing + data.size();
  }
  outcome.finished = decoder.finished();
  for (const Header header : decoder.trailers()) {
    outcome.trailers.push_back(std::string(header.name) + "=" + std::string(header.value));
  }
  return outcome;
}

TEST(ChunkedDecoder, DecodesHoweverTheBytesArrive) {
  const std::string text = "4\r\nWiki\r\n00006;a=\"b\"\r\npedia \r\nE\r\nin \r\n\r\nchunks.\r\n0\r\n\r\n";
  for (size_t step = 1; step <= text.size(); ++step) {
    const Outcome outcome = decode(text, step);
    EXPECT_EQ(outcome.body, "Wikipedia in \r\n\r\nchunks.");
    EXPECT_TRUE(outcome.finished) << outcome.why;
    EXPECT_EQ(outcome.consumed, text.size());
  }
}

TEST(ChunkedDecoder, LeavesWhatFollowsTheBody) {
  const Outcome outcome = decode("1\r\na\r\n0\r\n\r\nGET / HTTP/1.1\r\n", 100);
  EXPECT_TRUE(outcome.finished);
  EXPECT_EQ(outcome.consumed, 11u);
}

TEST(ChunkedDecoder, KeepsTrailersApart) {
  const Outcome outcome = decode("0\r\nx-amz-checksum-crc32: AAAA\r\nContent-Length: 5\r\n\r\n", 7);
  EXPECT_TRUE(outcome.finished) << outcome.why;
  EXPECT_EQ(outcome.trailers, (std::vector<std::string>{"x-amz-checksum-crc32=AAAA", "Content-Length=5"}));
}

TEST(ChunkedDecoder, StopsAtDataAndGoesOnAfterIt) {
  ChunkedDecoder decoder;
  EXPECT_EQ(decoder.take_framing("a\r\n1234567890\r\n"), 3u);
  EXPECT_EQ(decoder.data_left(), 10u);
  EXPECT_EQ(decoder.take_framing("1234567890"), 0u);
  decoder.took_data(7);
  EXPECT_EQ(decoder.data_left(), 3u);
  decoder.took_data(3);
  EXPECT_EQ(decoder.data_left(), 0u);
  EXPECT_EQ(decoder.take_framing("\r\n0\r\n\r\nGET"), 7u);
  EXPECT_TRUE(decoder.finished());
  EXPECT_EQ(decoder.take_framing("GET"), 0u);
}

TEST(ChunkedDecoder, RefusesWhatCouldBeReadInTwoWays) {
  const struct {
    const char* what;
    std::string text;
  } hostile[] = {
      {"no size", "\r\nabc"},
      {"not a number", "g\r\n"},
      {"sign", "+5\r\nhello\r\n"},
      {"prefix", "0x5\r\nhello\r\n"},
      {"space before the size", " 5\r\nhello\r\n"},
      {"space after the size", "5 \r\nhello\r\n"},
      {"bare LF after the size", "5\nhello\r\n"},
      {"CR without LF after the size", "5\rhello"},
      {"bare LF in an extension", "5;a\nhello\r\n"},
      {"NUL in an extension", std::string("5;a\0\r\nhello\r\n", 13)},
      {"CR without LF in an extension", "5;a\rb\r\nhello"},
      {"size that overflows 64 bits", "10000000000000005\r\nhello\r\n"},
      {"size with endless zeroes", std::string(100, '0') + "5\r\nhello\r\n"},
      {"size near 2^64", "ffffffffffffffff\r\nhello"},
      {"endless extension", "5;" + std::string(300, 'a') + "\r\nhello\r\n"},
      {"chunk longer than its size", "5\r\nhello!\r\n"},
      {"LF alone after the data", "5\r\nhello\n0\r\n\r\n"},
      {"CR and something after the data", "5\r\nhello\r0\r\n\r\n"},
      {"LF alone after the last chunk", "0\n\n"},
      {"LF alone after the trailer", "0\r\na: b\n\r\n"},
      {"LF alone at the end", "0\r\n\n"},
      {"trailer without a colon", "0\r\nGET / HTTP/1.1\r\n\r\n"},
      {"folded trailer", "0\r\na: b\r\n c\r\n\r\n"},
      {"space before the colon of a trailer", "0\r\na : b\r\n\r\n"},
      {"endless trailer", "0\r\na: " + std::string(10'000, 'b') + "\r\n\r\n"},
  };
  for (const auto& [what, text] : hostile) {
    for (const size_t step : {size_t{1}, size_t{3}, text.size()}) {
      const Outcome outcome = decode(text, step);
      EXPECT_FALSE(outcome.finished) << what;
      EXPECT_NE(outcome.why, "") << what;
    }
  }
}

TEST(ChunkedDecoder, IsNotFinishedBeforeTheEnd) {
  const std::string text = "5\r\nhello\r\n0\r\na: b\r\n\r\n";
  for (size_t size = 0; size < text.size(); ++size) {
    const Outcome outcome = decode(text.substr(0, size), 4);
    EXPECT_FALSE(outcome.finished);
    EXPECT_EQ(outcome.why, "");
  }
}

TEST(ChunkHead, IsWhatTheDecoderReads) {
  EXPECT_EQ(chunk_head(1), "1\r\n");
  EXPECT_EQ(chunk_head(65536), "10000\r\n");
  EXPECT_EQ(decode(chunk_head(5) + "hello\r\n0\r\n\r\n", 100).body, "hello");
}

}  // namespace
}  // namespace caudal::http
