// SPDX-License-Identifier: Apache-2.0
// Trees as expressions again, with a placeholder for every name and value, so that any name can be printed.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "items/expressions/path.h"
#include "items/values/value.h"

namespace caudal::items {

struct Printed {
  std::string text = {};
  std::map<std::string, std::string, std::less<>> names = {};    // "#n0" -> name
  std::map<std::string, const Value*, std::less<>> values = {};  // ":v0" -> value
};

class Printer {
 public:
  Printer& raw(std::string_view text) {
    printed_.text += text;
    return *this;
  }
  Printer& path(const Path& path);
  Printer& value(const Value* value);
  // With a separator between what `print` prints of each.
  template <class All, class Print>
  Printer& joined(const All& all, std::string_view separator, const Print& print) {
    for (const auto& one : all) {
      if (&one != &*all.begin()) raw(separator);
      print(one);
    }
    return *this;
  }
  Printed take() { return std::move(printed_); }

 private:
  Printed printed_;
  std::map<std::string, std::string, std::less<>> placeholders_;  // name -> "#n0"
};

}  // namespace caudal::items
