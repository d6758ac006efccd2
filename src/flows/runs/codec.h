// SPDX-License-Identifier: Apache-2.0
// Records of runs as bytes in the store, and back. Ids, step names and positions that stand in a row's key are not
// repeated in its value: what decodes a row puts them back.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "flows/runs/records.h"

namespace caudal::runs {

// Everything but `id`.
std::string encode(const RunRecord& record);
// Everything but `run` and `name`.
std::string encode(const StepRecord& record);
std::string encode(const QualityRecord& record);
std::string encode(const LineageRecord& record);
std::string encode(const ReconciliationRecord& record);
std::string encode(const DriftRecord& record);
// Everything but `number`.
std::string encode(const LogLine& line);

// Errors: kCorrupt when the bytes are not such a record.
Result<void> decode(std::string_view bytes, RunRecord& record);
Result<void> decode(std::string_view bytes, StepRecord& record);
Result<void> decode(std::string_view bytes, QualityRecord& record);
Result<void> decode(std::string_view bytes, LineageRecord& record);
Result<void> decode(std::string_view bytes, ReconciliationRecord& record);
Result<void> decode(std::string_view bytes, DriftRecord& record);
Result<void> decode(std::string_view bytes, LogLine& line);

}  // namespace caudal::runs
