// SPDX-License-Identifier: Apache-2.0
// The two places of a signature, the Authorization header and the query, with their different complaints.
#include "aws/sigv4_claim.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "aws/sigv4_errors.h"
#include "aws/times.h"
#include "aws/uri.h"
#include "base/result.h"

namespace caudal::aws {
namespace {

constexpr std::string_view kCredentialForm =
    "the Credential is mal-formed; expecting \"<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request\".";
constexpr std::string_view kCredentialParameter = "Error parsing the X-Amz-Credential parameter; ";
constexpr size_t kLongestScopeBytes = 256;

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ') || text.starts_with('\t')) text.remove_prefix(1);
  while (text.ends_with(' ') || text.ends_with('\t')) text.remove_suffix(1);
  return text;
}

// The last part after a '/', taken off `text`; nothing when there is no '/'.
std::optional<std::string_view> take_last(std::string_view& text) {
  const size_t slash = text.rfind('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const std::string_view last = text.substr(slash + 1);
  text = text.substr(0, slash);
  return last;
}

bool is_digits(std::string_view text, size_t count) {
  return text.size() == count && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

// Where a claim is read from, for the words of a refusal.
struct Place {
  Dialect dialect;
  bool header;
  ServiceError malformed(std::string_view what, std::string json) const {
    return errors::malformed(dialect, header, what, std::move(json));
  }
  ServiceError bad_credential(std::string_view what, std::string json) const {
    return malformed(header ? std::string(what) : std::string(kCredentialParameter).append(what), std::move(json));
  }
};

// "host;range;x-amz-date", brought into the order that signatures are made in.
void read_signed_headers(std::string_view list, Claim& claim) {
  claim.signed_headers.reserve(static_cast<size_t>(std::ranges::count(list, ';')) + 1);
  while (!list.empty()) {
    const size_t end = std::min(list.find(';'), list.size());
    std::string name(trimmed(list.substr(0, end)));
    list.remove_prefix(std::min(end + 1, list.size()));
    for (char& c : name) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
    if (!name.empty()) claim.signed_headers.push_back(std::move(name));
  }
  std::ranges::sort(claim.signed_headers);
  const auto repeated = std::ranges::unique(claim.signed_headers);
  claim.signed_headers.erase(repeated.begin(), repeated.end());
}

struct AuthorizationParts {
  std::optional<std::string_view> credential, signed_headers, signature;
};

Outcome<AuthorizationParts> split_authorization(const Place& place, std::string_view list) {
  AuthorizationParts parts;
  while (!list.empty()) {
    const size_t end = std::min(list.find(','), list.size());
    const std::string_view part = trimmed(list.substr(0, end));
    list.remove_prefix(std::min(end + 1, list.size()));
    if (part.empty()) continue;
    const size_t equals = part.find('=');
    const std::string_view name = part.substr(0, std::min(equals, part.size()));
    auto* slot = name == "Credential"      ? &parts.credential
                 : name == "SignedHeaders" ? &parts.signed_headers
                 : name == "Signature"     ? &parts.signature
                                           : nullptr;
    if (equals == std::string_view::npos || (slot != nullptr && slot->has_value())) {
      return place.malformed(
          fmt::format("the authorization component \"{}\" is malformed.", part),
          fmt::format("'{}' not a valid key=value pair (missing equal-sign) in Authorization header", part));
    }
    if (slot != nullptr) *slot = part.substr(equals + 1);
  }
  return parts;
}

Outcome<void> require_parts(const Place& place, const AuthorizationParts& parts, std::string_view authorization) {
  if (parts.credential && parts.signed_headers && parts.signature) return {};
  std::string lacking;
  if (!parts.credential) lacking += "Authorization header requires 'Credential' parameter. ";
  if (!parts.signature) lacking += "Authorization header requires 'Signature' parameter. ";
  if (!parts.signed_headers) lacking += "Authorization header requires 'SignedHeaders' parameter. ";
  return place.malformed(
      "the authorization header requires three components: Credential, SignedHeaders, and Signature.",
      fmt::format("{}Authorization={}", lacking, authorization));
}

// X-Amz-Date before Date, and Date in either form.
Outcome<void> read_date_header(const RequestHead& request, const Place& place, std::string_view authorization,
                               Claim& claim) {
  const auto amz_date = request.header("x-amz-date");
  const auto text = amz_date ? amz_date : request.header("date");
  if (!text) return errors::missing_date(place.dialect, authorization);
  auto instant = parse_basic_time(trimmed(*text));
  if (!instant) instant = parse_http_date(trimmed(*text));
  if (!instant) {
    if (place.dialect == Dialect::kS3) return errors::missing_date(place.dialect, authorization);
    return place.malformed({}, fmt::format("Date must be in ISO-8601 'basic format'. Got '{}'. See "
                                           "http://en.wikipedia.org/wiki/ISO_8601",
                                           *text));
  }
  claim.instant = *instant;
  claim.time = to_basic_time(*instant);
  return {};
}

Outcome<Claim> read_header_claim(const RequestHead& request, Dialect dialect, std::string_view authorization) {
  const Place place{dialect, true};
  const size_t space = std::min(authorization.find(' '), authorization.size());
  if (authorization.substr(0, space) != kSigningAlgorithm) return errors::unsupported_mechanism(dialect, authorization);
  const AuthorizationParts parts = TRY(split_authorization(place, authorization.substr(space)));
  TRY(require_parts(place, parts, authorization));
  Claim claim;
  TRY(read_credential(dialect, place.header, *parts.credential, claim));
  read_signed_headers(*parts.signed_headers, claim);
  claim.signature = *parts.signature;
  TRY(read_date_header(request, place, authorization, claim));
  claim.session_token = request.header("x-amz-security-token").value_or("");
  if (dialect == Dialect::kJson) return claim;
  const auto content_sha256 = request.header("x-amz-content-sha256");
  if (!content_sha256) return errors::missing_content_sha256();
  claim.payload = TRY(read_payload(*content_sha256));
  claim.payload_hash = *content_sha256;
  return claim;
}

struct QueryParts {
  std::optional<std::string> algorithm, credential, date, expires, signed_headers, signature, token, content_sha256;
};

// A parameter that stands there twice is taken from its last place, and covered by the signature in both.
QueryParts split_query(std::string_view query) {
  QueryParts parts;
  for (auto& [name, value] : query_parameters(query)) {
    auto* slot = same_name(name, "X-Amz-Algorithm")        ? &parts.algorithm
                 : same_name(name, "X-Amz-Credential")     ? &parts.credential
                 : same_name(name, "X-Amz-Date")           ? &parts.date
                 : same_name(name, "X-Amz-Expires")        ? &parts.expires
                 : same_name(name, "X-Amz-SignedHeaders")  ? &parts.signed_headers
                 : name == "X-Amz-Signature"               ? &parts.signature
                 : same_name(name, "X-Amz-Security-Token") ? &parts.token
                 : same_name(name, "X-Amz-Content-Sha256") ? &parts.content_sha256
                                                           : nullptr;
    if (slot != nullptr) *slot = std::move(value);
  }
  return parts;
}

Outcome<void> read_expires(const Place& place, std::string_view text, Claim& claim) {
  constexpr int64_t kWeekSeconds = 604'800;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), claim.expires_s);
  const auto refused = [&](std::string_view what) { return place.malformed(what, std::string(what)); };
  if (error != std::errc() || end != text.data() + text.size()) return refused("X-Amz-Expires should be a number");
  if (claim.expires_s < 0) return refused("X-Amz-Expires must be non-negative");
  if (claim.expires_s == 0) return refused("X-Amz-Expires must be at least 1 second");
  if (claim.expires_s > kWeekSeconds) {
    return refused(
        "X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than "
        "604800 seconds");
  }
  return {};
}

// Version 2, which boto3 still presigns with unless it is told otherwise. To be refused by its name: taken for
// unsigned, it would be told that access is denied.
bool has_older_signature(std::string_view query) {
  constexpr std::string_view kName = "AWSAccessKeyId=";
  const size_t at = query.find(kName);
  return at == 0 || (at != std::string_view::npos && query[at - 1] == '&');
}

Outcome<Claim> read_query_claim(const RequestHead& request, Dialect dialect, const QueryParts& parts) {
  const Place place{dialect, false};
  if (*parts.algorithm != kSigningAlgorithm) {
    return place.malformed("X-Amz-Algorithm only supports \"AWS4-HMAC-SHA256 and AWS4-ECDSA-P256-SHA256\"",
                           fmt::format("Unsupported AWS 'algorithm': '{}'", *parts.algorithm));
  }
  const bool needs_expires = dialect == Dialect::kS3;
  if (!parts.credential || !parts.signature || !parts.date || !parts.signed_headers ||
      (needs_expires && !parts.expires)) {
    constexpr std::string_view kAll =
        "Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, "
        "X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.";
    return place.malformed(kAll, std::string(kAll));
  }
  Claim claim;
  claim.in_query = true;
  TRY(read_credential(dialect, place.header, *parts.credential, claim));
  const auto instant = parse_basic_time(*parts.date);
  if (!instant) {
    constexpr std::string_view kForm = "X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\"";
    return place.malformed(kForm, std::string(kForm));
  }
  claim.instant = *instant;
  claim.time = *parts.date;
  claim.expires_s = 900;
  if (parts.expires) TRY(read_expires(place, *parts.expires, claim));
  read_signed_headers(*parts.signed_headers, claim);
  claim.signature = *parts.signature;
  claim.session_token = parts.token.value_or("");
  if (dialect == Dialect::kJson) return claim;
  const auto header = request.header("x-amz-content-sha256");
  claim.payload_hash =
      parts.content_sha256 ? std::string_view(*parts.content_sha256) : header.value_or(kUnsignedPayload);
  claim.payload = TRY(read_payload(claim.payload_hash));
  return claim;
}

}  // namespace

Outcome<void> read_credential(Dialect dialect, bool header, std::string_view credential, Claim& claim) {
  const Place place{dialect, header};
  std::string_view rest = credential;
  const auto terminal = take_last(rest);
  const auto service = take_last(rest);
  const auto region = take_last(rest);
  const auto date = take_last(rest);
  if (!date || credential.size() > kLongestScopeBytes) {
    return place.bad_credential(kCredentialForm, fmt::format("Credential must have exactly 5 slash-delimited elements, "
                                                             "e.g. keyid/date/region/service/term, got '{}'",
                                                             credential));
  }
  if (rest.empty()) {
    return place.bad_credential("a non-empty Access Key (AKID) must be provided in the credential.",
                                "Credential must have a non-empty access key id");
  }
  if (*terminal != "aws4_request") {
    return place.bad_credential(
        fmt::format("incorrect terminal \"{}\". This endpoint uses \"aws4_request\".", *terminal),
        fmt::format("Credential should be scoped with a valid terminator: 'aws4_request', not '{}'.", *terminal));
  }
  if (!is_digits(*date, 8)) {
    return place.bad_credential(
        fmt::format("incorrect date format \"{}\". This date in the credential must be in the "
                    "format \"yyyyMMdd\".",
                    *date),
        fmt::format("Date in Credential scope must be in the format YYYYMMDD, got '{}'", *date));
  }
  claim.access_key_id = rest;
  claim.scope = {std::string(*date), std::string(*region), std::string(*service)};
  return {};
}

Outcome<Payload> read_payload(std::string_view content_sha256) {
  constexpr std::pair<std::string_view, Payload> kForms[] = {
      {kUnsignedPayload, Payload::kUnsigned},
      {"STREAMING-AWS4-HMAC-SHA256-PAYLOAD", Payload::kSignedChunks},
      {"STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER", Payload::kSignedChunksWithTrailer},
      {"STREAMING-UNSIGNED-PAYLOAD-TRAILER", Payload::kUnsignedChunksWithTrailer}};
  for (const auto& [name, payload] : kForms) {
    if (content_sha256 == name) return payload;
  }
  const bool is_hash = content_sha256.size() == 64 && std::ranges::all_of(content_sha256, [](char c) {
                         return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
                       });
  if (!is_hash) return errors::invalid_content_sha256(content_sha256);
  return Payload::kSha256;
}

std::string signed_service(const RequestHead& request) {
  std::string from_query;
  std::string_view rest;
  if (const auto authorization = request.header("authorization")) {
    const size_t begin = authorization->find("Credential=");
    if (begin == std::string_view::npos) return {};
    rest = authorization->substr(begin + std::string_view("Credential=").size());
    rest = rest.substr(0, rest.find_first_of(", "));
  } else {
    from_query = split_query(request.query()).credential.value_or("");
    rest = from_query;
  }
  take_last(rest);
  return std::string(take_last(rest).value_or(""));
}

Outcome<std::optional<Claim>> read_claim(const RequestHead& request, Dialect dialect) {
  const auto authorization = request.header("authorization");
  // Most requests have no query, and few have one with a signature: cheap to tell without decoding.
  const bool may_be_in_query = request.query().find("lgorithm") != std::string_view::npos;
  const QueryParts parts = may_be_in_query ? split_query(request.query()) : QueryParts();
  if (authorization) {
    if (parts.algorithm && dialect == Dialect::kS3) return errors::two_mechanisms(*authorization);
    return std::optional(TRY(read_header_claim(request, dialect, trimmed(*authorization))));
  }
  if (!parts.algorithm) {
    if (dialect == Dialect::kS3 && has_older_signature(request.query()))
      return errors::unsupported_mechanism(dialect, "AWS");
    return std::optional<Claim>();
  }
  return std::optional(TRY(read_query_claim(request, dialect, parts)));
}

}  // namespace caudal::aws
