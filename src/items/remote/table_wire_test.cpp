// SPDX-License-Identifier: Apache-2.0
#include "items/remote/table_wire.h"

#include <gtest/gtest.h>

#include "aws/json/json_codec.h"
#include "base/testing/result_matchers.h"

namespace caudal::items::remote {
namespace {

TableDefinition payments() {
  TableDefinition table{.name = "BankPayments", .throughput = Throughput{.read_units = 5, .write_units = 7}};
  table.key.partition = {{.name = "PK"}};
  table.key.sort = {{.name = "SK", .type = Type::kBinary}};
  IndexDefinition local;
  local.name = "by_date";
  local.is_local = true;
  local.key.partition = {{.name = "PK"}};
  local.key.sort = {{.name = "date", .type = Type::kNumber}};
  local.projection.kind = ProjectionKind::kKeysOnly;
  IndexDefinition global;
  global.name = "GSI1";
  global.key.partition = {{.name = "GSI1PK"}, {.name = "shard", .type = Type::kNumber}};
  global.projection = {.kind = ProjectionKind::kInclude, .attributes = {"amount"}};
  global.throughput = Throughput{.read_units = 1, .write_units = 2};
  table.indexes = {local, global};
  table.table_class = TableClass::kInfrequentAccess;
  table.is_deletion_protected = true;
  table.stream = StreamView::kOldImage;
  return table;
}

// As an endpoint would describe what it was asked to make.
wire::TableDescription described(const wire::CreateTableInput& in) {
  wire::TableDescription out{.attribute_definitions = in.attribute_definitions,
                             .table_name = in.table_name,
                             .key_schema = in.key_schema,
                             .table_id = "id-1"};
  out.provisioned_throughput =
      wire::ProvisionedThroughputDescription{.read_capacity_units = in.provisioned_throughput->read_capacity_units,
                                             .write_capacity_units = in.provisioned_throughput->write_capacity_units};
  const auto& local = in.local_secondary_indexes->at(0);
  out.local_secondary_indexes = {{.index_name = local.index_name,
                                  .key_schema = local.key_schema,
                                  .projection = local.projection,
                                  .item_count = 3}};
  const auto& global = in.global_secondary_indexes->at(0);
  out.global_secondary_indexes = {{.index_name = global.index_name,
                                   .key_schema = global.key_schema,
                                   .projection = global.projection,
                                   .index_status = "CREATING",
                                   .provisioned_throughput = wire::ProvisionedThroughputDescription{
                                       .read_capacity_units = global.provisioned_throughput->read_capacity_units,
                                       .write_capacity_units = global.provisioned_throughput->write_capacity_units}}};
  out.stream_specification = in.stream_specification;
  out.latest_stream_label = "2026-01-01";
  out.table_class_summary = wire::TableClassSummary{.table_class = in.table_class};
  out.deletion_protection_enabled = in.deletion_protection_enabled;
  return out;
}

TEST(TableWire, WhatIsAskedForReadsBackTheSame) {
  const TableDefinition asked = payments();
  const TableInfo info = unwrap(from_wire(described(to_wire(asked))));
  EXPECT_EQ(info.definition, asked);
  EXPECT_EQ(info.id, "id-1");
  EXPECT_EQ(info.stream_label, "2026-01-01");
  EXPECT_EQ(info.indexes.at(0).volume.items, 3);
  EXPECT_FALSE(info.indexes.at(0).is_backfilling);
  EXPECT_TRUE(info.indexes.at(1).is_backfilling);
}

TEST(TableWire, EveryKeyAttributeIsDefinedOnce) {
  const wire::CreateTableInput in = to_wire(payments());
  std::string names;
  for (const auto& one : in.attribute_definitions) names += one.attribute_name + ":" + one.attribute_type + " ";
  EXPECT_EQ(names, "PK:S SK:B date:N GSI1PK:S shard:N ");
}

TEST(TableWire, WhatIsAsUsualStaysUnsaid) {
  TableDefinition plain{.name = "tab", .billing = BillingMode::kPayPerRequest};
  plain.key.partition = {{.name = "id"}};
  EXPECT_EQ(aws::to_json(to_wire(plain)),
            R"({"AttributeDefinitions":[{"AttributeName":"id","AttributeType":"S"}],"TableName":"tab",)"
            R"("KeySchema":[{"AttributeName":"id","KeyType":"HASH"}],"BillingMode":"PAY_PER_REQUEST"})");
}

TEST(TableWire, ChangesTellTheTypesOfANewIndexWithThoseThatAre) {
  TableChange change{.table = "BankPayments", .is_deletion_protected = false, .stream = StreamSetting{}};
  change.new_index.emplace();
  change.new_index->name = "by_client";
  change.new_index->key.partition = {{.name = "client"}};
  change.index_throughput["GSI1"] = {.read_units = 9, .write_units = 9};
  const wire::UpdateTableInput in = to_wire(change, payments());
  EXPECT_EQ(in.attribute_definitions->size(), 6U);
  EXPECT_EQ(in.global_secondary_index_updates->at(0).create->index_name, "by_client");
  EXPECT_EQ(in.global_secondary_index_updates->at(1).update->provisioned_throughput->read_capacity_units, 9);
  EXPECT_FALSE(in.stream_specification->stream_enabled);
  EXPECT_EQ(in.deletion_protection_enabled, false);
  EXPECT_FALSE(in.billing_mode);
}

TEST(TableWire, DescriptionsThatMakeNoSenseAreRefused) {
  const wire::TableDescription whole = described(to_wire(payments()));
  for (const auto& spoil : std::vector<std::function<void(wire::TableDescription&)>>{
           [](auto& table) { table.table_name.reset(); }, [](auto& table) { table.key_schema.reset(); },
           [](auto& table) { table.attribute_definitions.reset(); },
           [](auto& table) { table.attribute_definitions->at(0).attribute_type = "X"; },
           [](auto& table) { table.global_secondary_indexes->at(0).key_schema.reset(); }}) {
    wire::TableDescription spoilt = whole;
    spoil(spoilt);
    EXPECT_FALSE(from_wire(spoilt));
  }
}

}  // namespace
}  // namespace caudal::items::remote
