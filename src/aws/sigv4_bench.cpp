// SPDX-License-Identifier: Apache-2.0
// What a signature costs a request: the whole of reading and checking, with the key remembered.
#include <benchmark/benchmark.h>

#include "aws/chunked_body.h"
#include "aws/sigv4_sign.h"
#include "base/check.h"
#include "base/testing/manual_clock.h"

namespace caudal::aws {
namespace {

const Timestamp kNow{std::chrono::seconds(1'369'353'600)};

// What the JavaScript SDK sends with a small PUT.
std::vector<Header> put_headers() {
  return {{"content-length", "4096"},
          {"content-type", "application/octet-stream"},
          {"host", "127.0.0.1:4280"},
          {"x-amz-user-agent", "aws-sdk-js/3.1000.0"},
          {"user-agent", "aws-sdk-js/3.1000.0 ua/2.1 os/linux#6.1 lang/js md/nodejs#22.0.0 api/s3#3.1000.0 m/E,e"},
          {"amz-sdk-invocation-id", "8d5a3cf5-6c3f-4a6e-9a5e-8d1f3e2c9b10"},
          {"amz-sdk-request", "attempt=1; max=3"},
          {"x-amz-checksum-crc32", "AAAAAA=="},
          {"x-amz-sdk-checksum-algorithm", "CRC32"}};
}

void verify_header(benchmark::State& state) {
  SigningOptions options;
  options.region = "us-east-1";
  options.service = "s3";
  options.at = kNow;
  std::vector<Header> headers = put_headers();
  RequestHead request{
      .method = "PUT", .target = "/bucket/a/key/of/usual/length.bin?x-id=PutObject", .headers = headers};
  const SignedHead head = sign(request, {.access_key_id = "AKIDEXAMPLE", .secret = "secret"}, options);
  for (const auto& [name, value] : head.headers) headers.push_back({name, value});
  request.headers = headers;
  ManualClock clock(kNow);
  Verifier verifier(clock);
  for (auto _ : state) {
    const auto claim = read_claim(request, Dialect::kS3);
    const auto verified = verifier.verify(request, **claim, "secret");
    CHECK(verified.has_value(), "accepted");
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(verify_header);

// 64 KiB chunks without signatures and a CRC-32 in the trailer, in place.
void decode_unsigned(benchmark::State& state) {
  std::string wire;
  for (int i = 0; i < 16; ++i) wire += "10000\r\n" + std::string(65'536, 'a') + "\r\n";
  std::string buffer;
  for (auto _ : state) {
    buffer = wire;
    ChunkedBody body({.trailing_checksum = ChecksumAlgorithm::kCrc32});
    CHECK(body.decode_in_place(buffer.data(), buffer.size()).has_value(), "decodes");
  }
  state.SetBytesProcessed(state.iterations() * static_cast<int64_t>(wire.size()));
}
BENCHMARK(decode_unsigned);

}  // namespace
}  // namespace caudal::aws
