// SPDX-License-Identifier: Apache-2.0
// Random programs against a model that is too simple to be wrong: a map of items. Now and then everything is compared:
// items, order, indexes against what the items say, and how much there is.
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

  void single(Random& random) {
    Write write;
    auto after = model_;
    const bool holds = make(random, pick(random), write, after);
    const Written written = unwrap(store_->write(std::move(write)));
    ASSERT_EQ(written.held, holds);
    model_ = std::move(after);
  }
  void transaction(Random& random) {
    std::vector<Write> writes;
    std::set<ModelKey> keys;
    for (uint64_t n = 1 + random.below(5); n > 0; --n) keys.insert(pick(random));
    auto after = model_;
    bool all_hold = true;
    for (const ModelKey& key : keys) all_hold = make(random, key, writes.emplace_back(), after) && all_hold;
    const Transacted done = unwrap(store_->transact(std::move(writes)));
    ASSERT_EQ(done.done(), all_hold);
    if (all_hold) model_ = std::move(after);
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

TEST_F(ModelTest, RandomProgramsGiveWhatTheModelSays) {
  const char* const given = std::getenv("CAUDAL_SEED");
  const uint64_t seed = given != nullptr ? std::stoull(given) : secure_random_u64();
  RecordProperty("seed", std::to_string(seed));
  SCOPED_TRACE("CAUDAL_SEED=" + std::to_string(seed));
  Random random(seed);
  plan_.skip_syncs(true);  // the order of steps is what is tried here
  for (int step = 0; step < 4000; ++step) {
    if (random.chance(0.2))
      transaction(random);
    else
      single(random);
    ASSERT_FALSE(HasFailure()) << "step " << step;
    if (step % 200 == 199) {
      if (random.chance(0.3)) open();
      ASSERT_NO_FATAL_FAILURE(compare()) << "step " << step;
    }
  }
}

}  // namespace
}  // namespace caudal::items
