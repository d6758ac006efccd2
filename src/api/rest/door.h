// SPDX-License-Identifier: Apache-2.0
// Caudal's own API, for clients that speak HTTP and JSON: scheduled payments, and backups of the server. Routes, has
// the signature checked and the permission decided, calls the room, and encodes. No rule about payments is made here.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "access/identities.h"
#include "api/gate/visit.h"
#include "api/rest/backup_desk.h"
#include "api/rest/callbacks.h"
#include "base/clock.h"
#include "payments/payments.h"

namespace caudal::api::rest {

struct DoorOptions {
  std::string region = "us-east-1";  // in ARNs; signatures of any region hold
  uint64_t seed = 0;                 // of the request ids
  // Whether a Host is that of one bucket, whose keys may have any name; nothing: none is. Thread-safe.
  std::function<bool(std::string_view host)> is_of_bucket = {};
  // Asked for by the first request that needs them, and by each until there is an answer; thread-safe. What it answers
  // outlives the door.
  std::function<Result<payments::Payments*>()> payments = {};
  Callbacks callbacks = {};
  BackupDesk* backups = nullptr;  // outlives the door; nothing: no backups are made
};

class RestDoor final : public Door {
 public:
  // Both outlive it.
  RestDoor(const access::Identities& identities, const Clock& clock, DoorOptions options);
  ~RestDoor() override;

  std::string_view service() const override { return "caudal"; }
  std::string make_request_id() override;
  // What is not signed for another service, under /v1 on a host that is no bucket's. No bucket's name is so short.
  bool takes(const http::Request& request) const;
  void answer(std::unique_ptr<Visit> visit) override;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace caudal::api::rest
