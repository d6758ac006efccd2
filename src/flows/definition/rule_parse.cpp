// SPDX-License-Identifier: Apache-2.0
// The reader of DQDL rules: a hand-written descent over a handful of token kinds.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <tuple>

#include "base/mistakes.h"
#include "flows/definition/errors.h"
#include "flows/definition/rule.h"
#include "flows/definition/rule_shape.h"

namespace caudal::flows {
namespace {

constexpr size_t kLongestRule = 10'000;
constexpr size_t kMostInList = 1'000;
constexpr int kDeepest = 32;  // brackets inside brackets

struct Token {
  enum class Kind { kWord, kText, kNumber, kSign, kEnd };
  Kind kind = Kind::kEnd;
  std::string text = {};
  size_t at = 0;  // character of the rule, from 0
};

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool same_word(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
    return lower(x) == lower(y);
  });
}

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  Result<Rule> parse() {
    if (text_.size() > kLongestRule) return Error{DefinitionErrc::invalid_rule, "a rule may have 10,000 characters"};
    TRY(advance());
    Rule rule = TRY(joined_rules());
    if (token_.kind != Token::Kind::kEnd) return expected("the end of the rule");
    return rule;
  }

 private:
  Error expected(std::string_view what) const {
    const std::string found =
        token_.kind == Token::Kind::kEnd ? "the end" : fmt::format("'{}'", token_.text.substr(0, 40));
    return fail(token_.at, fmt::format("expected {}, found {}", what, found));
  }

  Error fail(size_t at, std::string_view problem) const {
    return Error{DefinitionErrc::invalid_rule,
                 fmt::format("rule '{}', character {}: {}", text_.substr(0, 120), at + 1, problem)};
  }

  Result<void> advance() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\n' || text_[at_] == '\t' || text_[at_] == '\r'))
      ++at_;
    token_ = {Token::Kind::kEnd, {}, at_};
    if (at_ == text_.size()) return {};
    const char c = text_[at_];
    if (c == '"') return text_token();
    const size_t begin = at_;
    if (is_letter(c)) {
      while (at_ < text_.size() && (is_letter(text_[at_]) || is_digit(text_[at_]))) ++at_;
      token_.kind = Token::Kind::kWord;
    } else if (is_digit(c)) {
      while (at_ < text_.size() && is_digit(text_[at_])) ++at_;
      if (at_ + 1 < text_.size() && text_[at_] == '.' && is_digit(text_[at_ + 1])) {
        ++at_;
        while (at_ < text_.size() && is_digit(text_[at_])) ++at_;
      }
      if (at_ < text_.size() && is_letter(text_[at_])) return fail(begin, "a number runs into a letter");
      token_.kind = Token::Kind::kNumber;
    } else {
      at_ += (c == '!' || c == '<' || c == '>') && text_.substr(at_ + 1, 1) == "=" ? 2 : 1;
      token_.kind = Token::Kind::kSign;
    }
    token_.text = text_.substr(begin, at_ - begin);
    return {};
  }

  Result<void> text_token() {
    token_.kind = Token::Kind::kText;
    for (++at_; at_ < text_.size() && text_[at_] != '"'; ++at_) {
      // Only a quote and a backslash need escaping; before all else a backslash stays, as patterns are full of them.
      const bool escape =
          text_[at_] == '\\' && at_ + 1 < text_.size() && (text_[at_ + 1] == '"' || text_[at_ + 1] == '\\');
      if (escape) ++at_;
      token_.text += text_[at_];
    }
    if (at_ >= text_.size()) return fail(token_.at, "a text that is not closed by \"");
    ++at_;
    return {};
  }

  bool at_word(std::string_view word) const {
    return token_.kind == Token::Kind::kWord && same_word(token_.text, word);
  }
  bool at_sign(std::string_view sign) const { return token_.kind == Token::Kind::kSign && token_.text == sign; }
  Result<void> take_sign(std::string_view sign) {
    if (!at_sign(sign)) return expected(fmt::format("'{}'", sign));
    return advance();
  }
  Result<std::string> take_text(std::string_view what) {
    if (token_.kind != Token::Kind::kText) return expected(fmt::format("{} in double quotes", what));
    std::string text = token_.text;
    if (text.empty()) return fail(token_.at, fmt::format("{} must not be empty", what));
    TRY(advance());
    return text;
  }

  // One rule, or rules in brackets that are joined by one word: DQDL leaves open which of "and" and "or" binds closer,
  // so brackets have to say it.
  Result<Rule> joined_rules() {
    const bool bracketed = at_sign("(");
    Rule first = TRY(bracketed ? rule_in_brackets() : single_rule());
    if (!at_word("and") && !at_word("or")) return first;
    if (!bracketed) return fail_unbracketed();
    Rule whole;
    whole.kind = at_word("and") ? RuleKind::kAnd : RuleKind::kOr;
    whole.parts.push_back(std::move(first));
    while (at_word("and") || at_word("or")) {
      if (!at_word(name_of(whole.kind)))
        return fail(token_.at,
                    "'and' and 'or' side by side; say with brackets what belongs together, as in "
                    "(A) and ((B) or (C))");
      TRY(advance());
      if (!at_sign("(")) return fail_unbracketed();
      whole.parts.push_back(TRY(rule_in_brackets()));
    }
    return whole;
  }

  Error fail_unbracketed() const {
    return fail(token_.at, "rules that are joined stand in brackets, each, as in (RowCount > 0) and (IsUnique \"a\")");
  }

  Result<Rule> rule_in_brackets() {
    if (++depth_ > kDeepest) return fail(token_.at, fmt::format("brackets go {} deep at most", kDeepest));
    const size_t opened_at = token_.at;
    TRY(take_sign("("));
    Rule rule = TRY(joined_rules());
    if (token_.kind == Token::Kind::kEnd) return fail(opened_at, "'(' is not closed");
    TRY(take_sign(")"));
    --depth_;
    return rule;
  }

  Result<Rule> single_rule() {
    Rule rule;
    const RuleShape& shape = *TRY(kind(rule));
    TRY(subjects(shape, rule));
    TRY(expectation(shape, rule));
    TRY(clauses(shape, rule));
    return rule;
  }

  Result<const RuleShape*> kind(Rule& rule) {
    if (token_.kind != Token::Kind::kWord) return expected("the name of a rule, such as ColumnValues");
    std::vector<std::string> names;
    for (const RuleShape& shape : rule_shapes()) {
      names.emplace_back(shape.name);
      if (!same_word(token_.text, shape.name)) continue;
      rule.kind = shape.kind;
      TRY(advance());
      return &shape;
    }
    return fail(token_.at, fmt::format("'{}' is no rule{}; see the list in docs/quality.md", token_.text.substr(0, 40),
                                       did_you_mean(token_.text, names)));
  }

  // The quoted words after the rule's name: columns, tables, a statement.
  Result<void> subjects(const RuleShape& shape, Rule& rule) {
    switch (shape.kind) {
      case RuleKind::kCustomSql: rule.text = TRY(take_text("a SELECT statement")); return {};
      case RuleKind::kRowCountMatch:
      case RuleKind::kSchemaMatch: rule.reference = TRY(take_text("the other table")); return {};
      case RuleKind::kReferentialIntegrity: return references(rule);
      default: break;
    }
    if (shape.most_columns == 0) return {};
    rule.columns.push_back(TRY(take_text("a column")));
    while (token_.kind == Token::Kind::kText && static_cast<int>(rule.columns.size()) < shape.most_columns)
      rule.columns.push_back(TRY(take_text("a column")));
    return {};
  }

  // "a,b" "table.{c,d}", or "a" "table.c".
  Result<void> references(Rule& rule) {
    const size_t first_at = token_.at;
    rule.columns = split(TRY(take_text("the columns")));
    const size_t second_at = token_.at;
    std::string target = TRY(take_text("the columns referred to"));
    const size_t dot = target.find(".{") != std::string::npos ? target.find(".{") : target.rfind('.');
    if (dot == std::string::npos || dot == 0 || dot + 1 == target.size())
      return fail(second_at, "expected \"table.{column,...}\" as the columns referred to");
    rule.reference = target.substr(0, dot);
    std::string names = target.substr(dot + 1);
    if (names.front() == '{') {
      if (names.back() != '}') return fail(second_at, "'{' is not closed");
      names = names.substr(1, names.size() - 2);
    }
    rule.reference_columns = split(names);
    if (rule.columns.size() != rule.reference_columns.size())
      return fail(first_at, fmt::format("{} columns refer to {}", rule.columns.size(), rule.reference_columns.size()));
    const auto empty = [](const std::string& name) { return name.empty(); };
    if (std::any_of(rule.columns.begin(), rule.columns.end(), empty) ||
        std::any_of(rule.reference_columns.begin(), rule.reference_columns.end(), empty))
      return fail(first_at, "a column without a name");
    return {};
  }

  static std::vector<std::string> split(std::string_view text) {
    std::vector<std::string> parts(1);
    for (const char c : text) {
      if (c == ',') {
        parts.emplace_back();
      } else if (c != ' ') {
        parts.back() += c;
      }
    }
    return parts;
  }

  Result<void> expectation(const RuleShape& shape, Rule& rule) {
    using Wants = RuleShape::Wants;
    if (shape.wants == Wants::kNothing) return {};
    const bool may_leave_out = shape.kind == RuleKind::kSchemaMatch || shape.kind == RuleKind::kReferentialIntegrity;
    if (may_leave_out && (token_.kind == Token::Kind::kEnd || at_sign(")"))) {
      rule.expected = Condition{Comparison::kEqual, {{RuleLiteral::Kind::kNumber, "1.0"}}};
      return {};
    }
    const size_t begin = token_.at;
    Condition condition = TRY(this->condition());
    if (shape.kind == RuleKind::kColumnDataType) {
      if (condition.comparison != Comparison::kEqual || condition.operands[0].kind != RuleLiteral::Kind::kText)
        return fail(begin, "expected = and a type in double quotes");
      rule.text = condition.operands[0].text;
      return {};
    }
    TRY(check_operands(shape, condition, begin));
    rule.expected = std::move(condition);
    return {};
  }

  Result<void> check_operands(const RuleShape& shape, const Condition& condition, size_t at) const {
    using Kind = RuleLiteral::Kind;
    using Wants = RuleShape::Wants;
    const bool pattern =
        condition.comparison == Comparison::kMatches || condition.comparison == Comparison::kNotMatches;
    if (pattern && shape.wants != Wants::kValue)
      return fail(at, fmt::format("{} is compared, not matched", shape.name));
    for (const RuleLiteral& literal : condition.operands) {
      const bool number = literal.kind == Kind::kNumber;
      const bool span = literal.kind == Kind::kDays || literal.kind == Kind::kHours || literal.kind == Kind::kMinutes;
      if (shape.wants == Wants::kValue && span) return fail(at, "a span of time is no value of a column");
      if (shape.wants == Wants::kSpan && !span) return fail(at, "expected a span of time such as 24 hours");
      if ((shape.wants == Wants::kNumber || shape.wants == Wants::kShare) && !number)
        return fail(at, fmt::format("{} is compared with a number", shape.name));
      if (shape.wants == Wants::kShare && !is_share(literal.text))
        return fail(at, fmt::format("{} is compared with a share from 0 to 1", shape.name));
    }
    return {};
  }

  static bool is_share(std::string_view digits) {
    double value = -1;
    std::from_chars(digits.data(), digits.data() + digits.size(), value);
    return value >= 0 && value <= 1;
  }

  Result<Condition> condition() {
    struct Sign {
      const char* sign;
      Comparison comparison;
    };
    constexpr std::array<Sign, 6> kSigns = {{{"=", Comparison::kEqual},
                                             {"!=", Comparison::kNotEqual},
                                             {"<", Comparison::kLess},
                                             {"<=", Comparison::kLessOrEqual},
                                             {">", Comparison::kGreater},
                                             {">=", Comparison::kGreaterOrEqual}}};
    for (const Sign& sign : kSigns) {
      if (!at_sign(sign.sign)) continue;
      TRY(advance());
      const bool ordered = sign.comparison != Comparison::kEqual && sign.comparison != Comparison::kNotEqual;
      return Condition{sign.comparison, {TRY(ordered ? ordered_literal() : literal())}};
    }
    const bool negated = at_word("not");
    if (negated) TRY(advance());
    if (at_word("between")) {
      TRY(advance());
      RuleLiteral low = TRY(ordered_literal());
      if (!at_word("and")) return expected("'and'");
      TRY(advance());
      const size_t high_at = token_.at;
      RuleLiteral high = TRY(ordered_literal());
      if (!is_before(low, high)) return fail(high_at, "'between' has its smaller value first, and both ends differ");
      return Condition{negated ? Comparison::kNotBetween : Comparison::kBetween, {std::move(low), std::move(high)}};
    }
    if (at_word("in")) return list(negated);
    if (at_word("matches")) {
      TRY(advance());
      std::string pattern = TRY(take_text("a pattern"));
      return Condition{negated ? Comparison::kNotMatches : Comparison::kMatches,
                       {{RuleLiteral::Kind::kText, std::move(pattern)}}};
    }
    return expected("a comparison (=, !=, <, <=, >, >=, between, in, matches)");
  }

  Result<Condition> list(bool negated) {
    TRY(advance());
    TRY(take_sign("["));
    Condition condition{negated ? Comparison::kNotIn : Comparison::kIn, {}};
    condition.operands.push_back(TRY(literal()));
    while (at_sign(",")) {
      TRY(advance());
      if (condition.operands.size() == kMostInList) return fail(token_.at, "a list may have 1,000 values");
      condition.operands.push_back(TRY(literal()));
    }
    TRY(take_sign("]"));
    return condition;
  }

  // A value that others are smaller or greater than.
  Result<RuleLiteral> ordered_literal() {
    if (at_word("null") || at_word("empty"))
      return fail(token_.at, fmt::format("{} goes with =, !=, in and not in alone", token_.text));
    return literal();
  }

  // Whether `low` is smaller; of values of two kinds nobody can say, here.
  static bool is_before(const RuleLiteral& low, const RuleLiteral& high) {
    using Kind = RuleLiteral::Kind;
    if (low.kind == Kind::kText && high.kind == Kind::kText) return low.text < high.text;  // dates, too
    const auto minutes = [](Kind kind) { return kind == Kind::kDays ? 1440 : kind == Kind::kHours ? 60 : 1; };
    const auto is_span = [](Kind kind) {
      return kind == Kind::kDays || kind == Kind::kHours || kind == Kind::kMinutes;
    };
    if (is_span(low.kind) && is_span(high.kind)) {
      return as_double(low.text) * minutes(low.kind) < as_double(high.text) * minutes(high.kind);
    }
    return low.kind != high.kind || is_smaller_number(low.text, high.text);
  }

  static double as_double(std::string_view digits) {
    double value = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), value);
    return value;
  }

  // Exact, of however many digits.
  static bool is_smaller_number(std::string_view left, std::string_view right) {
    const bool left_minus = left.starts_with('-');
    const bool right_minus = right.starts_with('-');
    if (left_minus && right_minus) return is_smaller_number(right.substr(1), left.substr(1));
    if (right_minus) return false;
    const auto parts = [](std::string_view digits) {
      const size_t point = std::min(digits.find('.'), digits.size());
      std::string whole(digits.substr(0, point));
      whole.erase(0, whole.find_first_not_of('0'));
      std::string fraction(digits.substr(std::min(point + 1, digits.size())));
      fraction.erase(fraction.find_last_not_of('0') + 1);
      return std::tuple(whole.size(), whole, fraction);
    };
    const auto other = parts(right);
    if (left_minus) return parts(left.substr(1)) != parts("0") || other != parts("0");
    return parts(left) < other;
  }

  Result<RuleLiteral> literal() {
    if (token_.kind == Token::Kind::kText) {
      RuleLiteral text{RuleLiteral::Kind::kText, token_.text};
      TRY(advance());
      return text;
    }
    if (at_word("null") || at_word("empty")) {
      const auto kind = at_word("null") ? RuleLiteral::Kind::kNull : RuleLiteral::Kind::kEmpty;
      TRY(advance());
      return RuleLiteral{kind};
    }
    if (at_word("now")) return now();
    if (at_sign("(")) {
      TRY(advance());
      if (!at_word("now")) return expected("now()");
      RuleLiteral moment = TRY(now());
      TRY(take_sign(")"));
      return moment;
    }
    std::string digits;
    if (at_sign("-")) {
      TRY(advance());
      digits = "-";
    }
    if (token_.kind != Token::Kind::kNumber) return expected("a value");
    digits += token_.text;
    TRY(advance());
    return RuleLiteral{TRY(unit()), std::move(digits)};
  }

  Result<RuleLiteral::Kind> unit() {
    struct Unit {
      const char* one;
      const char* many;
      RuleLiteral::Kind kind;
    };
    constexpr std::array<Unit, 3> kUnits = {{{"day", "days", RuleLiteral::Kind::kDays},
                                             {"hour", "hours", RuleLiteral::Kind::kHours},
                                             {"minute", "minutes", RuleLiteral::Kind::kMinutes}}};
    for (const Unit& unit : kUnits) {
      if (!at_word(unit.one) && !at_word(unit.many)) continue;
      TRY(advance());
      return unit.kind;
    }
    return RuleLiteral::Kind::kNumber;
  }

  // now(), with days added or taken away.
  Result<RuleLiteral> now() {
    TRY(advance());
    TRY(take_sign("("));
    TRY(take_sign(")"));
    const bool minus = at_sign("-");
    if (!minus && !at_sign("+")) return RuleLiteral{RuleLiteral::Kind::kNow, "0"};
    TRY(advance());
    const size_t at = token_.at;
    const RuleLiteral span = TRY(literal());
    const bool whole = span.text.size() <= 5 && std::all_of(span.text.begin(), span.text.end(), is_digit);
    if (span.kind != RuleLiteral::Kind::kDays || !whole) return fail(at, "expected a number of days, such as 3 days");
    return RuleLiteral{RuleLiteral::Kind::kNow, span.text == "0" || !minus ? span.text : "-" + span.text};
  }

  Result<void> clauses(const RuleShape& shape, Rule& rule) {
    if (at_word("where")) {
      if (!shape.may_filter) return fail(token_.at, fmt::format("{} takes no 'where'", shape.name));
      TRY(advance());
      rule.where = TRY(take_text("a condition"));
    }
    if (!at_word("with")) return {};
    if (!shape.may_threshold) return fail(token_.at, fmt::format("{} takes no 'with threshold'", shape.name));
    TRY(advance());
    if (!at_word("threshold")) return expected("'threshold'");
    TRY(advance());
    const size_t at = token_.at;
    Condition condition = TRY(this->condition());
    const RuleShape share = {shape.kind, "a threshold", 0, 0, RuleShape::Wants::kShare, false, false};
    TRY(check_operands(share, condition, at));
    rule.threshold = std::move(condition);
    return {};
  }

  std::string_view text_;
  size_t at_ = 0;
  int depth_ = 0;
  Token token_;
};

}  // namespace

Result<Rule> parse_rule(std::string_view text) { return Parser(text).parse(); }

}  // namespace caudal::flows
