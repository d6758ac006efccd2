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

// Who it is and whether it may be done is told by the fields; until then anybody holds a thread.
constexpr std::chrono::seconds kFieldsTime(30);

// Decided and recorded like PutObject, though a form is no request of the model.
constexpr aws::RestRoute kPost{.name = "PutObject", .method = "POST", .level = aws::Level::kObject};

// What the policy is held against: the bucket that the form was sent to, whatever it says, and the key as it will be.
FormFields effective(const FormFields& fields, const aws::RestRequest& request) {
  FormFields out;
  for (const auto& [name, value] : fields) {
    if (name == "bucket") continue;
    out.emplace_back(name, name == "key" ? request.key : value);
  }
  out.emplace_back("bucket", request.bucket);
  return out;
}

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
  if (const auto named = objects::check_bucket_name(request_.bucket); !named) {
    return in_s3_words(named.error(), {.bucket = request_.bucket});
  }
  RequestBody body = TRY(RequestBody::open(visit_.exchange, request_.head, nullptr, nullptr));
  FormReader form(body, boundary);
  visit_.exchange.set_deadline(kFieldsTime);
  FormFields fields = TRY(form.read_fields());
  if (const auto bucket = field(fields, "bucket"); bucket && *bucket != request_.bucket) {
    return invalid_argument("The form's bucket is not the one that it was sent to", "bucket", *bucket);
  }
  aws::RestRequest request = request_;
  request.key = TRY(form_key(fields, form.file_name()));
  visit_.record.resource = access::object_arn(request.bucket, request.key);
  const access::Identity caller = TRY(form_caller(fields));
  std::optional<PostPolicy> policy;
  if (!caller.anonymous()) {
    policy = TRY(PostPolicy::parse(field(fields, "policy").value_or("")));
    TRY(policy->check(effective(fields, request), visit_.request().received_at));
  }
  // A form is judged by its fields: headers of the same names mean nothing to it.
  access::Circumstances circumstances = sender_;
  TRY(add_form_circumstances(fields, circumstances));
  Call call = make_call(request, kPost, body, caller, circumstances);
  auto done = [&]() -> Outcome<aws::RestReply> {
    TRY(authorise(call));
    call.exchange.set_deadline(std::nullopt);  // the file takes as long as it takes
    if (field(fields, "tagging")) TRY(call.require("PutObjectTagging"));
    return post_object(call, form, fields, policy);
  }();
  note(call);
  return done;
}

}  // namespace caudal::api::s3
