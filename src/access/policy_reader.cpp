// SPDX-License-Identifier: Apache-2.0
// The grammar of policies, field by field, over a JSON tree that knows its places.
#include "access/policy_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <initializer_list>

#include "access/ascii.h"
#include "access/errors.h"
#include "access/json_tree.h"
#include "access/policy_principals.h"
#include "access/policy_words.h"
#include "access/resource_rules.h"

namespace caudal::access {
namespace {

using Kind = JsonValue::Kind;
using Fields = std::initializer_list<std::string_view>;

class PolicyReader {
 public:
  PolicyReader(std::string_view text, const ResourceRules* rules)
      : text_(text), rules_(rules), words_(rules != nullptr ? rules->words() : kIamWords) {}

  Result<std::vector<Statement>> read() {
    if (text_.size() > Policy::kMaxBytes) return Error{Errc::malformed_policy, std::string(words_.too_large)};
    if (!text_.starts_with('{')) return Error{Errc::malformed_policy, std::string(words_.not_an_object)};
    auto root = parse_json(text_);
    if (!root) {
      Error error{Errc::malformed_policy, std::string(words_.not_json), std::move(root.error().context)};
      return std::move(error).with_context(root.error().message);
    }
    TRY(check_fields(*root, {"Version", "Id", "Statement"}));
    TRY(read_version(root->find("Version"), *root));
    const JsonValue* statements = root->find("Statement");
    if (statements == nullptr) return wrong(*root, words_.no_statement);
    if (statements->is(Kind::kObject)) {
      TRY(read_statement(*statements));
    } else if (statements->is(Kind::kArray)) {
      for (const JsonValue& statement : statements->elements) TRY(read_statement(statement));
    } else {
      return wrong(*statements, words_.bad_field);
    }
    if (statements_.empty()) return wrong(*statements, words_.empty_statement);
    return std::move(statements_);
  }

 private:
  Error wrong(const JsonValue& value, std::string_view words, std::string_view found = {}) const {
    return Error{Errc::malformed_policy,
                 std::string(words),
                 {fmt::format("reading {}{}", describe_place(text_, value.offset),
                              found.empty() ? "" : fmt::format(": '{}'", found))}};
  }

  Result<void> check_fields(const JsonValue& object, Fields known) const {
    for (auto member = object.members.begin(); member != object.members.end(); ++member) {
      const auto& [name, value] = *member;
      if (std::ranges::find(known, name) == known.end()) {
        return wrong(value, rules_ != nullptr ? fmt::format("Unknown field {}", name) : std::string(words_.bad_field),
                     name);
      }
      if (object.find(name) != &value) return wrong(value, words_.not_json, "repeated " + name);
    }
    return {};
  }

  Result<void> read_version(const JsonValue* version, const JsonValue& root) {
    if (version == nullptr && rules_ == nullptr) return wrong(root, words_.version);
    variables_ = version != nullptr && version->text == "2012-10-17";
    if (version == nullptr || variables_) return {};
    if (!version->is(Kind::kString) || version->text != "2008-10-17") return wrong(*version, words_.version);
    return {};
  }

  // A string, or an array of them.
  Result<std::vector<const JsonValue*>> texts_of(const JsonValue& value) const {
    std::vector<const JsonValue*> texts;
    if (value.is(Kind::kString)) {
      texts.push_back(&value);
    } else if (value.is(Kind::kArray)) {
      for (const JsonValue& element : value.elements) {
        if (!element.is(Kind::kString)) return wrong(element, words_.bad_field);
        texts.push_back(&element);
      }
    } else {
      return wrong(value, words_.bad_field);
    }
    return texts;
  }

  // The field, or its Not... form; both or none is a mistake.
  Result<const JsonValue*> one_of(const JsonValue& statement, std::string_view name, std::string_view missing,
                                  bool& negated) const {
    const JsonValue* plain = statement.find(name);
    const JsonValue* inverse = statement.find(fmt::format("Not{}", name));
    if (plain != nullptr && inverse != nullptr) return wrong(*inverse, words_.bad_field, fmt::format("Not{}", name));
    negated = inverse != nullptr;
    const JsonValue* found = negated ? inverse : plain;
    if (found == nullptr) return wrong(statement, missing);
    return found;
  }

  Result<void> read_statement(const JsonValue& from) {
    if (!from.is(Kind::kObject)) return wrong(from, words_.bad_field);
    TRY(check_fields(from, {"Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource",
                            "NotResource", "Condition"}));
    Statement statement;
    statement.number = statements_.size() + 1;
    TRY(read_sid(from, statement));
    TRY(read_effect(from, statement));
    TRY(read_principals(from, statement));
    TRY(read_actions(from, statement));
    TRY(read_resources(from, statement));
    if (rules_ != nullptr) TRY(check_applicable(from, statement));
    if (const JsonValue* conditions = from.find("Condition")) TRY(read_conditions(*conditions, statement));
    statements_.push_back(std::move(statement));
    return {};
  }

  Result<void> read_sid(const JsonValue& from, Statement& statement) const {
    const JsonValue* sid = from.find("Sid");
    if (sid == nullptr) return {};
    if (!sid->is(Kind::kString)) return wrong(*sid, words_.bad_field);
    statement.sid = sid->text;
    const bool repeated = std::ranges::find(statements_, sid->text, &Statement::sid) != statements_.end();
    if (repeated && !sid->text.empty()) return wrong(*sid, words_.repeated_sid, sid->text);
    return {};
  }

  Result<void> read_effect(const JsonValue& from, Statement& statement) const {
    const JsonValue* effect = from.find("Effect");
    if (effect == nullptr) return wrong(from, words_.no_effect);
    if (!effect->is(Kind::kString) || (effect->text != "Allow" && effect->text != "Deny")) {
      return wrong(*effect,
                   rules_ != nullptr ? fmt::format("Invalid effect: {}", effect->text) : std::string(words_.bad_field));
    }
    statement.effect = effect->text == "Allow" ? Effect::kAllow : Effect::kDeny;
    return {};
  }

