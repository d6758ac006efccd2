// SPDX-License-Identifier: Apache-2.0
// What a derived partition was made of, as a short text: the statement, and every partition that it reads.
#pragma once

#include <string>
#include <vector>

#include "base/date.h"
#include "base/result.h"
#include "catalog/view.h"
#include "flows/definition/flow.h"

namespace caudal::flows::engine {

// The catalog parameter under which it is kept.
inline constexpr const char* kFingerprint = "fingerprint";

// The partitions of `reads` on which dt_base depends, as `view` shows them.
struct ReadPartition {
  TableName table;
  std::string path;  // "ano=2024/mes=01"
  std::string location;
  std::string publication;
};
Result<std::vector<ReadPartition>> read_partitions(const catalog::View& view, const std::vector<ReadDefinition>& reads,
                                                   Date dt_base);

// Hexadecimal SHA-256.
std::string fingerprint(const std::string& statement, const std::vector<ReadPartition>& partitions);

}  // namespace caudal::flows::engine
