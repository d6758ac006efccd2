// SPDX-License-Identifier: Apache-2.0
// Any body is refused or read; what was read and written again reads back to the same.
#include <cstddef>
#include <cstdint>
#include <string>

#include "aws/generated/dynamodb/items.h"
#include "aws/generated/dynamodb/tables.h"
#include "aws/generated/glue/tables.h"
#include "aws/json/json_codec.h"
#include "base/check.h"

namespace {

using namespace caudal::aws;

template <class T>
void check(std::string_view body) {
  T value;
  Violations violations;
  if (!decode_json(body, shape_of<T>(), &value, violations)) return;
  if (!violations.empty())
    CHECK(violations.to_string().find("detected: Value ") != std::string::npos, "violations are told");
  const std::string text = to_json(value);
  T again;
  Violations ignored;
  CHECK(decode_json(text, shape_of<T>(), &again, ignored).has_value(), "what was written can be read");
  CHECK(to_json(again) == text, "and says the same");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view body(reinterpret_cast<const char*>(data), size);
  check<dynamodb::PutItemInput>(body);
  check<dynamodb::CreateTableInput>(body);
  check<glue::CreateTableRequest>(body);
  return 0;
}
