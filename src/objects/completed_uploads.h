// SPDX-License-Identifier: Apache-2.0
// What is kept of uploads that were completed: enough to answer a client again that lost the answer and asks once more.
// Rows go after a day, by the way of later completions; see index.h for their place. Inside room objects only.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "objects/index.h"

namespace caudal::objects {

inline constexpr auto kCompletedKept = std::chrono::hours(24);

// Adds to `batch` that `upload` became `row`, which has its version already, of the parts `named`: all with their
// ETags. Takes some of the rows along that are past their time.
Result<void> remember_completed(const Index& index, kv::Batch& batch, const ObjectRef& ref, const std::string& upload,
                                const std::vector<CompletedPart>& named, const ObjectRow& row);
// What it was completed to, when these are the parts that it was made of; whatever became of that object since.
Result<std::optional<ObjectInfo>> recall_completed(const Index& index, const ObjectRef& ref, const std::string& upload,
                                                   const std::vector<CompletedPart>& named, Timestamp now);
// Of a bucket that goes.
Result<void> forget_completed(const Index& index, kv::Batch& batch, const std::string& bucket);

}  // namespace caudal::objects
