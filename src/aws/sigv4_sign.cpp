// SPDX-License-Identifier: Apache-2.0
#include "aws/sigv4_sign.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "aws/times.h"
#include "aws/uri.h"
#include "base/check.h"

namespace caudal::aws {
namespace {

constexpr std::array<std::string_view, 9> kNeverSigned = {"authorization",     "connection", "expect",
                                                          "keep-alive",        "te",         "trailer",
                                                          "transfer-encoding", "user-agent", "x-amzn-trace-id"};

std::vector<std::string> names_to_sign(std::span<const Header> headers) {
  std::vector<std::string> names;
  for (const Header& header : headers) {
    std::string name(header.name);
    for (char& c : name) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
    if (std::ranges::find(kNeverSigned, name) == kNeverSigned.end()) names.push_back(std::move(name));
  }
  std::ranges::sort(names);
  names.erase(std::ranges::unique(names).begin(), names.end());
  return names;
}

std::string joined(const std::vector<std::string>& names) { return fmt::format("{}", fmt::join(names, ";")); }

CredentialScope scope_of(const SigningOptions& options) {
  return {to_basic_time(options.at).substr(0, 8), options.region, options.service};
}

Verified signature(const RequestHead& request, const Credentials& credentials, const SigningOptions& options,
                   const std::vector<std::string>& names, std::string_view payload_hash) {
  Verified chain{.signing_key = {}, .scope = scope_of(options), .time = to_basic_time(options.at), .signature = {}};
  chain.signing_key = derive_signing_key(credentials.secret, chain.scope);
  const std::string canonical = canonical_request(request, options.dialect, names, payload_hash);
  chain.signature = signature_of(chain.signing_key, string_to_sign(chain.time, chain.scope, canonical));
  return chain;
}

}  // namespace

SignedHead sign(const RequestHead& request, const Credentials& credentials, const SigningOptions& options) {
  SignedHead result;
  result.headers.emplace_back("x-amz-date", to_basic_time(options.at));
  if (options.dialect == Dialect::kS3) result.headers.emplace_back("x-amz-content-sha256", options.payload_hash);
  if (!credentials.session_token.empty()) {
    result.headers.emplace_back("x-amz-security-token", credentials.session_token);
  }
  std::vector<Header> headers(request.headers.begin(), request.headers.end());
  for (const auto& [name, value] : result.headers) headers.push_back({name, value});
  RequestHead whole = request;
  whole.headers = headers;
  const std::vector<std::string> names = names_to_sign(headers);
  result.chain = signature(whole, credentials, options, names, options.payload_hash);
  result.headers.emplace_back(
      "Authorization",
      fmt::format("{} Credential={}/{}, SignedHeaders={}, Signature={}", kSigningAlgorithm, credentials.access_key_id,
                  result.chain.scope.to_string(), joined(names), result.chain.signature));
  return result;
}

std::string presigned_target(const RequestHead& request, const Credentials& credentials, const SigningOptions& options,
                             int64_t expires_s) {
  CHECK(expires_s >= 1 && expires_s <= 604'800, "a presigned URL holds from a second to a week");
  const std::vector<std::string> names = names_to_sign(request.headers);
  std::string target(request.target);
  const auto add = [&target](std::string_view name, std::string_view value) {
    target.append(target.find('?') == std::string::npos ? "?" : "&").append(name).append("=");
    append_uri_encoded(target, value);
  };
  add("X-Amz-Algorithm", kSigningAlgorithm);
  add("X-Amz-Credential", credentials.access_key_id + '/' + scope_of(options).to_string());
  add("X-Amz-Date", to_basic_time(options.at));
  add("X-Amz-Expires", fmt::to_string(expires_s));
  if (!credentials.session_token.empty()) add("X-Amz-Security-Token", credentials.session_token);
  add("X-Amz-SignedHeaders", joined(names));
  RequestHead whole = request;
  whole.target = target;
  const bool s3 = options.dialect == Dialect::kS3;
  const Verified chain =
      signature(whole, credentials, options, names, s3 ? kUnsignedPayload : std::string_view(options.payload_hash));
  add("X-Amz-Signature", chain.signature);
  return target;
}

}  // namespace caudal::aws
