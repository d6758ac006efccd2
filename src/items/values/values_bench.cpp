// SPDX-License-Identifier: Apache-2.0
// What values cost: an item of a payment, about 1 KB in twelve attributes.
#include <benchmark/benchmark.h>

#include "base/check.h"
#include "items/values/checks.h"
#include "items/values/item_codec.h"
#include "items/values/keys.h"
#include "items/values/typed_json.h"
#include "items/values/wire.h"

namespace caudal::items {
namespace {

Item payment() {
  Item blob;
  blob.set("Amount", Value(*Number::parse("1234.56")));
  blob.set("BeneficiaryId", Value("1b4e28ba-2fa1-11d2-883f-0016d3cca427"));
  blob.set("Currency", Value("BRL"));
  blob.set("Payload", Value(std::string(700, 'x')));
  Item item;
  item.set("PK", Value("000123456789#PAYMENT"));
  item.set("SK", Value("SCHEDULED#1700000000000000001"));
  item.set("AccountId", Value("000123456789"));
  item.set("Status", Value("SCHEDULED"));
  item.set("ScheduledDate", Value("2026-11-22"));
  item.set("GSI1PK", Value("SCHEDULED#3"));
  item.set("GSI1SK", Value("2026-11-22"));
  item.set("Attempts", Value(Number(3)));
  item.set("DataBlob", Value(std::move(blob)));
  return item;
}

void encode_item(benchmark::State& state) {
  const Item item = payment();
  std::string out;
  for (auto _ : state) {
    out.clear();
    append_encoded(out, item);
    benchmark::DoNotOptimize(out.data());
  }
  state.SetBytesProcessed(state.iterations() * static_cast<int64_t>(out.size()));
}
BENCHMARK(encode_item);

void decode_whole_item(benchmark::State& state) {
  const std::string row = encode(payment());
  for (auto _ : state) benchmark::DoNotOptimize(decode_item(row));
}
BENCHMARK(decode_whole_item);

void decode_one_attribute(benchmark::State& state) {
  const std::string row = encode(payment());
  for (auto _ : state) benchmark::DoNotOptimize(decode_attribute(row, "Status"));
}
BENCHMARK(decode_one_attribute);

void stored_to_typed_json(benchmark::State& state) {
  const std::string row = encode(payment());
  std::string out;
  for (auto _ : state) {
    out.clear();
    CHECK(append_stored_as_typed_json(out, row).has_value(), "reads");
    benchmark::DoNotOptimize(out.data());
  }
}
BENCHMARK(stored_to_typed_json);

void typed_json_to_item(benchmark::State& state) {
  std::string json;
  append_typed_json(json, payment());
  TypedJsonReader reader;
  for (auto _ : state) benchmark::DoNotOptimize(reader.read(json));
}
BENCHMARK(typed_json_to_item);

void wire_to_item(benchmark::State& state) {
  const aws::AttributeMap wire = to_wire(payment());
  for (auto _ : state) {
    state.PauseTiming();
    aws::AttributeMap given = wire;
    state.ResumeTiming();
    benchmark::DoNotOptimize(from_wire(std::move(given)));
  }
}
BENCHMARK(wire_to_item);

void size_of_item(benchmark::State& state) {
  const Item item = payment();
  for (auto _ : state) benchmark::DoNotOptimize(size_bytes(item));
}
BENCHMARK(size_of_item);

void key_of_payment(benchmark::State& state) {
  const KeySchema schema{.partition = {{"PK", Type::kString}}, .sort = {{"SK", Type::kString}}};
  const Item item = payment();
  for (auto _ : state) benchmark::DoNotOptimize(key_of_item(schema, item));
}
BENCHMARK(key_of_payment);

void parse_number(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(Number::parse("1234567.89"));
}
BENCHMARK(parse_number);

void number_to_text(benchmark::State& state) {
  const Number number = *Number::parse("1234567.89");
  std::string out;
  for (auto _ : state) {
    out.clear();
    number.append_to(out);
    benchmark::DoNotOptimize(out.data());
  }
}
BENCHMARK(number_to_text);

void add_numbers(benchmark::State& state) {
  const Number a = *Number::parse("1234567.89");
  const Number b = *Number::parse("0.113");
  for (auto _ : state) benchmark::DoNotOptimize(a.plus(b));
}
BENCHMARK(add_numbers);

}  // namespace
}  // namespace caudal::items
