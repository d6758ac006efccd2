// SPDX-License-Identifier: Apache-2.0
#include "api/dynamodb/s3_access.h"

#include "access/policy.h"
#include "api/dynamodb/permissions.h"
#include "objects/store.h"
#include "transfer/import.h"

namespace caudal::api::dynamodb {
namespace {

struct Asked {
  std::string action;
  std::string resource;
};

// A bucket that is not there has no policy; that it is not there is told once the job runs. A policy that cannot be
// read allows nobody.
Outcome<void> decide(Call& call, const Asked& asked, const std::string& bucket) {
  std::shared_ptr<const access::Policy> policy;
  const auto text = call.beside.objects->get_setting(bucket, objects::settings::kPolicy);
  if (text && *text) {
    auto parsed = access::Policy::parse_bucket(**text, {.bucket = bucket});
    if (!parsed) return access_denied(call.caller.arn, asked.action, asked.resource);
    policy = *std::move(parsed);
  }
  const access::Request request{
      .action = asked.action, .resource = asked.resource, .circumstances = call.of_the_sender};
  const access::Decision decision = access::decide(request, call.caller, policy.get());
  if (decision.allowed()) return {};
  call.visit.record.resource = asked.resource;
  call.visit.record.decision = access::to_string(decision.verdict);
  call.visit.record.decided_by = decision.describe();
  return access_denied(call.caller.arn, asked.action, asked.resource);
}

}  // namespace

Outcome<void> require_of_object(Call& call, std::string_view action, const std::string& bucket, std::string_view key) {
  return decide(call, {.action = std::string("s3:").append(action), .resource = access::object_arn(bucket, key)},
                bucket);
}

Outcome<void> require_reading(Call& call, const std::string& bucket, const std::string& prefix) {
  TRY(decide(call, {.action = "s3:ListBucket", .resource = access::bucket_arn(bucket)}, bucket));
  objects::ListRequest request{.bucket = bucket, .prefix = prefix};
  for (;;) {
    const auto page = call.beside.objects->list(request);
    if (!page) return {};  // the job tells why
    for (const objects::ObjectInfo& object : page->objects) {
      if (transfer::has_items(object)) TRY(require_of_object(call, "GetObject", bucket, object.key));
    }
    if (!page->next) return {};
    request.continuation = page->next;
  }
}

}  // namespace caudal::api::dynamodb
