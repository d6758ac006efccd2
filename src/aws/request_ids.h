// SPDX-License-Identifier: Apache-2.0
// The ids by which a client and a log speak of the same request, in the forms of the services.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>

namespace caudal::aws {

// Thread-safe. No two ids of one seed are equal, in any form.
class RequestIds {
 public:
  explicit RequestIds(uint64_t seed) : state_(seed) {}
  std::string for_s3();        // "4442587FB7D0A2F9"
  std::string for_dynamodb();  // 52 capitals and digits
  std::string for_json();      // "6f1c0e2a-..." as a UUID

 private:
  uint64_t next();
  std::atomic<uint64_t> state_;
};

// S3's second id: here it tells nothing but has the form that clients expect. 76 characters made of the first.
std::string host_id_of(std::string_view request_id);

}  // namespace caudal::aws
