// SPDX-License-Identifier: Apache-2.0
// Candidates by SHA-256, so that nobody can easily make references that meet.
#include "payments/references.h"

#include <fmt/format.h>

#include "base/digest.h"

namespace caudal::payments {
namespace {
constexpr size_t kDigits = 9;
constexpr uint64_t kCandidates = 1'000'000'000;
}  // namespace

std::string candidate(const AccountId& account, const ClientReference& reference, uint32_t number) {
  std::string text = account.text();
  text += '\n';
  text += reference.text();
  text += '\n';
  text += std::to_string(number);
  const Sha256 digest = sha256(text);
  uint64_t bits = 0;
  for (size_t n = 0; n < sizeof(bits); ++n) bits = bits << 8 | static_cast<uint8_t>(digest[n]);
  return fmt::format("{:09}", bits % kCandidates);
}

std::string_view digits_of(std::string_view sequence) {
  return sequence.substr(sequence.size() - std::min(sequence.size(), kDigits));
}

}  // namespace caudal::payments
