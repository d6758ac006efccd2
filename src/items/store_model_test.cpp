// SPDX-License-Identifier: Apache-2.0
// Random programs against a model that is too simple to be wrong: a map of items. What is read is compared with it, and
// now and then everything: items, order, indexes against what the items say, and how much there is.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdlib>
#include <map>

#include "base/random.h"
#include "items/errors.h"
#include "items/testing/items_fixture.h"
#include "items/values/checks.h"

namespace caudal::items {
namespace {

using ModelKey = std::pair<std::string, int>;  // id, at

class ModelTest : public ItemsFixture {
 protected:
  ModelTest() {
    make_table("tab", true,
               {{.name = "by_status",
                 .key = {.partition = {{.name = "status"}}, .sort = {{.name = "due", .type = Type::kNumber}}},
                 .projection = {.kind = ProjectionKind::kInclude, .attributes = {"n"}}},
                {.name = "by_due",
                 .is_local = true,
                 .key = {.partition = {{.name = "id"}}, .sort = {{.name = "due", .type = Type::kNumber}}},
                 .projection = {.kind = ProjectionKind::kKeysOnly}}});
  }

  static Value number(int64_t value) { return Value(unwrap(Number::parse(std::to_string(value)))); }
  static Item key_item(const ModelKey& key) {
    Item item;
    item.set("id", Value(key.first));
    item.set("at", number(key.second));
    return item;
  }
  static ModelKey pick(Random& random) {
    return {std::string(1, "abc"[random.below(3)]), static_cast<int>(random.below(6)) - 3};
  }
  static int64_t number_in(const Item& item, const char* name) {
    const Value* const value = item.find(name);
    return value == nullptr ? 0 : std::stoll(value->get_if<Number>()->to_string());
  }
  static void give(Random& random, Item& item) {
    if (random.chance(0.7)) item.set("status", Value(random.chance(0.5) ? "open" : "paid"));
    if (random.chance(0.7)) item.set("due", number(static_cast<int64_t>(random.below(4))));
    if (random.chance(0.5)) item.set("n", number(static_cast<int64_t>(random.below(100))));
    if (random.chance(0.2)) item.set("text", Value(std::string(random.below(2000), 'x')));
  }

  // One write of some kind, to the store as `write`, and what the model becomes; whether its condition holds.
  bool make(Random& random, const ModelKey& key, Write& write, std::map<ModelKey, Item>& after) {
    const auto there = after.find(key);
    const bool is_there = there != after.end();
    const bool conditional = random.chance(0.3);
    const bool wants_it = random.chance(0.5);
    Texts texts;
    if (conditional) texts.condition = wants_it ? "attribute_exists(id)" : "attribute_not_exists(id)";
    const bool holds = !conditional || wants_it == is_there;
    switch (random.below(4)) {
      case 0:
        write.action = DeleteItem{"tab", key_item(key)};
        if (holds) after.erase(key);
        break;
      case 1: {
        Item item = key_item(key);
        give(random, item);
        write.action = PutItem{"tab", item};
        if (holds) after[key] = item;
        break;
      }
      case 2: {
        write.action = UpdateItem{"tab", key_item(key)};
        texts.update = "ADD n :by REMOVE #t";
        texts.names = {{{"#t", "text"}}};
        texts.values = R"({":by":{"N":"3"}})";
        if (holds) {
          Item& item = after.try_emplace(key, key_item(key)).first->second;
          item.set("n", number(number_in(item, "n") + 3));
          item.erase("text");
        }
        break;
      }
      default: {
        write.action = UpdateItem{"tab", key_item(key)};
        texts.update = "SET #s = :s, due = :d";
        texts.names = {{{"#s", "status"}}};
        const int64_t due = static_cast<int64_t>(random.below(4));
        texts.values = R"({":s":{"S":"open"},":d":{"N":")" + std::to_string(due) + R"("}})";
        if (holds) {
          Item& item = after.try_emplace(key, key_item(key)).first->second;
          item.set("status", Value("open"));
          item.set("due", number(due));
        }
        break;
      }
    }
    write.expressions = expressions(texts);
    return holds;
  }

