// SPDX-License-Identifier: Apache-2.0
// The parser and printer of type names. Recursive descent over the text, depth-limited.
#include "catalog/type.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include "catalog/errors.h"

namespace caudal::catalog {
namespace {

using Kind = Type::Kind;
constexpr size_t kMaxTextBytes = 131072;

struct Word {
  std::string_view text;
  Kind kind;
};

// The first word of each kind is the canonical one.
constexpr std::array kWords = {Word{"boolean", Kind::kBoolean},   Word{"tinyint", Kind::kTinyint},
                               Word{"smallint", Kind::kSmallint}, Word{"int", Kind::kInt},
                               Word{"integer", Kind::kInt},       Word{"bigint", Kind::kBigint},
                               Word{"float", Kind::kFloat},       Word{"real", Kind::kFloat},
                               Word{"double", Kind::kDouble},     Word{"decimal", Kind::kDecimal},
                               Word{"string", Kind::kString},     Word{"varchar", Kind::kVarchar},
                               Word{"char", Kind::kChar},         Word{"binary", Kind::kBinary},
                               Word{"date", Kind::kDate},         Word{"timestamp", Kind::kTimestamp},
                               Word{"array", Kind::kArray},       Word{"map", Kind::kMap},
                               Word{"struct", Kind::kStruct}};

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  Result<Type> parse_all() {
    Type type = TRY(parse_type(1));
    skip_spaces();
    if (at_ != text_.size()) return error("the end of the type");
    return type;
  }

 private:
  Error error(std::string_view expected) const {
    const std::string_view shown = text_.substr(0, 80);
    const std::string found = at_ < text_.size() ? fmt::format("'{}'", text_.substr(at_, 20)) : "the end";
    return Error{Errc::invalid_type, fmt::format("type '{}'{}, position {}: expected {}, found {}", shown,
                                                 shown.size() < text_.size() ? "…" : "", at_ + 1, expected, found)};
  }

  void skip_spaces() {
    while (at_ < text_.size() && is_space(text_[at_])) ++at_;
  }

  bool accept(char c) {
    skip_spaces();
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }

  Result<void> expect(char c) {
    if (accept(c)) return {};
    return error(fmt::format("'{}'", c));
  }

  Result<Type> parse_type(int depth) {
    if (depth > Type::kMaxDepth) return error(fmt::format("at most {} levels of nesting", Type::kMaxDepth));
    skip_spaces();
    const size_t start = at_;
    std::string word;
    while (at_ < text_.size() && (std::isalnum(static_cast<unsigned char>(text_[at_])) || text_[at_] == '_')) {
      word.push_back(lower(text_[at_++]));
    }
    const auto* const known = std::ranges::find(kWords, word, &Word::text);
    if (known == kWords.end()) {
      at_ = start;
      return error("a type such as string, int, bigint, double, decimal(18,2), date, timestamp, array<int>");
    }
    return parse_rest(Type{.kind = known->kind}, depth);
  }

  Result<Type> parse_rest(Type type, int depth) {
    switch (type.kind) {
      case Kind::kDecimal: return parse_decimal(std::move(type));
      case Kind::kVarchar: return parse_length(std::move(type), 65535);
      case Kind::kChar: return parse_length(std::move(type), 255);
      case Kind::kTimestamp: return parse_timestamp(std::move(type));
      case Kind::kArray: return parse_array(std::move(type), depth);
      case Kind::kMap: return parse_map(std::move(type), depth);
      case Kind::kStruct: return parse_struct(std::move(type), depth);
      default: return type;
    }
  }

  Result<int> parse_number(int low, int high, std::string_view what) {
    skip_spaces();
    int value = 0;
    const char* const begin = text_.data() + at_;
    const auto [end, failure] = std::from_chars(begin, text_.data() + text_.size(), value);
    if (failure != std::errc{} || value < low || value > high) {
      return error(fmt::format("{} from {} to {}", what, low, high));
    }
    at_ += static_cast<size_t>(end - begin);
    return value;
  }

  Result<Type> parse_decimal(Type type) {
    type.precision = 10;
    if (!accept('(')) return type;
    type.precision = TRY(parse_number(1, 38, "a precision"));
    if (accept(',')) type.scale = TRY(parse_number(0, type.precision, "a scale"));
    TRY(expect(')'));
    return type;
  }

  Result<Type> parse_length(Type type, int longest) {
    TRY(expect('('));
    type.length = TRY(parse_number(1, longest, "a length"));
    TRY(expect(')'));
    return type;
  }

  Result<Type> parse_timestamp(Type type) {
    if (!accept('(')) return type;
    TRY(parse_number(3, 3, "a precision"));
    TRY(expect(')'));
    return type;
  }

  Result<Type> parse_array(Type type, int depth) {
    TRY(expect('<'));
    type.children.push_back(TRY(parse_type(depth + 1)));
    TRY(expect('>'));
    return type;
  }

  Result<Type> parse_map(Type type, int depth) {
    TRY(expect('<'));
    skip_spaces();
    const size_t key_at = at_;
    Type key = TRY(parse_type(depth + 1));
    if (key.is_nested()) {
      at_ = key_at;
      return error("a primitive type as the map's key");
    }
    TRY(expect(','));
    type.children.push_back(std::move(key));
    type.children.push_back(TRY(parse_type(depth + 1)));
    TRY(expect('>'));
    return type;
  }

  Result<std::string> parse_field_name(const Type& type) {
    skip_spaces();
    const size_t start = at_;
    std::string name;
    while (at_ < text_.size() && std::string_view(":,<>()").find(text_[at_]) == std::string_view::npos) {
      if (static_cast<unsigned char>(text_[at_]) < 0x20) return error("a field name without control characters");
      name.push_back(lower(text_[at_++]));
    }
    while (!name.empty() && is_space(name.back())) name.pop_back();
    const bool repeated = std::ranges::find(type.field_names, name) != type.field_names.end();
    if (!name.empty() && !repeated) return name;
    at_ = start;
    return error(name.empty() ? "a field name" : "a field name that is not used yet");
  }

  Result<Type> parse_struct(Type type, int depth) {
    TRY(expect('<'));
    do {
      std::string name = TRY(parse_field_name(type));
      TRY(expect(':'));
      type.field_names.push_back(std::move(name));
      type.children.push_back(TRY(parse_type(depth + 1)));
    } while (accept(','));
    TRY(expect('>'));
    return type;
  }

  std::string_view text_;
  size_t at_ = 0;
};

void print(const Type& type, std::string& out) {
  out += std::ranges::find(kWords, type.kind, &Word::kind)->text;
  if (type.kind == Kind::kDecimal) fmt::format_to(std::back_inserter(out), "({},{})", type.precision, type.scale);
  if (type.kind == Kind::kVarchar || type.kind == Kind::kChar) {
    fmt::format_to(std::back_inserter(out), "({})", type.length);
  }
  if (!type.is_nested()) return;
  out += '<';
  for (size_t i = 0; i < type.children.size(); ++i) {
    if (i > 0) out += ',';
    if (type.kind == Kind::kStruct) out += type.field_names[i] + ":";
    print(type.children[i], out);
  }
  out += '>';
}

}  // namespace

Result<Type> Type::parse(std::string_view text) {
  if (text.size() > kMaxTextBytes) {
    return Error{Errc::invalid_type,
                 fmt::format("a type of {} bytes: at most {} are kept", text.size(), kMaxTextBytes)};
  }
  return Parser(text).parse_all();
}

std::string Type::to_string() const {
  std::string out;
  print(*this, out);
  return out;
}

}  // namespace caudal::catalog
