// SPDX-License-Identifier: Apache-2.0
// A browser's form: who signed it and what its policy allows, then the file.
#include "api/s3/form.h"
#include "api/s3/post_object.h"
#include "api/s3/post_policy.h"
#include "api/s3/turn.h"
#include "aws/post_signature.h"
#include "aws/sigv4_errors.h"

namespace caudal::api::s3 {
namespace {

// Decided and recorded like PutObject, though a form is no request of the model.
constexpr aws::RestRoute kPost{.name = "PutObject", .method = "POST", .level = aws::Level::kObject};

}  // namespace

Outcome<access::Identity> Turn::form_caller(const FormFields& fields) {
  const auto post = TRY(aws::read_post_claim(fields));
  if (!post) return access::Identity{};
  visit_.record.access_key = post->claim.access_key_id;
  const access::Found found = parts_.authenticator.identities().find(post->claim.access_key_id);
  auto checked = aws::check_post_claim(parts_.authenticator.verifier(), *post, found.credential->secret.reveal());
  const auto credential = TRY(parts_.authenticator.usable(found, post->claim.access_key_id));
  if (!checked) return std::move(checked).error();
  if (!post->claim.session_token.empty()) {
    return aws::errors::invalid_token(aws::Dialect::kS3, post->claim.session_token);
  }
  visit_.record.caller = credential->identity.arn;
  return credential->identity;
}

Outcome<aws::RestReply> Turn::form(const std::string& boundary) {
  visit_.record.operation = "PostObject";
  RequestBody body = TRY(RequestBody::open(visit_.exchange, request_.head, nullptr, nullptr));
  FormReader form(body, boundary);
  FormFields fields = TRY(form.read_fields());
  aws::RestRequest request = request_;
  request.key = TRY(form_key(fields, form.file_name()));
  visit_.record.resource = access::object_arn(request.bucket, request.key);
  const access::Identity caller = TRY(form_caller(fields));
  std::optional<PostPolicy> policy;
  if (!caller.anonymous()) {
    policy = TRY(PostPolicy::parse(field(fields, "policy").value_or("")));
    FormFields said = fields;
    for (auto& [name, value] : said) {
      if (name == "key") value = request.key;
    }
    if (!field(said, "bucket")) said.emplace_back("bucket", request.bucket);
    TRY(policy->check(said, visit_.request().received_at));
  }
  access::Circumstances circumstances = circumstances_of(request);
  Call call = make_call(request, kPost, body, caller, circumstances);
  auto done = [&]() -> Outcome<aws::RestReply> {
    TRY(authorise(call));
    if (field(fields, "tagging")) TRY(call.require("PutObjectTagging", request.bucket, request.key));
    return post_object(call, form, fields, policy);
  }();
  note(call);
  return done;
}

}  // namespace caudal::api::s3
