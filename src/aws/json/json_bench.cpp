// SPDX-License-Identifier: Apache-2.0
// What the codec costs DynamoDB's commonest calls.
#include <benchmark/benchmark.h>

#include "aws/generated/dynamodb/items.h"
#include "aws/generated/dynamodb/operations.h"
#include "aws/json/json_service.h"
#include "base/check.h"

namespace caudal::aws {
namespace {

// An item of ten attributes, about 400 bytes.
std::string put_item_body() {
  std::string item;
  for (int i = 0; i < 5; ++i) {
    item += R"("name_)" + std::to_string(i) + R"(":{"S":"some text of usual length"},"count_)" + std::to_string(i) +
            R"(":{"N":"12345.67"},)";
  }
  item.pop_back();
  return R"({"TableName":"payments","Item":{)" + item + R"x(},"ConditionExpression":"attribute_not_exists(name_0)"})x";
}

void decode_put_item(benchmark::State& state) {
  const std::string body = put_item_body();
  for (auto _ : state) {
    const auto input = decode_input<dynamodb::PutItemInput>(dynamodb::service(), body);
    CHECK(input.has_value() && input->item.size() == 10, "decodes");
  }
  state.SetBytesProcessed(state.iterations() * static_cast<int64_t>(body.size()));
}
BENCHMARK(decode_put_item);

void encode_get_item(benchmark::State& state) {
  dynamodb::GetItemOutput output;
  output.item = decode_input<dynamodb::PutItemInput>(dynamodb::service(), put_item_body())->item;
  for (auto _ : state) benchmark::DoNotOptimize(to_json(output));
}
BENCHMARK(encode_get_item);

}  // namespace
}  // namespace caudal::aws
