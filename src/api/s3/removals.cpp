// SPDX-License-Identifier: Apache-2.0
// DeleteObject and DeleteObjects.
#include <fmt/format.h>

#include "api/s3/conditions.h"
#include "api/s3/fields.h"
#include "api/s3/operations.h"
#include "aws/generated/s3/objects.h"

namespace caudal::api::s3 {
namespace {

constexpr size_t kMostAtOnce = 1000;
constexpr int kRemovedStatus = 204;  // what DeleteObject would answer

Outcome<wire::DeleteObjectOutput> delete_object(Call& call, const wire::DeleteObjectRequest& in) {
  if (in.if_match_last_modified_time || in.if_match_size)
    return not_offered("x-amz-if-match-last-modified-time and -size");
  // A condition is on what is there now, and so not on one version of it.
  if (in.if_match && in.version_id) return not_offered("If-Match with versionId");
  objects::RemoveOptions options{.version = in.version_id};
  if (in.if_match) TRY(call.require("GetObject"));
  if (in.if_match) options.if_match = etag_of(*in.if_match);
  const objects::RemoveResult removed =
      TRY(call.said(call.store.remove(call.ref(), options), in.version_id.value_or("")));
  wire::DeleteObjectOutput out{.version_id = removed.version};
  if (removed.is_delete_marker) out.delete_marker = true;
  return out;
}

wire::Error failed(const wire::ObjectIdentifier& object, const ServiceError& error) {
  return {.key = object.key, .version_id = object.version_id, .code = error.code, .message = error.message};
}

Outcome<void> may_remove(Call& call, const wire::ObjectIdentifier& object, size_t place) {
  const objects::ObjectRef ref{call.request.bucket, object.key};
  // A condition on what is there tells what is there.
  if (object.etag) {
    TRY(call.require_on(object.version_id ? "GetObjectVersion" : "GetObject", ref, object.version_id, place));
  }
  return call.require_on(object.version_id ? "DeleteObjectVersion" : "DeleteObject", ref, object.version_id, place);
}

// What the caller may remove of `wanted`, by its index; the rest becomes an error of the answer. Each is touched, in
// the same order.
Outcome<std::vector<size_t>> allowed(Call& call, const std::vector<wire::ObjectIdentifier>& wanted,
                                     std::vector<wire::Error>& errors) {
  std::vector<size_t> permitted;
  for (size_t i = 0; i < wanted.size(); ++i) {
    if (wanted[i].last_modified_time || wanted[i].size)
      return not_offered("conditions on time and size in DeleteObjects");
    const auto may = may_remove(call, wanted[i], call.touch("DeleteObject", {call.request.bucket, wanted[i].key}));
    if (may) {
      permitted.push_back(i);
    } else {
      errors.push_back(failed(wanted[i], may.error()));
    }
  }
  return permitted;
}

// Of one key of many, the name of a version that cannot be is that of one that is not there.
ServiceError unremoved(const Error& error, const objects::ObjectRef& ref, const std::optional<std::string>& version) {
  const Error said = error.code == objects::Errc::invalid_argument ? Error{objects::Errc::no_such_version, ""} : error;
  return in_s3_words(said, {.bucket = ref.bucket, .key = ref.key, .version = version.value_or("")});
}

wire::DeletedObject deleted(const wire::ObjectIdentifier& object, const objects::RemoveResult& removed) {
  wire::DeletedObject out{.key = object.key, .version_id = object.version_id};
  if (!removed.is_delete_marker) return out;
  out.delete_marker = true;
  out.delete_marker_version_id = removed.version;
  return out;
}

Outcome<wire::DeleteObjectsOutput> delete_objects(Call& call, const wire::DeleteObjectsRequest& in) {
  const std::vector<wire::ObjectIdentifier>& wanted = in.delete_.objects;
  if (wanted.empty() || wanted.size() > kMostAtOnce) return malformed_xml();
  std::vector<wire::Error> errors;
  std::vector<wire::DeletedObject> gone;
  std::vector<objects::RemoveRequest> requests;
  const std::vector<size_t> permitted = TRY(allowed(call, wanted, errors));
  for (const size_t i : permitted) {
    objects::RemoveRequest& request = requests.emplace_back(
        objects::RemoveRequest{.key = wanted[i].key, .options = {.version = wanted[i].version_id}});
    if (wanted[i].etag) request.options.if_match = etag_of(*wanted[i].etag);
  }
  // Who may remove nothing does not learn whether the bucket is there.
  if (permitted.empty()) return wire::DeleteObjectsOutput{.errors = std::move(errors)};
  call.denied.clear();  // not of the request, then: each key has its own decision
  const auto results = TRY(call.said(call.store.remove_many(in.bucket, requests)));
  for (size_t n = 0; n < results.size(); ++n) {
    const wire::ObjectIdentifier& object = wanted[permitted[n]];
    Touched& told = call.touched[permitted[n]];
    told.status = kRemovedStatus;
    if (results[n]) {
      gone.push_back(deleted(object, *results[n]));
      continue;
    }
    const ServiceError said = unremoved(results[n].error(), {in.bucket, object.key}, object.version_id);
    if (is_internal(said)) call.failure = results[n].error().to_string();
    told.status = said.status;
    told.error = said.code;
    errors.push_back(failed(object, said));
  }
  wire::DeleteObjectsOutput out;
  if (!errors.empty()) out.errors = std::move(errors);
  if (!gone.empty() && !in.delete_.quiet.value_or(false)) out.deleted = std::move(gone);
  return out;
}

}  // namespace

void offer_removals(Dispatcher& dispatcher) {
  dispatcher.on(operations::kDeleteObject, delete_object);
  dispatcher.on(operations::kDeleteObjects, delete_objects);
}

}  // namespace caudal::api::s3
