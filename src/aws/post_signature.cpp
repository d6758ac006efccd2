// SPDX-License-Identifier: Apache-2.0
#include "aws/post_signature.h"

#include <fmt/format.h>

#include "aws/sigv4_errors.h"
#include "aws/times.h"
#include "base/result.h"

namespace caudal::aws {
namespace {

std::optional<std::string_view> field(std::span<const FormField> fields, std::string_view name) {
  for (const auto& [key, value] : fields) {
    if (same_name(key, name)) return value;
  }
  return std::nullopt;
}

ServiceError missing(std::string_view name) {
  return {.code = "InvalidArgument",
          .status = 400,
          .message = fmt::format("Bucket POST must contain a field named '{}'.  If it is specified, please check the "
                                 "order of the fields.",
                                 name),
          .members = {{"ArgumentName", std::string(name)}, {"ArgumentValue", ""}}};
}

}  // namespace

Outcome<std::optional<PostClaim>> read_post_claim(std::span<const FormField> fields) {
  const auto policy = field(fields, "policy");
  const auto signature = field(fields, "x-amz-signature");
  // The older kind of signature is refused by its name, rather than taken for none.
  if (!signature && field(fields, "signature")) return errors::unsupported_mechanism(Dialect::kS3, "AWS");
  if (!policy && !signature) return std::optional<PostClaim>();
  if (!policy) return missing("Policy");
  if (!signature) return missing("X-Amz-Signature");
  const auto algorithm = field(fields, "x-amz-algorithm");
  const auto credential = field(fields, "x-amz-credential");
  const auto date = field(fields, "x-amz-date");
  if (!algorithm) return missing("X-Amz-Algorithm");
  if (!credential) return missing("X-Amz-Credential");
  if (!date) return missing("X-Amz-Date");
  if (*algorithm != kSigningAlgorithm) return errors::unsupported_mechanism(Dialect::kS3, "AWS");
  PostClaim post;
  post.policy = *policy;
  TRY(read_credential(Dialect::kS3, false, *credential, post.claim));
  const auto instant = parse_basic_time(*date);
  if (!instant) {
    return errors::malformed(Dialect::kS3, false,
                             "X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\"", {});
  }
  post.claim.instant = *instant;
  post.claim.time = *date;
  post.claim.in_query = true;
  post.claim.signature = *signature;
  post.claim.session_token = field(fields, "x-amz-security-token").value_or("");
  return std::optional(std::move(post));
}

Outcome<void> check_post_claim(Verifier& verifier, const PostClaim& post, std::string_view secret) {
  TRY(verifier.check_scope(post.claim));
  const Sha256 key = verifier.signing_keys().key(secret, post.claim.scope);
  if (equal_in_constant_time(signature_of(key, post.policy), post.claim.signature)) return {};
  return errors::mismatch(Dialect::kS3, {.access_key_id = post.claim.access_key_id,
                                         .signature = post.claim.signature,
                                         .canonical_request = {},
                                         .string_to_sign = post.policy});
}

}  // namespace caudal::aws
