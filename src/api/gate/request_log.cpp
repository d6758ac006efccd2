// SPDX-License-Identifier: Apache-2.0
#include "api/gate/request_log.h"

#include "aws/json/json_writer.h"
#include "base/date.h"
#include "base/utf8.h"

namespace caudal::api {
namespace {

class Line {
 public:
  Line() : text_("{") {}
  Line& add(std::string_view name, std::string_view value) {
    if (value.empty()) return *this;
    begin(name);
    // Keys of objects can be any bytes when nobody has refused them yet.
    aws::append_json(text_, is_utf8(value) ? value : std::string_view("(not UTF-8)"));
    return *this;
  }
  Line& add(std::string_view name, int64_t value) {
    begin(name);
    aws::append_json(text_, value);
    return *this;
  }
  std::string finish() { return std::move(text_) + "}"; }

 private:
  void begin(std::string_view name) {
    if (text_.size() > 1) text_ += ',';
    aws::append_json_name(text_, name);
  }
  std::string text_;
};

}  // namespace

std::string request_line(const Visit& visit, std::chrono::microseconds duration) {
  const Record& record = visit.record;
  const http::Request& request = visit.request();
  return Line()
      .add("time", to_string(request.received_at))
      .add("request_id", visit.id)
      .add("service", record.service)
      .add("operation", record.operation)
      .add("method", request.method)
      .add("resource", record.resource)
      .add("status", record.status)
      .add("error", record.error)
      .add("failure", record.failure)
      .add("caller", record.caller)
      .add("access_key", record.access_key)
      .add("from", request.peer_address)
      .add("bytes_in", static_cast<int64_t>(record.bytes_in))
      .add("bytes_out", static_cast<int64_t>(record.bytes_out))
      .add("duration_us", duration.count())
      .finish();
}

void RequestLog::note(const Visit& visit, std::chrono::microseconds duration) {
  constexpr int kFirstServerError = 500;
  if (which_ == LogRequests::kNone) return;
  if (which_ == LogRequests::kErrors && visit.record.status < kFirstServerError && visit.record.failure.empty()) return;
  write_(request_line(visit, duration));
}

}  // namespace caudal::api
