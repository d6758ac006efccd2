// SPDX-License-Identifier: Apache-2.0
#include "items/table_rules.h"

#include <fmt/format.h>

#include <set>

#include "items/errors.h"

namespace caudal::items {
namespace {

constexpr size_t kMostTags = 50;

Error invalid(std::string message) { return {Errc::invalid_request, std::move(message)}; }
Error wrong(std::string_view message) {
  return invalid(fmt::format("One or more parameter values were invalid: {}", message));
}

bool is_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.';
}

Result<void> check_name(std::string_view what, const std::string& name) {
  constexpr size_t kShortest = 3;
  constexpr size_t kLongest = 255;
  bool good = name.size() >= kShortest && name.size() <= kLongest;
  for (const char c : name) good = good && is_name_character(c);
  if (good) return {};
  return invalid(
      fmt::format("Invalid {}: \"{}\". Names have {} to {} characters out of a-z, A-Z, 0-9, '_', '-' and '.'", what,
                  name, kShortest, kLongest));
}

Result<void> check_key(const KeySchema& key, size_t most, std::string_view of) {
  std::set<std::string_view> names;
  if (most == 1 && key.partition.size() > most) {
    return invalid("Invalid KeySchema: The second KeySchemaElement is not a RANGE key type");
  }
  for (const auto* const part : {&key.partition, &key.sort}) {
    if (part->size() > most) {
      return wrong(fmt::format("The key of {} has {} attributes where at most {} are allowed", of, part->size(), most));
    }
    for (const KeyAttribute& one : *part) {
      if (one.type > Type::kBinary)
        return wrong(fmt::format("Attribute {} of a key must be of type S, N or B", one.name));
      if (!names.insert(one.name).second) {
        return wrong("Both the Hash Key and the Range Key element in the KeySchema have the same name");
      }
    }
  }
  if (key.partition.empty())
    return wrong("No Hash Key specified in schema.  All Dynamo DB tables must have exactly one hash key");
  return {};
}

// An attribute has one type wherever it is a key.
Result<void> check_types(const TableDefinition& table) {
  std::map<std::string_view, Type> types;
  const auto look = [&](const KeySchema& key) -> Result<void> {
    for (const auto* const part : {&key.partition, &key.sort}) {
      for (const KeyAttribute& one : *part) {
        const auto [found, is_new] = types.emplace(one.name, one.type);
        if (!is_new && found->second != one.type) return wrong(fmt::format("Attribute {} has two types", one.name));
      }
    }
    return {};
  };
  TRY(look(table.key));
  for (const IndexDefinition& index : table.indexes) TRY(look(index.key));
  return {};
}

Result<void> check_projection(const IndexDefinition& index) {
  const bool includes = index.projection.kind == ProjectionKind::kInclude;
  if (includes && index.projection.attributes.empty()) {
    return wrong("ProjectionType is INCLUDE, but NonKeyAttributes is not specified");
  }
  if (!includes && !index.projection.attributes.empty()) {
    return wrong(fmt::format("ProjectionType is {}, but NonKeyAttributes is specified",
                             index.projection.kind == ProjectionKind::kAll ? "ALL" : "KEYS_ONLY"));
  }
  return {};
}

Result<void> check_index(const TableDefinition& table, const IndexDefinition& index) {
  TRY(check_name("index name", index.name));
  TRY(check_key(index.key, index.is_local ? 1 : kMostKeyAttributes, "index " + index.name));
  TRY(check_projection(index));
  if (!index.is_local) return {};
  if (table.key.sort.empty()) {
    return wrong("Table KeySchema does not have a range key, which is required when specifying a LocalSecondaryIndex");
  }
  if (index.key.sort.empty()) {
    return wrong(fmt::format("Index KeySchema does not have a range key for index: {}", index.name));
  }
  if (index.key.partition != table.key.partition) {
    return wrong(
        fmt::format("Index KeySchema does not have the same leading hash key as table KeySchema for index: {}. "
                    "index hash key: {}, table hash key: {}",
                    index.name, index.key.partition.front().name, table.key.partition.front().name));
  }
  return {};
}

Result<void> check_indexes(const TableDefinition& table) {
  std::set<std::string_view> names;
  size_t local = 0;
  size_t projected = 0;
  for (const IndexDefinition& index : table.indexes) {
    TRY(check_index(table, index));
    if (!names.insert(index.name).second) return wrong(fmt::format("Duplicate index name: {}", index.name));
    local += index.is_local ? 1 : 0;
    projected += index.projection.attributes.size();
  }
  if (local > kMostLocalIndexes) {
    return wrong(fmt::format("Number of LocalSecondaryIndexes exceeds per-table limit of {}", kMostLocalIndexes));
  }
  if (table.indexes.size() - local > kMostGlobalIndexes) {
    return wrong(fmt::format("Number of GlobalSecondaryIndexes exceeds per-table limit of {}", kMostGlobalIndexes));
  }
  if (projected > kMostProjectedAttributes) {
    return wrong(fmt::format("Number of attributes projected into all indexes exceeds the limit of {}",
                             kMostProjectedAttributes));
  }
  return {};
}

Result<void> check_throughput(const TableDefinition& table) {
  const bool is_provisioned = table.billing == BillingMode::kProvisioned;
  if (is_provisioned && !table.throughput) {
    return wrong("ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED");
  }
  if (!is_provisioned && table.throughput) {
    return wrong(
        "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST");
  }
  for (const IndexDefinition& index : table.indexes) {
    if (index.is_local || is_provisioned == index.throughput.has_value()) continue;
    return wrong(fmt::format("ProvisionedThroughput {} for index: {}",
                             is_provisioned ? "is not specified" : "should not be specified", index.name));
  }
  return {};
}

}  // namespace

Result<void> check_definition(const TableDefinition& definition) {
  TRY(check_name("table name", definition.name));
  TRY(check_key(definition.key, 1, "the table"));
  TRY(check_indexes(definition));
  TRY(check_types(definition));
  TRY(check_throughput(definition));
  return check_tags(definition.tags);
}

Result<void> check_new_index(const TableDefinition& table, const IndexDefinition& index) {
  for (const IndexDefinition& one : table.indexes) {
    if (one.name == index.name) {
      return invalid(fmt::format("Attempting to create an index which already exists: {}", index.name));
    }
  }
  TableDefinition changed = table;
  changed.indexes.push_back(index);
  return check_definition(changed);
}

Result<void> check_tags(const Tags& tags) {
  constexpr size_t kLongestKey = 128;
  constexpr size_t kLongestValue = 256;
  if (tags.size() > kMostTags) {
    return Error{Errc::limit_exceeded, fmt::format("A table has at most {} tags", kMostTags)};
  }
  for (const auto& [key, value] : tags) {
    if (key.empty() || key.size() > kLongestKey || value.size() > kLongestValue) {
      return invalid(fmt::format("The tag \"{}\" is too long; keys have 1 to {} characters, values at most {}", key,
                                 kLongestKey, kLongestValue));
    }
  }
  return {};
}

}  // namespace caudal::items
