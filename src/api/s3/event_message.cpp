// SPDX-License-Identifier: Apache-2.0
#include "api/s3/event_message.h"

#include <fmt/format.h>

#include "access/decide.h"
#include "api/s3/fields.h"
#include "api/s3/notifications.h"
#include "aws/json/json_writer.h"
#include "aws/times.h"
#include "aws/uri.h"

namespace caudal::api::s3 {
namespace {

// Keys are encoded as in a form: blanks as '+', slashes kept.
std::string key_text(std::string_view key) {
  std::string encoded;
  aws::append_uri_encoded(encoded, key, true);
  std::string out;
  for (size_t at = 0; at < encoded.size(); ++at) {
    if (encoded.compare(at, 3, "%20") == 0) {
      out += '+';
      at += 2;
    } else {
      out += encoded[at];
    }
  }
  return out;
}

class Object {
 public:
  explicit Object(std::string& out) : out_(out) { out_ += '{'; }
  void text(std::string_view name, std::string_view value) {
    begin(name);
    aws::append_json(out_, value);
  }
  void number(std::string_view name, uint64_t value) {
    begin(name);
    aws::append_json(out_, static_cast<int64_t>(value));
  }
  template <class Fill>
  void object(std::string_view name, Fill fill) {
    begin(name);
    Object inner(out_);
    fill(inner);
    inner.end();
  }
  void end() { out_ += '}'; }

 private:
  void begin(std::string_view name) {
    if (!first_) out_ += ',';
    first_ = false;
    aws::append_json_name(out_, name);
  }
  std::string& out_;
  bool first_ = true;
};

}  // namespace

std::string event_message(const objects::Event& event, std::string_view subscription, std::string_view region) {
  const std::string owner_id = owner().id.value_or("");
  std::string out = "{\"Records\":[";
  Object record(out);
  record.text("eventVersion", "2.1");
  record.text("eventSource", "aws:s3");
  record.text("awsRegion", region);
  record.text("eventTime", aws::to_iso_time(event.time));
  record.text("eventName", event_name(event.kind));
  record.object("userIdentity", [&](Object& user) { user.text("principalId", owner_id); });
  record.object("s3", [&](Object& s3) {
    s3.text("s3SchemaVersion", "1.0");
    s3.text("configurationId", subscription);
    s3.object("bucket", [&](Object& bucket) {
      bucket.text("name", event.bucket);
      bucket.object("ownerIdentity", [&](Object& user) { user.text("principalId", owner_id); });
      bucket.text("arn", access::bucket_arn(event.bucket));
    });
    s3.object("object", [&](Object& object) {
      object.text("key", key_text(event.key));
      if (!event.etag.empty()) {
        object.number("size", event.size_bytes);
        object.text("eTag", event.etag);
      }
      if (event.version != objects::kNullVersion) object.text("versionId", event.version);
      object.text("sequencer", fmt::format("{:016X}", event.sequence));
    });
  });
  record.end();
  return out + "]}";
}

}  // namespace caudal::api::s3
