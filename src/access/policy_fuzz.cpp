// SPDX-License-Identifier: Apache-2.0
// Foreign text as a policy, and as a pattern. What is taken can be decided by, says yes only through an Allow, and a
// pattern agrees with a table of all its beginnings against all of the text's.
#include <cstdint>
#include <string_view>
#include <vector>

#include "access/decide.h"
#include "access/pattern.h"
#include "access/statement.h"
#include "base/check.h"

namespace {

using namespace caudal::access;

class NoVariables final : public VariableSource {
 public:
  std::optional<std::string> variable(std::string_view) const override { return std::nullopt; }
};

void decide_by(const Policy* own, const Policy* of_bucket) {
  Circumstances circumstances;
  circumstances.source_ip = "203.0.113.9";
  circumstances.add("s3:prefix", "raw/");
  circumstances.add("aws:TagKeys", "a");
  circumstances.add("aws:TagKeys", "b");
  Identity user = Identity::make_user("ana", "AIDA2222222222222222");
  if (own != nullptr) user.policies.push_back({std::shared_ptr<const void>(), own});
  for (const Identity& identity : {user, Identity{}}) {
    const Decision decision = decide({"s3:GetObject", "arn:aws:s3:::lake/raw/a", circumstances}, identity, of_bucket);
    CHECK(!decision.allowed() || decision.statement->effect == Effect::kAllow, "only an Allow allows");
    CHECK(decision.verdict != Verdict::kExplicitDeny || decision.statement->effect == Effect::kDeny,
          "only a Deny denies");
    CHECK(!decision.describe().empty(), "every decision can be told");
  }
}

// matches[p][t]: whether the first p signs of the pattern match the first t bytes of the text.
bool by_table(std::string_view pattern, std::string_view text) {
  std::vector<std::vector<bool>> matches(pattern.size() + 1, std::vector<bool>(text.size() + 1));
  matches[0][0] = true;
  for (size_t p = 1; p <= pattern.size(); ++p) {
    for (size_t t = 0; t <= text.size(); ++t) {
      if (pattern[p - 1] == '*') {
        matches[p][t] = matches[p - 1][t] || (t > 0 && matches[p][t - 1]);
      } else {
        matches[p][t] = t > 0 && matches[p - 1][t - 1] && (pattern[p - 1] == '?' || pattern[p - 1] == text[t - 1]);
      }
    }
  }
  return matches[pattern.size()][text.size()];
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto policy = Policy::parse_identity(text, "fuzz")) decide_by(policy->get(), nullptr);
  if (const auto policy = Policy::parse_bucket(text, {.bucket = "lake"})) {
    (void)(*policy)->is_public();
    (void)(*policy)->mentions("s3:");
    decide_by(nullptr, policy->get());
  }
  const size_t line = std::min(text.find('\n'), text.size());
  const std::string_view sign = text.substr(0, std::min<size_t>(line, 256));
  const std::string_view against = text.substr(std::min(line + 1, text.size())).substr(0, 256);
  const auto pattern = Pattern::compile(sign, {.variables = false});
  CHECK(pattern.has_value(), "without variables every text is a pattern");
  CHECK((pattern->matches(against, NoVariables()) == Match::kYes) == by_table(sign, against), "matching");
  if (const auto with_variables = Pattern::compile(sign, {})) {
    (void)with_variables->matches(against, NoVariables());
    (void)with_variables->matches_arn(against, NoVariables());
  }
  return 0;
}
