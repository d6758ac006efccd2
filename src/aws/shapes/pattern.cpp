// SPDX-License-Identifier: Apache-2.0
#include "aws/shapes/pattern.h"

#include <algorithm>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "base/utf8.h"

namespace caudal::aws {
namespace {

struct Range {
  char32_t from, to;
};

struct Node;
using Sequence = std::vector<Node>;

// A class of characters, a group or an anchor, and how often it comes.
struct Node {
  enum class Kind { kClass, kGroup, kBegin, kEnd } kind = Kind::kClass;
  std::vector<Range> ranges = {};
  bool negated = false;
  std::vector<Sequence> alternatives = {};
  size_t min = 1;
  size_t max = 1;

  bool has(char32_t c) const {
    return negated != std::ranges::any_of(ranges, [c](const Range& r) { return c >= r.from && c <= r.to; });
  }
};

constexpr size_t kMany = std::numeric_limits<size_t>::max();

std::u32string code_points(std::string_view text) {
  std::u32string out;
  while (!text.empty()) {
    const size_t length = std::max<size_t>(utf8_sequence_bytes(text), 1);
    char32_t c = static_cast<unsigned char>(text[0]);
    if (length > 1) c &= (0x7fU >> length);
    for (size_t i = 1; i < length; ++i) c = c << 6 | (static_cast<unsigned char>(text[i]) & 0x3f);
    out.push_back(c);
    text.remove_prefix(length);
  }
  return out;
}

class Parser {
 public:
  explicit Parser(std::string_view pattern) : rest_(pattern) {}
  std::vector<Sequence> parse() {
    std::vector<Sequence> all = alternatives();
    if (!rest_.empty()) ok_ = false;
    return all;
  }
  bool ok() const { return ok_; }

 private:
  std::vector<Sequence> alternatives() {
    std::vector<Sequence> all(1);
    while (!rest_.empty() && rest_.front() != ')') {
      if (take('|')) {
        all.emplace_back();
        continue;
      }
      Node node = atom();
      count(node);
      all.back().push_back(std::move(node));
    }
    return all;
  }

  Node atom() {
    Node node;
    const char c = rest_.front();
    rest_.remove_prefix(1);
    switch (c) {
      case '(':
        node.kind = Node::Kind::kGroup;
        if (rest_.starts_with("?:")) rest_.remove_prefix(2);
        node.alternatives = alternatives();
        if (!take(')')) ok_ = false;
        break;
      case '[': read_class(node); break;
      case '^': node.kind = Node::Kind::kBegin; break;
      case '$': node.kind = Node::Kind::kEnd; break;
      case '.': node.negated = true, node.ranges = {{'\n', '\n'}, {'\r', '\r'}}; break;
      case '\\': node.ranges = escape(node.negated); break;
      case '*':
      case '+':
      case '?':
      case '{': ok_ = false; break;
      default: node.ranges = {{static_cast<unsigned char>(c), static_cast<unsigned char>(c)}};
    }
    return node;
  }

  void count(Node& node) {
    if (take('*')) {
      node.min = 0, node.max = kMany;
    } else if (take('+')) {
      node.max = kMany;
    } else if (take('?')) {
      node.min = 0;
    } else if (take('{')) {
      node.min = number();
      node.max = node.min;
      if (take(',')) node.max = rest_.starts_with('}') ? kMany : number();
      if (!take('}')) ok_ = false;
    }
  }

  void read_class(Node& node) {
    node.negated = take('^');
    while (!rest_.empty() && !take(']')) {
      std::vector<Range> from = class_item();
      if (rest_.size() > 1 && rest_[0] == '-' && rest_[1] != ']' && from.size() == 1 && from[0].from == from[0].to) {
        rest_.remove_prefix(1);
        const std::vector<Range> to = class_item();
        if (to.size() != 1) ok_ = false;
        if (ok_) from = {{from[0].from, to[0].to}};
      }
      node.ranges.insert(node.ranges.end(), from.begin(), from.end());
    }
  }

  std::vector<Range> class_item() {
    if (rest_.empty()) return fail();
    const auto c = static_cast<unsigned char>(rest_.front());
    rest_.remove_prefix(1);
    if (c != '\\') return {{c, c}};
    bool negated = false;
    std::vector<Range> ranges = escape(negated);
    if (negated) return fail();
    return ranges;
  }

  // After the backslash.
  std::vector<Range> escape(bool& negated) {
    if (rest_.empty()) return fail();
    const char c = rest_.front();
    rest_.remove_prefix(1);
    switch (c) {
      case 'd': return {{'0', '9'}};
      case 'w': return {{'a', 'z'}, {'A', 'Z'}, {'0', '9'}, {'_', '_'}};
      case 'S': negated = true; [[fallthrough]];
      case 's': return {{' ', ' '}, {'\t', '\r'}};
      case 't': return {{'\t', '\t'}};
      case 'n': return {{'\n', '\n'}};
      case 'r': return {{'\r', '\r'}};
      case 'x': return one(hexadecimal(2));
      case 'u': return utf16();
      case 'p': return property();
      default:
        if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')) return fail();
        return one(static_cast<unsigned char>(c));
    }
  }

