// SPDX-License-Identifier: Apache-2.0
// Recursive descent over RFC 8259's grammar. What bytes a string may hold is checked for the whole text beforehand.
#include "access/json_tree.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <optional>

#include "access/errors.h"
#include "base/utf8.h"

namespace caudal::access {
namespace {

constexpr size_t kDeepest = 16;  // a policy needs six levels

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::optional<uint32_t> hex_digit(char c) {
  if (is_digit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return std::nullopt;
}

void append_utf8(std::string& to, uint32_t code) {
  const auto put = [&](uint32_t byte) { to.push_back(static_cast<char>(byte)); };
  if (code < 0x80) return put(code);
  if (code < 0x800) {
    put(0xC0 | code >> 6);
  } else {
    if (code < 0x10000) {
      put(0xE0 | code >> 12);
    } else {
      put(0xF0 | code >> 18);
      put(0x80 | (code >> 12 & 0x3F));
    }
    put(0x80 | (code >> 6 & 0x3F));
  }
  put(0x80 | (code & 0x3F));
}

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  Result<JsonValue> document() {
    JsonValue root;
    skip_space();
    TRY(value(root, 0));
    skip_space();
    if (at_ < text_.size()) return expected("nothing after the document's end");
    return root;
  }

 private:
  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  bool take(char c) {
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  void skip_space() {
    while (at_ < text_.size() && std::string_view(" \t\r\n").find(text_[at_]) != std::string_view::npos) ++at_;
  }
  Error expected(std::string_view what) const {
    return Error{Errc::malformed_policy,
                 fmt::format("not JSON: expected {}", what),
                 {fmt::format("reading {}", describe_place(text_, at_))}};
  }

  Result<void> value(JsonValue& to, size_t depth) {
    if (depth >= kDeepest) return expected(fmt::format("at most {} levels", kDeepest));
    to.offset = at_;
    switch (peek()) {
      case '{': return object(to, depth);
      case '[': return array(to, depth);
      case '"': to.kind = JsonValue::Kind::kString; return string(to.text);
      case 't': return word("true", JsonValue::Kind::kBoolean, to);
      case 'f': return word("false", JsonValue::Kind::kBoolean, to);
      case 'n': return word("null", JsonValue::Kind::kNull, to);
      default: return number(to);
    }
  }

  Result<void> word(std::string_view word, JsonValue::Kind kind, JsonValue& to) {
    if (!text_.substr(at_).starts_with(word)) return expected("a value");
    at_ += word.size();
    to.kind = kind;
    to.text = word;
    return {};
  }

  bool digits() {
    const size_t from = at_;
    while (is_digit(peek())) ++at_;
    return at_ > from;
  }

  Result<void> number(JsonValue& to) {
    take('-');
    if (!take('0') && !digits()) return expected("a value");
    if (take('.') && !digits()) return expected("a digit");
    if (peek() == 'e' || peek() == 'E') {
      ++at_;
      if (!take('+')) take('-');
      if (!digits()) return expected("a digit");
    }
    to.kind = JsonValue::Kind::kNumber;
    to.text = text_.substr(to.offset, at_ - to.offset);
    return {};
  }

  Result<uint32_t> four_digits() {
    uint32_t code = 0;
    for (int count = 0; count < 4; ++count) {
      const auto digit = hex_digit(peek());
      if (!digit) return expected("four hexadecimal digits");
      code = code << 4 | *digit;
      ++at_;
    }
    return code;
  }

  Result<void> escape(std::string& to) {
    constexpr std::string_view kNames = "\"\\/bfnrt";
    constexpr std::string_view kMeant = "\"\\/\b\f\n\r\t";
    const size_t known = at_ < text_.size() ? kNames.find(text_[at_]) : std::string_view::npos;
    if (known != std::string_view::npos) {
      to.push_back(kMeant[known]);
      ++at_;
      return {};
    }
    if (!take('u')) return expected("an escape");
    uint32_t code = TRY(four_digits());
    if (code >= 0xD800 && code < 0xDC00) {
      if (!take('\\') || !take('u')) return expected("the second half of a surrogate pair");
      const uint32_t low = TRY(four_digits());
      if (low < 0xDC00 || low > 0xDFFF) return expected("the second half of a surrogate pair");
      code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
    } else if (code >= 0xDC00 && code <= 0xDFFF) {
      return expected("the first half of a surrogate pair before the second");
    }
    append_utf8(to, code);
    return {};
  }

  Result<void> string(std::string& to) {
    ++at_;  // the quote
    for (;;) {
      if (at_ >= text_.size()) return expected("the end of the string");
      const char c = text_[at_];
      if (static_cast<unsigned char>(c) < 0x20) return expected("an escape for a control character");
      ++at_;
      if (c == '"') return {};
      if (c == '\\') {
        TRY(escape(to));
      } else {
        to.push_back(c);
      }
    }
  }

  Result<void> object(JsonValue& to, size_t depth) {
    to.kind = JsonValue::Kind::kObject;
    ++at_;
    skip_space();
    if (take('}')) return {};
    for (;;) {
      skip_space();
      if (peek() != '"') return expected("a member's name in double quotes");
      std::string name;
      TRY(string(name));
      skip_space();
      if (!take(':')) return expected("':'");
      skip_space();
      TRY(value(to.members.emplace_back(std::move(name), JsonValue{}).second, depth + 1));
      skip_space();
      if (take('}')) return {};
      if (!take(',')) return expected("',' or '}'");
    }
  }

  Result<void> array(JsonValue& to, size_t depth) {
    to.kind = JsonValue::Kind::kArray;
    ++at_;
    skip_space();
    if (take(']')) return {};
    for (;;) {
      skip_space();
      TRY(value(to.elements.emplace_back(), depth + 1));
      skip_space();
      if (take(']')) return {};
      if (!take(',')) return expected("',' or ']'");
    }
  }

  std::string_view text_;
  size_t at_ = 0;
};

}  // namespace

const JsonValue* JsonValue::find(std::string_view name) const {
  const auto found = std::ranges::find(members, name, &Member::first);
  return found == members.end() ? nullptr : &found->second;
}

Result<JsonValue> parse_json(std::string_view text) {
  if (!is_utf8(text)) return Error{Errc::malformed_policy, "not JSON: expected UTF-8"};
  return Parser(text).document();
}

std::string describe_place(std::string_view text, size_t offset) {
  const std::string_view before = text.substr(0, std::min(offset, text.size()));
  const auto lines = std::ranges::count(before, '\n');
  const size_t line_start = before.rfind('\n') + 1;  // npos + 1 is 0
  return fmt::format("line {}, column {}", lines + 1, before.size() - line_start + 1);
}

}  // namespace caudal::access
