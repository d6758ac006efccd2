// SPDX-License-Identifier: Apache-2.0
// Pieces of work side by side, so that they share what a commit costs. Inside room payments only.
#pragma once

#include <cstddef>
#include <functional>

#include "base/result.h"

namespace caudal::payments {

// Calls `work` for 0 … count − 1 on so many threads; with one, here and in order. After an error no more is begun, and
// the first is answered.
Result<void> for_each_parallel(size_t count, unsigned threads, const std::function<Result<void>(size_t)>& work);

}  // namespace caudal::payments
