// SPDX-License-Identifier: Apache-2.0
// What the fields of a record are called, and the payment that they make. Inside room payments/files only.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "payments/files/records.h"

namespace caudal::payments {

enum class Field : uint8_t { kAccount, kReference, kDate, kAmount, kCurrency, kBeneficiary };
inline constexpr size_t kFields = 6;
using Fields = std::array<std::string_view, kFields>;  // empty: there is none

// "account" or "AccountId", in any case. Nothing: no field of a payment.
std::optional<Field> field_of(std::string_view name);
// Where each field stands among the columns. Errors: unusable_file, naming what is missing.
using Columns = std::array<std::optional<size_t>, kFields>;
Result<Columns> columns_of(const std::vector<std::string>& names, const RecordOptions& options);

Result<NewPayment> payment_of(const Fields& fields, uint64_t line, const RecordOptions& options);

}  // namespace caudal::payments
