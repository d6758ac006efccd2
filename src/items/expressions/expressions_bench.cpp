// SPDX-License-Identifier: Apache-2.0
// What expressions cost: reading them, and asking them about an item of a payment.
#include <benchmark/benchmark.h>

#include "base/check.h"
#include "items/expressions/request.h"
#include "items/values/item_codec.h"
#include "items/values/typed_json.h"
#include "items/values/wire.h"

namespace caudal::items {
namespace {

Item payment() {
  return *TypedJsonReader().read(
      R"({"PK":{"S":"000123456789#PAYMENT"},"SK":{"S":"SCHEDULED#1700000000000000001"},"AccountId":{"S":"000123456789"},
      "Status":{"S":"SCHEDULED"},"ScheduledDate":{"S":"2026-11-22"},"Attempts":{"N":"3"},
      "DataBlob":{"M":{"Amount":{"N":"1234.56"},"Currency":{"S":"BRL"},"BeneficiaryId":{"S":"1b4e28ba-2fa1-11d2-883f-0016d3cca427"}}}})");
}

aws::AttributeMap values() {
  return to_wire(*TypedJsonReader().read(R"({":s":{"S":"SCHEDULED"},":n":{"N":"1"},":d":{"S":"2026-11-22"}})"));
}

constexpr std::string_view kCondition = "#s = :s AND Attempts >= :n AND begins_with(ScheduledDate, :d)";
constexpr std::string_view kUpdate = "SET #s = :s, Attempts = Attempts + :n, DataBlob.PlannedFor = :d";

Expressions expressions(const ExpressionTexts& texts) {
  auto parsed = parse_expressions(texts, *Placeholders::make(Placeholders::Names{{"#s", "Status"}}, values()));
  CHECK(parsed.has_value(), "these expressions can be read");
  return *std::move(parsed);
}

void parse_a_condition(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(expressions({.condition = kCondition}));
}
BENCHMARK(parse_a_condition);

void parse_put_condition(benchmark::State& state) {
  for (auto _ : state) {
    benchmark::DoNotOptimize(parse_expressions({.condition = "attribute_not_exists(PK)"}, Placeholders()));
  }
}
BENCHMARK(parse_put_condition);

void decide_a_condition(benchmark::State& state) {
  const Expressions all = expressions({.condition = kCondition});
  const Item item = payment();
  for (auto _ : state) benchmark::DoNotOptimize(fulfils(item, *all.condition));
}
BENCHMARK(decide_a_condition);

void parse_an_update(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(expressions({.update = kUpdate}));
}
BENCHMARK(parse_an_update);

void apply_an_update(benchmark::State& state) {
  const Expressions all = expressions({.update = kUpdate});
  const Item item = payment();
  for (auto _ : state) benchmark::DoNotOptimize(apply(*all.update, item));
}
BENCHMARK(apply_an_update);

void project_stored_bytes(benchmark::State& state) {
  const Expressions all = *parse_expressions({.projection = "AccountId, DataBlob.Amount"}, Placeholders());
  const std::string row = encode(payment());
  for (auto _ : state) benchmark::DoNotOptimize(all.projection->of_stored(row));
}
BENCHMARK(project_stored_bytes);

void key_condition_of_a_query(benchmark::State& state) {
  const KeySchema schema{.partition = {{"PK", Type::kString}}, .sort = {{"SK", Type::kString}}};
  for (auto _ : state) {
    const Expressions all =
        *parse_expressions({.key_condition = "PK = :s AND begins_with(SK, :d)"}, *Placeholders::make(std::nullopt, [] {
                             aws::AttributeMap map = values();
                             map.erase(":n");
                             return map;
                           }()));
    benchmark::DoNotOptimize(range_of(*key_condition(*all.key_clauses, schema)));
  }
}
BENCHMARK(key_condition_of_a_query);

}  // namespace
}  // namespace caudal::items
