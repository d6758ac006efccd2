// SPDX-License-Identifier: Apache-2.0
// How clients are told of streams, sequence numbers and places in shards, and what they send back. Inside room
// api/dynamodb only.
#pragma once

#include <string>
#include <string_view>

#include "api/dynamodb/call.h"
#include "items/streams.h"

namespace caudal::api::dynamodb {

// "arn:aws:dynamodb:us-east-1:000000000000:table/tab/stream/2026-01-31T09:30:00.123".
std::string stream_arn(const Call& call, const items::StreamName& name);
// Errors: ValidationException, for an ARN of no stream of here.
Outcome<items::StreamName> stream_of_arn(const Call& call, std::string_view arn);

// At least 21 digits, as the service model has it, and as many of all: they sort as text, too.
std::string to_text(items::Sequence sequence);
// Errors: ValidationException.
Outcome<items::Sequence> sequence_of(std::string_view text);

// A shard iterator: the stream's ARN, then what only we read. It is no secret, and gives no permission.
std::string to_text(const Call& call, const items::ShardPosition& position);
// Errors: ValidationException.
Outcome<items::ShardPosition> position_of(const Call& call, std::string_view iterator);

}  // namespace caudal::api::dynamodb
