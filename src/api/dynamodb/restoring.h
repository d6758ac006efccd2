// SPDX-License-Identifier: Apache-2.0
// Tables that are being restored, as DescribeTable tells them: there, but not to be used yet.
#pragma once

#include <optional>
#include <string>

#include "api/dynamodb/call.h"
#include "aws/generated/dynamodb/tables.h"
#include "items/archive.h"

namespace caudal::api::dynamodb {

wire::TableDescription describe_restoring(const Call& call, const items::Restoring& restoring);
// Nothing when no such table is being restored.
std::optional<wire::TableDescription> describe_restoring(const Call& call, const std::string& table);

}  // namespace caudal::api::dynamodb
