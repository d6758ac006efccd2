// SPDX-License-Identifier: Apache-2.0
// Decisions against a second evaluator, which was written from the rules alone: it knows nothing of compiled policies,
// reads operators by their names, and takes whatever time it wants. Policies and requests are drawn at random.
#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "access/decide.h"
#include "access/testing/policies.h"
#include "base/random.h"

namespace caudal::access {
namespace {

using Texts = std::vector<std::string>;

struct ModelCondition {
  std::string op;
  std::string key;
  Texts values;
};

struct ModelStatement {
  bool allow = true;
  bool of_bucket = false;
  bool not_principal = false;
  Texts principals = {};  // "*", "account", names
  bool not_action = false;
  Texts actions = {};
  bool not_resource = false;
  Texts resources = {};
  std::vector<ModelCondition> conditions = {};
};

struct ModelRequest {
  std::string user;  // empty: anonymous; "root"
  std::string action;
  std::string resource;
  std::map<std::string, Texts> values = {};
};

// --- rendering to JSON ---

std::string list(const Texts& texts) {
  std::string out;
  for (const std::string& text : texts) out += (out.empty() ? "'" : ", '") + text + "'";
  return "[" + out + "]";
}

std::string render(const ModelStatement& s) {
  std::string out = std::string("{'Effect': '") + (s.allow ? "Allow" : "Deny") + "'";
  if (s.of_bucket) {
    Texts names;
    for (const std::string& name : s.principals) names.push_back(name == "account" ? std::string(kAccount) : name);
    out += std::string(", '") + (s.not_principal ? "Not" : "") + "Principal': {'AWS': " + list(names) + "}";
  }
  out += std::string(", '") + (s.not_action ? "Not" : "") + "Action': " + list(s.actions);
  out += std::string(", '") + (s.not_resource ? "Not" : "") + "Resource': " + list(s.resources);
  std::map<std::string, std::string> operators;  // one object for each operator
  for (const ModelCondition& c : s.conditions) {
    std::string& keys = operators[c.op];
    keys += (keys.empty() ? "'" : ", '") + c.key + "': " + list(c.values);
  }
  std::string conditions;
  for (const auto& [op, keys] : operators) {
    conditions += (conditions.empty() ? "'" : ", '") + op + "': {" + keys + "}";
  }
  return out + (conditions.empty() ? "" : ", 'Condition': {" + conditions + "}") + "}";
}

std::string render(const std::vector<ModelStatement>& statements) {
  std::string out;
  for (const ModelStatement& s : statements) out += (out.empty() ? "" : ", ") + render(s);
  return out;
}

// --- the second evaluator ---

bool like(std::string_view pattern, std::string_view text) {
  if (pattern.empty()) return text.empty();
  if (pattern[0] == '*') return like(pattern.substr(1), text) || (!text.empty() && like(pattern, text.substr(1)));
  return !text.empty() && (pattern[0] == '?' || pattern[0] == text[0]) && like(pattern.substr(1), text.substr(1));
}

using Resolved = std::optional<std::string>;

class Model {
 public:
  explicit Model(const ModelRequest& request) : request_(request) {}

  Verdict decide(const std::vector<ModelStatement>& bucket, const std::vector<ModelStatement>& own) const {
    const bool root = request_.user == "root";
    if (root && request_.action == "s3:GetBucketPolicy") return Verdict::kAllow;
    bool allowed = root;
    for (const auto* policy : {&bucket, &own}) {
      if (policy == &own && (root || request_.user.empty())) continue;
      for (const ModelStatement& s : *policy) {
        if (!applies(s)) continue;
        if (!s.allow) return Verdict::kExplicitDeny;
        allowed = true;
      }
    }
    return allowed ? Verdict::kAllow : Verdict::kImplicitDeny;
  }

 private:
  bool applies(const ModelStatement& s) const {
    if (s.of_bucket && named(s) == s.not_principal) return false;
    bool action = false;
    for (const std::string& pattern : s.actions) action = action || like(pattern, request_.action);
    if (action == s.not_action || !resource(s)) return false;
    for (const ModelCondition& c : s.conditions) {
      if (!holds(c, s.allow)) return false;
    }
    return true;
  }

  bool named(const ModelStatement& s) const {
    for (const std::string& name : s.principals) {
      if (name == "*" || (!request_.user.empty() && name == request_.user)) return true;
      if (name == "account" && (request_.user == "root" || (!request_.user.empty() && !s.allow && !s.not_principal))) {
        return true;
      }
    }
    return false;
  }

