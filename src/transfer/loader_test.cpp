// SPDX-License-Identifier: Apache-2.0
// Files into tables.
#include "transfer/loader.h"

#include "items/testing/items_fixture.h"
#include "kv/testing/fault_env.h"
#include "transfer/errors.h"

namespace caudal::transfer {
namespace {

class LoaderTest : public items::ItemsFixture {
 protected:
  LoaderTest() { make_table("tab"); }
  Result<Loaded> load_text(std::string_view text, const LoadWatch& watch = {}, const InputOptions& options = {}) {
    objects::TextSource source(text);
    const auto reader = unwrap(RecordReader::open(source, options, unwrap(store_->describe_table("tab")).definition));
    return load(*store_, "tab", *reader, watch);
  }
};

TEST_F(LoaderTest, StoresEveryItemAndTheLastOfEachKey) {
  std::string text;
  for (int n = 0; n < 1000; ++n)
    text += R"({"id":"k)" + std::to_string(n % 900) + R"(","n":)" + std::to_string(n) + "}\n";
  int progress = 0;
  const Loaded loaded = unwrap(load_text(text, {.progress = [&](const Loaded&) -> Result<void> {
                                           ++progress;
                                           return {};
                                         }}));
  EXPECT_EQ(loaded.written, 1000U);
  EXPECT_EQ(loaded.refused, 0U);
  EXPECT_GE(progress, 5);
  EXPECT_EQ(unwrap(store_->describe_table("tab")).volume.items, 900);
  EXPECT_EQ(get("tab", R"({"id":{"S":"k7"}})"), items::item_of(R"({"id":{"S":"k7"},"n":{"N":"907"}})"));
}

TEST_F(LoaderTest, TellsWhatItRefusesAndStoresTheRest) {
  std::vector<uint64_t> refused;
  const Loaded loaded =
      unwrap(load_text("{\"id\":\"a\"}\n{\"id\":1}\nnothing\n{\"id\":\"\"}\n{\"x\":1}\n{\"id\":\"b\"}\n",
                       {.refused = [&](uint64_t line, const Error& why) {
                         refused.push_back(line);
                         EXPECT_FALSE(why.message.empty());
                       }}));
  std::ranges::sort(refused);
  EXPECT_EQ(refused, (std::vector<uint64_t>{2, 3, 4, 5}));
  EXPECT_EQ(loaded.records, 6U);
  EXPECT_EQ(loaded.written, 2U);
  EXPECT_EQ(loaded.refused, 4U);
  EXPECT_EQ(all("tab").size(), 2U);
}

TEST_F(LoaderTest, InchesJoinNoRowsOfCsv) {
  const Loaded loaded = unwrap(load_text("id,name\n1,5\" pipe\n2,foo\n3,6\" nail\n", {}, {.format = Format::kCsv}));
  EXPECT_EQ(loaded.written, 3U);
  EXPECT_EQ(loaded.refused, 0U);
  EXPECT_EQ(get("tab", R"({"id":{"S":"2"}})"), items::item_of(R"({"id":{"S":"2"},"name":{"S":"foo"}})"));
}

TEST_F(LoaderTest, EndsWhenItIsTold) {
  std::string text;
  for (int n = 0; n < 1000; ++n) text += R"({"id":"k)" + std::to_string(n) + "\"}\n";
  const auto loaded = load_text(
      text, {.progress = [](const Loaded&) -> Result<void> { return Error{caudal::Errc::cancelled, "stop"}; }});
  EXPECT_EQ(loaded.error().code, caudal::Errc::cancelled);
  EXPECT_EQ(all("tab").size(), 200U) << "what was written stays";
}

TEST_F(LoaderTest, ADiskThatRefusesEndsIt) {
  plan_.fail_after(0, EIO, FaultPlan::Lasting::kUntilDisarmed);
  EXPECT_FALSE(load_text("{\"id\":\"a\"}\n"));
  plan_.disarm();
}

}  // namespace
}  // namespace caudal::transfer
