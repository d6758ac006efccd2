// SPDX-License-Identifier: Apache-2.0
// Tables as DynamoDB's shapes have them, both ways. Inside room api/dynamodb only.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "api/dynamodb/call.h"
#include "aws/generated/dynamodb/tables.h"
#include "items/store.h"
#include "items/table.h"

namespace caudal::api::dynamodb {

wire::TableDescription describe(const Call& call, const items::TableInfo& table, std::string_view status);

// Errors: ValidationException.
Outcome<items::TableDefinition> definition_of(const wire::CreateTableInput& in);
Outcome<items::KeySchema> key_schema(const std::vector<wire::KeySchemaElement>& elements,
                                     const std::vector<wire::AttributeDefinition>& attributes);
Outcome<items::IndexProjection> projection_of(const wire::Projection& projection);
Outcome<items::Tags> tags_of(const std::vector<wire::Tag>& tags);
items::Throughput throughput_of(const wire::ProvisionedThroughput& throughput);
// Errors: ValidationException.
Outcome<items::StreamSetting> stream_setting_of(const wire::StreamSpecification& stream);
// "NEW_IMAGE".
std::string_view to_text(items::StreamView view);

}  // namespace caudal::api::dynamodb