  bool resource(const ModelStatement& s) const {
    bool match = false;
    bool unknown = false;
    for (const std::string& pattern : s.resources) {
      const Resolved resolved = resolve(pattern);
      unknown = unknown || !resolved;
      match = match || (resolved && like(*resolved, request_.resource));
    }
    if (!s.not_resource) return match;
    return !match && !(unknown && s.allow);
  }

  Texts values(const std::string& key) const {
    if (key == "aws:username") {
      return request_.user.empty() || request_.user == "root" ? Texts{} : Texts{request_.user};
    }
    const auto found = request_.values.find(key);
    return found == request_.values.end() ? Texts{} : found->second;
  }

  // There is one variable in the drawn texts at most.
  Resolved resolve(const std::string& text) const {
    const size_t begin = text.find("${");
    if (begin == std::string::npos) return text;
    const size_t end = text.find('}', begin);
    const Texts value = values(text.substr(begin + 2, end - begin - 2));
    if (value.size() != 1) return std::nullopt;
    return text.substr(0, begin) + value[0] + text.substr(end + 1);
  }

  bool holds(const ModelCondition& c, bool allow) const {
    std::string op = c.op;
    const Texts given = values(c.key);
    if (op == "Null") return given.empty() == (c.values.at(0) == "true");
    const bool all = op.starts_with("ForAllValues:");
    const bool any = op.starts_with("ForAnyValue:");
    op = op.substr(op.find(':') + 1);  // npos + 1 is 0
    const bool if_exists = op.ends_with("IfExists");
    if (if_exists) op.resize(op.size() - 8);
    const bool negated = op.find("Not") != std::string::npos;
    if (given.empty()) return if_exists || all || (!any && negated);
    size_t good = 0;
    for (const std::string& value : given) good += good_value(op, value, c.values, negated, allow) ? 1 : 0;
    return all || (!any && negated) ? good == given.size() : good > 0;
  }

  bool good_value(const std::string& op, const std::string& value, const Texts& wanted, bool negated,
                  bool allow) const {
    bool among = false;
    bool unknown = false;
    for (const std::string& text : wanted) {
      const Resolved resolved = resolve(text);
      if (!resolved) {
        unknown = true;
      } else if (op.ends_with("Like")) {
        among = among || like(*resolved, value);
      } else if (op.starts_with("Numeric")) {
        among = among || numeric(op, value, *resolved);
      } else {
        among = among || *resolved == value;
      }
    }
    if (!among && unknown) return negated && !allow;
    return among != negated;
  }

  static bool numeric(const std::string& op, const std::string& value, const std::string& wanted) {
    const int a = value.at(0) - '0';
    const int b = wanted.at(0) - '0';
    if (op == "NumericLessThan") return a < b;
    if (op == "NumericGreaterThanEquals") return a >= b;
    return a == b;
  }

  const ModelRequest& request_;
};

// --- drawing ---

class Draw {
 public:
  explicit Draw(uint64_t seed) : random_(seed) {}

  const std::string& one(const Texts& of) { return of[random_.below(of.size())]; }
  Texts some(const Texts& of, size_t most) {
    Texts drawn;
    for (size_t left = 1 + random_.below(most); left > 0; --left) drawn.push_back(one(of));
    return drawn;
  }

  ModelStatement statement(bool of_bucket) {
    ModelStatement s{.allow = random_.chance(0.6), .of_bucket = of_bucket};
    s.principals = some({"*", "account", "ana", "bob"}, 2);
    s.not_principal = !s.allow && random_.chance(0.3);
    s.actions =
        some({"s3:GetObject", "s3:GetObjectVersion", "s3:*", "s3:Get*", "s3:PutObject", "s3:?etBucketPolicy"}, 2);
    s.not_action = random_.chance(0.2);
    s.resources = some({"arn:aws:s3:::lake", "arn:aws:s3:::lake/*", "arn:aws:s3:::lake/raw/*", "arn:aws:s3:::lake/*/x",
                        "arn:aws:s3:::lake/${aws:username}/*", "arn:aws:s3:::lake/${s3:prefix}"},
                       2);
    // S3 wants each action to have a resource of its kind; that is not what is tried here.
    s.resources.insert(s.resources.end(), {"arn:aws:s3:::lake/none/${s3:never}", "arn:aws:s3:::lake"});
    if (random_.chance(0.5)) s.resources.pop_back();
    s.not_resource = random_.chance(0.2);
    for (size_t left = random_.below(3); left > 0; --left) s.conditions.push_back(condition());
    return s;
  }

