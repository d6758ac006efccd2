// SPDX-License-Identifier: Apache-2.0
// Exports and imports whose processes are killed at random steps, one after the other, until one comes to the end: that
// is the end of those that nobody killed.
//
// A killed process cannot be a fork of this one (RocksDB's threads do not survive one), so it is this program again,
// running only KilledJobs.DISABLED_Run.
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <thread>

#include "base/check.h"
#include "base/file.h"
#include "base/random.h"
#include "base/testing/fault_plan.h"
#include "base/testing/result_matchers.h"
#include "base/testing/temporary_directory.h"
#include "base/testing/worker_process.h"
#include "items/embedded_store.h"
#include "items/testing/short_requests.h"
#include "kv/testing/fault_env.h"
#include "objects/store.h"
#include "transfer/import.h"
#include "transfer/jobs.h"

namespace caudal::transfer {
namespace {

constexpr const char* kDirectory = "CAUDAL_KILL_DIRECTORY";
constexpr const char* kSteps = "CAUDAL_KILL_STEPS";
constexpr int kItems = 3000;

items::TableDefinition table(const std::string& name) {
  return {.name = name, .key = {.partition = {{"id"}}}, .billing = items::BillingMode::kPayPerRequest};
}

class KilledJobs : public testing::Test {
 protected:
  void open() {
    plan_.skip_syncs(true);  // the kernel outlives the process, so only the order of the steps matters
    kv_ = unwrap(kv::Store::open(directory_ / "kv", {.env = env_.get()}));
    store_ = unwrap(items::EmbeddedStore::open(*kv_, clock_));
    objects_ = unwrap(objects::Store::open(*kv_, directory_ / "blobs", clock_));
    importing_ = unwrap(ImportingTables::open(*kv_));
    jobs_ = unwrap(Jobs::open({.kv = *kv_,
                               .store = *store_,
                               .archive = store_->archive(),
                               .objects = *objects_,
                               .clock = clock_,
                               .importing = *importing_,
                               .export_file_bytes = 2000}));
  }
  void put_lines(const std::string& key, int from, int to) {
    std::string text = "id,n\n";
    for (int n = from; n < to; ++n) text += fmt::format("k{},{}\n", n, to);
    text += ",no key\n";
    objects::TextSource source(text);
    ASSERT_OK(objects_->put({"lake", key}, source));
  }
  Job import(const std::string& name, const std::string& prefix, Format format) {
    ImportRequest request{.table = table(name), .table_arn = "arn", .bucket = "lake", .prefix = prefix};
    request.input.format = format;
    if (format == Format::kDynamoDbJson) request.input.compression = Compression::kGzip;
    return unwrap(jobs_->begin_import(request));
  }
  // All jobs that there are, once they have come to their end.
  std::vector<Job> ended(JobKind kind) {
    for (;;) {
      std::vector<Job> all = jobs_->list(kind);
      if (std::ranges::none_of(all, [](const Job& job) { return job.state == JobState::kInProgress; })) return all;
      std::this_thread::yield();
    }
  }
  std::vector<items::Item> all(const std::string& name) {
    std::vector<items::Item> items;
    items::Scan scan{.table = name};
    do {
      items::Page page = unwrap(store_->scan(scan));
      for (items::Item& item : page.items) items.push_back(std::move(item));
      scan.start_after = std::move(page.last_key);
    } while (scan.start_after);
    return items;
  }

  std::filesystem::path directory_;
  FaultPlan plan_;
  std::unique_ptr<rocksdb::Env> env_ = kv::make_fault_env(plan_);
  SystemClock clock_;
  std::unique_ptr<kv::Store> kv_;
  std::unique_ptr<items::EmbeddedStore> store_;
  std::unique_ptr<objects::Store> objects_;
  std::unique_ptr<ImportingTables> importing_;
  std::unique_ptr<Jobs> jobs_;
};

// Goes on with what there is, until it is killed or all is done.
TEST_F(KilledJobs, DISABLED_Run) {
  directory_ = std::getenv(kDirectory);
  const auto steps = std::strtoull(std::getenv(kSteps), nullptr, 10);
  open();
  if (steps > 0) plan_.kill_after(steps);
  ended(JobKind::kImport);
  ended(JobKind::kExport);
}

// Runs the worker; its wait status.
int run_worker(const std::filesystem::path& directory, uint64_t steps) {
  return caudal::run_worker("KilledJobs.DISABLED_Run",
                            {fmt::format("{}={}", kDirectory, directory.string()), fmt::format("{}={}", kSteps, steps)},
                            directory / "log");
}

class Kills : public KilledJobs {
 protected:
  void close() {
    jobs_.reset();
    objects_.reset();
    store_.reset();
    kv_.reset();
  }
  TemporaryDirectory temporary_;
};

TEST_F(Kills, WhatIsKilledComesToTheSameEnd) {
  const uint64_t seed = secure_random_u64();
  SCOPED_TRACE(seed);
  std::printf("seed %llu\n", static_cast<unsigned long long>(seed));
  Random random(seed);
  directory_ = temporary_.path();
  open();
  ASSERT_OK(objects_->create_bucket("lake"));
  put_lines("in/a.csv", 0, kItems);
  put_lines("in/b.csv", kItems / 2, kItems + 500);
  const Job whole = import("whole", "in/", Format::kCsv);
  ended(JobKind::kImport);
  const auto items = all("whole");
  ASSERT_EQ(items.size(), 3500U) << jobs_->find(whole.id)->failure;
  ASSERT_OK(store_->archive().set_recovery("whole", true, 1));
  const std::string exported =
      unwrap(jobs_->begin_export({.table = "whole", .table_arn = "arn", .bucket = "lake", .prefix = "out"})).id;
  const std::string imported = import("tab", "in/", Format::kCsv).id;
  close();
  int kills = 0;
  while (kills < 60) {
    const int status = run_worker(temporary_.path(), 1 + random.below(20));
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) break;
    ASSERT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL)
        << read_file(temporary_.path() / "log").value_or("");
    ++kills;
  }
  std::printf("%d kills\n", kills);
  open();
  ended(JobKind::kImport);
  ended(JobKind::kExport);
  EXPECT_EQ(jobs_->find(exported)->state, JobState::kCompleted) << jobs_->find(exported)->failure;
  EXPECT_EQ(jobs_->find(exported)->items, items.size());
  const Job job = *jobs_->find(imported);
  const Job undisturbed = *jobs_->find(whole.id);
  EXPECT_EQ(job.state, JobState::kCompleted) << job.failure;
  EXPECT_EQ(job.records, undisturbed.records);
  EXPECT_EQ(job.items, undisturbed.items);
  EXPECT_EQ(job.refused, 2U);
  EXPECT_TRUE(all("tab") == items);
  import("again", fmt::format("out/AWSDynamoDB/{}/data/", exported), Format::kDynamoDbJson);
  ended(JobKind::kImport);
  EXPECT_TRUE(all("again") == items);
}

}  // namespace
}  // namespace caudal::transfer
