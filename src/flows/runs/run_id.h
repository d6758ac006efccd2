// SPDX-License-Identifier: Apache-2.0
// The name of one run: text such as "20240201T060003-4f2a91" that sorts by the order in which runs began.
#pragma once

#include <compare>
#include <functional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/random.h"
#include "base/result.h"

namespace caudal::runs {

// UTC second at which the run began, and six hexadecimal digits. Also safe as a folder name and inside an object key.
// Immutable.
class RunId {
 public:
  static constexpr size_t kSize = 22;

  // No run at all; only good for being assigned to.
  RunId() = default;
  // An id for `now` that is greater than `previous` (if that is not empty), even when the clock went back.
  static RunId make(Timestamp now, Random& random, const RunId& previous = {});
  // Errors: kUsage when the text has not the form of an id.
  static Result<RunId> parse(std::string_view text);

  bool empty() const { return text_.empty(); }
  const std::string& text() const { return text_; }
  auto operator<=>(const RunId&) const = default;

 private:
  explicit RunId(std::string text) : text_(std::move(text)) {}
  std::string text_;
};

}  // namespace caudal::runs

template <>
struct std::hash<caudal::runs::RunId> {
  size_t operator()(const caudal::runs::RunId& id) const { return std::hash<std::string>()(id.text()); }
};
