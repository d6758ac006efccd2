// SPDX-License-Identifier: Apache-2.0
#include "aws/sigv4.h"

#include <algorithm>

#include "aws/uri.h"
#include "base/encoding.h"

namespace caudal::aws {
namespace {

constexpr bool is_white(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

// Without white space at the ends, and with one space for every run of it inside.
void append_canonical_value(std::string& out, std::string_view value) {
  if (std::ranges::none_of(value, is_white)) {
    out.append(value);
    return;
  }
  bool pending = false;
  bool begun = false;
  for (const char c : value) {
    if (is_white(c)) {
      pending = begun;
      continue;
    }
    if (pending) out.push_back(' ');
    pending = false;
    begun = true;
    out.push_back(c);
  }
}

void append_canonical_header(std::string& out, const RequestHead& request, std::string_view name) {
  out.append(name).append(1, ':');
  bool first = true;
  for (const Header& header : request.headers) {
    if (!same_name(header.name, name)) continue;
    if (!first) out.push_back(',');
    first = false;
    append_canonical_value(out, header.value);
  }
  out.push_back('\n');
}

}  // namespace

std::string canonical_request(const RequestHead& request, Dialect dialect, std::span<const std::string> signed_headers,
                              std::string_view payload_hash) {
  std::string out;
  out.reserve(768 + request.target.size());
  out.append(request.method).append(1, '\n');
  append_canonical_path(out, request.path(),
                        dialect == Dialect::kS3 ? PathStyle::kAsSent : PathStyle::kNormalisedEncoded);
  out.push_back('\n');
  append_canonical_query(out, request.query(), "X-Amz-Signature");
  out.push_back('\n');
  for (const std::string& name : signed_headers) append_canonical_header(out, request, name);
  out.push_back('\n');
  for (size_t i = 0; i < signed_headers.size(); ++i) out.append(i == 0 ? "" : ";").append(signed_headers[i]);
  out.append(1, '\n').append(payload_hash);
  return out;
}

std::string string_to_sign(std::string_view time, const CredentialScope& scope, std::string_view canonical_request) {
  constexpr size_t kUsualBytes = 192;
  std::string out;
  out.reserve(kUsualBytes);
  out.append(kSigningAlgorithm).append(1, '\n').append(time).append(1, '\n');
  scope.append_to(out);
  out.push_back('\n');
  append_hex(out, view(sha256(canonical_request)));
  return out;
}

std::string signature_of(const Sha256& signing_key, std::string_view text) {
  return to_hex(view(hmac_sha256(view(signing_key), text)));
}

}  // namespace caudal::aws
