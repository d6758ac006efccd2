// SPDX-License-Identifier: Apache-2.0
// The one port: tells which service a request is for, has that door answer, and has the witnesses told.
//
//   Front front({&s3}, {&metrics, &log}, probes, clock);
//   auto server = TRY(http::Server::open(options, {.keeping = front.handler()}, clock));
#pragma once

#include <string_view>
#include <vector>

#include "api/gate/probes.h"
#include "api/gate/visit.h"
#include "api/gate/witness.h"
#include "base/clock.h"

namespace caudal::api {

// By the target of a JSON service ("DynamoDB_20120810.PutItem"), else by the scope of the signature. Empty where
// neither says anything.
std::string_view service_of_target(std::string_view target);
std::string service_of(const aws::RequestHead& head);

// Thread-safe.
class Front {
 public:
  // `doors`: the first also takes requests that name no service, as plain requests for objects do. All outlive it.
  Front(std::vector<Door*> doors, std::vector<Witness*> witnesses, const Probes& probes, const Clock& clock);

  // For Handlers::keeping. `this` outlives it.
  http::AsyncHandler handler() {
    return [this](std::unique_ptr<http::Exchange> exchange) { handle(std::move(exchange)); };
  }
  void handle(std::unique_ptr<http::Exchange> exchange);

 private:
  void tell(const Visit& visit) const;

  const std::vector<Door*> doors_;
  const std::vector<Witness*> witnesses_;
  const Probes& probes_;
  const Clock& clock_;
};

}  // namespace caudal::api
