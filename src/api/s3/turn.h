// SPDX-License-Identifier: Apache-2.0
// One request's turn at the door, by the way that it came: an operation of S3, a browser that asks first, a form, or a
// look at a bucket's website.
#pragma once

#include <string>

#include "api/gate/authenticator.h"
#include "api/gate/visit.h"
#include "api/s3/bucket_settings.h"
#include "api/s3/operations.h"
#include "api/s3/reply.h"

namespace caudal::api::s3 {

// What all turns share.
struct DoorParts {
  objects::Store& store;
  AllBucketSettings& settings;
  Authenticator& authenticator;
  const Dispatcher& dispatcher;
  std::string_view region;
  const std::set<std::string>& destinations;
};

// Used by one thread, for one request.
class Turn {
 public:
  // All outlive it.
  Turn(const DoorParts& parts, Visit& visit, const aws::RestRequest& request, Reply& reply)
      : parts_(parts), visit_(visit), request_(request), reply_(reply), sender_(sender_of(visit)) {}

  // Calls `answer` once, now or later, on a thread of the pool. The turn lasts until then.
  using Answer = Dispatcher::Answer<aws::RestReply>;
  void operation(Answer answer);
  Outcome<aws::RestReply> preflight();
  // A POST of multipart/form-data to a bucket.
  Outcome<aws::RestReply> form(const std::string& boundary);
  // Always an answer: errors are pages, too.
  aws::RestReply website();

  // Adds what a browser needs to hand the answer to a page of another origin.
  void tell_browser();

 private:
  Call make_call(const aws::RestRequest& request, const aws::RestRoute& route, RequestBody& body,
                 const access::Identity& caller, access::Circumstances& circumstances);
  // Those that are about nothing but who asks, when and from where.
  static access::Circumstances sender_of(const Visit& visit);
  // Notes the decision in the record. Errors: AccessDenied.
  Outcome<void> authorise(Call& call);
  // All of an operation up to its handler.
  Outcome<void> begin();
  // That it may be done. What of its body the handler wants whole goes to `document`.
  Outcome<void> admit(Call& call, std::string& document);
  Outcome<aws::RestReply> run(Call& call);
  void note(Call& call);
  Outcome<access::Identity> form_caller(const std::vector<std::pair<std::string, std::string>>& fields);
  Outcome<aws::RestReply> fetch_page(const std::string& key);

  const DoorParts& parts_;
  Visit& visit_;
  const aws::RestRequest& request_;
  Reply& reply_;
  const access::Circumstances sender_;

  // Of operation(), which may end after it returned.
  const aws::RestRoute* route_ = nullptr;
  Authenticated who_ = {};
  access::Circumstances circumstances_ = {};
  std::optional<RequestBody> body_ = {};
  std::optional<Call> call_ = {};
  std::string document_ = {};
};

}  // namespace caudal::api::s3
