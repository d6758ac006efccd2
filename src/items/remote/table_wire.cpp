// SPDX-License-Identifier: Apache-2.0
#include "items/remote/table_wire.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "items/errors.h"

namespace caudal::items::remote {
namespace {

using Attributes = std::vector<wire::AttributeDefinition>;

constexpr std::array<std::pair<StreamView, std::string_view>, 4> kViews = {{
    {StreamView::kKeysOnly, "KEYS_ONLY"},
    {StreamView::kNewImage, "NEW_IMAGE"},
    {StreamView::kOldImage, "OLD_IMAGE"},
    {StreamView::kNewAndOldImages, "NEW_AND_OLD_IMAGES"},
}};

std::string view_text(StreamView view) {
  return std::string(std::ranges::find(kViews, view, [](const auto& one) { return one.first; })->second);
}

void add_attributes(const KeySchema& key, Attributes& into) {
  for (const auto* const part : {&key.partition, &key.sort}) {
    for (const KeyAttribute& one : *part) {
      if (std::ranges::find(into, one.name, &wire::AttributeDefinition::attribute_name) != into.end()) continue;
      into.push_back({.attribute_name = one.name, .attribute_type = std::string(to_string(one.type))});
    }
  }
}

Attributes attributes_of(const TableDefinition& table) {
  Attributes attributes;
  add_attributes(table.key, attributes);
  for (const IndexDefinition& index : table.indexes) add_attributes(index.key, attributes);
  return attributes;
}

std::vector<wire::KeySchemaElement> elements_of(const KeySchema& key) {
  std::vector<wire::KeySchemaElement> elements;
  for (const KeyAttribute& one : key.partition) elements.push_back({.attribute_name = one.name, .key_type = "HASH"});
  for (const KeyAttribute& one : key.sort) elements.push_back({.attribute_name = one.name, .key_type = "RANGE"});
  return elements;
}

wire::Projection to_wire(const IndexProjection& projection) {
  switch (projection.kind) {
    case ProjectionKind::kAll: return {.projection_type = "ALL"};
    case ProjectionKind::kKeysOnly: return {.projection_type = "KEYS_ONLY"};
    case ProjectionKind::kInclude: return {.projection_type = "INCLUDE", .non_key_attributes = projection.attributes};
  }
  return {};
}

std::optional<wire::ProvisionedThroughput> to_wire(const std::optional<Throughput>& throughput) {
  if (!throughput) return std::nullopt;
  return wire::ProvisionedThroughput{.read_capacity_units = throughput->read_units,
                                     .write_capacity_units = throughput->write_units};
}

std::string to_wire(BillingMode billing) {
  return billing == BillingMode::kPayPerRequest ? "PAY_PER_REQUEST" : "PROVISIONED";
}
std::string to_wire(TableClass table_class) {
  return table_class == TableClass::kInfrequentAccess ? "STANDARD_INFREQUENT_ACCESS" : "STANDARD";
}
wire::StreamSpecification to_wire(const StreamSetting& stream) {
  if (!stream.view) return {.stream_enabled = false};
  return {.stream_enabled = true, .stream_view_type = view_text(*stream.view)};
}

void add_index(const IndexDefinition& index, wire::CreateTableInput& out) {
  if (index.is_local) {
    if (!out.local_secondary_indexes) out.local_secondary_indexes.emplace();
    out.local_secondary_indexes->push_back(
        {.index_name = index.name, .key_schema = elements_of(index.key), .projection = to_wire(index.projection)});
    return;
  }
  if (!out.global_secondary_indexes) out.global_secondary_indexes.emplace();
  out.global_secondary_indexes->push_back({.index_name = index.name,
                                           .key_schema = elements_of(index.key),
                                           .projection = to_wire(index.projection),
                                           .provisioned_throughput = to_wire(index.throughput)});
}

Error senseless(const wire::TableDescription& description, std::string_view what) {
  return Error{Errc::unavailable, fmt::format("the remote store describes the table {} without {}",
                                              description.table_name.value_or("(without a name)"), what)};
}

class DescriptionReader {
 public:
  explicit DescriptionReader(const wire::TableDescription& description)
      : description_(description), attributes_(description.attribute_definitions.value_or(Attributes())) {}

  Result<KeySchema> key(const std::optional<std::vector<wire::KeySchemaElement>>& elements) const {
    if (!elements || elements->empty()) return senseless(description_, "its key");
    KeySchema key;
    for (const wire::KeySchemaElement& element : *elements) {
      const auto found =
          std::ranges::find(attributes_, element.attribute_name, &wire::AttributeDefinition::attribute_name);
      const auto type = found == attributes_.end() ? std::nullopt : parse_type(found->attribute_type);
      if (!type) return senseless(description_, "the type of " + element.attribute_name);
      (element.key_type == "HASH" ? key.partition : key.sort)
          .push_back({.name = element.attribute_name, .type = *type});
    }
    return key;
  }
  Result<void> add_indexes(TableInfo& into) const {
    for (const auto& one : description_.local_secondary_indexes.value_or(Local())) {
      into.definition.indexes.push_back(TRY(index(one)));
      into.definition.indexes.back().is_local = true;
      into.indexes.push_back(info(one));
    }
    for (const auto& one : description_.global_secondary_indexes.value_or(Global())) {
      into.definition.indexes.push_back(TRY(index(one)));
      into.definition.indexes.back().throughput = throughput(one.provisioned_throughput);
      into.indexes.push_back(info(one));
      into.indexes.back().is_backfilling = one.index_status == "CREATING" || one.backfilling.value_or(false);
    }
    return {};
  }
  static std::optional<Throughput> throughput(const std::optional<wire::ProvisionedThroughputDescription>& told) {
    if (!told) return std::nullopt;
    const Throughput units{.read_units = told->read_capacity_units.value_or(0),
                           .write_units = told->write_capacity_units.value_or(0)};
    return units == Throughput() ? std::nullopt : std::optional(units);
  }

