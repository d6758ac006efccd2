// SPDX-License-Identifier: Apache-2.0
// CreateTable, DeleteTable, DescribeTable, ListTables, UpdateTable.
#include <fmt/format.h>

#include "api/dynamodb/errors.h"
#include "api/dynamodb/resource_policies.h"
#include "api/dynamodb/restoring.h"
#include "api/dynamodb/table_description.h"
#include "items/errors.h"
#include "transfer/jobs.h"

namespace caudal::api::dynamodb {
namespace {

constexpr int32_t kMostNames = 100;

// Who asks for a table by name is told the name; who asks for items is not.
template <class T>
Outcome<T> said(Call& call, const std::string& table, Result<T> result) {
  if (!result && result.error().code == items::Errc::no_such_table) {
    return wire::errors::resource_not_found_exception(
        fmt::format("Requested resource not found: Table: {} not found", table));
  }
  return call.said(std::move(result));
}

Result<items::TableInfo> make(Call& call, const items::TableDefinition& definition,
                              const std::optional<std::string>& policy) {
  return policy ? call.beside.policies->create_table(definition, *policy) : call.store.create_table(definition);
}

Outcome<wire::CreateTableOutput> create_table(Call& call, const wire::CreateTableInput& in) {
  const std::string name = table_name_of(in.table_name);
  TRY(call.require("CreateTable", name));
  if (in.tags && !in.tags->empty()) TRY(call.require("TagResource", name));
  const items::TableDefinition definition = TRY(definition_of(in));
  std::optional<std::string> policy;
  if (in.resource_policy) {
    if (call.beside.policies == nullptr) {
      return validation("Resource-based policies are not offered for tables that are kept at another endpoint");
    }
    TRY(call.require("PutResourcePolicy", name));
    policy = TRY(policy_to_keep(call, call.table_arn(name), *in.resource_policy));
  }
  const items::TableInfo made = TRY(said(call, name, make(call, definition, policy)));
  return wire::CreateTableOutput{.table_description = describe(call, made, "ACTIVE")};
}

Outcome<wire::DeleteTableOutput> delete_table(Call& call, const wire::DeleteTableInput& in) {
  const std::string name = table_name_of(in.table_name);
  TRY(call.require("DeleteTable", name));
  const items::TableInfo gone = TRY(said(call, name, call.store.delete_table(name)));
  return wire::DeleteTableOutput{.table_description = describe(call, gone, "DELETING")};
}

Outcome<wire::DescribeTableOutput> describe_table(Call& call, const wire::DescribeTableInput& in) {
  const std::string name = table_name_of(in.table_name);
  TRY(call.require("DescribeTable", name));
  if (auto restoring = describe_restoring(call, name)) {
    return wire::DescribeTableOutput{.table = *std::move(restoring)};
  }
  // Asked first: what is no longer importing when it is looked at is whole.
  const bool is_importing = call.beside.jobs != nullptr && call.beside.jobs->is_importing(name);
  const items::TableInfo table = TRY(said(call, name, call.store.describe_table(name)));
  return wire::DescribeTableOutput{.table = describe(call, table, is_importing ? "CREATING" : "ACTIVE")};
}

Outcome<wire::ListTablesOutput> list_tables(Call& call, const wire::ListTablesInput& in) {
  TRY(call.require_on_all("ListTables"));
  const auto limit = static_cast<size_t>(in.limit.value_or(kMostNames));
  items::TableNamesPage page =
      TRY(call.said(call.store.list_tables(in.exclusive_start_table_name.value_or(""), limit)));
  wire::ListTablesOutput out;
  if (page.is_truncated) out.last_evaluated_table_name = page.names.back();
  out.table_names = std::move(page.names);
  return out;
}

// One change of an index at a time, as DynamoDB has it.
Outcome<void> read_index_updates(const wire::UpdateTableInput& in, items::TableChange& change) {
  for (const wire::GlobalSecondaryIndexUpdate& one : *in.global_secondary_index_updates) {
    if (one.update) {
      if (one.update->provisioned_throughput) {
        change.index_throughput[one.update->index_name] = throughput_of(*one.update->provisioned_throughput);
      }
      continue;
    }
    if (change.new_index || change.removed_index) {
      return wire::errors::limit_exceeded_exception(
          "Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously per table");
    }
    if (one.delete_) change.removed_index = one.delete_->index_name;
    if (!one.create) continue;
    change.new_index = items::IndexDefinition{
        .name = one.create->index_name,
        .key = TRY(key_schema(one.create->key_schema,
                              in.attribute_definitions.value_or(std::vector<wire::AttributeDefinition>()))),
        .projection = TRY(projection_of(one.create->projection))};
    if (one.create->provisioned_throughput) {
      change.new_index->throughput = throughput_of(*one.create->provisioned_throughput);
    }
  }
  return {};
}

Outcome<wire::UpdateTableOutput> update_table(Call& call, const wire::UpdateTableInput& in) {
  items::TableChange change{.table = table_name_of(in.table_name),
                            .is_deletion_protected = in.deletion_protection_enabled};
  TRY(call.require("UpdateTable", change.table));
  if (in.stream_specification) change.stream = TRY(stream_setting_of(*in.stream_specification));
  if (in.replica_updates) return validation("Replicas of tables in other regions are not offered here");
  if (in.billing_mode) {
    change.billing =
        *in.billing_mode == "PAY_PER_REQUEST" ? items::BillingMode::kPayPerRequest : items::BillingMode::kProvisioned;
  }
  if (in.provisioned_throughput) change.throughput = throughput_of(*in.provisioned_throughput);
  if (in.table_class) {
    change.table_class =
        *in.table_class == "STANDARD" ? items::TableClass::kStandard : items::TableClass::kInfrequentAccess;
  }
  if (in.global_secondary_index_updates) TRY(read_index_updates(in, change));
  const bool changes = change.billing || change.throughput || change.table_class || change.is_deletion_protected ||
                       change.stream || change.new_index || change.removed_index || !change.index_throughput.empty();
  if (!changes) {
    return validation(
        "At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, GlobalSecondaryIndexUpdates "
        "or SSESpecification or ReplicaUpdates is required");
  }
  const items::TableInfo changed = TRY(said(call, change.table, call.store.change_table(change)));
  return wire::UpdateTableOutput{.table_description = describe(call, changed, "ACTIVE")};
}

}  // namespace

void offer_tables(Dispatcher& dispatcher) {
  dispatcher.on(wire::operations::kCreateTable, create_table);
  dispatcher.on(wire::operations::kDeleteTable, delete_table);
  dispatcher.on(wire::operations::kDescribeTable, describe_table);
  dispatcher.on(wire::operations::kListTables, list_tables);
  dispatcher.on(wire::operations::kUpdateTable, update_table);
}

}  // namespace caudal::api::dynamodb
