// SPDX-License-Identifier: Apache-2.0
// One request on its way through the door: what its handler is given, and what it leaves behind beside its output.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "access/decide.h"
#include "access/identities.h"
#include "access/identity.h"
#include "access/request.h"
#include "api/gate/visit.h"
#include "api/s3/bucket_settings.h"
#include "api/s3/errors.h"
#include "api/s3/request_body.h"
#include "aws/rest/rest_service.h"
#include "http/exchange.h"
#include "objects/store.h"

namespace caudal::api::s3 {

struct Call {
  Visit& visit;
  http::Exchange& exchange;  // the visit's
  const aws::RestRequest& request;
  const aws::RestRoute& route;
  RequestBody& body;
  const access::Identity& caller;
  access::Circumstances& circumstances;        // more may be added before something else is decided
  const access::Circumstances& of_the_sender;  // those of them that are about nothing but who asks, when and from where
  objects::Store& store;
  AllBucketSettings& settings;
  const access::Identities& identities;
  std::string_view region;
  const std::set<std::string>& destinations;  // of notifications, by name

  // What the handler leaves beside its output.
  int status = 0;                                                 // instead of the route's
  std::vector<std::pair<std::string, std::string>> headers = {};  // also of an error
  std::optional<objects::Reader> content = {};                    // the answer's body, to be streamed
  std::optional<uint64_t> content_length = {};                    // of HEAD: what the body would have
  std::string denied = {};  // the statement, or lack of one, for which something beside the request itself was denied
  std::vector<Touched> touched = {};  // what it is about beside the request's own resource, each decided by itself
  std::string failure = {};           // what an InternalError hides from the client, for the log

  objects::ObjectRef ref() const { return {request.bucket, request.key}; }
  std::optional<std::string_view> header(std::string_view name) const { return request.head.header(name); }

  // A room's answer in S3's words. `version`, `upload`: what was asked for.
  template <class T>
  Outcome<T> said(Result<T> result, std::string_view version = {}, std::string_view upload = {}) {
    if (result) {
      if constexpr (std::is_void_v<T>)
        return {};
      else
        return *std::move(result);
    }
    return refused(result.error(), version, upload);
  }
  ServiceError refused(const Error& error, std::string_view version = {}, std::string_view upload = {});

  // Where the object that is asked for can be fetched.
  std::string location() const;
  // Whether the caller may do what is asked, by its own policies and by the bucket's. Errors: InternalError.
  Outcome<access::Decision> decide(const access::Request& asked, const std::string& bucket);
  // When lifecycle will take an object, as x-amz-expiration tells it.
  std::optional<std::string> expiration_of(const objects::ObjectInfo& info);
  // NoSuchKey, or AccessDenied to those who may not list the bucket and so not know what is in it.
  ServiceError absent() { return absent(ref()); }
  ServiceError absent(const objects::ObjectRef& ref);
  // Adds the tags that the object has to the circumstances, where a policy asks about them.
  Outcome<void> know_existing_tags();
  // That the caller may do `action` (without "s3:") on the object or bucket that the request is for, under the
  // circumstances as they are. Errors: AccessDenied.
  Outcome<void> require(std::string_view action);
  // That an object beside the request's own is touched, as by `operation` alone; its place in `touched`.
  size_t touch(std::string_view operation, const objects::ObjectRef& ref);
  // That the caller may do it on an object that the request names beside its own: under that object's tags and version,
  // and none of the request's. What was decided is noted in `touched`. Errors: AccessDenied.
  Outcome<void> require_on(std::string_view action, const objects::ObjectRef& ref,
                           const std::optional<std::string>& version, size_t place);

 private:
  Outcome<access::Decision> decide_on(std::string_view action, const objects::ObjectRef& ref,
                                      const access::Circumstances& about);
  Outcome<void> take(const access::Decision& decision, std::string_view action, const objects::ObjectRef& ref);
  Outcome<void> add_tags(const objects::ObjectRef& of, const std::optional<std::string>& version,
                         access::Circumstances& into);
};

}  // namespace caudal::api::s3
