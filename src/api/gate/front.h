// SPDX-License-Identifier: Apache-2.0
// The one port: tells which service a request is for, has that door answer, and has the witnesses told.
//
//   Front front({&s3}, {&metrics, &log}, probes, clock);
//   auto server = TRY(http::Server::open(options, front.handlers(), clock));
#pragma once

#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "api/gate/probes.h"
#include "api/gate/visit.h"
#include "api/gate/witness.h"
#include "base/clock.h"
#include "http/server.h"

namespace caudal::api {

// By the target of a JSON service ("DynamoDB_20120810.PutItem"), else by the scope of the signature; what signs for
// "execute-api", as clients of HTTP APIs do by themselves, means "caudal". Empty where neither says anything.
std::string_view service_of_target(std::string_view target);
std::string service_of(const aws::RequestHead& head);

// A door that also takes requests that name no service: by their path. `takes` is asked from many threads at once.
struct ByPath {
  Door* door;
  std::function<bool(const http::Request&)> takes;
};

// Thread-safe.
class Front {
 public:
  // `doors`: the first also takes what names no service and is not taken by its path, as plain requests for objects
  // are. All outlive it.
  Front(std::vector<Door*> doors, std::vector<Witness*> witnesses, const Probes& probes, const Clock& clock,
        std::vector<ByPath> by_path = {});

  // What a door takes promptly is answered by the network threads, the rest by the pool's. `this` outlives them.
  http::Handlers handlers();
  // On a thread that may wait or, for what takes_promptly() allows, on one that must not.
  void handle(std::unique_ptr<http::Exchange> exchange, bool may_wait = true);
  std::optional<uint64_t> takes_promptly(const http::Request& request) const;

 private:
  // nullptr: there is none for that service.
  Door* door_for(std::string_view service, const http::Request& request) const;
  bool has_room() const;  // of all witnesses
  void tell(const Visit& visit) const;

  const std::vector<Door*> doors_;
  const std::vector<ByPath> by_path_;
  const std::vector<Witness*> witnesses_;
  const Probes& probes_;
  const Clock& clock_;
};

}  // namespace caudal::api
