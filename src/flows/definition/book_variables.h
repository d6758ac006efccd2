// SPDX-License-Identifier: Apache-2.0
// Working out the variables of a book: names, types, descriptions. Of this room only.
#pragma once

#include <optional>
#include <string_view>

#include "base/mistakes.h"
#include "flows/definition/book.h"

namespace caudal::flows {

constexpr uint8_t kAverageScale = 6;

std::optional<Aggregate> aggregate_named(std::string_view word);

// Fills book.variables. Two values of the same name in different classes make one variable when their conditions are
// the same text; otherwise the name would mean two things, which is a mistake.
void work_out_variables(BookDefinition& book, Mistakes& mistakes);

}  // namespace caudal::flows
