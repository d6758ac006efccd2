// SPDX-License-Identifier: Apache-2.0
// ExpressionAttributeNames and ExpressionAttributeValues of a request: what "#name" and ":value" stand for, and whether
// each was used. Errors in DynamoDB's words.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "aws/attribute_value.h"
#include "base/result.h"
#include "items/values/value.h"

namespace caudal::items {

class Placeholders {
 public:
  using Names = std::map<std::string, std::string, std::less<>>;

  Placeholders() = default;
  // As the request has them; nothing when the parameter is not in the request.
  static Result<Placeholders> make(const std::optional<Names>& names, std::optional<aws::AttributeMap>&& values);
  // Values keep their addresses for as long as it lives, moved or not: expressions refer to them.
  Placeholders(Placeholders&&) noexcept = default;
  Placeholders& operator=(Placeholders&&) noexcept = default;

  // nullptr when it is not defined; else it counts as used. With its "#" or ":".
  const std::string* name(std::string_view placeholder);
  const Value* value(std::string_view placeholder);
  // An error when one was never asked for.
  Result<void> check_all_used() const;

 private:
  template <class T>
  struct Entry {
    std::string key;
    T value;
    bool used = false;
  };
  template <class T>
  static const T* use(std::vector<Entry<T>>& entries, std::string_view key);
  std::vector<Entry<std::string>> names_;  // by key, never changed after make()
  std::vector<Entry<Value>> values_;
};

}  // namespace caudal::items
