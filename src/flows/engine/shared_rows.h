// SPDX-License-Identifier: Apache-2.0
// The rows of a flow's shared SELECTs, computed once for all steps of a run that read them, as files of the run's
// folder. Not part of what the run publishes: a run that is resumed computes them again.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>

#include "base/date.h"
#include "base/result.h"
#include "flows/definition/flow.h"
#include "flows/engine/run_context.h"

namespace caudal::flows::engine {

// Of one run. Not thread-safe.
class SharedRows {
 public:
  // Keeps files of `most_kept_bytes` at most, until the run's folder is removed; beyond that each step computes its
  // own.
  explicit SharedRows(uint64_t most_kept_bytes = uint64_t{4} << 30) : most_kept_bytes_(most_kept_bytes) {}

  // Makes `shared` for dt_base a view of `session`, by its name, for as long as the session lives. The rows are those
  // of the partitions that the run sees now.
  Result<void> bring(RunContext& context, queries::Session& session, const SharedDefinition& shared, Date dt_base);

 private:
  Result<void> keep(const RunContext& context, const std::string& identity, const std::filesystem::path& file,
                    uint64_t bytes);

  const uint64_t most_kept_bytes_;
  uint64_t kept_bytes_ = 0;
  std::map<std::string, std::filesystem::path> made_;  // by what the rows follow from
};

}  // namespace caudal::flows::engine
