// SPDX-License-Identifier: Apache-2.0
// Laws that hold for any expression: what is printed parses to the same tree; what is decided and projected from parts
// of an item is what the whole would give; conditions obey logic.
#include <gtest/gtest.h>

#include "items/expressions/request.h"
#include "items/expressions/testing/expression_fixture.h"
#include "items/expressions/testing/random_expressions.h"
#include "items/values/checks.h"
#include "items/values/item_codec.h"

namespace caudal::items {
namespace {

using testing::RandomExpressions;

Placeholders placeholders_of(const Printed& printed) {
  std::optional<aws::AttributeMap> values;
  for (const auto& [name, value] : printed.values) {
    if (!values) values.emplace();
    values->emplace(name, to_wire(*value));
  }
  return unwrap(
      Placeholders::make(printed.names.empty() ? std::nullopt : std::optional(printed.names), std::move(values)));
}

TEST(ConditionProperties, PrintedTheyParseToTheSameTree) {
  Random random(testing::test_seed());
  for (int i = 0; i < 3'000; ++i) {
    RandomExpressions draw(random);
    const Condition condition = draw.condition();
    const Printed printed = print(condition);
    Placeholders placeholders = placeholders_of(printed);
    const auto parsed = parse_condition(ExpressionKind::kCondition, printed.text, placeholders);
    ASSERT_TRUE(parsed.has_value()) << printed.text << "\n" << parsed.error().message;
    ASSERT_EQ(*parsed, condition) << printed.text;
    ASSERT_OK(placeholders.check_all_used());
  }
}

TEST(UpdateProperties, PrintedTheyParseToTheSameTree) {
  Random random(testing::test_seed());
  for (int i = 0; i < 3'000; ++i) {
    RandomExpressions draw(random);
    const Update update = draw.update();
    const Printed printed = print(update);
    Placeholders placeholders = placeholders_of(printed);
    const auto parsed = parse_update(printed.text, placeholders);
    ASSERT_TRUE(parsed.has_value()) << printed.text << "\n" << parsed.error().message;
    ASSERT_EQ(*parsed, update) << printed.text;
  }
}

TEST(ProjectionProperties, OfStoredBytesAndOfThePrintedText) {
  Random random(testing::test_seed());
  for (int i = 0; i < 3'000; ++i) {
    RandomExpressions draw(random);
    std::vector<Path> paths = {draw.path()};
    for (uint64_t more = random.below(4); more > 0; --more) {
      paths.push_back(draw.path());
      if (!check_overlap(paths)) paths.pop_back();
    }
    const Projection projection(paths);
    const Item item = testing::random_named_item(random);
    const Item part = projection.of(item);
    ASSERT_EQ(unwrap(projection.of_stored(encode(item))), part);
    const Printed printed = print(projection);
    Placeholders placeholders = placeholders_of(printed);
    ASSERT_EQ(unwrap(parse_projection(printed.text, placeholders)), projection) << printed.text;
    // Of each attribute that is asked for as a whole, all is there.
    for (const Path& path : paths) {
      if (path.is_nested()) continue;
      const Value* const value = item.find(path.attribute());
      ASSERT_EQ(part.contains(path.attribute()), value != nullptr);
      if (value != nullptr) {
        ASSERT_EQ(*part.find(path.attribute()), *value);
      }
    }
    ASSERT_LE(size_bytes(part), size_bytes(item));
  }
}

TEST(ConditionProperties, ObeyLogicAndReadOnlyWhatTheySay) {
  Random random(testing::test_seed());
  int held = 0;
  for (int i = 0; i < 5'000; ++i) {
    RandomExpressions draw(random);
    const Item item = testing::random_named_item(random);
    Condition left = draw.condition(2);
    Condition right = draw.condition(2);
    const bool left_holds = fulfils(item, left);
    const bool right_holds = fulfils(item, right);
    held += left_holds ? 1 : 0;
    using Op = Condition::Op;
    ASSERT_EQ(fulfils(item, {.op = Op::kAnd, .children = {left, right}}), left_holds && right_holds);
    ASSERT_EQ(fulfils(item, {.op = Op::kOr, .children = {left, right}}), left_holds || right_holds);
    ASSERT_EQ(fulfils(item, {.op = Op::kNot, .children = {left}}), !left_holds);
    // With only the attributes that it says it looks at, it decides the same.
    std::vector<Path> paths;
    for (const std::string& name : attributes_of(left)) paths.push_back(path_of(name));
    ASSERT_EQ(fulfils(unwrap(Projection(paths).of_stored(encode(item))), left), left_holds);
  }
  EXPECT_GT(held, 500);
  EXPECT_LT(held, 4'500);
}

TEST(UpdateProperties, TouchWhatTheySayAndLeaveTheRest) {
  Random random(testing::test_seed());
  int applied = 0;
  for (int i = 0; i < 5'000; ++i) {
    RandomExpressions draw(random);
    const Item before = testing::random_named_item(random);
    const Update update = draw.update();
    const auto after = apply(update, before);
    if (!after) continue;
    ++applied;
    ASSERT_OK(check_levels(*after));
    std::vector<std::string> touched;
    for (const UpdateAction& action : update.actions()) touched.push_back(action.path.attribute());
    for (const Attribute& attribute : before) {
      if (std::find(touched.begin(), touched.end(), attribute.name) != touched.end()) continue;
      const Value* const kept = after->find(attribute.name);
      ASSERT_TRUE(kept != nullptr && *kept == attribute.value) << attribute.name;
    }
    for (const UpdateAction& action : update.actions()) {
      if (action.kind == UpdateAction::Kind::kRemove && !action.path.is_nested()) {
        ASSERT_FALSE(after->contains(action.path.attribute()));
      }
    }
    ASSERT_EQ(unwrap(decode_item(encode(*after))), *after);
  }
  EXPECT_GT(applied, 200);
}

}  // namespace
}  // namespace caudal::items
