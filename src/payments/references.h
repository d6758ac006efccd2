// SPDX-License-Identifier: Apache-2.0
// How a client's reference becomes the nine digits by which the payments of an account differ, and how that makes
// inserting idempotent without time limit and without another row.
//
// Each reference has a fixed row of candidates: digits(reference, 0), digits(reference, 1), ... The first row of the
// journal of `<account>#R<digits>` belongs to whoever was first, for ever. Who inserts takes the first candidate that
// is free or already its own; as rows never go, a reference that comes again meets the same rows in the same order and
// finds its own, even with another date or amount, which is refused. Of a million payments of one account, one in a
// thousand needs a second candidate.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "payments/ids.h"

namespace caudal::payments {

// More in a row are never taken; an account would have to have nearly a thousand million payments.
inline constexpr uint32_t kMostCandidates = 64;

// Nine digits.
std::string candidate(const AccountId& account, const ClientReference& reference, uint32_t number);
// The last nine of a sequence that was made here.
std::string_view digits_of(std::string_view sequence);

}  // namespace caudal::payments
