// SPDX-License-Identifier: Apache-2.0
// DynamoDB Streams, which is a service of its own: ListStreams, DescribeStream, GetShardIterator, GetRecords.
#include <fmt/format.h>

#include "api/dynamodb/errors.h"
#include "api/dynamodb/stream_names.h"
#include "api/dynamodb/table_description.h"
#include "aws/generated/dynamodbstreams/operations.h"
#include "aws/generated/dynamodbstreams/streams.h"
#include "base/digest.h"
#include "base/encoding.h"
#include "items/errors.h"
#include "items/values/wire.h"

namespace caudal::api::dynamodb {
namespace {

namespace told = aws::dynamodbstreams;

constexpr size_t kMostStreams = 100;
constexpr size_t kMostShards = 100;
constexpr size_t kEventIdDigits = 32;

Outcome<size_t> limit_of(const std::optional<int32_t>& limit, size_t most) {
  const auto asked = static_cast<size_t>(limit.value_or(static_cast<int32_t>(most)));
  if (asked <= most) return asked;
  return validation(
      fmt::format("1 validation error detected: Value '{}' at 'limit' failed to satisfy constraint: Member must have "
                  "value less than or equal to {}",
                  asked, most));
}

// Who asks for a stream by its ARN is told the ARN.
template <class T>
Outcome<T> said(Call& call, const items::StreamName& name, Result<T> result) {
  if (!result && result.error().code == items::Errc::no_such_stream && !call.store.streams().describe(name)) {
    return told::errors::resource_not_found_exception(
        fmt::format("Requested resource not found: Stream: {} not found", stream_arn(call, name)));
  }
  return call.said(std::move(result));
}

std::string_view to_string(items::EventKind kind) {
  switch (kind) {
    case items::EventKind::kInsert: return "INSERT";
    case items::EventKind::kModify: return "MODIFY";
    case items::EventKind::kRemove: return "REMOVE";
  }
  return "";
}

Outcome<told::ListStreamsOutput> list_streams(Call& call, const told::ListStreamsInput& in) {
  TRY(call.require_on_all("ListStreams"));
  const size_t limit = TRY(limit_of(in.limit, kMostStreams));
  std::optional<items::StreamName> after;
  if (in.exclusive_start_stream_arn) after = TRY(stream_of_arn(call, *in.exclusive_start_stream_arn));
  const std::string table = table_name_of(in.table_name.value_or(""));
  const items::StreamsPage page = TRY(call.said(call.store.streams().list(table, after, limit)));
  told::ListStreamsOutput out{.streams = std::vector<told::Stream>()};
  for (const items::StreamInfo& stream : page.streams) {
    out.streams->push_back({.stream_arn = stream_arn(call, stream.name),
                            .table_name = stream.name.table,
                            .stream_label = stream.name.label});
  }
  if (page.is_truncated) out.last_evaluated_stream_arn = out.streams->back().stream_arn;
  return out;
}

told::Shard describe(const items::Shard& shard) {
  told::Shard out{.shard_id = shard.id,
                  .sequence_number_range = told::SequenceNumberRange{.starting_sequence_number = to_text(shard.first)}};
  if (shard.last) out.sequence_number_range->ending_sequence_number = to_text(*shard.last);
  if (!shard.parent.empty()) out.parent_shard_id = shard.parent;
  return out;
}

Outcome<told::DescribeStreamOutput> describe_stream(Call& call, const told::DescribeStreamInput& in) {
  const items::StreamName name = TRY(stream_of_arn(call, in.stream_arn));
  TRY(call.require_on_stream("DescribeStream", in.stream_arn));
  const size_t limit = TRY(limit_of(in.limit, kMostShards));
  const items::ShardPage page =
      TRY(said(call, name, call.store.streams().shards(name, in.exclusive_start_shard_id.value_or(""), limit)));
  told::StreamDescription out{.stream_arn = in.stream_arn,
                              .stream_label = name.label,
                              .stream_status = page.stream.is_enabled ? "ENABLED" : "DISABLED",
                              .stream_view_type = std::string(to_text(page.stream.view)),
                              .creation_request_date_time = page.stream.created,
                              .table_name = name.table,
                              .key_schema = std::vector<told::KeySchemaElement>(),
                              .shards = std::vector<told::Shard>()};
  for (const auto& one : page.stream.key.partition) out.key_schema->push_back({one.name, "HASH"});
  for (const auto& one : page.stream.key.sort) out.key_schema->push_back({one.name, "RANGE"});
  for (const items::Shard& shard : page.shards) out.shards->push_back(describe(shard));
  if (page.is_truncated) out.last_evaluated_shard_id = page.shards.back().id;
  return told::DescribeStreamOutput{.stream_description = std::move(out)};
}

Outcome<items::Start> start_of(const told::GetShardIteratorInput& in) {
  if (in.shard_iterator_type == "TRIM_HORIZON") return items::Start{.from = items::StartFrom::kTrimHorizon};
  if (in.shard_iterator_type == "LATEST") return items::Start{.from = items::StartFrom::kLatest};
  if (!in.sequence_number) {
    return validation(fmt::format("SequenceNumber is required for the ShardIteratorType {}", in.shard_iterator_type));
  }
  const bool is_at = in.shard_iterator_type == "AT_SEQUENCE_NUMBER";
  return items::Start{.from = is_at ? items::StartFrom::kAt : items::StartFrom::kAfter,
                      .sequence = TRY(sequence_of(*in.sequence_number))};
}

Outcome<told::GetShardIteratorOutput> get_shard_iterator(Call& call, const told::GetShardIteratorInput& in) {
  const items::StreamName name = TRY(stream_of_arn(call, in.stream_arn));
  TRY(call.require_on_stream("GetShardIterator", in.stream_arn));
  const items::Start start = TRY(start_of(in));
  const auto position = TRY(said(call, name, call.store.streams().position(name, in.shard_id, start)));
  return told::GetShardIteratorOutput{.shard_iterator = to_text(call, position)};
}

told::Record record_of(const Call& call, const items::StreamInfo& stream, const std::string& arn,
                       items::Event&& event) {
  const std::string sequence = to_text(event.sequence);
  told::StreamRecord change{
      // Whole seconds, as DynamoDB has it.
      .approximate_creation_date_time = std::chrono::floor<std::chrono::seconds>(items::time_of(event.sequence)),
      .keys = items::to_wire(std::move(event.keys)),
      .sequence_number = sequence,
      .size_bytes = static_cast<int64_t>(event.size_bytes),
      .stream_view_type = std::string(to_text(stream.view))};
  if (event.after) change.new_image = items::to_wire(*std::move(event.after));
  if (event.before) change.old_image = items::to_wire(*std::move(event.before));
  told::Record record{.event_id = to_hex(view(sha256(arn + sequence))).substr(0, kEventIdDigits),
                      .event_name = std::string(to_string(event.kind)),
                      .event_version = "1.1",
                      .event_source = "aws:dynamodb",
                      .aws_region = call.region,
                      .dynamodb = std::move(change)};
  if (event.is_expiry) {
    record.user_identity = told::Identity{.principal_id = "dynamodb.amazonaws.com", .type = "Service"};
  }
  return record;
}

Outcome<told::GetRecordsOutput> get_records(Call& call, const told::GetRecordsInput& in) {
  const items::ShardPosition position = TRY(position_of(call, in.shard_iterator));
  const std::string arn = stream_arn(call, position.stream);
  TRY(call.require_on_stream("GetRecords", arn));
  const size_t limit = TRY(limit_of(in.limit, items::kMostEvents));
  items::EventsPage page = TRY(said(call, position.stream, call.store.streams().events(position, limit)));
  told::GetRecordsOutput out{.records = std::vector<told::Record>()};
  out.records->reserve(page.events.size());
  for (items::Event& event : page.events) {
    out.records->push_back(record_of(call, page.stream, arn, std::move(event)));
  }
  if (page.next) out.next_shard_iterator = to_text(call, *page.next);
  return out;
}

}  // namespace

const aws::JsonService& streams_service() { return told::service(); }

void offer_streams(Dispatcher& dispatcher) {
  dispatcher.on(told::operations::kListStreams, list_streams);
  dispatcher.on(told::operations::kDescribeStream, describe_stream);
  dispatcher.on(told::operations::kGetShardIterator, get_shard_iterator);
  dispatcher.on(told::operations::kGetRecords, get_records);
}

}  // namespace caudal::api::dynamodb
