// SPDX-License-Identifier: Apache-2.0
#include "api/dynamodb/stream_names.h"

#include <fmt/format.h>

#include <charconv>

#include "api/dynamodb/errors.h"
#include "base/crc.h"
#include "base/encoding.h"
#include "base/wire.h"

namespace caudal::api::dynamodb {
namespace {

constexpr std::string_view kStream = "/stream/";
constexpr std::string_view kIteratorMark = "|1|";
// What stands behind the digits of a sequence number.
constexpr std::string_view kSequenceEnd = "00000";
constexpr int kSequenceDigits = 19;
constexpr uint64_t kIteratorFormat = 1;

ServiceError invalid_iterator() { return validation("Invalid ShardIterator"); }

Result<items::ShardPosition> read_position(const items::StreamName& stream, std::string_view bytes) {
  WireReader in(bytes);
  if (TRY(in.varint()) != kIteratorFormat) return Error{Errc::invalid_value, "an iterator of another version"};
  items::ShardPosition position{.stream = stream, .shard = std::string(TRY(in.text()))};
  position.is_horizon = TRY(in.boolean());
  position.next = TRY(in.varint());
  position.issued = Timestamp(std::chrono::microseconds(TRY(in.signed_varint())));
  const uint64_t checksum = TRY(in.varint());
  TRY(in.finish());
  // Of what was cut off or mended by hand nobody shall be told that it is an old one.
  const std::string_view told = bytes.substr(0, bytes.size() - WireWriter().varint(checksum).take().size());
  if (crc32(0, told) != checksum) return Error{Errc::invalid_value, "an iterator that is damaged"};
  return position;
}

}  // namespace

std::string stream_arn(const Call& call, const items::StreamName& name) {
  return call.table_arn(name.table).append(kStream).append(name.label);
}

Outcome<items::StreamName> stream_of_arn(const Call& call, std::string_view arn) {
  const size_t label = arn.find(kStream);
  if (label != std::string_view::npos) {
    items::StreamName name{.table = table_name_of(arn.substr(0, label)),
                           .label = std::string(arn.substr(label + kStream.size()))};
    if (stream_arn(call, name) == arn) return name;
  }
  return validation(fmt::format("Invalid StreamArn: {} is no stream's ARN", arn));
}

std::string to_text(items::Sequence sequence) {
  return fmt::format("{:0{}}{}", sequence, kSequenceDigits, kSequenceEnd);
}

Outcome<items::Sequence> sequence_of(std::string_view text) {
  items::Sequence sequence = 0;
  if (text.ends_with(kSequenceEnd)) {
    const std::string_view digits = text.substr(0, text.size() - kSequenceEnd.size());
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), sequence);
    if (error == std::errc() && end == digits.data() + digits.size()) return sequence;
  }
  return validation(fmt::format("Invalid SequenceNumber: {} was given to no record", text));
}

std::string to_text(const Call& call, const items::ShardPosition& position) {
  std::string bytes = WireWriter()
                          .varint(kIteratorFormat)
                          .text(position.shard)
                          .boolean(position.is_horizon)
                          .varint(position.next)
                          .signed_varint(position.issued.time_since_epoch().count())
                          .take();
  bytes.append(WireWriter().varint(crc32(0, bytes)).take());
  return stream_arn(call, position.stream).append(kIteratorMark).append(to_base64(bytes));
}

Outcome<items::ShardPosition> position_of(const Call& call, std::string_view iterator) {
  const size_t mark = iterator.find(kIteratorMark);
  if (mark == std::string_view::npos) return invalid_iterator();
  const auto stream = stream_of_arn(call, iterator.substr(0, mark));
  const auto bytes = from_base64(iterator.substr(mark + kIteratorMark.size()));
  if (!stream || !bytes) return invalid_iterator();
  auto position = read_position(*stream, *bytes);
  if (!position) return invalid_iterator();
  return *std::move(position);
}

}  // namespace caudal::api::dynamodb
