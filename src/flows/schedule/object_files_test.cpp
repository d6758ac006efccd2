// SPDX-License-Identifier: Apache-2.0
// The watch over a real object store.
#include "flows/schedule/object_files.h"

#include <gmock/gmock.h>

#include <thread>

#include "base/file.h"
#include "flows/schedule/testing/watch_fixture.h"

namespace caudal::schedule {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

class ObjectFilesTest : public WatchFixture {
 protected:
  void put(const std::string& key, std::string_view content) {
    objects::TextSource source(content);
    ASSERT_OK(store->put({.bucket = "lake", .key = key}, source));
  }
  std::vector<std::string> keys(const std::string& prefix) {
    std::vector<std::string> found;
    for (const ListedFile& file : unwrap(lister.list("lake", prefix))) found.push_back(file.key);
    return found;
  }

  std::unique_ptr<objects::Store> store = unwrap(objects::Store::open(*kv, directory.path() / "blobs", clock));
  ObjectFiles lister{*store};
};

TEST_F(ObjectFilesTest, NothingIsThereBeforeTheBucketIs) { EXPECT_THAT(keys("raw/"), IsEmpty()); }

TEST_F(ObjectFilesTest, ListsAllPagesOfAPrefix) {
  ASSERT_OK(store->create_bucket("lake"));
  {
    std::vector<std::jthread> threads;  // many, to share the fsyncs
    for (int t = 0; t < 59; ++t) {
      threads.emplace_back([this, t] {
        for (int i = 0; i < 17; ++i) put("raw/ingestion/f" + std::to_string(t) + "-" + std::to_string(i), "x");
      });
    }
  }
  put("raw/other", "x");
  EXPECT_THAT(keys("raw/ingestion/"), SizeIs(1003));
  EXPECT_THAT(keys("raw/o"), ElementsAre("raw/other"));
}

TEST_F(ObjectFilesTest, EveryPutIsADeliveryOfItsOwnEvenOfTheSameBytes) {
  ASSERT_OK(store->create_bucket("lake"));
  put("a", "same");
  const ListedFile first = unwrap(lister.list("lake", "a")).at(0);
  EXPECT_EQ(first.size_bytes, 4U);
  EXPECT_EQ(first.modified, clock.now());
  EXPECT_EQ(unwrap(lister.list("lake", "a")).at(0), first);
  clock.advance(1s);
  put("a", "same");
  EXPECT_NE(unwrap(lister.list("lake", "a")).at(0).identity, first.identity);
}

TEST_F(ObjectFilesTest, AFileDroppedIntoTheInboxStartsItsMonth) {
  const std::filesystem::path folder = directory.path() / "inbox";
  std::filesystem::create_directory(folder);
  inbox = std::make_unique<Inbox>(folder, [this](const auto& file, const std::string& bucket, const std::string& key) {
    return lister.import(file, bucket, key);
  });
  runs = unwrap(runs::RunStore::open(*kv, clock, {.seed = 1}));
  starter.runs = runs.get();
  watcher = unwrap(Watcher::open(
      {.clock = clock, .kv = *kv, .runs = *runs, .files = lister, .starter = starter, .inbox = inbox.get()},
      {invoices()}, options));
  ASSERT_OK(write_file_durably(folder / "tb_faturas_202312.csv", "id_fatura\n1-1\n"));
  ASSERT_OK(write_file_durably(folder / "tb_pagamentos_202312.csv", "id_pagamento\n"));
  for (int i = 0; i < 2; ++i) tick_at(clock.now() + 1min);
  EXPECT_THAT(starter.requests, IsEmpty()) << "just imported: settles as an object too";
  tick_at(clock.now() + 1min);
  tick_at(clock.now() + 1min);
  ASSERT_THAT(starter.requests, SizeIs(1));
  EXPECT_EQ(to_string(starter.requests[0].month), "2023-12");
  auto reader = unwrap(store->get({.bucket = "lake", .key = "raw/ingestion/tb_faturas_202312.csv"}));
  EXPECT_EQ(unwrap(objects::read_all(reader)), "id_fatura\n1-1\n");
  EXPECT_TRUE(std::filesystem::exists(folder / "tb_faturas_202312.csv")) << "the partner's file is left alone";
}

}  // namespace
}  // namespace caudal::schedule