  Result<void> read_principals(const JsonValue& from, Statement& statement) const {
    if (rules_ == nullptr) {
      for (const std::string_view name : {"Principal", "NotPrincipal"}) {
        if (const JsonValue* value = from.find(name)) return wrong(*value, kUnwantedPrincipal);
      }
      return {};
    }
    const JsonValue* value = TRY(one_of(from, "Principal", kNoPrincipal, statement.not_principals));
    if (statement.not_principals && statement.effect == Effect::kAllow) return wrong(*value, kAllowNotPrincipal);
    auto principals = parse_principals(*value, rules_->knows_user());
    if (!principals) return wrong(*principals.error().value, kBadPrincipal, principals.error().value->text);
    statement.principals = *std::move(principals);
    return {};
  }

  Result<void> read_actions(const JsonValue& from, Statement& statement) const {
    const JsonValue* value = TRY(one_of(from, "Action", words_.no_action, statement.not_actions));
    for (const JsonValue* action : TRY(texts_of(*value))) {
      const bool good =
          rules_ != nullptr ? rules_->is_action(action->text) : action->text == "*" || is_vendor_name(action->text);
      if (!good) return wrong(*action, words_.bad_action, action->text);
      statement.actions.push_back(
          *Pattern::compile(action->text, {.wildcards = true, .variables = false, .ignore_case = true}));
    }
    if (statement.actions.empty()) return wrong(*value, words_.no_action);
    return {};
  }

  // "s3:Get*": a vendor, a colon, and something.
  static bool is_vendor_name(std::string_view text) {
    const size_t colon = text.find(':');
    if (colon == std::string_view::npos || colon == 0 || colon + 1 == text.size()) return false;
    return std::ranges::all_of(text.substr(0, colon), [](char c) {
      return (lower(c) >= 'a' && lower(c) <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '*' || c == '?';
    });
  }

  Result<void> read_resources(const JsonValue& from, Statement& statement) const {
    const JsonValue* value = TRY(one_of(from, "Resource", words_.no_resource, statement.not_resources));
    for (const JsonValue* resource : TRY(texts_of(*value))) {
      auto pattern = Pattern::compile(resource->text, {.wildcards = true, .variables = variables_});
      const bool good = pattern && (rules_ != nullptr ? rules_->is_resource(resource->text)
                                                      : resource->text == "*" || is_arn(resource->text));
      if (!good) return wrong(*resource, words_.bad_resource, resource->text);
      statement.resources.push_back(*std::move(pattern));
    }
    if (statement.resources.empty()) return wrong(*value, words_.no_resource);
    return {};
  }

  static bool is_arn(std::string_view text) { return text.starts_with("arn:") && std::ranges::count(text, ':') >= 5; }

  // Every action needs a resource of its kind.
  Result<void> check_applicable(const JsonValue& from, const Statement& statement) const {
    if (statement.not_actions || statement.not_resources) return {};
    std::vector<std::string_view> resources;
    for (const JsonValue* resource : TRY(texts_of(*from.find("Resource")))) resources.push_back(resource->text);
    for (const JsonValue* action : TRY(texts_of(*from.find("Action")))) {
      if (!rules_->apply(action->text, resources)) return wrong(*action, kActionWithoutResource, action->text);
    }
    return {};
  }

  Result<void> read_conditions(const JsonValue& from, Statement& statement) const {
    if (!from.is(Kind::kObject)) return wrong(from, words_.bad_field);
    for (const auto& [name, keys] : from.members) {
      const auto how = parse_operator(name);
      if (!how) {
        return wrong(
            keys,
            rules_ != nullptr ? fmt::format("Invalid Condition type : {}", name) : std::string(words_.bad_condition),
            name);
      }
      if (!keys.is(Kind::kObject)) return wrong(keys, words_.bad_condition);
      for (const auto& [key, values] : keys.members) TRY(read_condition(*how, key, values, statement));
    }
    return {};
  }

  Result<void> read_condition(const ConditionOperator& how, const std::string& key, const JsonValue& values,
                              Statement& statement) const {
    const std::string lower_case = lower(key);
    const bool known = rules_ != nullptr ? rules_->is_condition_key(lower_case) : is_vendor_name(key);
    if (!known) return wrong(values, words_.bad_condition_key, key);
    Condition condition{.how = how, .key = lower_case, .known = known_key(lower_case)};
    const bool list = values.is(Kind::kArray);
    for (size_t index = 0; index < (list ? values.elements.size() : 1); ++index) {
      const JsonValue& value = list ? values.elements[index] : values;
      // Numbers and booleans may stand without quotes.
      const bool scalar = value.is(Kind::kString) || value.is(Kind::kNumber) || value.is(Kind::kBoolean);
      auto compiled = scalar ? compile_value(value.text, how, variables_) : std::nullopt;
      if (!compiled) {
        const bool address = how.compare == Compare::kAddress && rules_ != nullptr;
        return wrong(value, address ? kBadAddress : words_.bad_condition, value.text);
      }
      condition.values.push_back(*std::move(compiled));
    }
    statement.conditions.push_back(std::move(condition));
    return {};
  }

  std::string_view text_;
  const ResourceRules* rules_;
  const PolicyWords& words_;
  bool variables_ = false;  // since 2012-10-17
  std::vector<Statement> statements_;
};

}  // namespace

Result<std::vector<Statement>> read_statements(std::string_view text, const ResourceRules* rules) {
  return PolicyReader(text, rules).read();
}

}  // namespace caudal::access
