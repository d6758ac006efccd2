// SPDX-License-Identifier: Apache-2.0
// A bucket as a static website: what its configuration makes of a path. Reading objects is the door's business.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "api/s3/errors.h"
#include "aws/generated/s3/settings.h"
#include "aws/rest/rest_service.h"

namespace caudal::api::s3 {

struct WebsiteRequest {
  std::string_view scheme;  // "http"
  std::string_view host;    // with the port
  std::string key;          // decoded
  std::string_view request_id;
};

// The page for a request: of an object, a redirection, or an error page. `fetch` reads an object as anybody may, and
// leaves its body where the answer is made; `forget` drops such a body again.
struct PageSource {
  std::function<Outcome<aws::RestReply>(const std::string& key)> fetch;
  std::function<void()> forget;
};
struct Page {
  aws::RestReply reply;
  std::string error = {};  // the code, where the page tells of one
};
Page page_for(const aws::s3::WebsiteConfiguration& website, const WebsiteRequest& request, const PageSource& source);

// The page that tells of an error where the site has none of its own.
aws::RestReply html_error(const ServiceError& error, std::string_view request_id);

}  // namespace caudal::api::s3