  // Each answers how many operations it was.
  uint64_t single(Random& random) {
    Write write;
    const bool holds = make(random, pick(random), write, model_);
    EXPECT_EQ(unwrap(store_->write(std::move(write))).held, holds);
    return 1;
  }
  // Many that are asked for at once are done in their order, each for itself.
  uint64_t several(Random& random) {
    std::vector<Write> writes(1 + random.below(60));
    std::vector<bool> hold;
    for (Write& write : writes) hold.push_back(make(random, pick(random), write, model_));
    const auto answers = unwrap(store_->write_each(std::move(writes)));
    for (size_t n = 0; n < hold.size(); ++n) EXPECT_EQ(unwrap(Result(answers.at(n))).held, hold[n]) << n;
    return hold.size();
  }
  uint64_t transaction(Random& random) {
    std::vector<Write> writes;
    std::set<ModelKey> keys;
    for (uint64_t n = 1 + random.below(5); n > 0; --n) keys.insert(pick(random));
    auto after = model_;
    bool all_hold = true;
    for (const ModelKey& key : keys) all_hold = make(random, key, writes.emplace_back(), after) && all_hold;
    const Transacted done = unwrap(store_->transact(std::move(writes)));
    EXPECT_EQ(done.done(), all_hold);
    if (all_hold) model_ = std::move(after);
    return keys.size();
  }

  // One item, or a range of them: either way round, page by page, filtered or not.
  uint64_t read_one(Random& random) {
    const ModelKey key = pick(random);
    const auto there = model_.find(key);
    const auto got = unwrap(store_->get({.table = "tab", .key = key_item(key), .is_consistent = true})).item;
    EXPECT_EQ(got, there != model_.end() ? std::optional(there->second) : std::nullopt);
    return 1;
  }
  uint64_t read_range(Random& random) {
    static constexpr std::array kOperators = {SortOperator::kEqual,   SortOperator::kLess,
                                              SortOperator::kGreater, SortOperator::kLessOrEqual,
                                              SortOperator::kBetween, SortOperator::kGreaterOrEqual};
    const SortOperator op = kOperators.at(random.below(kOperators.size()));
    const auto [id, low] = pick(random);
    const int high = low + static_cast<int>(random.below(4));
    const KeyClause clause{
        .attribute = "at",
        .condition = {
            .op = op, .operand = number(low), .upper = op == SortOperator::kBetween ? number(high) : Value()}};
    const bool is_filtered = random.chance(0.3);
    Query query{.table = "tab",
                .key = where("id", Value(id), {clause}),
                .expressions = is_filtered ? expressions({.filter = "attribute_exists(due)"}) : nullptr,
                .is_forward = random.chance(0.5),
                .limit = random.chance(0.5) ? std::optional<uint64_t>(1 + random.below(4)) : std::nullopt};
    std::vector<Item> wanted;
    for (const auto& [key, item] : model_) {
      const bool is_in = key.first == id && lies(op, key.second, low, high);
      if (is_in && (!is_filtered || item.contains("due"))) wanted.push_back(item);
    }
    if (!query.is_forward) std::ranges::reverse(wanted);
    std::vector<Item> found;
    do {
      Page page = unwrap(store_->query(query));
      if (query.limit) EXPECT_LE(page.scanned, *query.limit);
      for (Item& item : page.items) found.push_back(std::move(item));
      query.start_after = std::move(page.last_key);
    } while (query.start_after);
    EXPECT_EQ(found, wanted) << fmt::format("{} {} {} {}", id, static_cast<int>(op), low, high);
    return 1;
  }
  static bool lies(SortOperator op, int at, int low, int high) {
    switch (op) {
      case SortOperator::kEqual: return at == low;
      case SortOperator::kLess: return at < low;
      case SortOperator::kLessOrEqual: return at <= low;
      case SortOperator::kGreater: return at > low;
      case SortOperator::kGreaterOrEqual: return at >= low;
      default: return at >= low && at <= high;
    }
  }
  uint64_t step(Random& random) {
    switch (random.below(8)) {
      case 0: return transaction(random);
      case 1: return read_one(random);
      case 2: return read_range(random);
      case 3: return single(random);
      default: return several(random);
    }
  }

