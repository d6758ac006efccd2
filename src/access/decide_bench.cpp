// SPDX-License-Identifier: Apache-2.0
// What a decision costs, and finding a key.
#include <benchmark/benchmark.h>

#include "access/decide.h"
#include "access/identities.h"
#include "access/pattern.h"
#include "base/check.h"
#include "base/testing/temporary_directory.h"

namespace caudal::access {
namespace {

std::shared_ptr<const Policy> policy(const std::string& statements) {
  auto parsed = Policy::parse_identity("{\"Version\": \"2012-10-17\", \"Statement\": [" + statements + "]}", "bench");
  CHECK(parsed.has_value(), "the policy of the benchmark");
  return *std::move(parsed);
}

constexpr const char* kHome = R"({"Effect": "Allow", "Action": ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"],
  "Resource": "arn:aws:s3:::lake/home/${aws:username}/*"})";
constexpr const char* kList = R"({"Effect": "Allow", "Action": "s3:ListBucket", "Resource": "arn:aws:s3:::lake",
  "Condition": {"StringLike": {"s3:prefix": ["raw/*", "home/${aws:username}/*"]}}})";
constexpr const char* kFrom = R"({"Effect": "Deny", "Action": "s3:*", "Resource": "*",
  "Condition": {"NotIpAddress": {"aws:SourceIp": ["10.0.0.0/8", "203.0.113.0/24"]},
                "Bool": {"aws:SecureTransport": "false"}}})";
constexpr const char* kRead = R"({"Effect": "Allow", "Action": ["s3:Get*", "s3:List*"], "Resource": "*"})";

Circumstances circumstances() {
  Circumstances now;
  now.source_ip = "203.0.113.9";
  now.add("aws:UserAgent", "aws-cli/2.15");
  now.add("s3:prefix", "raw/2024/");
  return now;
}

void decide_for(benchmark::State& state, const Identity& identity, const Policy* of_bucket, std::string_view action) {
  const Circumstances now = circumstances();
  for (auto _ : state) {
    benchmark::DoNotOptimize(
        decide({action, "arn:aws:s3:::lake/home/ana/2024/01/a.parquet", now}, identity, of_bucket));
  }
}

void root(benchmark::State& state) { decide_for(state, Identity::make_root(), nullptr, "s3:GetObject"); }
BENCHMARK(root);

void one_statement(benchmark::State& state) {
  Identity user = Identity::make_user("ana", "AIDA2222222222222222");
  user.policies = {policy(kRead)};
  decide_for(state, user, nullptr, "s3:GetObject");
}
BENCHMARK(one_statement);

void usual_policies(benchmark::State& state) {
  Identity user = Identity::make_user("ana", "AIDA2222222222222222");
  user.policies = {policy(std::string(kHome) + "," + kList), policy(kFrom)};
  decide_for(state, user, nullptr, "s3:GetObject");
}
BENCHMARK(usual_policies);

void a_hundred_statements(benchmark::State& state) {
  std::string statements = kRead;
  for (int index = 0; index < 99; ++index) {
    statements += R"(,{"Effect": "Deny", "Action": "s3:DeleteObject", "Resource": "arn:aws:s3:::lake/)" +
                  std::to_string(index) + "/*\"}";
  }
  Identity user = Identity::make_user("ana", "AIDA2222222222222222");
  user.policies = {policy(statements)};
  decide_for(state, user, nullptr, state.range(0) == 0 ? "s3:GetObject" : "s3:DeleteObject");
}
BENCHMARK(a_hundred_statements)->ArgName("all_actions_fit")->Arg(0)->Arg(1);

void worst_wildcards(benchmark::State& state) {
  const auto glyphs = Glyphs(1, kAnyMany) + std::u16string(500, u'a') + u"b";
  const std::string text(1024, 'a');
  for (auto _ : state) benchmark::DoNotOptimize(glob_match(glyphs, text));
}
BENCHMARK(worst_wildcards)->Unit(benchmark::kMicrosecond);

// Among a thousand keys of ten users.
void find_key(benchmark::State& state) {
  const TemporaryDirectory folder;
  SystemClock clock;
  auto store = *kv::Store::open(folder.path() / "kv", {});
  auto identities = *Identities::open(*store, clock, {.directory = folder.path() / "access"});
  std::string wanted;
  for (int user = 0; user < 10; ++user) {
    const std::string name = "user" + std::to_string(user);
    CHECK(identities->create_user(name).has_value(), "a user of the benchmark");
    for (int key = 0; key < 100; ++key) wanted = identities->create_key({.user = name})->access_key_id;
  }
  for (auto _ : state) benchmark::DoNotOptimize(identities->find(wanted));
}
BENCHMARK(find_key);

}  // namespace
}  // namespace caudal::access
