// SPDX-License-Identifier: Apache-2.0
// Amazon S3 as its clients speak it, in front of room objects. Decodes, has the signature checked and the permission
// decided, calls the room, and encodes. No rule about objects is made here.
#pragma once

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "access/identities.h"
#include "api/gate/visit.h"
#include "base/clock.h"
#include "objects/store.h"

namespace caudal::api::s3 {

struct DoorOptions {
  std::vector<std::string> domains = {"localhost"};  // see Addresses
  std::string region = "us-east-1";                  // what buckets say where they are; signatures of any region hold
  std::set<std::string> destinations = {};           // of notifications: the names that buckets may be told to use
  uint64_t seed = 0;                                 // of the request ids
};

class S3Door final : public Door {
 public:
  // All three outlive it.
  S3Door(objects::Store& store, const access::Identities& identities, const Clock& clock, DoorOptions options);
  ~S3Door() override;

  std::string_view service() const override { return "s3"; }
  std::string make_request_id() override;
  void answer(std::unique_ptr<Visit> visit) override;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace caudal::api::s3
