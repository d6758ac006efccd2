// SPDX-License-Identifier: Apache-2.0
// Text that must not be shown: nothing prints, formats, compares or converts it, reveal() is easy to search for, and
// its memory is overwritten when it goes. Copies that others make of the revealed text are theirs to care for.
#pragma once

#include <string>
#include <string_view>

namespace caudal::access {

// Overwrites all of `bytes`, the capacity behind it included, in a way that the compiler cannot leave out, and empties
// it.
void wipe(std::string& bytes);

class Secret {
 public:
  Secret() = default;
  // Takes the text over; what it is moved out of is wiped.
  explicit Secret(std::string&& text);
  explicit Secret(std::string_view text) : text_(text) {}
  Secret(const Secret& other) = default;
  Secret(Secret&& other) noexcept;
  Secret& operator=(const Secret& other);
  Secret& operator=(Secret&& other) noexcept;
  ~Secret() { wipe(text_); }

  std::string_view reveal() const { return text_; }
  bool empty() const { return text_.empty(); }

 private:
  std::string text_;
};

}  // namespace caudal::access
