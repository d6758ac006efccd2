// SPDX-License-Identifier: Apache-2.0
// Turns a batch's fields into typed cells, one column after the other, and says which rows are refused.
#pragma once

#include "flows/delivery/batch.h"

namespace caudal::delivery {

struct ParseOptions {
  bool check_utf8 = false;  // the piece holds bytes that are not UTF-8, and should
  bool explain = false;     // collect Batch::problems
};

// Parses every column of `batch`, whose fields lie in `bytes`; fills states, values, `refused` and `good`.
void parse_columns(const Schema& schema, const Detected& detected, std::string_view bytes, const ParseOptions& options,
                   Batch& batch);

}  // namespace caudal::delivery
