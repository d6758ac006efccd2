// SPDX-License-Identifier: Apache-2.0
// The head of a request in the form that signatures and codecs take.
#pragma once

#include <vector>

#include "aws/request.h"
#include "http/request.h"

namespace caudal::api {

// Views into `request`, which outlives it.
class Head {
 public:
  explicit Head(const http::Request& request);
  Head(const Head&) = delete;
  Head& operator=(const Head&) = delete;
  const aws::RequestHead& get() const { return head_; }

 private:
  std::vector<aws::Header> headers_;
  aws::RequestHead head_;
};

}  // namespace caudal::api
