// SPDX-License-Identifier: Apache-2.0
// Writes JSON piece by piece and puts the commas.
//
//   JsonText json;
//   json.begin_object().member("id", "0001-42:1").name("payments").begin_array().end_array().end_object();
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "aws/json/json_writer.h"

namespace caudal::api::rest {

class JsonText {
 public:
  JsonText& begin_object() { return begin('{'); }
  JsonText& end_object() { return end('}'); }
  JsonText& begin_array() { return begin('['); }
  JsonText& end_array() { return end(']'); }
  // Of the value that follows.
  JsonText& name(std::string_view name) {
    separate();
    aws::append_json_name(text_, name);
    needs_comma_ = false;
    return *this;
  }
  JsonText& value(std::string_view text) { return put(text); }
  JsonText& value(int64_t number) { return put(number); }
  JsonText& value(bool flag) { return put(flag); }
  JsonText& value(const char* text) { return put(std::string_view(text)); }
  // Of anything that value() takes.
  template <class T>
  JsonText& member(std::string_view name_of, const T& its_value) {
    return name(name_of).value(its_value);
  }
  // An empty text says nothing.
  JsonText& member_if_any(std::string_view name_of, std::string_view text) {
    return text.empty() ? *this : member(name_of, text);
  }
  std::string take() { return std::move(text_); }

 private:
  void separate() {
    if (needs_comma_) text_ += ',';
    needs_comma_ = true;
  }
  JsonText& begin(char bracket) {
    separate();
    text_ += bracket;
    needs_comma_ = false;
    return *this;
  }
  JsonText& end(char bracket) {
    text_ += bracket;
    needs_comma_ = true;
    return *this;
  }
  template <class T>
  JsonText& put(const T& value) {
    separate();
    aws::append_json(text_, value);
    return *this;
  }
  std::string text_;
  bool needs_comma_ = false;
};

}  // namespace caudal::api::rest