  // Java spells characters beyond the first plane as two surrogates.
  std::vector<Range> utf16() {
    const char32_t high = hexadecimal(4);
    if (high < 0xd800 || high > 0xdbff) return one(high);
    if (!rest_.starts_with("\\u")) return fail();
    rest_.remove_prefix(2);
    return one(0x10000 + ((high - 0xd800) << 10) + (hexadecimal(4) - 0xdc00));
  }

  // Letters, digits and punctuation: all that is printable outside ASCII counts as any of them.
  std::vector<Range> property() {
    const std::string_view name = rest_.substr(0, 3);
    rest_.remove_prefix(name.size());
    if (name == "{L}") return {{'a', 'z'}, {'A', 'Z'}, {0xaa, 0x10ffff}};
    if (name == "{N}") return {{'0', '9'}, {0xb2, 0x10ffff}};
    if (name == "{P}")
      return {{'!', '#'}, {'%', '*'}, {',', '/'}, {':', ';'}, {'?', '@'},
              {'[', ']'}, {'_', '_'}, {'{', '{'}, {'}', '}'}, {0xa1, 0x10ffff}};
    return fail();
  }

  char32_t hexadecimal(size_t digits) {
    char32_t value = 0;
    for (size_t i = 0; i < digits; ++i) {
      const char c = rest_.empty() ? 'x' : rest_.front();
      const int digit = c >= '0' && c <= '9'   ? c - '0'
                        : c >= 'a' && c <= 'f' ? c - 'a' + 10
                        : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                               : -1;
      if (digit < 0) ok_ = false;
      value = value << 4 | static_cast<char32_t>(digit & 15);
      if (!rest_.empty()) rest_.remove_prefix(1);
    }
    return value;
  }

  size_t number() {
    size_t value = 0;
    if (rest_.empty() || rest_.front() < '0' || rest_.front() > '9') ok_ = false;
    while (!rest_.empty() && rest_.front() >= '0' && rest_.front() <= '9') {
      value = value * 10 + static_cast<size_t>(rest_.front() - '0');
      rest_.remove_prefix(1);
    }
    return value;
  }

  static std::vector<Range> one(char32_t c) { return {{c, c}}; }
  std::vector<Range> fail() {
    ok_ = false;
    return {};
  }
  bool take(char c) {
    if (!rest_.starts_with(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }
  std::string_view rest_;
  bool ok_ = true;
};

class Matcher {
 public:
  explicit Matcher(std::u32string_view text) : text_(text) {}
  bool whole(const std::vector<Sequence>& alternatives) {
    return any(alternatives, 0, [this](size_t end) { return end == text_.size(); });
  }

 private:
  static constexpr size_t kStepLimit = 1'000'000;

  // `then` is what must match after.
  template <class Then>
  bool any(const std::vector<Sequence>& alternatives, size_t position, const Then& then) {
    return std::ranges::any_of(alternatives,
                               [&](const Sequence& s) { return sequence(s, 0, position, &then, &call<Then>); });
  }

  using Call = bool (*)(const void* then, size_t position);
  template <class Then>
  static bool call(const void* then, size_t position) {
    return (*static_cast<const Then*>(then))(position);
  }

  bool sequence(const Sequence& nodes, size_t index, size_t position, const void* then, Call call_then) {
    if (++steps_ > kStepLimit) return false;
    if (index == nodes.size()) return call_then(then, position);
    const Node& node = nodes[index];
    switch (node.kind) {
      case Node::Kind::kBegin: return position == 0 && sequence(nodes, index + 1, position, then, call_then);
      case Node::Kind::kEnd: return position == text_.size() && sequence(nodes, index + 1, position, then, call_then);
      case Node::Kind::kGroup: return group(nodes, index, 0, position, then, call_then);
      case Node::Kind::kClass: break;
    }
    size_t count = 0;
    while (count < node.max && position + count < text_.size() && node.has(text_[position + count])) ++count;
    steps_ += count;
    for (;; --count) {
      if (count < node.min) return false;
      if (sequence(nodes, index + 1, position + count, then, call_then)) return true;
      if (count == 0) return false;
    }
  }

  // The group at `index`, after it has matched `count` times.
  bool group(const Sequence& nodes, size_t index, size_t count, size_t position, const void* then, Call call_then) {
    const Node& node = nodes[index];
    if (count < node.max) {
      const auto again = [&](size_t end) {
        return (end > position || count < node.min) && group(nodes, index, count + 1, end, then, call_then);
      };
      if (any(node.alternatives, position, again)) return true;
    }
    return count >= node.min && sequence(nodes, index + 1, position, then, call_then);
  }

  std::u32string_view text_;
  size_t steps_ = 0;
};

}  // namespace

bool matches_pattern(std::string_view pattern, std::string_view text) {
  const std::vector<Sequence> alternatives = Parser(pattern).parse();
  const std::u32string characters = code_points(text);
  return Matcher(characters).whole(alternatives);
}

bool is_known_pattern(std::string_view pattern) {
  Parser parser(pattern);
  parser.parse();
  return parser.ok();
}

}  // namespace caudal::aws
