// SPDX-License-Identifier: Apache-2.0
#include "api/s3/post_object.h"

#include "api/s3/fields.h"
#include "aws/generated/s3/objects.h"
#include "aws/uri.h"
#include "aws/xml/xml_codec.h"
#include "aws/xml/xml_writer.h"

namespace caudal::api::s3 {
namespace {

// Holds a file to the sizes that its form's policy allows.
class Bounded final : public objects::ByteSource {
 public:
  Bounded(FormReader& form, const std::optional<PostPolicy>& policy)
      : form_(form),
        min_bytes_(policy ? policy->min_bytes().value_or(0) : 0),
        max_bytes_(std::min(policy ? policy->max_bytes().value_or(objects::kMaxPartBytes) : objects::kMaxPartBytes,
                            objects::kMaxPartBytes)) {}

  Result<size_t> read(char* out, size_t size_bytes) override {
    if (refusal_) return Error{Errc::invalid_value, refusal_->message};
    const size_t got = TRY(form_.read(out, size_bytes));
    size_bytes_ += got;
    if (size_bytes_ > max_bytes_) {
      return refuse("EntityTooLarge", "Your proposed upload exceeds the maximum allowed size", "MaxSizeAllowed",
                    max_bytes_);
    }
    if (got == 0 && size_bytes_ < min_bytes_) {
      return refuse("EntityTooSmall", "Your proposed upload is smaller than the minimum allowed size", "MinSizeAllowed",
                    min_bytes_);
    }
    return got;
  }
  std::optional<ServiceError> refusal() const { return refusal_ ? refusal_ : form_.refusal(); }

