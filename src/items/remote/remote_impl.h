// SPDX-License-Identifier: Apache-2.0
// What the parts of RemoteStore share. Inside room items/remote only.
#pragma once

#include <cmath>
#include <memory>
#include <optional>
#include <string>

#include "aws/generated/dynamodb/common.h"
#include "aws/generated/dynamodb/operations.h"
#include "items/remote/caller.h"
#include "items/remote/remote_store.h"

namespace caudal::items {

// Streams are read at the endpoint itself.
class NoStreams final : public Streams {
 public:
  explicit NoStreams(std::string endpoint) : endpoint_(std::move(endpoint)) {}
  Result<StreamsPage> list(const std::string&, const std::optional<StreamName>&, size_t) const override {
    return error();
  }
  Result<StreamInfo> describe(const StreamName&) const override { return error(); }
  Result<ShardPage> shards(const StreamName&, const std::string&, size_t) override { return error(); }
  Result<ShardPosition> position(const StreamName&, const std::string&, const Start&) override { return error(); }
  Result<EventsPage> events(const ShardPosition&, size_t) override { return error(); }

 private:
  Error error() const;
  const std::string endpoint_;
};

struct RemoteStore::Impl {
  RemoteOptions options;
  std::unique_ptr<remote::Caller> caller;
  NoStreams streams;

  // Without tags.
  Result<TableInfo> describe(const std::string& table) const;
  Result<std::string> arn_of(const std::string& table) const;
  Result<Tags> tags_of(const std::string& arn) const;
  Result<std::vector<Result<Written>>> write_each(const std::vector<Write>& writes) const;
  Result<Transacted> transact(const std::vector<Write>& writes, const ClientToken& token) const;
  // Until the table and its indexes can be used.
  Result<TableInfo> wait_until_active(const std::string& table) const;
};

namespace remote {

namespace wire = aws::dynamodb;

// Halves of units are told as decimals.
inline uint64_t halves(const std::optional<double>& units) {
  return units ? static_cast<uint64_t>(std::llround(*units * 2)) : 0;
}

inline Capacity capacity_of(const wire::ConsumedCapacity& told) {
  Capacity capacity;
  // Only who was asked for indexes tells the table apart.
  capacity.table_halves = told.table ? halves(told.table->capacity_units) : halves(told.capacity_units);
  for (const auto* const group : {&told.local_secondary_indexes, &told.global_secondary_indexes}) {
    if (!*group) continue;
    for (const auto& [name, one] : **group) capacity.index_halves[name] += halves(one.capacity_units);
  }
  return capacity;
}
inline Capacity capacity_of(const std::optional<wire::ConsumedCapacity>& told) {
  return told ? capacity_of(*told) : Capacity();
}

inline constexpr std::string_view kAskForCapacity = "INDEXES";

}  // namespace remote

}  // namespace caudal::items
