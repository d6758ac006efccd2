// SPDX-License-Identifier: Apache-2.0
// Many sessions on the same tables, one after the other, at once, and after a process was killed: each reads what its
// view of the catalog says, and nothing of one is left to another.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <thread>

#include "base/file.h"
#include "queries/testing/lake.h"

namespace caudal::queries {
namespace {

using testing::HasSubstr;

std::vector<std::string> files_below(const std::filesystem::path& folder) {
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (!entry.is_directory()) files.push_back(entry.path().string());
  }
  std::ranges::sort(files);
  return files;
}

// The only cell of the only row.
int64_t number(Session& session, const std::string& sql) {
  return std::get<int64_t>(unwrap(unwrap(session.query(sql)).all()).at(0).at(0));
}

// Three months of one row each that holds `value`, published at once.
void publish_months(Lake& lake, int64_t value) {
  const std::string id = fmt::format("run-{}", value);
  for (int month = 1; month <= 3; ++month)
    lake.put_partition("curated.t", {"2024", fmt::format("0{}", month)}, fmt::format("SELECT {}::BIGINT v", value), "",
                       id);
  unwrap(lake.catalog->publish(id, "test"));
}

void move_partition(Lake& lake, const std::vector<std::string>& values, std::optional<catalog::Partition> target) {
  const std::vector<catalog::PartitionMove> moves = {{"curated", "t", values, std::move(target)}};
  unwrap(lake.catalog->stage("by-hand", moves));
  unwrap(lake.catalog->publish("by-hand", "test"));
}

void make_months(Lake& lake) { lake.make_table("curated", "t", "v bigint", "ano int, mes string"); }

TEST(SharedTables, ALaterSessionUsesTheFoldersOfAnEarlierOneAndNoneOfItsLinks) {
  Lake lake;
  make_months(lake);
  publish_months(lake, 1);
  EXPECT_EQ(number(*lake.session(), "SELECT count(*) FROM curated.t"), 3);
  EXPECT_TRUE(std::filesystem::exists(lake.work() / "folders" / "curated.t@1" / "ano=2024" / "mes=02"));
  EXPECT_THAT(files_below(lake.work()), testing::IsEmpty()) << "nothing pins objects between sessions";
  move_partition(lake, {"2024", "02"}, std::nullopt);
  const auto session = lake.session();
  EXPECT_EQ(number(*session, "SELECT count(*) FROM curated.t"), 2);
  EXPECT_FALSE(std::filesystem::exists(lake.work() / "folders" / "curated.t@1")) << "in use by one session";
  EXPECT_EQ(files_below(lake.work()).size(), 2U);
}

TEST(SharedTables, SessionsAtOnceHaveTheirOwnLinks) {
  Lake lake;
  make_months(lake);
  publish_months(lake, 1);
  const auto older = lake.session();
  EXPECT_EQ(number(*older, "SELECT max(v) FROM curated.t"), 1);
  publish_months(lake, 2);
  auto newer = lake.session();
  EXPECT_EQ(number(*newer, "SELECT max(v) FROM curated.t"), 2);
  newer.reset();
  for (const objects::ObjectInfo& object : unwrap(lake.objects->list({.bucket = "lake"})).objects)
    unwrap(lake.objects->remove({"lake", object.key}));
  EXPECT_EQ(number(*older, "SELECT sum(v)::BIGINT FROM curated.t"), 3);
}

TEST(SharedTables, ASessionReadsNoFolderButItsOwn) {
  Lake lake;
  make_months(lake);
  publish_months(lake, 1);
  EXPECT_EQ(number(*lake.session(), "SELECT count(*) FROM curated.t"), 3);  // leaves a folder behind
  const auto other = lake.session();
  const auto session = lake.session();
  unwrap(other->prepare("SELECT * FROM curated.t"));
  const std::vector<std::string> links = files_below(lake.work());
  ASSERT_EQ(links.size(), 3U);
  const auto read = session->query(fmt::format("SELECT * FROM read_parquet('{}')", links[0]));
  ASSERT_FALSE(read.has_value());
  EXPECT_THAT(read.error().message, HasSubstr("file system"));
  for (const char* folder : {"folders/**", "session-*/**", "*"}) {
    auto listed = session->query(fmt::format("SELECT * FROM glob('{}')", (lake.work() / folder).string()));
    if (!listed) continue;
    const auto rows = listed->all();
    EXPECT_TRUE(!rows.has_value() || rows->empty()) << folder;
  }
}

TEST(SharedTables, AnObjectThatIsReplacedWhereItLiesShowsAtOnce) {
  Lake lake;
  lake.make_table("curated", "t", "v int", "ano int");
  lake.put_partition_bytes("curated.t", {"2024"}, {{"a.parquet", lake.parquet("SELECT 1 AS v")}});
  EXPECT_EQ(number(*lake.session(), "SELECT sum(v)::BIGINT FROM curated.t"), 1);
  const objects::ObjectInfo object = unwrap(lake.objects->list({.bucket = "lake"})).objects.at(0);
  const std::filesystem::path file = lake.directory.path() / "new.parquet";
  unwrap(write_file_durably(file, lake.parquet("SELECT 20 AS v UNION ALL SELECT 5")));
  unwrap(lake.objects->put_file({"lake", object.key}, file, {}, objects::Adopt::kCopy));
  EXPECT_EQ(number(*lake.session(), "SELECT sum(v)::BIGINT FROM curated.t"), 25);
}

TEST(SharedTables, AFolderWhoseLinkingFailedIsNotUsedAgain) {
  Lake lake;
  make_months(lake);
  publish_months(lake, 1);
  // A location in a bucket that is gone.
  move_partition(lake, {"2024", "04"},
                 catalog::Partition{.location = "s3://gone/x/", .columns = Lake::parse_columns("v bigint")});
  const auto failed = lake.session()->prepare("SELECT * FROM curated.t");
  ASSERT_FALSE(failed.has_value());
  EXPECT_THAT(failed.error().to_string(), HasSubstr("reading partition ano=2024/mes=04 of curated.t at s3://gone/x/"));
  EXPECT_THAT(files_below(lake.work()), testing::IsEmpty());
  EXPECT_TRUE(std::filesystem::is_empty(lake.work() / "folders"));
}

// Readers on several threads while whole publications replace the table: each sees one of them, whole.
TEST(SharedTables, ReadersAtOnceSeeOnePublicationEach) {
  Lake lake;
  make_months(lake);
  publish_months(lake, 1);
  constexpr int64_t kPublications = 12;
  std::atomic<bool> done = false;
  std::atomic<int> reads = 0;
  std::vector<std::thread> readers;
  for (int i = 0; i < 3; ++i) {
    readers.emplace_back([&] {
      int64_t newest = 0;
      while (!done || reads < 9) {
        const auto session = lake.session({.limits = Limits{.threads = 1}});
        const Row row =
            unwrap(unwrap(session->query("SELECT count(*), min(v), max(v) FROM curated.t WHERE mes <= '09'")).all())
                .at(0);
        EXPECT_EQ(row[0], sql::Value{int64_t{3}});
        EXPECT_EQ(row[1], row[2]);
        EXPECT_GE(std::get<int64_t>(row[2]), newest) << "time does not go back";
        newest = std::get<int64_t>(row[2]);
        ++reads;
      }
    });
  }
  for (int64_t value = 2; value <= kPublications; ++value) publish_months(lake, value);
  done = true;
  for (std::thread& reader : readers) reader.join();
  EXPECT_EQ(number(*lake.session(), "SELECT max(v) FROM curated.t"), kPublications);
  EXPECT_THAT(files_below(lake.work()), testing::IsEmpty());
  EXPECT_LE(std::distance(std::filesystem::directory_iterator(lake.work() / "folders"), {}), 4);
}

// A child with a session on the table; killed once the session has read it. Its lake's folder.
std::filesystem::path kill_in_the_middle_of_a_session() {
  int ends[2];
  EXPECT_EQ(pipe(ends), 0);
  const pid_t child = fork();
  if (child == 0) {
    Lake lake;
    make_months(lake);
    publish_months(lake, 1);
    number(*lake.session(), "SELECT count(*) FROM curated.t");
    const auto session = lake.session();
    number(*session, "SELECT count(*) FROM curated.t");
    const std::string path = lake.directory.path().string();
    if (write(ends[1], path.data(), path.size()) != static_cast<ssize_t>(path.size())) _exit(3);
    close(ends[1]);
    for (;;) pause();
  }
  close(ends[1]);
  std::string path;
  char byte = 0;
  while (read(ends[0], &byte, 1) == 1) path += byte;
  close(ends[0]);
  kill(child, SIGKILL);
  int status = 0;
  waitpid(child, &status, 0);
  EXPECT_TRUE(WIFSIGNALED(status)) << "the child ended by itself, status " << status;
  return path;
}

TEST(SharedTables, WhatAKilledProcessHeldIsLetGoWhenTheNextOpens) {
  const std::filesystem::path path = kill_in_the_middle_of_a_session();
  ASSERT_FALSE(path.empty());
  EXPECT_EQ(files_below(path / "work").size(), 3U);
  {
    ManualClock clock{Timestamp(std::chrono::seconds(1'700'000'000))};
    const auto store = unwrap(kv::Store::open(path / "kv", {.large_value_families = {objects::kBodiesFamily}}));
    const auto catalog = unwrap(catalog::Catalog::open(*store, clock));
    const auto objects = unwrap(objects::Store::open(*store, path / "blobs", clock));
    const auto engine = unwrap(Engine::open(*catalog, *objects, {.work_directory = path / "work"}));
    EXPECT_THAT(files_below(path / "work"), testing::IsEmpty());
    EXPECT_EQ(number(*unwrap(engine->open_session()), "SELECT count(*) FROM curated.t"), 3);
  }
  std::filesystem::remove_all(path);
}

}  // namespace
}  // namespace caudal::queries
