// SPDX-License-Identifier: Apache-2.0
// Where a list goes on, in a form that clients keep and cannot change: sealed together with the question that it
// belongs to, under a key that no client has. They hold for as long as the data directory lives.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace caudal::api::rest {

// Immutable.
class Cursors {
 public:
  // `key`: secret, of 32 bytes.
  explicit Cursors(std::string key) : key_(std::move(key)) {}

  // Letters, digits, '-' and '_' alone. `question`: any text that says what is listed.
  std::string seal(std::string_view question, std::string_view position) const;
  // Nothing, where it was not made here for just this question.
  std::optional<std::string> open(std::string_view question, std::string_view cursor) const;

 private:
  std::string seal_of(std::string_view question, std::string_view position) const;
  const std::string key_;
};

}  // namespace caudal::api::rest
