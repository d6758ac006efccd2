// SPDX-License-Identifier: Apache-2.0
// Whatever the bytes, reading them as a contract ends with a whole contract or with mistakes, and a whole contract's
// rules can be written as SQL.
#include "base/check.h"
#include "flows/definition/contract.h"
#include "flows/definition/rule_sql.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace caudal;
  Mistakes mistakes;
  const auto root = yaml::parse({reinterpret_cast<const char*>(data), size}, "c.yaml", mistakes);
  if (!root) return 0;
  const flows::Contract contract = flows::read_contract(*root, mistakes);
  if (!mistakes.empty()) return 0;
  CHECK(!contract.columns.empty() && !contract.key.empty(), "a contract without columns or key passed");
  CHECK(contract.find(contract.month_column) != nullptr, "a contract without its month passed");
  flows::RuleTarget target{"t", &contract.columns, Date{}};
  target.reference = [](std::string_view) { return std::optional<std::string>("r"); };
  target.reference_columns = [&](std::string_view) { return std::optional(contract.columns); };
  for (const flows::QualityRule& rule : contract.rules) {
    CHECK(flows::measure_query(rule.rule, target).has_value(), "a rule that passed cannot be measured");
    CHECK(rule.action != flows::RuleAction::kQuarantine || flows::row_predicate(rule.rule, target).has_value(),
          "a rule that sets rows aside has no predicate");
  }
  return 0;
}
