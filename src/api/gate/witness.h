// SPDX-License-Identifier: Apache-2.0
// Who is told of every request once it is answered: metrics, log, audit.
#pragma once

#include <chrono>

#include "api/gate/visit.h"
#include "base/result.h"

namespace caudal::api {

// Called from many threads at once.
class Witness {
 public:
  virtual ~Witness() = default;
  // Before the request is looked at. An error refuses it: a house that must keep records does nothing unrecorded.
  virtual Result<void> ready() { return {}; }
  virtual void note(const Visit& visit, std::chrono::microseconds duration) = 0;
  // Whether note() would not wait now.
  virtual bool has_room() const { return true; }
};

}  // namespace caudal::api
