// SPDX-License-Identifier: Apache-2.0
// Names of fields, as files and as the published tables have them.
#include "payments/files/fields.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/mistakes.h"
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
                                               {"beneficiary", "beneficiaryid"},
                                               {"purpose", "purpose"}}};

std::string in_small_letters(std::string_view text) {
  std::string small(text);
  for (char& c : small) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return small;
}

std::string_view get(const Fields& fields, Field field) { return fields[static_cast<size_t>(field)]; }

// Of a column that is often blank.
Result<std::optional<Purpose>> purpose_of(std::string_view text) {
  const size_t first = text.find_first_not_of(' ');
  if (first == std::string_view::npos) return std::optional<Purpose>();
  return std::optional(TRY(Purpose::parse(text.substr(first, text.find_last_not_of(' ') + 1 - first))));
}

Result<Date> date_of(std::string_view text) {
  if (text.empty()) return Error{Errc::invalid_payment, "the date is missing"};
  auto date = parse_date(text);
  if (date) return date;
  return Error{Errc::invalid_payment, fmt::format("the date '{}' is no date such as 2027-01-20", text)};
}

}  // namespace

std::optional<Field> field_of(std::string_view name) {
  const std::string small = in_small_letters(name);
  for (size_t n = 0; n < kNames.size(); ++n) {
    if (small == kNames[n].plain || small == kNames[n].attribute) return static_cast<Field>(n);
  }
  return std::nullopt;
}

Result<Columns> Columns::by_name(const std::vector<std::string>& names) {
  Columns columns;
  for (size_t n = 0; n < names.size(); ++n) {
    const auto field = field_of(names[n]);
    if (!field) continue;
    std::vector<Part>& parts = columns.at(*field);
    if (!parts.empty())
      return Error{Errc::unusable_file,
                   fmt::format("two columns are the {}", kNames[static_cast<size_t>(*field)].plain)};
    parts.push_back({.column = n});
  }
  return columns;
}

Result<Columns> Columns::by_mapping(const std::vector<std::string>& names, const FileMapping& mapping) {
  Columns columns;
  for (size_t n = 0; n < kFields; ++n) {
    for (const FieldPart& part : mapping.fields[n]) {
      Part& made = columns.parts_[n].emplace_back();
      if (!part.is_column) {
        made.text = part.text;
        continue;
      }
      const auto found = std::ranges::find(names, part.text);
      if (found == names.end()) {
        return Error{Errc::unusable_file,
                     fmt::format("there is no column '{}', which the mapping names for the {}{}; "
                                 "found {}",
                                 part.text, kNames[n].plain, did_you_mean(part.text, names), fmt::join(names, ", "))};
      }
      made.column = static_cast<size_t>(found - names.begin());
    }
  }
  return columns;
}

Result<Columns> Columns::of(const std::vector<std::string>& names, const RecordOptions& options) {
  Columns columns = options.mapping ? TRY(by_mapping(names, *options.mapping)) : TRY(by_name(names));
  TRY(columns.check(names, options));
  return columns;
}

Result<void> Columns::check(const std::vector<std::string>& names, const RecordOptions& options) const {
  const bool makes_dates = options.mapping && options.mapping->monthly;
  std::string missing;
  for (const Field field : {Field::kAccount, Field::kDate, Field::kAmount, Field::kBeneficiary}) {
    if (!at(field).empty() || (field == Field::kDate && makes_dates)) continue;
    missing += (missing.empty() ? "" : ", ") + std::string(kNames[static_cast<size_t>(field)].plain);
  }
  if (!missing.empty()) {
    return Error{Errc::unusable_file,
                 fmt::format("there are no columns for: {}; expected account, reference, date, amount, currency and "
                             "beneficiary, found {}; a mapping can say which column is what",
                             missing, fmt::join(names, ", "))};
  }
  if (!at(Field::kReference).empty() || !options.batch.empty()) return {};
  return Error{Errc::unusable_file,
               "there is no column for the reference, by which a payment that comes again is known; add one, or name "
               "the batch, so that the references are the name and the line"};
}

bool Columns::uses(size_t column) const {
  return std::ranges::any_of(parts_, [&](const std::vector<Part>& parts) {
    return std::ranges::any_of(parts, [&](const Part& part) { return part.column == column; });
  });
}

void Columns::gather(const std::vector<std::string>& row, std::array<std::string, kFields>& made,
                     Fields& fields) const {
  for (size_t n = 0; n < kFields; ++n) {
    const std::vector<Part>& parts = parts_[n];
    if (parts.size() == 1 && parts.front().column) {
      fields[n] = row[*parts.front().column];
      continue;
    }
    made[n].clear();
    for (const Part& part : parts) made[n] += part.column ? row[*part.column] : part.text;
    fields[n] = made[n];
  }
}

Result<NewPayment> payment_of(const Fields& fields, uint64_t line, const RecordOptions& options) {
  std::string made;
  std::string_view reference = get(fields, Field::kReference);
  if (reference.empty() && !options.batch.empty()) {
    made = fmt::format("{}:{}", options.batch, line);
    reference = made;
  }
  std::string_view currency = get(fields, Field::kCurrency);
  if (currency.empty() && options.mapping && options.mapping->currency) currency = *options.mapping->currency;
  if (currency.empty()) currency = options.currency;
  const bool makes_dates = options.mapping && options.mapping->monthly;
  const auto scheduled =
      makes_dates ? Result<Date>(options.mapping->monthly->date(0)) : date_of(get(fields, Field::kDate));
  if (!scheduled) return scheduled.error();
  return NewPayment{.account = TRY(AccountId::parse(get(fields, Field::kAccount))),
                    .reference = TRY(ClientReference::parse(reference)),
                    .scheduled = *scheduled,
                    .money = TRY(Money::parse(get(fields, Field::kAmount), currency)),
                    .beneficiary = TRY(BeneficiaryId::parse(get(fields, Field::kBeneficiary))),
                    .purpose = TRY(purpose_of(get(fields, Field::kPurpose)))};
}

}  // namespace caudal::payments
