// SPDX-License-Identifier: Apache-2.0
#include "api/gate/audit_witness.h"

namespace caudal::api {

audit::RecordView audit_record(const Visit& visit, std::chrono::microseconds duration) {
  const Record& record = visit.record;
  const http::Request& request = visit.request();
  const auto agent = request.headers.find("User-Agent");
  return {.time = request.received_at,
          .request_id = visit.id,
          .service = record.service,
          .operation = record.operation,
          .principal = record.caller.empty() ? std::string_view("anonymous") : record.caller,
          .access_key_id = record.access_key,
          .source = request.peer_address,
          .resource = record.resource,
          .status = static_cast<uint16_t>(record.status),
          .error_code = record.error,
          .decision = record.decision,
          .decided_by = record.decided_by,
          .bytes_in = record.bytes_in,
          .bytes_out = record.bytes_out,
          .duration_us = static_cast<uint64_t>(std::max<int64_t>(0, duration.count())),
          .user_agent = agent.value_or("")};
}

audit::RecordView audit_record(const Visit& visit, std::chrono::microseconds duration, const Touched& touched) {
  audit::RecordView record = audit_record(visit, duration);
  record.operation = touched.operation;
  record.resource = touched.resource;
  record.decision = touched.decision;
  record.decided_by = touched.decided_by;
  if (touched.status != 0) {
    record.status = static_cast<uint16_t>(touched.status);
    record.error_code = touched.error;
  }
  record.bytes_in = record.bytes_out = 0;  // they are the request's
  return record;
}

void AuditWitness::note(const Visit& visit, std::chrono::microseconds duration) {
  // When the disk refuses while the request is under way, the log tries again by itself, and the next request is
  // refused by ready(): there is nobody left to tell here.
  (void)log_.append(audit_record(visit, duration));
  for (const Touched& touched : visit.record.touched) (void)log_.append(audit_record(visit, duration, touched));
}

}  // namespace caudal::api
