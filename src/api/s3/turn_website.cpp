// SPDX-License-Identifier: Apache-2.0
// A bucket's website: its pages are read as anybody may read them.
#include "api/s3/turn.h"
#include "api/s3/website.h"

namespace caudal::api::s3 {

Outcome<aws::RestReply> Turn::fetch_page(const std::string& key) {
  aws::RestRequest request{.head = request_.head, .bucket = request_.bucket, .key = key};
  const aws::RestRoute* const route = TRY(aws::find_route(aws::s3::service(), request));
  const access::Identity anybody;
  access::Circumstances circumstances = sender_;
  RequestBody body = TRY(RequestBody::open(visit_.exchange, request.head, nullptr, nullptr));
  Call call = make_call(request, *route, body, anybody, circumstances);
  auto page = run(call);
  note(call);
  return page;
}

aws::RestReply Turn::website() {
  visit_.record.operation = "Website";
  const auto fail = [&](const ServiceError& error) {
    visit_.record.error = error.code;
    return html_error(error, visit_.id);
  };
  const http::Request& from = visit_.request();
  if (from.method != "GET" && from.method != "HEAD") {
    return fail({.code = "MethodNotAllowed",
                 .status = 405,
                 .message = "The specified method is not allowed against this resource."});
  }
  const auto held_to = parts_.settings.of(request_.bucket);
  if (!held_to) {
    visit_.record.failure = held_to.error().to_string();
    return fail(in_s3_words(held_to.error(), {}));
  }
  if (!(*held_to)->website) {
    // The same for a bucket that is not there: nobody has said that its existence is anybody's business.
    return fail({.code = "NoSuchWebsiteConfiguration",
                 .status = 404,
                 .message = "The specified bucket does not have a website configuration",
                 .members = {{"BucketName", request_.bucket}}});
  }
  Page page =
      page_for(*(*held_to)->website,
               {.scheme = from.tls ? "https" : "http", .host = from.host, .key = request_.key, .request_id = visit_.id},
               {.fetch = [this](const std::string& key) { return fetch_page(key); },
                .forget = [this] { reply_.forget_content(); }});
  visit_.record.error = page.error;
  return std::move(page.reply);
}

}  // namespace caudal::api::s3
