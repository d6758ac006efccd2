// SPDX-License-Identifier: Apache-2.0
// Whatever the text, it is a rule that reads back the same from its own spelling, or an error with words; and what fits
// the columns of a table can be told in SQL.
#include "base/check.h"
#include "base/mistakes.h"
#include "flows/definition/rule.h"
#include "flows/definition/rule_sql.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto rule = caudal::flows::parse_rule({reinterpret_cast<const char*>(data), size});
  if (!rule) {
    CHECK(!rule.error().message.empty(), "an error without words");
    return 0;
  }
  const std::string text = rule->to_string();
  const auto again = caudal::flows::parse_rule(text);
  // Escapes make the canonical spelling longer, so one near the limit may not fit again.
  CHECK(text.size() > 10'000 || (again.has_value() && *again == *rule), text);
  const std::vector<caudal::flows::ContractColumn> columns = {
      {"a", {caudal::flows::TypeKind::kString}},
      {"b", {caudal::flows::TypeKind::kInt}},
      {"c", caudal::flows::ColumnType::decimal(18, 2)},
      {"d", {caudal::flows::TypeKind::kDate}},
  };
  caudal::Mistakes mistakes;
  caudal::flows::check_rule(*rule, columns, {}, mistakes);
  if (!mistakes.empty() || !rule->is_row_level()) return 0;
  const auto predicate = caudal::flows::row_predicate(*rule, {.table = "t", .columns = &columns});
  CHECK(predicate.has_value() && !predicate->empty(), text);
  return 0;
}