 private:
  using Local = std::vector<wire::LocalSecondaryIndexDescription>;
  using Global = std::vector<wire::GlobalSecondaryIndexDescription>;

  template <class Index>
  Result<IndexDefinition> index(const Index& told) const {
    IndexDefinition index{.name = told.index_name.value_or(""), .key = TRY(key(told.key_schema))};
    const wire::Projection projection = told.projection.value_or(wire::Projection());
    if (projection.projection_type == "KEYS_ONLY") index.projection.kind = ProjectionKind::kKeysOnly;
    if (projection.projection_type == "INCLUDE") index.projection.kind = ProjectionKind::kInclude;
    index.projection.attributes = projection.non_key_attributes.value_or(std::vector<std::string>());
    return index;
  }
  template <class Index>
  static IndexInfo info(const Index& told) {
    return {.name = told.index_name.value_or(""),
            .volume = {.items = told.item_count.value_or(0), .bytes = told.index_size_bytes.value_or(0)}};
  }
  const wire::TableDescription& description_;
  const Attributes attributes_;
};

}  // namespace

wire::CreateTableInput to_wire(const TableDefinition& table) {
  wire::CreateTableInput out{.attribute_definitions = attributes_of(table),
                             .table_name = table.name,
                             .key_schema = elements_of(table.key),
                             .billing_mode = to_wire(table.billing),
                             .provisioned_throughput = to_wire(table.throughput)};
  for (const IndexDefinition& index : table.indexes) add_index(index, out);
  if (table.stream) out.stream_specification = to_wire(StreamSetting{.view = table.stream});
  for (const auto& [key, value] : table.tags) {
    if (!out.tags) out.tags.emplace();
    out.tags->push_back({.key = key, .value = value});
  }
  // What is as it is anyway stays unsaid: not every endpoint knows it.
  if (table.table_class != TableClass::kStandard) out.table_class = to_wire(table.table_class);
  if (table.is_deletion_protected) out.deletion_protection_enabled = true;
  return out;
}

wire::UpdateTableInput to_wire(const TableChange& change, const TableDefinition& table) {
  wire::UpdateTableInput out{.table_name = change.table, .provisioned_throughput = to_wire(change.throughput)};
  if (change.billing) out.billing_mode = to_wire(*change.billing);
  if (change.table_class) out.table_class = to_wire(*change.table_class);
  out.deletion_protection_enabled = change.is_deletion_protected;
  if (change.stream) out.stream_specification = to_wire(*change.stream);
  std::vector<wire::GlobalSecondaryIndexUpdate> updates;
  if (change.new_index) {
    Attributes attributes = attributes_of(table);
    add_attributes(change.new_index->key, attributes);
    out.attribute_definitions = std::move(attributes);
    updates.push_back({.create = wire::CreateGlobalSecondaryIndexAction{
                           .index_name = change.new_index->name,
                           .key_schema = elements_of(change.new_index->key),
                           .projection = to_wire(change.new_index->projection),
                           .provisioned_throughput = to_wire(change.new_index->throughput)}});
  }
  if (change.removed_index) {
    updates.push_back({.delete_ = wire::DeleteGlobalSecondaryIndexAction{.index_name = *change.removed_index}});
  }
  for (const auto& [name, throughput] : change.index_throughput) {
    updates.push_back({.update = wire::UpdateGlobalSecondaryIndexAction{
                           .index_name = name, .provisioned_throughput = to_wire(std::optional(throughput))}});
  }
  if (!updates.empty()) out.global_secondary_index_updates = std::move(updates);
  return out;
}

Result<TableInfo> from_wire(const wire::TableDescription& description) {
  if (!description.table_name) return senseless(description, "its name");
  const DescriptionReader reader(description);
  TableInfo info{
      .definition = {.name = *description.table_name, .key = TRY(reader.key(description.key_schema))},
      // DynamoDB Local tells no id.
      .id = description.table_id.value_or(description.table_arn.value_or(description.table_name.value_or(""))),
      .created = description.creation_date_time.value_or(Timestamp()),
      .volume = {.items = description.item_count.value_or(0), .bytes = description.table_size_bytes.value_or(0)},
      .stream_label = description.latest_stream_label.value_or("")};
  TableDefinition& table = info.definition;
  TRY(reader.add_indexes(info));
  table.throughput = DescriptionReader::throughput(description.provisioned_throughput);
  if (description.billing_mode_summary && description.billing_mode_summary->billing_mode == "PAY_PER_REQUEST") {
    table.billing = BillingMode::kPayPerRequest;
  }
  if (description.table_class_summary &&
      description.table_class_summary->table_class == to_wire(TableClass::kInfrequentAccess)) {
    table.table_class = TableClass::kInfrequentAccess;
  }
  table.is_deletion_protected = description.deletion_protection_enabled.value_or(false);
  const auto& stream = description.stream_specification;
  if (stream && stream->stream_enabled) {
    const auto found = std::ranges::find(kViews, std::string_view(stream->stream_view_type.value_or("")),
                                         [](const auto& one) { return one.second; });
    if (found != kViews.end()) table.stream = found->first;
  }
  return info;
}

}  // namespace caudal::items::remote
