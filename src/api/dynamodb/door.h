// SPDX-License-Identifier: Apache-2.0
// Amazon DynamoDB as its clients speak it, in front of room items. Decodes, has the signature checked and the
// permission decided, calls the room, and encodes. No rule about items is made here.
#pragma once

#include <memory>
#include <string>

#include "access/identities.h"
#include "api/dynamodb/beside.h"
#include "api/gate/visit.h"
#include "base/clock.h"
#include "items/store.h"

namespace caudal::api::dynamodb {

struct DoorOptions {
  std::string region = "us-east-1";  // in ARNs; signatures of any region hold
  uint64_t seed = 0;                 // of the request ids
  Beside beside = {};
};

class DynamoDbDoor final : public Door {
 public:
  // All three outlive it.
  DynamoDbDoor(items::Store& store, const access::Identities& identities, const Clock& clock, DoorOptions options);
  ~DynamoDbDoor() override;

  std::string_view service() const override { return "dynamodb"; }
  std::string make_request_id() override;
  std::optional<uint64_t> takes_promptly(const http::Request& request) const override;
  void answer(std::unique_ptr<Visit> visit) override;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace caudal::api::dynamodb
