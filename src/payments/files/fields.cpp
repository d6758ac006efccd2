// SPDX-License-Identifier: Apache-2.0
// Names of fields, as files and as the published tables have them.
#include "payments/files/fields.h"

#include <fmt/format.h>

#include <algorithm>

#include "payments/errors.h"

namespace caudal::payments {
namespace {

struct Name {
  std::string_view plain;
  std::string_view attribute;  // of the published tables, in small letters
};
constexpr std::array<Name, kFields> kNames = {{{"account", "accountid"},
                                               {"reference", "clientreference"},
                                               {"date", "scheduleddate"},
                                               {"amount", "amount"},
                                               {"currency", "currency"},
                                               {"beneficiary", "beneficiaryid"}}};

std::string in_small_letters(std::string_view text) {
  std::string small(text);
  for (char& c : small) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return small;
}

std::string_view get(const Fields& fields, Field field) { return fields[static_cast<size_t>(field)]; }

}  // namespace

std::optional<Field> field_of(std::string_view name) {
  const std::string small = in_small_letters(name);
  for (size_t n = 0; n < kNames.size(); ++n) {
    if (small == kNames[n].plain || small == kNames[n].attribute) return static_cast<Field>(n);
  }
  return std::nullopt;
}

Result<Columns> columns_of(const std::vector<std::string>& names, const RecordOptions& options) {
  Columns columns;
  for (size_t n = 0; n < names.size(); ++n) {
    const auto field = field_of(names[n]);
    if (!field) continue;
    auto& column = columns[static_cast<size_t>(*field)];
    if (column)
      return Error{Errc::unusable_file,
                   fmt::format("two columns are the {}", kNames[static_cast<size_t>(*field)].plain)};
    column = n;
  }
  std::string missing;
  for (const Field field : {Field::kAccount, Field::kDate, Field::kAmount, Field::kBeneficiary}) {
    const auto index = static_cast<size_t>(field);
    if (!columns[index]) missing += (missing.empty() ? "" : ", ") + std::string(kNames[index].plain);
  }
  if (!missing.empty()) {
    return Error{Errc::unusable_file,
                 fmt::format("there are no columns for: {}; expected account, reference, date, amount, currency and "
                             "beneficiary, found {}",
                             missing, fmt::join(names, ", "))};
  }
  if (columns[static_cast<size_t>(Field::kReference)] || !options.batch.empty()) return columns;
  return Error{Errc::unusable_file,
               "there is no column for the reference, by which a payment that comes again is known; add one, or name "
               "the batch, so that the references are the name and the line"};
}

Result<NewPayment> payment_of(const Fields& fields, uint64_t line, const RecordOptions& options) {
  std::string made;
  std::string_view reference = get(fields, Field::kReference);
  if (reference.empty() && !options.batch.empty()) {
    made = fmt::format("{}:{}", options.batch, line);
    reference = made;
  }
  std::string_view currency = get(fields, Field::kCurrency);
  if (currency.empty()) currency = options.currency;
  const std::string_view date = get(fields, Field::kDate);
  if (date.empty()) return Error{Errc::invalid_payment, "the date is missing"};
  const auto scheduled = parse_date(date);
  if (!scheduled) return Error{Errc::invalid_payment, fmt::format("the date '{}' is no date such as 2027-01-20", date)};
  return NewPayment{.account = TRY(AccountId::parse(get(fields, Field::kAccount))),
                    .reference = TRY(ClientReference::parse(reference)),
                    .scheduled = *scheduled,
                    .money = TRY(Money::parse(get(fields, Field::kAmount), currency)),
                    .beneficiary = TRY(BeneficiaryId::parse(get(fields, Field::kBeneficiary)))};
}

}  // namespace caudal::payments
