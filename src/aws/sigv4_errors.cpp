// SPDX-License-Identifier: Apache-2.0
#include "aws/sigv4_errors.h"

#include <fmt/format.h>

#include "aws/times.h"

namespace caudal::aws::errors {
namespace {

constexpr auto kSkew = std::chrono::minutes(15);
constexpr std::string_view kS3Mismatch =
    "The request signature we calculated does not match the signature you provided. Check your key and signing method.";

ServiceError s3(std::string code, int status, std::string message,
                std::vector<std::pair<std::string, std::string>> members = {}) {
  return {std::move(code), status, std::move(message), std::move(members), {}};
}

ServiceError json(std::string code, std::string message) { return {std::move(code), 400, std::move(message), {}, {}}; }

// Bytes as S3 shows them: "41 57 53 34".
std::string spaced_hex(std::string_view text) {
  std::string out;
  out.reserve(3 * text.size());
  for (const char c : text) {
    fmt::format_to(std::back_inserter(out), "{}{:02x}", out.empty() ? "" : " ", static_cast<unsigned char>(c));
  }
  return out;
}

}  // namespace

ServiceError unknown_access_key(Dialect dialect, std::string_view access_key_id) {
  if (dialect == Dialect::kJson) {
    return json("UnrecognizedClientException", "The security token included in the request is invalid.");
  }
  return s3("InvalidAccessKeyId", 403, "The AWS Access Key Id you provided does not exist in our records.",
            {{"AWSAccessKeyId", std::string(access_key_id)}});
}

ServiceError invalid_token(Dialect dialect, std::string_view token) {
  if (dialect == Dialect::kJson) {
    return json("UnrecognizedClientException", "The security token included in the request is invalid.");
  }
  return s3("InvalidToken", 400, "The provided token is malformed or otherwise invalid.",
            {{"Token-0", std::string(token)}});
}

ServiceError expired_token(Dialect dialect, std::string_view token) {
  if (dialect == Dialect::kJson) {
    return json("ExpiredTokenException", "The security token included in the request is expired");
  }
  return s3("ExpiredToken", 400, "The provided token has expired.", {{"Token-0", std::string(token)}});
}

ServiceError missing_authentication(Dialect dialect) {
  if (dialect == Dialect::kJson) return json("MissingAuthenticationTokenException", "Missing Authentication Token");
  return s3("AccessDenied", 403, "Access Denied");
}

ServiceError malformed(Dialect dialect, bool header, std::string_view what, std::string json_message) {
  if (dialect == Dialect::kJson) return json("IncompleteSignatureException", std::move(json_message));
  if (header) {
    return s3("AuthorizationHeaderMalformed", 400, fmt::format("The authorization header is malformed; {}", what));
  }
  return s3("AuthorizationQueryParametersError", 400, std::string(what));
}

ServiceError unsupported_mechanism(Dialect dialect, std::string_view authorization) {
  if (dialect == Dialect::kJson) {
    return json("IncompleteSignatureException",
                fmt::format("Unsupported AWS 'algorithm': '{}'", authorization.substr(0, authorization.find(' '))));
  }
  if (authorization.starts_with("AWS")) {
    return s3("InvalidRequest", 400,
              "The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.");
  }
  return s3("InvalidArgument", 400, "Unsupported Authorization Type",
            {{"ArgumentName", "Authorization"}, {"ArgumentValue", std::string(authorization)}});
}

ServiceError two_mechanisms(std::string_view authorization) {
  return s3("InvalidArgument", 400,
            "Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query string "
            "parameter or the Authorization header should be specified",
            {{"ArgumentName", "Authorization"}, {"ArgumentValue", std::string(authorization)}});
}

ServiceError missing_date(Dialect dialect, std::string_view authorization) {
  if (dialect == Dialect::kJson) {
    return json("IncompleteSignatureException",
                fmt::format("Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. "
                            "Authorization={}",
                            authorization));
  }
  return s3("AccessDenied", 403, "AWS authentication requires a valid Date or x-amz-date header");
}

ServiceError missing_content_sha256() {
  return s3("InvalidRequest", 400, "Missing required header for this request: x-amz-content-sha256");
}

ServiceError invalid_content_sha256(std::string_view value) {
  return s3("InvalidArgument", 400,
            "x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-UNSIGNED-PAYLOAD-TRAILER, "
            "STREAMING-AWS4-HMAC-SHA256-PAYLOAD, STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER, "
            "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD, STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD-TRAILER or a valid "
            "sha256 value.",
            {{"ArgumentName", "x-amz-content-sha256"}, {"ArgumentValue", std::string(value)}});
}

ServiceError wrong_region(Dialect dialect, bool header, std::string_view region, std::string_view expected) {
  if (dialect == Dialect::kJson) {
    return json("InvalidSignatureException",
                fmt::format("Credential should be scoped to a valid region, not '{}'. ", region));
  }
  ServiceError error =
      malformed(dialect, header,
                fmt::format("{}the region '{}' is wrong; expecting '{}'",
                            header ? "" : "Error parsing the X-Amz-Credential parameter; ", region, expected),
                {});
  error.members = {{"Region", std::string(expected)}};
  return error;
}

ServiceError wrong_service(Dialect dialect, bool header, std::string_view service, std::string_view expected) {
  if (dialect == Dialect::kJson) {
    return json("InvalidSignatureException",
                fmt::format("Credential should be scoped to correct service: '{}'. ", expected));
  }
  return malformed(dialect, header,
                   fmt::format("{}incorrect service \"{}\". This endpoint belongs to \"{}\".",
                               header ? "" : "Error parsing the X-Amz-Credential parameter; ", service, expected),
                   {});
}

ServiceError wrong_scope_date(Dialect dialect, bool header, std::string_view scope_date, std::string_view time) {
  const std::string_view day = time.substr(0, 8);
  if (dialect == Dialect::kJson) {
    return json("InvalidSignatureException",
                fmt::format("Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: "
                            "'{}' != '{}', from '{}'.",
                            scope_date, day, time));
  }
  return malformed(
      dialect, header,
      fmt::format("Invalid credential date \"{}\". This date is not the same as X-Amz-Date: \"{}\".", scope_date, day),
      {});
}

ServiceError skewed(Dialect dialect, Timestamp request, Timestamp now) {
  const std::string sent = to_basic_time(request);
  const std::string ours = to_basic_time(now);
  if (dialect == Dialect::kJson) {
    if (request < now) {
      return json("InvalidSignatureException",
                  fmt::format("Signature expired: {} is now earlier than {} ({} - 15 min.)", sent,
                              to_basic_time(now - kSkew), ours));
    }
    return json("InvalidSignatureException",
                fmt::format("Signature not yet current: {} is still later than {} ({} + 15 min.)", sent,
                            to_basic_time(now + kSkew), ours));
  }
  return s3("RequestTimeTooSkewed", 403, "The difference between the request time and the current time is too large.",
            {{"RequestTime", sent}, {"ServerTime", to_iso_time(now)}, {"MaxAllowedSkewMilliseconds", "900000"}});
}

ServiceError expired(Timestamp request, int64_t expires_s, Timestamp now) {
  return s3("AccessDenied", 403, "Request has expired",
            {{"X-Amz-Expires", fmt::to_string(expires_s)},
             {"Expires", to_iso_time(request + std::chrono::seconds(expires_s))},
             {"ServerTime", to_iso_time(now)}});
}

ServiceError not_yet_valid(Timestamp request, Timestamp now) {
  return s3("AccessDenied", 403, "Request is not yet valid",
            {{"RequestTime", to_iso_time(request)}, {"ServerTime", to_iso_time(now)}});
}

ServiceError headers_not_signed(Dialect dialect, std::string_view names) {
  if (dialect == Dialect::kJson) {
    return json("InvalidSignatureException",
                "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.");
  }
  return s3("AccessDenied", 403, "There were headers present in the request which were not signed",
            {{"HeadersNotSigned", std::string(names)}});
}

ServiceError mismatch(Dialect dialect, const Mismatch& what) {
  if (dialect == Dialect::kJson) {
    return json("InvalidSignatureException",
                fmt::format("The request signature we calculated does not match the signature you provided. Check your "
                            "AWS Secret Access Key and signing method. Consult the service documentation for details."
                            "\n\nThe Canonical String for this request should have been\n'{}'"
                            "\n\nThe String-to-Sign should have been\n'{}'\n",
                            what.canonical_request, what.string_to_sign));
  }
  ServiceError error = s3("SignatureDoesNotMatch", 403, std::string(kS3Mismatch),
                          {{"AWSAccessKeyId", std::string(what.access_key_id)},
                           {"StringToSign", std::string(what.string_to_sign)},
                           {"SignatureProvided", std::string(what.signature)},
                           {"StringToSignBytes", spaced_hex(what.string_to_sign)}});
  if (!what.canonical_request.empty()) {
    error.members.emplace_back("CanonicalRequest", what.canonical_request);
    error.members.emplace_back("CanonicalRequestBytes", spaced_hex(what.canonical_request));
  }
  return error;
}

ServiceError chunk_mismatch(std::string_view signature) {
  return s3("SignatureDoesNotMatch", 403, std::string(kS3Mismatch), {{"SignatureProvided", std::string(signature)}});
}

ServiceError payload_mismatch(std::string_view claimed, std::string_view computed) {
  return s3(
      "XAmzContentSHA256Mismatch", 400, "The provided 'x-amz-content-sha256' header does not match what was computed.",
      {{"ClientComputedContentSHA256", std::string(claimed)}, {"S3ComputedContentSHA256", std::string(computed)}});
}

}  // namespace caudal::aws::errors
