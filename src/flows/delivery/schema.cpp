// SPDX-License-Identifier: Apache-2.0
#include "flows/delivery/schema.h"

#include <algorithm>

namespace caudal::delivery {

Schema schema_of(const flows::Contract& contract) {
  Schema schema{.table = contract.table, .columns = {}, .format = contract.file};
  const auto named_in = [](const std::vector<std::string>& names, const std::string& name) {
    return std::find(names.begin(), names.end(), name) != names.end();
  };
  for (const flows::ContractColumn& column : contract.columns) {
    if (column.name == contract.month_column) schema.month_column = schema.columns.size();
    schema.columns.push_back({column.name, column.type, column.required || named_in(contract.key, column.name),
                              named_in(contract.amounts, column.name)});
  }
  return schema;
}

}  // namespace caudal::delivery
