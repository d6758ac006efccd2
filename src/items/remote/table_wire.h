// SPDX-License-Identifier: Apache-2.0
// Tables as DynamoDB's API describes them, and as room items has them. Inside room items/remote only.
#pragma once

#include "aws/generated/dynamodb/tables.h"
#include "base/result.h"
#include "items/store.h"

namespace caudal::items::remote {

namespace wire = aws::dynamodb;

wire::CreateTableInput to_wire(const TableDefinition& table);
// `table`: as it is, whose attributes are told again with those of a new index.
wire::UpdateTableInput to_wire(const TableChange& change, const TableDefinition& table);
// Without tags, which the API tells apart. Errors: Errc::unavailable for a description that makes no sense.
Result<TableInfo> from_wire(const wire::TableDescription& description);

}  // namespace caudal::items::remote
