// SPDX-License-Identifier: Apache-2.0
// Tables at the endpoint. It makes and removes them in the background; callers of a Store find that done.
#include <fmt/format.h>

#include <stop_token>

#include "items/remote/remote_impl.h"
#include "items/remote/table_wire.h"

namespace caudal::items {

namespace operations = aws::dynamodb::operations;
using remote::Repeat;
namespace wire = aws::dynamodb;

namespace {

bool is_ready(const wire::TableDescription& table) {
  if (table.table_status && *table.table_status != "ACTIVE") return false;
  for (const auto& index :
       table.global_secondary_indexes.value_or(std::vector<wire::GlobalSecondaryIndexDescription>())) {
    // One that is being filled is not waited for: that may take hours, and writes go on.
    if (index.index_status && *index.index_status == "DELETING") return false;
  }
  return true;
}

// What an endpoint has no operation for, it has none of: DynamoDB Local knows no tags.
template <class T>
Result<T> or_none(Result<T> answer) {
  if (!answer && answer.error().code == Errc::not_offered) return T();
  return answer;
}

Result<wire::TableDescription> described(std::optional<wire::TableDescription> table, std::string_view name) {
  if (table) return *std::move(table);
  return Error{Errc::unavailable, fmt::format("the remote store describes the table {} with nothing", name)};
}

}  // namespace

Result<TableInfo> RemoteStore::Impl::describe(const std::string& table) const {
  auto answer = TRY(caller->call(operations::kDescribeTable, {.table_name = table}, Repeat::kSafe));
  return remote::from_wire(TRY(described(std::move(answer.table), table)));
}

Result<std::string> RemoteStore::Impl::arn_of(const std::string& table) const {
  auto answer = TRY(caller->call(operations::kDescribeTable, {.table_name = table}, Repeat::kSafe));
  return TRY(described(std::move(answer.table), table)).table_arn.value_or(table);
}

Result<Tags> RemoteStore::Impl::tags_of(const std::string& arn) const {
  Tags tags;
  wire::ListTagsOfResourceInput in{.resource_arn = arn};
  do {
    auto page = TRY(caller->call(operations::kListTagsOfResource, in, Repeat::kSafe));
    for (wire::Tag& tag : page.tags.value_or(std::vector<wire::Tag>())) tags[tag.key] = std::move(tag.value);
    in.next_token = std::move(page.next_token);
  } while (in.next_token);
  return tags;
}

Result<TableInfo> RemoteStore::Impl::wait_until_active(const std::string& table) const {
  Clock& clock = caller->clock();
  const Timestamp deadline = clock.now() + options.table_timeout;
  for (;;) {
    auto answer = TRY(caller->call(operations::kDescribeTable, {.table_name = table}, Repeat::kSafe));
    const wire::TableDescription now = TRY(described(std::move(answer.table), table));
    if (is_ready(now)) return remote::from_wire(now);
    if (clock.now() >= deadline) {
      return Error{Errc::table_in_use, fmt::format("the table {} is still {}", table, now.table_status.value_or("?"))};
    }
    clock.wait_until(clock.now() + options.poll_interval, std::stop_token());
  }
}

Result<TableInfo> RemoteStore::create_table(const TableDefinition& definition) {
  // A second time it would be refused, as being there.
  TRY(impl_->caller->call(operations::kCreateTable, remote::to_wire(definition), Repeat::kNever));
  TableInfo made = TRY(impl_->wait_until_active(definition.name));
  made.definition.tags = definition.tags;
  return made;
}

Result<TableInfo> RemoteStore::delete_table(const std::string& table) {
  auto answer = TRY(impl_->caller->call(operations::kDeleteTable, {.table_name = table}, Repeat::kNever));
  TableInfo removed;
  removed.definition.name = table;
  if (answer.table_description && answer.table_description->key_schema) {
    removed = TRY(remote::from_wire(*answer.table_description));
  }
  Clock& clock = impl_->caller->clock();
  const Timestamp deadline = clock.now() + impl_->options.table_timeout;
  for (;;) {
    const auto still = impl_->describe(table);
    if (!still && still.error().code == Errc::no_such_table) return removed;
    if (!still) return still.error();
    if (clock.now() >= deadline) {
      return Error{Errc::table_in_use, fmt::format("the table {} is still being removed", table)};
    }
    clock.wait_until(clock.now() + impl_->options.poll_interval, std::stop_token());
  }
}

Result<TableInfo> RemoteStore::describe_table(const std::string& table) const {
  auto answer = TRY(impl_->caller->call(operations::kDescribeTable, {.table_name = table}, Repeat::kSafe));
  const wire::TableDescription description = TRY(described(std::move(answer.table), table));
  TableInfo info = TRY(remote::from_wire(description));
  info.definition.tags = TRY(or_none(impl_->tags_of(description.table_arn.value_or(table))));
  const auto expiry =
      TRY(or_none(impl_->caller->call(operations::kDescribeTimeToLive, {.table_name = table}, Repeat::kSafe)));
  if (const auto& told = expiry.time_to_live_description; told && told->attribute_name) {
    info.expiry = {.attribute = *told->attribute_name, .is_filling = told->time_to_live_status == "ENABLING"};
  }
  return info;
}

Result<TableNamesPage> RemoteStore::list_tables(const std::string& after, size_t limit) const {
  wire::ListTablesInput in{.limit = static_cast<int32_t>(limit)};
  if (!after.empty()) in.exclusive_start_table_name = after;
  auto answer = TRY(impl_->caller->call(operations::kListTables, in, Repeat::kSafe));
  return TableNamesPage{.names = std::move(answer.table_names).value_or(std::vector<std::string>()),
                        .is_truncated = answer.last_evaluated_table_name.has_value()};
}

Result<TableInfo> RemoteStore::change_table(const TableChange& change) {
  if (change.expiry) {
    TRY(impl_->caller->call(operations::kUpdateTimeToLive,
                            {.table_name = change.table,
                             .time_to_live_specification = {.enabled = change.expiry->is_enabled,
                                                            .attribute_name = change.expiry->attribute}},
                            Repeat::kNever));
  }
  TableChange others = change;
  others.expiry.reset();
  if (others == TableChange{.table = change.table}) return impl_->describe(change.table);
  const TableInfo before = TRY(impl_->describe(change.table));
  TRY(impl_->caller->call(operations::kUpdateTable, remote::to_wire(change, before.definition), Repeat::kNever));
  return impl_->wait_until_active(change.table);
}

Result<void> RemoteStore::change_tags(const std::string& table, const Tags& set,
                                      const std::vector<std::string>& removed) {
  const std::string arn = TRY(impl_->arn_of(table));
  if (!removed.empty()) {
    TRY(impl_->caller->call(operations::kUntagResource, {.resource_arn = arn, .tag_keys = removed}, Repeat::kSafe));
  }
  if (set.empty()) return {};
  wire::TagResourceInput in{.resource_arn = arn};
  for (const auto& [key, value] : set) in.tags.push_back({.key = key, .value = value});
  TRY(impl_->caller->call(operations::kTagResource, in, Repeat::kSafe));
  return {};
}

}  // namespace caudal::items
