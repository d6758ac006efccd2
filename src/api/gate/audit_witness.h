// SPDX-License-Identifier: Apache-2.0
// Every request goes to the audit log, and none is served that could not be recorded there.
#pragma once

#include "access/audit/log.h"
#include "api/gate/witness.h"

namespace caudal::api {

class AuditWitness final : public Witness {
 public:
  // `log` outlives it.
  explicit AuditWitness(audit::Log& log) : log_(log) {}
  Result<void> ready() override { return log_.check(); }
  bool has_room() const override { return log_.has_room(); }
  void note(const Visit& visit, std::chrono::microseconds duration) override;

 private:
  audit::Log& log_;
};

// What the log keeps of a request: views into `visit`.
audit::RecordView audit_record(const Visit& visit, std::chrono::microseconds duration);
// And of what it touched beside its resource; the id of the request is what they have in common.
audit::RecordView audit_record(const Visit& visit, std::chrono::microseconds duration, const Touched& touched);

}  // namespace caudal::api
