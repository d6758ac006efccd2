// SPDX-License-Identifier: Apache-2.0
// The words of `_motivo`: why a record or one of its fields is refused. Portuguese, short, stable: users group by them.
//
//   valor_fatura: decimal invalido '12,3x'
//   registro: 5 campos, esperados 6
#pragma once

#include <string>
#include <string_view>

#include "flows/delivery/batch.h"

namespace caudal::delivery {

// `value` is the field's text, in UTF-8 or not; it is shown escaped and shortened.
std::string cell_reason(const Column& column, const CellProblem& problem, const Detected& detected,
                        std::string_view value);

std::string record_reason(const BrokenRecord& record, size_t expected_fields, size_t max_record_bytes);

}  // namespace caudal::delivery
