// SPDX-License-Identifier: Apache-2.0
// The names of statuses.
#include "payments/payment.h"

#include <array>

namespace caudal::payments {
namespace {
constexpr std::array<std::string_view, kStatuses> kNames = {"SCHEDULED", "PENDING",   "PROCESSED",
                                                            "ARCHIVED",  "CANCELLED", "FAILED"};
}  // namespace

std::string_view to_string(Status status) { return kNames[static_cast<size_t>(status)]; }

std::optional<Status> parse_status(std::string_view text) {
  for (size_t n = 0; n < kNames.size(); ++n) {
    if (kNames[n] == text) return static_cast<Status>(n);
  }
  return std::nullopt;
}

}  // namespace caudal::payments
