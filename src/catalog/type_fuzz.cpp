// SPDX-License-Identifier: Apache-2.0
// Any bytes as a type name: refused, or printed to a form that parses back to the same type and prints the same again.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "catalog/type.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using caudal::catalog::Type;
  const auto type = Type::parse({reinterpret_cast<const char*>(data), size});
  if (!type) {
    CHECK(!type.error().message.empty(), "a refusal says why");
    return 0;
  }
  const std::string text = type->to_string();
  const auto again = Type::parse(text);
  CHECK(again.has_value(), "a printed type parses");
  CHECK(*again == *type, "a printed type is the same type");
  CHECK(again->to_string() == text, "the printed form is canonical");
  return 0;
}
