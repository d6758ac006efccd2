// SPDX-License-Identifier: Apache-2.0
// `caudal items export|import` with objects in place of files.
#pragma once

#include <string>

#include "app/context.h"
#include "items/table.h"
#include "transfer/record_reader.h"

namespace caudal::app {

Result<void> export_to_objects(Context& context, const items::TableInfo& table, const std::string& uri);
Result<void> import_from_objects(Context& context, const items::TableInfo& table, const std::string& uri,
                                 const transfer::InputOptions& input);

}  // namespace caudal::app
