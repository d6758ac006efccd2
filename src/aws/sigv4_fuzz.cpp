// SPDX-License-Identifier: Apache-2.0
// Any head (a line of method and target, then lines of headers) is unsigned, refused, or not accepted with a secret
// that it was not signed with; and signing it makes it acceptable.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "aws/sigv4_sign.h"
#include "base/check.h"
#include "base/testing/manual_clock.h"

namespace {

using namespace caudal;
using namespace caudal::aws;

std::string_view take_until(std::string_view& text, char end) {
  const size_t at = std::min(text.find(end), text.size());
  const std::string_view taken = text.substr(0, at);
  text.remove_prefix(std::min(at + 1, text.size()));
  return taken;
}

void check_refused(const RequestHead& request, Dialect dialect, Timestamp now) {
  ManualClock clock(now);
  Verifier verifier(clock, {}, dialect);
  const auto claim = read_claim(request, dialect);
  if (!claim) {
    CHECK(!claim.error().code.empty() && claim.error().status >= 400, "a refusal has a code");
    return;
  }
  if (!*claim) return;
  clock.set((*claim)->instant);
  CHECK(!verifier.verify(request, **claim, "secret", kEmptySha256), "nobody signs with this secret");
}

bool is_name(std::string_view name) {
  return !name.empty() && std::ranges::all_of(name, [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_';
  });
}

// Only of headers that HTTP allows, and where the head has no signature of its own.
void check_signed(RequestHead request, Dialect dialect, Timestamp now) {
  for (const Header& header : request.headers) {
    if (!is_name(header.name) || same_name(header.name.substr(0, 6), "x-amz-") ||
        same_name(header.name, "authorization"))
      return;
  }
  if (request.query().find("lgorithm") != std::string_view::npos) return;
  std::vector<Header> headers(request.headers.begin(), request.headers.end());
  headers.push_back({"host", "h"});
  request.headers = headers;
  SigningOptions options;
  options.dialect = dialect;
  options.region = "r";
  options.service = "s";
  options.at = now;
  const SignedHead head = sign(request, {.access_key_id = "AKID", .secret = "secret"}, options);
  for (const auto& [name, value] : head.headers) headers.push_back({name, value});
  request.headers = headers;
  ManualClock clock(now);
  Verifier verifier(clock, {}, dialect);
  const auto claim = read_claim(request, dialect);
  CHECK(claim && *claim, "what was signed has a claim");
  CHECK(verifier.verify(request, **claim, "secret", kEmptySha256).has_value(), "what was signed is accepted");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::string_view method = take_until(text, ' ');
  const std::string_view target = take_until(text, '\n');
  std::vector<Header> headers;
  while (!text.empty()) {
    std::string_view line = take_until(text, '\n');
    const std::string_view name = take_until(line, ':');
    headers.push_back({name, line});
  }
  const RequestHead request{.method = method, .target = target, .headers = headers};
  const Timestamp now(std::chrono::seconds(1'369'353'600));
  for (const Dialect dialect : {Dialect::kS3, Dialect::kJson}) {
    check_refused(request, dialect, now);
    check_signed(request, dialect, now);
  }
  return 0;
}
