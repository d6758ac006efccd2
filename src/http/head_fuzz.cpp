// SPDX-License-Identifier: Apache-2.0
// Foreign bytes as the head of a request. Whatever is accepted must have framing that nobody can read in two ways, and
// be found at the same place when it arrives byte by byte.
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "http/head_parser.h"

using namespace caudal::http;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const HeadLimits limits = {.target_bytes = 1024, .head_bytes = 4096, .headers = 20};
  HeadScanner at_once;
  const auto whole = at_once.scan(bytes, limits);
  HeadScanner bit_by_bit;
  std::expected<size_t, BadRequest> slowly = size_t{0};
  for (size_t end = 1; end <= size && slowly && *slowly == 0; ++end)
    slowly = bit_by_bit.scan(bytes.substr(0, end), limits);
  CHECK(whole.has_value() == slowly.has_value(), "a head is accepted at once and byte by byte, or not at all");
  if (!whole || *whole == 0) return 0;
  CHECK(*whole == *slowly && *whole <= limits.head_bytes, "the head ends in one place");
  const std::string_view text = bytes.substr(0, *whole);
  CHECK(text.ends_with("\r\n\r\n"), "a head ends in an empty line");
  const auto head = parse_head(text, limits);
  if (!head) {
    CHECK(head.error().status >= 400 && head.error().status <= 505, "a refusal has a status");
    return 0;
  }
  const Request& request = head->request;
  CHECK(!request.chunked || !request.content_length, "one framing");
  CHECK(request.headers.count("content-length") == (request.content_length ? 1u : 0u), "one length");
  CHECK(request.headers.count("transfer-encoding") == (request.chunked ? 1u : 0u), "one encoding");
  CHECK(request.headers.size() <= limits.headers && request.target.size() <= limits.target_bytes, "limits hold");
  for (const Header& header : request.headers) {
    CHECK(header.name.find_first_of(std::string_view(" \t\r\n\0:", 6)) == std::string_view::npos, "a name is a token");
    CHECK(header.value.find_first_of(std::string_view("\r\n\0", 3)) == std::string_view::npos, "a value is one line");
  }
  return 0;
}
