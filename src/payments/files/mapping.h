// SPDX-License-Identifier: Apache-2.0
// How a file of somebody else's makes payments: which of its columns is what, and whether a line is a standing order,
// which makes a payment a month. Declared in a file of YAML, so that no file's names are known here:
//
//   columns:
//     account: account_id                     # a column,
//     reference: order_id
//     amount: amount
//     beneficiary: "{bank_to}-{account_to}"   # or a text with columns in it
//     purpose: k_symbol
//   currency: CZK                             # where no column says it
//   monthly: {day: 15, from: 2027-01, months: 12}
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/date.h"
#include "base/result.h"

namespace caudal::payments {

enum class Field : uint8_t { kAccount, kReference, kDate, kAmount, kCurrency, kBeneficiary, kPurpose };
inline constexpr size_t kFields = 7;
using Fields = std::array<std::string_view, kFields>;  // empty: there is none

// A field as parts that follow one another: text as it stands, or what a column holds.
struct FieldPart {
  bool is_column = false;
  std::string text;  // or the column's name
};
using FieldTemplate = std::vector<FieldPart>;  // empty: the file does not say it

struct Monthly {
  int day = 1;  // of each month; in a shorter month its last
  Month from = {};
  int months = 1;
  // The n-th of them, from 0.
  Date date(int n) const;
};

struct FileMapping {
  std::array<FieldTemplate, kFields> fields = {};
  std::optional<std::string> currency = {};
  std::optional<Monthly> monthly = {};
  std::string text = {};  // as it was written: another mapping of the same file is another load
};

// Errors: of class kUsage, each mistake with its line.
Result<FileMapping> parse_mapping(std::string_view text, const std::string& shown_as);
Result<FileMapping> read_mapping(const std::filesystem::path& path);

}  // namespace caudal::payments
