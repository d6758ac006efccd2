// SPDX-License-Identifier: Apache-2.0
// The words for states and kinds, and the key of a month's work.
#include "flows/runs/records.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <tuple>

#include "base/check.h"
#include "flows/runs/errors.h"

namespace caudal::runs {
namespace {

using namespace std::string_view_literals;

// Enum values count from 1, in the order of their words.
template <class Enum, size_t N>
std::string_view word_of(Enum value, const std::array<std::string_view, N>& words) {
  const auto index = static_cast<size_t>(value);
  CHECK(index >= 1 && index <= N, "a value outside its enum");
  return words[index - 1];
}

constexpr std::array kKinds = {"month"sv, "backfill"sv, "step"sv, "replay"sv, "rollback"sv};
constexpr std::array kTriggers = {"command"sv, "schedule"sv, "sensor"sv};
constexpr std::array kRunStates = {"running"sv,   "succeeded"sv,  "failed"sv,     "refused"sv,
                                   "cancelled"sv, "superseded"sv, "interrupted"sv};
constexpr std::array kStepStates = {"pending"sv, "running"sv, "succeeded"sv, "failed"sv, "skipped"sv, "refused"sv};
constexpr std::array kOutcomes = {"passed"sv, "failed"sv, "skipped"sv};
constexpr std::array kLevels = {"debug"sv, "info"sv, "warning"sv, "error"sv};

// FNV-1a, 64 bits; each part is closed by its length so that parts cannot run into each other.
class Hash {
 public:
  void add(std::string_view part) {
    for (const char c : part) step(static_cast<unsigned char>(c));
    for (size_t left = part.size(); left > 0; left >>= 8) step(static_cast<unsigned char>(left));
    step(0);
  }
  uint64_t value() const { return value_; }

 private:
  void step(unsigned char byte) { value_ = (value_ ^ byte) * 0x100000001b3ULL; }
  uint64_t value_ = 0xcbf29ce484222325ULL;
};

}  // namespace

std::string_view to_string(RunKind kind) { return word_of(kind, kKinds); }
std::string_view to_string(Trigger trigger) { return word_of(trigger, kTriggers); }
std::string_view to_string(RunState state) { return word_of(state, kRunStates); }
std::string_view to_string(StepState state) { return word_of(state, kStepStates); }
std::string_view to_string(RuleOutcome outcome) { return word_of(outcome, kOutcomes); }
std::string_view to_string(LogLevel level) { return word_of(level, kLevels); }

Result<RunState> parse_run_state(std::string_view text) {
  const auto* found = std::find(kRunStates.begin(), kRunStates.end(), text);
  if (found == kRunStates.end()) {
    return Error{Errc::invalid_filter,
                 fmt::format("'{}' is not a state of a run; expected one of {}", text, fmt::join(kRunStates, ", "))};
  }
  return static_cast<RunState>(found - kRunStates.begin() + 1);
}

bool is_resumable(RunState state) {
  return state == RunState::kFailed || state == RunState::kRefused || state == RunState::kCancelled ||
         state == RunState::kInterrupted;
}

std::string delivery_identity(std::string_view version, std::string_view etag, Timestamp modified) {
  return fmt::format("{}:{}:{}", version, etag, caudal::to_string(modified));
}

std::string month_work_key(Month month, std::vector<DeliveredFile> files) {
  std::sort(files.begin(), files.end(), [](const DeliveredFile& left, const DeliveredFile& right) {
    return std::tie(left.input, left.uri, left.identity) < std::tie(right.input, right.uri, right.identity);
  });
  Hash hash;
  for (const DeliveredFile& file : files) {
    hash.add(file.input);
    hash.add(file.uri);
    hash.add(file.identity);
  }
  return fmt::format("month:{}:{:016x}", caudal::to_string(month), hash.value());
}

}  // namespace caudal::runs
