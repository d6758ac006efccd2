// SPDX-License-Identifier: Apache-2.0
// The tags of objects.
#include "api/s3/fields.h"
#include "api/s3/operations.h"
#include "aws/generated/s3/objects.h"

namespace caudal::api::s3 {
namespace {

std::optional<std::string> told(const objects::ObjectInfo& info) {
  return info.version == objects::kNullVersion ? std::nullopt : std::optional(info.version);
}

Outcome<objects::ObjectInfo> find(Call& call, const std::optional<std::string>& version) {
  auto info = call.store.head(call.ref(), version);
  if (info) return *std::move(info);
  if (info.error().code == objects::Errc::no_such_key) return call.absent();
  return call.refused(info.error(), version.value_or(""));
}

Outcome<wire::GetObjectTaggingOutput> get_tags(Call& call, const wire::GetObjectTaggingRequest& in) {
  const objects::ObjectInfo info = TRY(find(call, in.version_id));
  return wire::GetObjectTaggingOutput{.version_id = told(info), .tag_set = tags_of(info.tags)};
}

Outcome<wire::PutObjectTaggingOutput> put_tags(Call& call, const wire::PutObjectTaggingRequest& in) {
  const objects::ObjectInfo info = TRY(find(call, in.version_id));
  const objects::Texts tags = TRY(tags_of(in.tagging.tag_set));
  TRY(call.said(call.store.set_tags(call.ref(), tags, in.version_id), in.version_id.value_or("")));
  return wire::PutObjectTaggingOutput{.version_id = told(info)};
}

Outcome<wire::DeleteObjectTaggingOutput> delete_tags(Call& call, const wire::DeleteObjectTaggingRequest& in) {
  const objects::ObjectInfo info = TRY(find(call, in.version_id));
  TRY(call.said(call.store.set_tags(call.ref(), {}, in.version_id), in.version_id.value_or("")));
  return wire::DeleteObjectTaggingOutput{.version_id = told(info)};
}

}  // namespace

void offer_tags(Dispatcher& dispatcher) {
  dispatcher.on(operations::kGetObjectTagging, get_tags);
  dispatcher.on(operations::kPutObjectTagging, put_tags);
  dispatcher.on(operations::kDeleteObjectTagging, delete_tags);
}

}  // namespace caudal::api::s3
