// SPDX-License-Identifier: Apache-2.0
// Any text is refused or read as a number that its own text, bytes and sums agree with.
#include <cstdint>
#include <string>

#include "base/check.h"
#include "items/values/number.h"
#include "items/values/number_bytes.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using caudal::items::Number;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  std::string_view bytes = text;
  if (const auto ordered = Number::read_ordered(bytes)) {
    std::string again;
    ordered->append_ordered(again);
    CHECK(again == text.substr(0, again.size()), "ordered bytes have one form");
  }
  bytes = text;
  if (const auto stored = caudal::items::read_number_bytes(bytes)) {
    std::string again;
    caudal::items::append_number_bytes(again, *stored);
    CHECK(again == text.substr(0, again.size()), "stored bytes have one form");
  }
  const size_t middle = size / 2;
  const auto left = Number::parse(text.substr(0, middle));
  const auto right = Number::parse(text.substr(middle));
  if (const auto whole = Number::parse(text)) CHECK(*Number::parse(whole->to_string()) == *whole, "text reads back");
  if (!left || !right) return 0;
  CHECK((*left < *right) == (right->negated() < left->negated()), "order turns with the sign");
  const auto sum = left->plus(*right);
  const auto turned = right->plus(*left);
  CHECK(sum.has_value() == turned.has_value() && (!sum || *sum == *turned), "sums do not depend on the order");
  if (sum) CHECK(*sum->minus(*right) == *left, "sums are exact");
  return 0;
}
