// SPDX-License-Identifier: Apache-2.0
// The ended payments of a day as a SQL table, page by page. Inside room payments/lake only.
#pragma once

#include <array>
#include <memory>

#include "payments/payments.h"
#include "sql/table_source.h"

namespace caudal::payments {

inline constexpr std::array kEnds = {Status::kArchived, Status::kFailed, Status::kCancelled};
inline constexpr uint64_t kRowsOfPage = 1000;

// A page of the payments of that date and status; of what is archived, from the long-term table. Error unreadable_item:
// an item among them is no payment.
Result<Page> ended_page(const Payments& payments, Status status, Date day, const std::string& cursor,
                        bool from_long_term);

// `payments` outlives it. `from_long_term`: of what is archived.
std::shared_ptr<sql::TableSource> make_payment_rows(const Payments& payments, Date day, bool from_long_term);

}  // namespace caudal::payments
