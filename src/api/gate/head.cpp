// SPDX-License-Identifier: Apache-2.0
#include "api/gate/head.h"

namespace caudal::api {

Head::Head(const http::Request& request) {
  headers_.reserve(request.headers.size());
  for (const http::Header& header : request.headers) headers_.push_back({header.name, header.value});
  head_ = {.method = request.method, .target = request.target, .headers = headers_};
}

}  // namespace caudal::api