  void compare();
  void compare_index(const IndexInfo& info, const IndexDefinition& index, bool keys_only);
  std::map<ModelKey, Item> model_;
};

void ModelTest::compare_index(const IndexInfo& info, const IndexDefinition& index, bool keys_only) {
  std::vector<Item> wanted;
  for (const auto& [key, item] : model_) {
    if (!item.contains("due") || (!index.is_local && !item.contains("status"))) continue;
    Item held = key_item(key);
    held.set("due", *item.find("due"));
    if (!index.is_local) held.set("status", *item.find("status"));
    if (!keys_only && item.contains("n")) held.set("n", *item.find("n"));
    wanted.push_back(std::move(held));
  }
  const std::vector<Item> held = all("tab", index.name, 4);
  ASSERT_EQ(held.size(), wanted.size()) << index.name;
  ASSERT_TRUE(std::ranges::is_permutation(held, wanted)) << index.name;
  ASSERT_EQ(info.volume.items, static_cast<int64_t>(wanted.size()));
}

void ModelTest::compare() {
  int64_t bytes = 0;
  for (const auto& [key, item] : model_) bytes += static_cast<int64_t>(size_bytes(item));
  const TableInfo info = unwrap(store_->describe_table("tab"));
  ASSERT_EQ(info.volume, (Volume{.items = static_cast<int64_t>(model_.size()), .bytes = bytes}));
  for (const char* id : {"a", "b", "c"}) {
    std::vector<Item> wanted;
    for (const auto& [key, item] : model_) {
      if (key.first == id) wanted.push_back(item);
    }
    ASSERT_EQ(unwrap(store_->query({.table = "tab", .key = where("id", Value(id))})).items, wanted) << id;
  }
  compare_index(info.indexes.at(0), info.definition.indexes.at(0), false);
  ASSERT_NO_FATAL_FAILURE(compare_index(info.indexes.at(1), info.definition.indexes.at(1), true));
}

uint64_t from_environment(const char* name, uint64_t otherwise) {
  const char* const set = std::getenv(name);
  return set != nullptr ? std::strtoull(set, nullptr, 10) : otherwise;
}

// CAUDAL_STEPS says of how many operations, CAUDAL_STEPS_SECONDS when it ends wherever it is; CAUDAL_SEED repeats one.
TEST_F(ModelTest, RandomProgramsGiveWhatTheModelSays) {
  constexpr uint64_t kBetweenComparisons = 1000;
  const uint64_t seed = from_environment("CAUDAL_SEED", secure_random_u64() % 1'000'000);
  const uint64_t wanted = from_environment("CAUDAL_STEPS", 20'000);
  const auto end =
      std::chrono::steady_clock::now() + std::chrono::seconds(from_environment("CAUDAL_STEPS_SECONDS", 3600));
  SCOPED_TRACE("CAUDAL_SEED=" + std::to_string(seed));
  Random random(seed);
  plan_.skip_syncs(true);  // the order of steps is what is tried here
  uint64_t done = 0;
  for (uint64_t compared = 0; done < wanted && std::chrono::steady_clock::now() < end;) {
    done += step(random);
    ASSERT_FALSE(HasFailure()) << "step " << done;
    if (done < compared + kBetweenComparisons) continue;
    compared = done;
    if (random.chance(0.05)) open();
    ASSERT_NO_FATAL_FAILURE(compare()) << "step " << done;
  }
  fmt::print("{} of {} steps from seed {} (CAUDAL_SEED={} repeats them)\n", done, wanted, seed, seed);
}

}  // namespace
}  // namespace caudal::items