 private:
  Error refuse(const char* code, const char* message, const char* limit, uint64_t limit_bytes) {
    refusal_ =
        ServiceError{.code = code,
                     .status = 400,
                     .message = message,
                     .members = {{"ProposedSize", std::to_string(size_bytes_)}, {limit, std::to_string(limit_bytes)}}};
    return {Errc::invalid_value, message};
  }
  FormReader& form_;
  const uint64_t min_bytes_;
  const uint64_t max_bytes_;
  uint64_t size_bytes_ = 0;
  std::optional<ServiceError> refusal_;
};

// The fields that PutObject knows as headers.
wire::PutObjectRequest as_request(const FormFields& fields) {
  wire::PutObjectRequest in;
  const auto take = [&](const char* name, std::optional<std::string>& into) {
    if (const auto value = field(fields, name)) into = std::string(*value);
  };
  take("acl", in.acl);
  take("cache-control", in.cache_control);
  take("content-disposition", in.content_disposition);
  take("content-encoding", in.content_encoding);
  take("content-type", in.content_type);
  take("expires", in.expires);
  take("x-amz-storage-class", in.storage_class);
  take("x-amz-server-side-encryption", in.server_side_encryption);
  take("x-amz-server-side-encryption-customer-algorithm", in.sse_customer_algorithm);
  take("x-amz-server-side-encryption-aws-kms-key-id", in.sse_kms_key_id);
  take("x-amz-object-lock-mode", in.object_lock_mode);
  take("x-amz-object-lock-legal-hold", in.object_lock_legal_hold_status);
  take("x-amz-website-redirect-location", in.website_redirect_location);
  take("x-amz-checksum-crc32", in.checksum_crc32);
  take("x-amz-checksum-crc32c", in.checksum_crc32c);
  take("x-amz-checksum-crc64nvme", in.checksum_crc64nvme);
  take("x-amz-checksum-sha1", in.checksum_sha1);
  take("x-amz-checksum-sha256", in.checksum_sha256);
  constexpr std::string_view kMetadata = "x-amz-meta-";
  for (const auto& [name, value] : fields) {
    if (!name.starts_with(kMetadata)) continue;
    if (!in.metadata) in.metadata.emplace();
    (*in.metadata)[name.substr(kMetadata.size())] = value;
  }
  return in;
}

Outcome<objects::PutOptions> options_of(const FormFields& fields) {
  const wire::PutObjectRequest in = as_request(fields);
  objects::PutOptions options = TRY(put_options(in));
  options.cause = objects::EventKind::kPost;
  options.expected = TRY(checksums_of(in));
  if (options.expected.size() > 1) {
    return invalid_request("Expecting a single x-amz-checksum- field. Multiple checksum Types are not allowed.");
  }
  if (!options.expected.empty()) options.algorithms = {options.expected.front().algorithm};
  if (const auto tagging = field(fields, "tagging")) {
    wire::Tagging tags;
    TRY(aws::decode_xml(*tagging, aws::shape_of<wire::Tagging>(), &tags));
    options.tags = TRY(tags_of(tags.tag_set));
  }
  return options;
}

std::string redirect(std::string_view url, const Call& call, const std::string& etag) {
  std::string out(url);
  out.append(url.contains('?') ? "&bucket=" : "?bucket=").append(aws::uri_encoded(call.request.bucket));
  out.append("&key=").append(aws::uri_encoded(call.request.key)).append("&etag=").append(aws::uri_encoded(etag));
  return out;
}

aws::RestReply answer(const Call& call, const FormFields& fields, const objects::ObjectInfo& info) {
  const std::string etag = etag_text(info.etag);
  const std::string location = call.location() + "/" + aws::uri_encoded(call.request.key);
  aws::RestReply reply{.status = 204, .headers = {{"ETag", etag}, {"Location", location}}};
  if (info.version != objects::kNullVersion) reply.headers.emplace_back("x-amz-version-id", info.version);
  if (const auto encrypted = encryption_of(info))
    reply.headers.emplace_back("x-amz-server-side-encryption", *encrypted);
  auto url = field(fields, "success_action_redirect");
  if (!url) url = field(fields, "redirect");
  if (url && (url->starts_with("http://") || url->starts_with("https://"))) {
    reply.status = 303;
    reply.headers[1].second = redirect(*url, call, etag);
    return reply;
  }
  const std::string_view status = field(fields, "success_action_status").value_or("");
  if (status == "200") reply.status = 200;
  if (status == "201") {
    reply.status = 201;
    reply.headers.emplace_back("Content-Type", "application/xml");
    reply.body.append(aws::kXmlDeclaration).append("<PostResponse>");
    aws::append_xml_element(reply.body, "Location", location);
    aws::append_xml_element(reply.body, "Bucket", call.request.bucket);
    aws::append_xml_element(reply.body, "Key", call.request.key);
    aws::append_xml_element(reply.body, "ETag", etag);
    reply.body.append("</PostResponse>");
  }
  return reply;
}

}  // namespace

Outcome<void> add_form_circumstances(const FormFields& fields, access::Circumstances& circumstances) {
  for (const char* name : {"x-amz-storage-class", "x-amz-server-side-encryption", "x-amz-website-redirect-location"}) {
    if (const auto value = field(fields, name)) circumstances.add(std::string("s3:") + name, std::string(*value));
  }
  if (const auto acl = field(fields, "acl")) circumstances.add("s3:x-amz-acl", std::string(*acl));
  const auto tagging = field(fields, "tagging");
  if (!tagging) return {};
  wire::Tagging tags;
  TRY(aws::decode_xml(*tagging, aws::shape_of<wire::Tagging>(), &tags));
  for (const wire::Tag& tag : tags.tag_set) {
    circumstances.add("s3:RequestObjectTag/" + tag.key, tag.value);
    circumstances.add("s3:RequestObjectTagKeys", tag.key);
  }
  return {};
}

Outcome<std::string> form_key(const FormFields& fields, const std::string& file_name) {
  const auto given = field(fields, "key");
  if (!given || given->empty()) {
    return invalid_argument(
        "Bucket POST must contain a field named 'key'.  If it is specified, please check the order of the fields.",
        "key", "");
  }
  constexpr std::string_view kFileName = "${filename}";
  std::string key(*given);
  for (size_t at = key.find(kFileName); at != std::string::npos; at = key.find(kFileName, at + file_name.size())) {
    key.replace(at, kFileName.size(), file_name);
    if (key.size() > objects::kMaxKeyBytes) return in_s3_words({objects::Errc::invalid_key, ""}, {.key = key});
  }
  return key;
}

Outcome<aws::RestReply> post_object(Call& call, FormReader& form, const FormFields& fields,
                                    const std::optional<PostPolicy>& policy) {
  const objects::PutOptions options = TRY(options_of(fields));
  Bounded source(form, policy);
  auto put = call.store.put(call.ref(), source, options);
  if (!put && source.refusal()) return *source.refusal();
  return answer(call, fields, TRY(call.said(std::move(put))));
}

}  // namespace caudal::api::s3
