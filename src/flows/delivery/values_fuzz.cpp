// SPDX-License-Identifier: Apache-2.0
// Decimals, dates and whole numbers against slow readers that were written apart from them.
#include <cstdint>
#include <string>
#include <string_view>

#include "base/check.h"
#include "base/date.h"
#include "base/decimal.h"
#include "flows/delivery/detect.h"
#include "flows/delivery/header.h"
#include "flows/delivery/values.h"

namespace caudal::delivery {
namespace {

void check_decimal(std::string_view text, uint8_t precision, uint8_t scale) {
  Int128 value = 0;
  const ValueStatus status =
      parse_decimal_slow(text, ColumnType::decimal(precision, scale), DecimalMark::kPoint, value);
  int64_t fast = 0;
  if (parse_decimal_fast(text, scale, '.', fast)) {
    CHECK(status == ValueStatus::kOutOfRange || (status == ValueStatus::kOk && value == fast),
          "the fast decimal differs");
  }
  // The base's parser takes neither a plus nor a bare fraction, and at most 38 digits.
  const auto reference = Decimal::parse(text);
  if (!reference) return;
  const auto rescaled = reference->rescaled(scale);
  if (status == ValueStatus::kOk) {
    CHECK(rescaled && rescaled->unscaled() == value, "a decimal is read as another number");
  } else {
    CHECK(status != ValueStatus::kInvalid, "a decimal is not recognised");
    CHECK(status != ValueStatus::kTooManyDigits || !rescaled, "a decimal is refused for digits that it has not");
  }
}

// With a decimal comma: the same number as with its groups removed and the comma made a point.
void check_comma(std::string_view text) {
  Int128 value = 0;
  const ColumnType type = ColumnType::decimal(18, 2);
  const ValueStatus status = parse_decimal_slow(text, type, DecimalMark::kComma, value);
  if (status == ValueStatus::kInvalid) return;
  std::string plain;
  for (const char c : text) {
    if (c != '.') plain += c == ',' ? '.' : c;
  }
  Int128 again = 0;
  CHECK(parse_decimal_slow(plain, type, DecimalMark::kPoint, again) == status, "a decimal comma changes the outcome");
  CHECK(status != ValueStatus::kOk || value == again, "a decimal comma changes the number");
}

void check_date(std::string_view text) {
  int32_t days = 0;
  const bool read = parse_date(text, DateOrder::kIso, days) == ValueStatus::kOk;
  const auto reference = caudal::parse_date(text);
  CHECK(read == reference.has_value(), "a date is judged otherwise");
  if (!read) return;
  CHECK(reference->time_since_epoch().count() == days, "a date is read as another day");
  const std::string day_first =
      std::string(text.substr(8, 2)) + "/" + std::string(text.substr(5, 2)) + "/" + std::string(text.substr(0, 4));
  int32_t again = 0;
  CHECK(parse_date(day_first, DateOrder::kDayMonthYear, again) == ValueStatus::kOk && again == days,
        "day first differs");
}

void check_integer(std::string_view text) {
  int64_t value = 0;
  const ValueStatus status = parse_integer(text, INT64_MAX, value);
  int64_t slow = 0;
  CHECK(status == parse_integer_slow(text, INT64_MAX, slow), "the fast whole number is judged otherwise");
  if (status != ValueStatus::kOk) return;
  CHECK(value == slow, "the fast whole number differs");
  Int128 as_decimal = 0;
  CHECK(parse_decimal_slow(text, ColumnType::decimal(38, 0), DecimalMark::kPoint, as_decimal) == ValueStatus::kOk &&
            as_decimal == value,
        "a whole number is another as a decimal");
}

void check_header(std::string_view text) {
  Schema schema{.table = "t", .columns = {}};
  for (const char* name : {"a", "bc", "def"}) schema.columns.push_back({name, {TypeKind::kString}});
  const auto header = read_header(text, schema, "f.csv");
  if (header) {
    CHECK(header->column_of_field.size() == 3, "an accepted header has the contract's columns");
  } else {
    CHECK(header.error().message.size() < 20'000, "the message grows with the header");
  }
  FormatVotes votes;
  for (const TypeKind kind : {TypeKind::kDate, TypeKind::kTimestamp, TypeKind::kDouble}) votes.add(text, {kind});
  votes.add(text, ColumnType::decimal(18, 2));
  CHECK(votes.decimal_mark() != DecimalMark::kAuto && votes.date_order() != DateOrder::kAuto,
        "nothing stays undecided");
}

}  // namespace
}  // namespace caudal::delivery

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  using namespace caudal::delivery;
  check_decimal(text, 18, 2);
  check_decimal(text, 38, 9);
  check_decimal(text, 5, 5);
  check_comma(text);
  check_date(text);
  check_integer(text);
  check_header(text);
  return 0;
}