  ModelRequest request() {
    ModelRequest r{.user = one({"", "ana", "bob", "root"}),
                   .action = one({"s3:GetObject", "s3:PutObject", "s3:GetBucketPolicy", "s3:ListBucket"}),
                   .resource = one({"arn:aws:s3:::lake", "arn:aws:s3:::lake/raw/a", "arn:aws:s3:::lake/ana/x",
                                    "arn:aws:s3:::lake/ab", "arn:aws:s3:::lake/a*"})};
    for (const std::string key : {"s3:prefix", "s3:tags", "s3:max-keys"}) {
      const size_t most = key == "s3:tags" ? 3 : 1;
      for (size_t left = random_.below(most + 1); left > 0; --left) {
        r.values[key].push_back(key == "s3:max-keys" ? one({"1", "2", "3"}) : one({"a", "ab", "a*"}));
      }
    }
    return r;
  }

 private:
  ModelCondition condition() {
    const Texts names = {"StringEquals", "StringNotEquals", "StringLike", "StringNotLike"};
    const Texts numbers = {"NumericEquals", "NumericNotEquals", "NumericLessThan", "NumericGreaterThanEquals"};
    const size_t kind = random_.below(8);
    if (kind == 0) return {"Null", one({"s3:prefix", "s3:tags", "aws:username"}), {one({"true", "false"})}};
    if (kind == 1) return {decorated(one(numbers)), "s3:max-keys", some({"1", "2", "3"}, 2)};
    return {decorated(one(names)), one({"s3:prefix", "s3:tags", "aws:username"}),
            some({"a", "ab", "a*", "?b", "*", "ana", "${aws:username}", "${s3:prefix}", "${s3:tags}"}, 3)};
  }
  std::string decorated(const std::string& name) {
    return one({"", "", "ForAllValues:", "ForAnyValue:"}) + name + one({"", "", "IfExists"});
  }

  Random random_;
};

// A variable's value that has a star would be a wildcard to the model, which resolves before it compares.
bool has_star_by_variable(const ModelRequest& request) {
  for (const auto& [key, values] : request.values) {
    for (const std::string& value : values) {
      if (value.find('*') != std::string::npos) return true;
    }
  }
  return false;
}

TEST(DecideModel, AgreesWithTheSecondEvaluator) {
  const uint64_t seed = secure_random_u64();
  SCOPED_TRACE(seed);
  Draw draw(seed);
  std::map<Verdict, size_t> seen;
  size_t compared = 0;
  for (int round = 0; round < 4000; ++round) {
    std::vector<ModelStatement> bucket;
    std::vector<ModelStatement> own;
    for (int left = 0; left < 2; ++left) bucket.push_back(draw.statement(true));
    for (int left = 0; left < 2; ++left) own.push_back(draw.statement(false));
    const auto compiled_bucket = Policy::parse_bucket(
        json("{'Version': '2012-10-17', 'Statement': [" + render(bucket) + "]}"), {.bucket = "lake"});
    if (!compiled_bucket) {
      ASSERT_EQ(compiled_bucket.error().message, "Action does not apply to any resource(s) in statement");
      continue;
    }
    const auto compiled_own = identity_policy(render(own));
    for (int left = 0; left < 20; ++left) {
      const ModelRequest request = draw.request();
      if (has_star_by_variable(request)) continue;
      Circumstances circumstances;
      for (const auto& [key, values] : request.values) {
        for (const std::string& value : values) circumstances.add(key, value);
      }
      Identity identity;
      if (request.user == "root") identity = Identity::make_root();
      if (request.user == "ana" || request.user == "bob") {
        identity = Identity::make_user(request.user, "AIDA" + std::string(16, request.user[0]));
      }
      identity.policies.push_back(compiled_own);
      const Verdict ours =
          decide({request.action, request.resource, circumstances}, identity, compiled_bucket->get()).verdict;
      const Verdict theirs = Model(request).decide(bucket, own);
      ASSERT_EQ(ours, theirs) << request.user << " " << request.action << " " << request.resource
                              << "\nbucket: " << render(bucket) << "\nown: " << render(own);
      ++seen[ours];
      ++compared;
    }
  }
  EXPECT_GT(compared, 10'000U);
  for (const Verdict verdict : {Verdict::kAllow, Verdict::kExplicitDeny, Verdict::kImplicitDeny}) {
    EXPECT_GT(seen[verdict], compared / 50) << to_string(verdict);
  }
}

}  // namespace
}  // namespace caudal::access
