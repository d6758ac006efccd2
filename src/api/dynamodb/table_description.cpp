// SPDX-License-Identifier: Apache-2.0
#include "api/dynamodb/table_description.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "api/dynamodb/errors.h"
#include "api/dynamodb/stream_names.h"

namespace caudal::api::dynamodb {
namespace {

void add_attributes(const std::vector<items::KeyAttribute>& part, std::vector<wire::AttributeDefinition>& into) {
  for (const items::KeyAttribute& one : part) {
    if (std::ranges::find(into, one.name, &wire::AttributeDefinition::attribute_name) != into.end()) continue;
    into.push_back({.attribute_name = one.name, .attribute_type = std::string(items::to_string(one.type))});
  }
}

std::vector<wire::AttributeDefinition> attributes_of(const items::TableDefinition& table) {
  std::vector<wire::AttributeDefinition> attributes;
  add_attributes(table.key.partition, attributes);
  add_attributes(table.key.sort, attributes);
  for (const items::IndexDefinition& index : table.indexes) {
    add_attributes(index.key.partition, attributes);
    add_attributes(index.key.sort, attributes);
  }
  return attributes;
}

std::vector<wire::KeySchemaElement> elements_of(const items::KeySchema& key) {
  std::vector<wire::KeySchemaElement> elements;
  for (const auto& one : key.partition) elements.push_back({.attribute_name = one.name, .key_type = "HASH"});
  for (const auto& one : key.sort) elements.push_back({.attribute_name = one.name, .key_type = "RANGE"});
  return elements;
}

wire::Projection told(const items::IndexProjection& projection) {
  switch (projection.kind) {
    case items::ProjectionKind::kAll: return {.projection_type = "ALL"};
    case items::ProjectionKind::kKeysOnly: return {.projection_type = "KEYS_ONLY"};
    case items::ProjectionKind::kInclude:
      return {.projection_type = "INCLUDE", .non_key_attributes = projection.attributes};
  }
  return {};
}

wire::ProvisionedThroughputDescription told(const std::optional<items::Throughput>& throughput) {
  return {.number_of_decreases_today = 0,
          .read_capacity_units = throughput ? throughput->read_units : 0,
          .write_capacity_units = throughput ? throughput->write_units : 0};
}

void describe_indexes(const items::TableInfo& table, const std::string& arn, std::string_view table_status,
                      wire::TableDescription& out) {
  for (size_t n = 0; n < table.indexes.size(); ++n) {
    const items::IndexDefinition& index = table.definition.indexes[n];
    const items::IndexInfo& info = table.indexes[n];
    const std::string index_arn = arn + "/index/" + index.name;
    if (index.is_local) {
      if (!out.local_secondary_indexes) out.local_secondary_indexes.emplace();
      out.local_secondary_indexes->push_back({.index_name = index.name,
                                              .key_schema = elements_of(index.key),
                                              .projection = told(index.projection),
                                              .index_size_bytes = info.volume.bytes,
                                              .item_count = info.volume.items,
                                              .index_arn = index_arn});
      continue;
    }
    if (!out.global_secondary_indexes) out.global_secondary_indexes.emplace();
    auto& one = out.global_secondary_indexes->emplace_back();
    one = {.index_name = index.name,
           .key_schema = elements_of(index.key),
           .projection = told(index.projection),
           .index_status = std::string(info.is_backfilling ? "CREATING" : table_status),
           .provisioned_throughput = told(index.throughput),
           .index_size_bytes = info.volume.bytes,
           .item_count = info.volume.items,
           .index_arn = index_arn};
    if (info.is_backfilling) one.backfilling = true;
  }
}

Outcome<items::Type> type_of(const std::vector<wire::AttributeDefinition>& attributes, const std::string& name) {
  const auto found = std::ranges::find(attributes, name, &wire::AttributeDefinition::attribute_name);
  if (found == attributes.end()) {
    return validation(
        fmt::format("One or more parameter values were invalid: Some index key attributes are not defined "
                    "in AttributeDefinitions. Keys: [{}]",
                    name));
  }
  return *items::parse_type(found->attribute_type);
}

// Every attribute that is defined must be a key of something.
Outcome<void> check_all_used(const std::vector<wire::AttributeDefinition>& defined,
                             const items::TableDefinition& table) {
  std::set<std::string_view> names;
  for (const wire::AttributeDefinition& one : defined) {
    if (!names.insert(one.attribute_name).second) {
      return validation("One or more parameter values were invalid: Duplicate AttributeName in AttributeDefinitions: " +
                        one.attribute_name);
    }
  }
  const size_t used = attributes_of(table).size();
  if (used == defined.size()) return {};
  return validation(
      "One or more parameter values were invalid: Number of attributes in KeySchema does not exactly match "
      "number of attributes defined in AttributeDefinitions");
}

}  // namespace

wire::TableDescription describe(const Call& call, const items::TableInfo& table, std::string_view status) {
  const items::TableDefinition& definition = table.definition;
  const std::string arn = call.table_arn(definition.name);
  wire::TableDescription out{.attribute_definitions = attributes_of(definition),
                             .table_name = definition.name,
                             .key_schema = elements_of(definition.key),
                             .table_status = std::string(status),
                             .creation_date_time = table.created,
                             .provisioned_throughput = told(definition.throughput),
                             .table_size_bytes = table.volume.bytes,
                             .item_count = table.volume.items,
                             .table_arn = arn,
                             .table_id = table.id};
  if (definition.billing == items::BillingMode::kPayPerRequest) {
    out.billing_mode_summary = wire::BillingModeSummary{.billing_mode = "PAY_PER_REQUEST",
                                                        .last_update_to_pay_per_request_date_time = table.created};
  }
  describe_indexes(table, arn, status, out);
  if (definition.table_class == items::TableClass::kInfrequentAccess) {
    out.table_class_summary = wire::TableClassSummary{.table_class = "STANDARD_INFREQUENT_ACCESS"};
  }
  out.deletion_protection_enabled = definition.is_deletion_protected;
  if (definition.stream) {
    out.stream_specification =
        wire::StreamSpecification{.stream_enabled = true, .stream_view_type = std::string(to_text(*definition.stream))};
  }
  if (!table.stream_label.empty()) {
    out.latest_stream_label = table.stream_label;
    out.latest_stream_arn = stream_arn(call, {.table = definition.name, .label = table.stream_label});
  }
  return out;
}

Outcome<items::KeySchema> key_schema(const std::vector<wire::KeySchemaElement>& elements,
                                     const std::vector<wire::AttributeDefinition>& attributes) {
  items::KeySchema key;
  for (const wire::KeySchemaElement& element : elements) {
    items::KeyAttribute one{.name = element.attribute_name, .type = TRY(type_of(attributes, element.attribute_name))};
    if (element.key_type == "HASH") {
      if (!key.sort.empty()) {
        return validation("Invalid KeySchema: The first KeySchemaElement is not a HASH key type");
      }
      key.partition.push_back(std::move(one));
    } else {
      if (key.partition.empty())
        return validation("Invalid KeySchema: The first KeySchemaElement is not a HASH key type");
      key.sort.push_back(std::move(one));
    }
  }
  return key;
}

Outcome<items::IndexProjection> projection_of(const wire::Projection& projection) {
  items::IndexProjection out;
  if (!projection.projection_type)
    return validation("One or more parameter values were invalid: Unknown ProjectionType: null");
  if (*projection.projection_type == "KEYS_ONLY") out.kind = items::ProjectionKind::kKeysOnly;
  if (*projection.projection_type == "INCLUDE") out.kind = items::ProjectionKind::kInclude;
  if (projection.non_key_attributes) out.attributes = *projection.non_key_attributes;
  return out;
}

Outcome<items::Tags> tags_of(const std::vector<wire::Tag>& tags) {
  items::Tags out;
  for (const wire::Tag& tag : tags) {
    if (!out.emplace(tag.key, tag.value).second) {
      return validation("One or more parameter values were invalid: Duplicate tag key: " + tag.key);
    }
  }
  return out;
}

items::Throughput throughput_of(const wire::ProvisionedThroughput& throughput) {
  return {.read_units = throughput.read_capacity_units, .write_units = throughput.write_capacity_units};
}

std::string_view to_text(items::StreamView view) {
  switch (view) {
    case items::StreamView::kKeysOnly: return "KEYS_ONLY";
    case items::StreamView::kNewImage: return "NEW_IMAGE";
    case items::StreamView::kOldImage: return "OLD_IMAGE";
    case items::StreamView::kNewAndOldImages: return "NEW_AND_OLD_IMAGES";
  }
  return "";
}

Outcome<items::StreamSetting> stream_setting_of(const wire::StreamSpecification& stream) {
  using items::StreamView;
  if (!stream.stream_enabled) {
    if (!stream.stream_view_type) return items::StreamSetting();
    return validation(
        "One or more parameter values were invalid: If stream is being disabled, then UpdateViewType must not be "
        "specified");
  }
  for (const StreamView view :
       {StreamView::kKeysOnly, StreamView::kNewImage, StreamView::kOldImage, StreamView::kNewAndOldImages}) {
    if (stream.stream_view_type == to_text(view)) return items::StreamSetting{.view = view};
  }
  return validation(
      "One or more parameter values were invalid: If stream is being enabled then UpdateViewType is required");
}

Outcome<items::TableDefinition> definition_of(const wire::CreateTableInput& in) {
  items::TableDefinition table{.name = table_name_of(in.table_name)};
  table.key = TRY(key_schema(in.key_schema, in.attribute_definitions));
  if (in.billing_mode && *in.billing_mode == "PAY_PER_REQUEST") table.billing = items::BillingMode::kPayPerRequest;
  if (in.provisioned_throughput) table.throughput = throughput_of(*in.provisioned_throughput);
  for (const auto& index : in.local_secondary_indexes.value_or(std::vector<wire::LocalSecondaryIndex>())) {
    table.indexes.push_back({.name = index.index_name,
                             .is_local = true,
                             .key = TRY(key_schema(index.key_schema, in.attribute_definitions)),
                             .projection = TRY(projection_of(index.projection))});
  }
  for (const auto& index : in.global_secondary_indexes.value_or(std::vector<wire::GlobalSecondaryIndex>())) {
    auto& one = table.indexes.emplace_back(
        items::IndexDefinition{.name = index.index_name,
                               .key = TRY(key_schema(index.key_schema, in.attribute_definitions)),
                               .projection = TRY(projection_of(index.projection))});
    if (index.provisioned_throughput) one.throughput = throughput_of(*index.provisioned_throughput);
  }
  TRY(check_all_used(in.attribute_definitions, table));
  if (in.stream_specification) table.stream = TRY(stream_setting_of(*in.stream_specification)).view;
  if (in.table_class && *in.table_class == "STANDARD_INFREQUENT_ACCESS") {
    table.table_class = items::TableClass::kInfrequentAccess;
  }
  table.is_deletion_protected = in.deletion_protection_enabled.value_or(false);
  if (in.tags) table.tags = TRY(tags_of(*in.tags));
  return table;
}

}  // namespace caudal::api::dynamodb
