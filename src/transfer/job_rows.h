// SPDX-License-Identifier: Apache-2.0
// Jobs as rows of the kv family kJobsFamily, by id. Inside room transfer only.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "transfer/jobs.h"

namespace caudal::transfer {

inline constexpr const char* kJobsFamily = "transfer.jobs";

std::string encode(const Job& job);
Result<Job> decode_job(std::string_view id, std::string_view bytes);

}  // namespace caudal::transfer
