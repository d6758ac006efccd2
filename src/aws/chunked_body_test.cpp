// SPDX-License-Identifier: Apache-2.0
// The worked examples of the S3 API reference for chunked uploads, and every way in which framing can be wrong.
#include "aws/chunked_body.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "aws/testing/signed_requests.h"
#include "base/encoding.h"
#include "base/random.h"

namespace caudal::aws {
namespace {

using ::testing::HasSubstr;

Verified example_head(std::string_view signature) {
  const CredentialScope scope{"20130524", "us-east-1", "s3"};
  return {.signing_key = derive_signing_key(testing::kS3ExampleSecret, scope),
          .scope = scope,
          .time = "20130524T000000Z",
          .signature = std::string(signature)};
}

struct Decoded {
  std::string bytes;
  std::string code = "ok";
  std::string message = {};
  std::optional<Checksum> checksum = {};
};

// Feeds `wire` in pieces of `piece_bytes`.
Decoded decode(ChunkedBody body, std::string_view wire, size_t piece_bytes = 1U << 20) {
  Decoded result;
  const auto failed = [&](const ServiceError& error) {
    result.code = error.code;
    result.message = error.message;
    return result;
  };
  while (!wire.empty()) {
    std::string piece(wire.substr(0, piece_bytes));
    wire.remove_prefix(piece.size());
    const auto got = body.decode_in_place(piece.data(), piece.size());
    if (!got) return failed(got.error());
    result.bytes.append(piece, 0, *got);
  }
  auto end = body.finish();
  if (!end) return failed(end.error());
  result.checksum = *end;
  return result;
}

// 65 KiB of 'a' in chunks of 64 KiB, as in the reference.
std::string signed_wire(std::string_view first, std::string_view second, std::string_view last, std::string_view rest) {
  return std::string("10000;chunk-signature=").append(first) + "\r\n" + std::string(65'536, 'a') +
         "\r\n400;chunk-signature=" + std::string(second) + "\r\n" + std::string(1'024, 'a') +
         "\r\n0;chunk-signature=" + std::string(last) + "\r\n" + std::string(rest);
}

std::string example_wire() {
  return signed_wire("ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648",
                     "0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497",
                     "b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9", "\r\n");
}

std::string trailer_wire(std::string_view trailers) {
  return signed_wire("b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2",
                     "1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7",
                     "2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992", trailers);
}

ChunkedBody example_body() {
  return ChunkedBody({.payload = Payload::kSignedChunks, .decoded_size_bytes = 66'560},
                     example_head("4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9"));
}

ChunkedBody trailer_body() {
  return ChunkedBody({.payload = Payload::kSignedChunksWithTrailer,
                      .decoded_size_bytes = 66'560,
                      .trailing_checksum = ChecksumAlgorithm::kCrc32c},
                     example_head("106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e"));
}

constexpr std::string_view kTrailerSignature = "d81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435";

TEST(ChunkedBody, AcceptsTheSignedExampleOfTheReference) {
  const Decoded decoded = decode(example_body(), example_wire());
  EXPECT_EQ(decoded.code, "ok") << decoded.message;
  EXPECT_EQ(decoded.bytes, std::string(66'560, 'a'));
  EXPECT_EQ(decoded.checksum, std::nullopt);
}

TEST(ChunkedBody, AcceptsTheTrailerExampleOfTheReferenceHoweverItsLinesEnd) {
  const std::string crc = "x-amz-checksum-crc32c:sOO8/Q==";
  const std::string signature = "x-amz-trailer-signature:" + std::string(kTrailerSignature);
  for (const std::string& trailers : {crc + "\r\n" + signature + "\r\n\r\n", crc + "\n\r\n" + signature + "\r\n\r\n",
                                      crc + "\n" + signature + "\n\r\n", crc + "\n" + signature + "\r\n\r\n"}) {
    const Decoded decoded = decode(trailer_body(), trailer_wire(trailers));
    EXPECT_EQ(decoded.code, "ok") << trailers << decoded.message;
    EXPECT_EQ(decoded.bytes.size(), 66'560u);
    ASSERT_TRUE(decoded.checksum.has_value());
    EXPECT_EQ(to_base64(decoded.checksum->value), "sOO8/Q==");
  }
}

TEST(ChunkedBody, ChangedBytesChunksOrTrailersAreRefused) {
  std::string wire = example_wire();
  for (const size_t at : {size_t{0}, size_t{30}, size_t{100}, size_t{65'000}, size_t{66'000}, wire.size() - 20}) {
    std::string changed = wire;
    changed[at] = changed[at] == '7' ? '8' : '7';
    EXPECT_NE(decode(example_body(), changed).code, "ok") << at;
  }
  wire[40'000] = 'b';
  EXPECT_EQ(decode(example_body(), wire).code, "SignatureDoesNotMatch");
  const std::string crc = "x-amz-checksum-crc32c:sOO8/Q==\r\n";
  const std::string signature = "x-amz-trailer-signature:" + std::string(kTrailerSignature) + "\r\n";
  const std::pair<std::string, std::string_view> bad[] = {
      {"x-amz-checksum-crc32c:sOO8/A==\r\n" + signature + "\r\n", "SignatureDoesNotMatch"},
      {signature + "\r\n", "SignatureDoesNotMatch"},
      {crc + "\r\n", "SignatureDoesNotMatch"},
      {"\r\n", "SignatureDoesNotMatch"},
      {signature + crc + "\r\n", "MalformedTrailerError"},
      {crc + signature + signature + "\r\n", "MalformedTrailerError"},
      {crc + crc + signature + "\r\n", "MalformedTrailerError"},
      {crc + "x-amz-trailer-signature:\r\n\r\n", "MalformedTrailerError"},
      {crc + signature, "IncompleteBody"},
      {crc + signature + "\r\nx", "MalformedTrailerError"}};
  for (const auto& [trailers, code] : bad)
    EXPECT_EQ(decode(trailer_body(), trailer_wire(trailers)).code, code) << trailers;
}

TEST(ChunkedBody, ChunksCannotBeSwappedOrLeftOut) {
  const std::string wire = example_wire();
  const size_t second = wire.find("\r\n400;") + 2;
  const size_t last = wire.find("\r\n0;") + 2;
  EXPECT_EQ(decode(ChunkedBody({.payload = Payload::kSignedChunks},
                               example_head("4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9")),
                   wire.substr(0, second) + wire.substr(last))
                .code,
            "SignatureDoesNotMatch");
  EXPECT_EQ(
      decode(example_body(), wire.substr(second, last - second) + wire.substr(0, second) + wire.substr(last)).code,
      "SignatureDoesNotMatch");
}

// --- without signatures ---

ChunkedBody unsigned_body(std::optional<uint64_t> size_bytes = std::nullopt,
                          std::optional<ChecksumAlgorithm> algorithm = ChecksumAlgorithm::kCrc32) {
  return ChunkedBody({.decoded_size_bytes = size_bytes, .trailing_checksum = algorithm});
}

TEST(ChunkedBody, AcceptsEveryTrailingChecksum) {
  for (const ChecksumAlgorithm algorithm : kAllChecksumAlgorithms) {
    std::string name = "x-amz-checksum-" + std::string(to_string(algorithm));
    std::ranges::transform(name, name.begin(), [](char c) { return static_cast<char>(std::tolower(c)); });
    const Checksum expected = checksum_of(algorithm, "hello world");
    const std::string wire =
        "6\r\nhello \r\n5\r\nworld\r\n0\r\n" + name + ": " + to_base64(expected.value) + "\r\n\r\n";
    const Decoded decoded = decode(unsigned_body(11, algorithm), wire);
    EXPECT_EQ(decoded.code, "ok") << decoded.message;
    EXPECT_EQ(decoded.bytes, "hello world");
    EXPECT_EQ(decoded.checksum, expected);
    std::string corrupted = wire;
    corrupted[corrupted.find("world")] = 'W';
    EXPECT_EQ(decode(unsigned_body(11, algorithm), corrupted).code, "BadDigest");
  }
}

TEST(ChunkedBody, EveryWayToCutTheWireGivesTheSame) {
  const std::string wire = "5\r\nhello\r\n1\r\n\n\r\n2\r\n\r\n\r\n0\r\nx-amz-checksum-crc32:" +
                           to_base64(checksum_of(ChecksumAlgorithm::kCrc32, "hello\n\r\n").value) + "\r\n\r\n";
  for (size_t piece_bytes = 1; piece_bytes <= wire.size(); ++piece_bytes) {
    const Decoded decoded = decode(unsigned_body(8), wire, piece_bytes);
    EXPECT_EQ(decoded.code, "ok") << piece_bytes << decoded.message;
    EXPECT_EQ(decoded.bytes, "hello\n\r\n");
  }
  for (size_t end = 0; end < wire.size(); ++end) {
    EXPECT_EQ(decode(unsigned_body(8), wire.substr(0, end)).code, "IncompleteBody") << end;
  }
}

TEST(ChunkedBody, TheTrailingChecksumMustComeAndBeOne) {
  const auto trailers = [](std::string_view text) {
    return decode(unsigned_body(), std::string("0\r\n").append(text));
  };
  EXPECT_EQ(trailers("x-amz-checksum-crc32:AAAAAA==\r\n\r\n").code, "ok");
  EXPECT_EQ(trailers("\r\n").code, "MalformedTrailerError");
  EXPECT_EQ(trailers("x-amz-checksum-sha1:AAAAAA==\r\n\r\n").code, "MalformedTrailerError");
  EXPECT_EQ(trailers("x-amz-checksum-crc32\r\n\r\n").code, "MalformedTrailerError");
  EXPECT_EQ(trailers(":x\r\n\r\n").code, "MalformedTrailerError");
  EXPECT_EQ(trailers("x-amz-trailer-signature:abc\r\n\r\n").code, "MalformedTrailerError");
  EXPECT_EQ(trailers("x-amz-checksum-crc32:AAAA\r\n\r\n").message,
            "Value for x-amz-checksum-crc32 trailing header is invalid.");
  EXPECT_EQ(trailers("x-amz-checksum-crc32:AAAAAQ==\r\n\r\n").message,
            "The CRC32 you specified did not match the calculated checksum.");
  EXPECT_EQ(trailers("x-amz-checksum-crc32:" + std::string(5'000, 'A')).code, "MalformedTrailerError");
  EXPECT_EQ(decode(unsigned_body(0, std::nullopt), "0\r\n\r\n").code, "ok");
}

TEST(ChunkedBody, TheLengthIsEnforcedBothWays) {
  const std::string wire = "5\r\nhello\r\n0\r\n\r\n";
  EXPECT_EQ(decode(unsigned_body(5, std::nullopt), wire).code, "ok");
  EXPECT_EQ(decode(unsigned_body(6, std::nullopt), wire).code, "IncompleteBody");
  EXPECT_EQ(decode(unsigned_body(4, std::nullopt), wire).code, "IncompleteBody");
  EXPECT_EQ(decode(unsigned_body(4, std::nullopt), wire).bytes, "") << "known before the chunk is read";
  EXPECT_EQ(decode(unsigned_body(std::nullopt, std::nullopt), wire).code, "ok");
}

TEST(ChunkedBody, FramingIsStrict) {
  for (const std::string_view wire :
       {"5\nhello\r\n0\r\n\r\n", "5\r\nhello\n0\r\n\r\n", "5\r\nhellox\r\n0\r\n\r\n", "x\r\n", "\r\n", "-1\r\n",
        "+5\r\n", " 5\r\nhello\r\n0\r\n\r\n", "0x5\r\n", "5 \r\nhello\r\n0\r\n\r\n", "5;a=b\r\nhello\r\n0\r\n\r\n",
        "5;chunk-signature=a\r\nhello\r\n0\r\n\r\n", "fffffffffffffffff\r\n", "ffffffffffffffff\r\n"}) {
    EXPECT_EQ(decode(unsigned_body(), wire).code, "IncompleteBody") << wire;
  }
  EXPECT_THAT(decode(unsigned_body(), std::string(600, '0')).message, HasSubstr("too long"));
  EXPECT_THAT(decode(example_body(), "5\r\nhello\r\n").message, HasSubstr("a chunk lacks its signature"));
}

// --- the head ---

Outcome<ChunkedOptions> options(std::vector<Header> headers, Payload payload = Payload::kUnsignedChunksWithTrailer) {
  return read_chunked_options({.method = "PUT", .target = "/", .headers = headers}, payload);
}

TEST(ChunkedOptions, AreReadFromTheHead) {
  const auto both = options({{"X-Amz-Decoded-Content-Length", "12"}, {"x-amz-trailer", " X-Amz-Checksum-Sha256"}});
  ASSERT_TRUE(both.has_value());
  EXPECT_EQ(both->decoded_size_bytes, 12u);
  EXPECT_EQ(both->trailing_checksum, ChecksumAlgorithm::kSha256);
  const auto none = options({});
  EXPECT_EQ(none->decoded_size_bytes, std::nullopt);
  EXPECT_EQ(none->trailing_checksum, std::nullopt);
}

TEST(ChunkedOptions, WordsOfRefusal) {
  EXPECT_EQ(options({{"x-amz-trailer", "x-amz-meta-a"}}).error().message,
            "The value specified in the x-amz-trailer header is not supported");
  EXPECT_EQ(options({{"x-amz-trailer", "x-amz-checksum-crc32,x-amz-checksum-sha1"}}).error().message,
            "Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.");
  EXPECT_EQ(options({{"x-amz-trailer", "x-amz-checksum-crc32"}}, Payload::kSignedChunks).error().code,
            "InvalidRequest");
  for (const std::string_view length : {"", "-1", "1 ", "99999999999999999999999"}) {
    EXPECT_EQ(options({{"x-amz-decoded-content-length", length}}).error().code, "InvalidRequest") << length;
  }
}

}  // namespace
}  // namespace caudal::aws
