// SPDX-License-Identifier: Apache-2.0
// Records as bytes: a format number, then the fields in order.
#include "access/audit/record.h"

#include <algorithm>

#include "access/audit/errors.h"
#include "base/utf8.h"
#include "base/wire.h"

namespace caudal::audit {
namespace {

constexpr uint64_t kFormat = 1;

// "X-Amz-Signature=..." and "X-Amz-Security-Token=...".
std::string_view without_secrets(std::string_view text) {
  constexpr std::string_view kStart = "x-amz-s";
  const auto same = [](char a, char b) { return (a >= 'A' && a <= 'Z' ? static_cast<char>(a + 32) : a) == b; };
  // From hyphen to hyphen, which texts have few of.
  for (size_t hyphen = text.find('-', 1); hyphen != std::string_view::npos; hyphen = text.find('-', hyphen + 1)) {
    const std::string_view there = text.substr(hyphen - 1, kStart.size());
    if (std::ranges::equal(there, kStart, same)) return text.substr(0, hyphen - 1);
  }
  return text;
}

std::string_view kept(std::string_view text, size_t most_bytes = kMaxTextBytes) {
  return without_secrets(text.size() <= most_bytes ? text : text.substr(0, most_bytes));
}

Error damaged() { return {Errc::corrupt, "a record of the audit log is damaged; `caudal doctor` tells where"}; }

Result<Record> decode(std::string_view bytes) {
  WireReader in(bytes);
  if (TRY(in.varint()) != kFormat) return damaged();
  Record record;
  record.time = Timestamp(std::chrono::microseconds(TRY(in.signed_varint())));
  for (std::string* text : {&record.request_id, &record.service, &record.operation, &record.principal,
                            &record.access_key_id, &record.source, &record.resource, &record.error_code,
                            &record.decision, &record.decided_by, &record.user_agent}) {
    *text = TRY(in.text());
  }
  const uint64_t status = TRY(in.varint());
  if (status > UINT16_MAX) return damaged();
  record.status = static_cast<uint16_t>(status);
  record.bytes_in = TRY(in.varint());
  record.bytes_out = TRY(in.varint());
  record.duration_us = TRY(in.varint());
  TRY(in.finish());
  return record;
}

}  // namespace

void append_record(std::string& to, const RecordView& record) {
  constexpr size_t kUsualBytes = 384;
  WireWriter out(kUsualBytes);
  // An ARN is made of a decoded name and has no query: cutting it would hide what was touched.
  const std::string_view resource = record.resource.starts_with("arn:") ? record.resource.substr(0, kMaxResourceBytes)
                                                                        : kept(record.resource, kMaxResourceBytes);
  out.varint(kFormat).signed_varint(record.time.time_since_epoch().count());
  out.text(kept(record.request_id)).text(kept(record.service)).text(kept(record.operation));
  out.text(kept(record.principal)).text(kept(record.access_key_id)).text(kept(record.source));
  out.text(resource).text(kept(record.error_code)).text(kept(record.decision));
  out.text(kept(record.decided_by)).text(kept(record.user_agent));
  out.varint(record.status).varint(record.bytes_in).varint(record.bytes_out).varint(record.duration_us);
  const std::string bytes = out.take();
  to.append(WireWriter().varint(bytes.size()).take()).append(bytes);
}

Result<Record> take_record(std::string_view& bytes) {
  WireReader in(bytes);
  const auto record = in.text();
  if (!record) return damaged();
  auto decoded = decode(*record);
  if (!decoded) return damaged();
  bytes = bytes.substr(static_cast<size_t>(record->data() + record->size() - bytes.data()));
  return decoded;
}

}  // namespace caudal::audit
