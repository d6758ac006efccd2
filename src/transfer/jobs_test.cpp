// SPDX-License-Identifier: Apache-2.0
// Tables to objects and back: the layout, the manifests, one moment, and what is told of what went wrong.
#include "transfer/jobs.h"

#include <thread>

#include "base/digest.h"
#include "base/encoding.h"
#include "items/testing/items_fixture.h"
#include "objects/store.h"
#include "transfer/errors.h"
#include "transfer/export.h"
#include "transfer/gzip.h"
#include "transfer/import.h"

namespace caudal::transfer {
namespace {

class JobsTest : public items::ItemsFixture {
 protected:
  JobsTest() {
    plan_.skip_syncs(true);
    start();
    EXPECT_OK(objects_->create_bucket("lake"));
  }
  ~JobsTest() override { jobs_.reset(); }
  void start() {
    jobs_.reset();
    objects_.reset();
    open();
    objects_ = unwrap(objects::Store::open(*kv_, dir_.path() / "blobs", clock_));
    importing_ = unwrap(ImportingTables::open(*kv_));
    jobs_ = unwrap(Jobs::open({.kv = *kv_,
                               .store = *store_,
                               .archive = store_->archive(),
                               .objects = *objects_,
                               .clock = clock_,
                               .importing = *importing_,
                               .export_file_bytes = export_file_bytes_}));
  }
  Job wait_for(const std::string& id) {
    for (;;) {
      Job job = *jobs_->find(id);
      if (job.state != JobState::kInProgress) return job;
      std::this_thread::yield();
    }
  }
  void fill(int count) {
    for (int n = 0; n < count; ++n) {
      ASSERT_OK(put("tab", R"({"id":{"S":"k)" + std::to_string(n) + R"("},"n":{"N":")" + std::to_string(n) + "\"}}"));
    }
  }
  std::string text(const std::string& key) {
    objects::Reader reader = unwrap(objects_->get({"lake", key}));
    return unwrap(objects::read_all(reader));
  }
  void put_object(const std::string& key, std::string_view bytes) {
    objects::TextSource source(bytes);
    ASSERT_OK(objects_->put({"lake", key}, source));
  }
  std::vector<std::string> keys(const std::string& prefix) {
    std::vector<std::string> all;
    for (const auto& object : unwrap(objects_->list({.bucket = "lake", .prefix = prefix})).objects) {
      all.push_back(object.key);
    }
    return all;
  }
  items::TableDefinition table(const std::string& name) {
    return {.name = name, .key = {.partition = {{"id"}}}, .billing = items::BillingMode::kPayPerRequest};
  }

  uint64_t export_file_bytes_ = uint64_t{256} << 20;
  std::unique_ptr<objects::Store> objects_;
  std::unique_ptr<ImportingTables> importing_;
  std::unique_ptr<Jobs> jobs_;
};

TEST_F(JobsTest, AnExportIsLaidOutWithManifestsAndReadsBackAsTheTable) {
  make_table("tab");
  fill(300);
  const auto before = all("tab");
  const Job begun =
      unwrap(jobs_->begin_export({.table = "tab", .table_arn = "arn:t", .bucket = "lake", .prefix = "x"}));
  ASSERT_OK(put("tab", R"({"id":{"S":"later"}})"));
  const Job job = wait_for(begun.id);
  EXPECT_EQ(job.state, JobState::kCompleted) << job.failure;
  EXPECT_EQ(job.items, 300U);
  const std::string folder = "x/AWSDynamoDB/" + job.id + "/";
  EXPECT_EQ(text(folder + "_started"), "");
  const std::string summary = text(folder + "manifest-summary.json");
  EXPECT_NE(summary.find(R"("itemCount":300,"outputFormat":"DYNAMODB_JSON")"), std::string::npos) << summary;
  EXPECT_NE(summary.find(R"("exportArn":"arn:t/export/)" + job.id), std::string::npos) << summary;
  EXPECT_EQ(keys(folder + "manifest").size(), 4U);
  const auto data = keys(folder + "data/");
  ASSERT_EQ(data.size(), 1U);
  EXPECT_NE(text(folder + "manifest-files.json").find(R"({"itemCount":300,"md5Checksum":")"), std::string::npos);
  const Job imported = wait_for(
      unwrap(jobs_->begin_import({.table = table("again"),
                                  .table_arn = "arn:a",
                                  .bucket = "lake",
                                  .prefix = folder,
                                  .input = {.format = Format::kDynamoDbJson, .compression = Compression::kGzip}}))
          .id);
  EXPECT_EQ(imported.state, JobState::kCompleted) << imported.failure;
  EXPECT_EQ(imported.items, 300U);
  EXPECT_EQ(all("again"), before) << "as it was when the export was asked for";
}

TEST_F(JobsTest, LargeTablesBecomeSeveralFiles) {
  make_table("tab");
  fill(100);
  const auto image = unwrap(store_->archive().image("tab"));
  const ExportPlan plan{.id = "1", .table_arn = "arn", .bucket = "lake", .file_bytes = 200};
  EXPECT_EQ(unwrap(export_table(*image, *objects_, clock_, plan)).items, 100U);
  EXPECT_GT(keys("AWSDynamoDB/1/data/").size(), 3U);
  ASSERT_OK(store_->create_table(table("again")));
  const Imported back = unwrap(import_objects(
      *store_, "again", *objects_,
      {.bucket = "lake", .input = {.format = Format::kDynamoDbJson, .compression = Compression::kGzip}}, {}));
  EXPECT_EQ(back.loaded.written, 100U);
  EXPECT_EQ(all("again"), all("tab"));
}

TEST_F(JobsTest, AnImportCountsWhatItRefuses) {
  put_object("in/a.csv", "id,n\na,1\n,2\nb,3\n");
  put_object("in/b.csv", "id,n\nc,4\n");
  const Job job = wait_for(unwrap(jobs_->begin_import({.table = table("tab"),
                                                       .table_arn = "arn",
                                                       .bucket = "lake",
                                                       .prefix = "in/",
                                                       .input = {.format = Format::kCsv}}))
                               .id);
  EXPECT_EQ(job.state, JobState::kCompleted) << job.failure;
  EXPECT_EQ(job.records, 4U);
  EXPECT_EQ(job.items, 3U);
  EXPECT_EQ(job.refused, 1U);
  EXPECT_EQ(get("tab", R"({"id":{"S":"c"}})"), items::item_of(R"({"id":{"S":"c"},"n":{"S":"4"}})"));
}

TEST_F(JobsTest, WhatGoesWrongIsTold) {
  make_table("tab");
  const Job no_bucket =
      wait_for(unwrap(jobs_->begin_export({.table = "tab", .table_arn = "arn", .bucket = "none"})).id);
  EXPECT_EQ(no_bucket.state, JobState::kFailed);
  EXPECT_EQ(no_bucket.failure_code, "S3NoSuchBucket");
  const Job nothing = wait_for(
      unwrap(jobs_->begin_import({.table = table("one"), .table_arn = "arn", .bucket = "lake", .prefix = "no/"})).id);
  EXPECT_EQ(nothing.failure_code, "S3NoSuchKey");
  put_object("bad/x.json.gz", "no gzip");
  const Job bad = wait_for(unwrap(jobs_->begin_import({.table = table("two"),
                                                       .table_arn = "arn",
                                                       .bucket = "lake",
                                                       .prefix = "bad/",
                                                       .input = {.compression = Compression::kGzip}}))
                               .id);
  EXPECT_EQ(bad.failure_code, "InvalidInputFile");
  EXPECT_NE(bad.failure.find("s3://lake/bad/x.json.gz"), std::string::npos) << bad.failure;
  EXPECT_FALSE(jobs_->begin_export({.table = "none", .table_arn = "arn", .bucket = "lake"}));
  EXPECT_FALSE(jobs_->begin_import({.table = table("tab"), .table_arn = "arn", .bucket = "lake"})) << "it is there";
  EXPECT_EQ(jobs_->list(JobKind::kImport).size(), 2U);
}

TEST_F(JobsTest, ATokenBeginsOneJob) {
  make_table("tab");
  const ExportRequest request{
      .table = "tab", .table_arn = "arn", .bucket = "lake", .begun = {.token = "t", .digest = "1"}};
  const Job first = unwrap(jobs_->begin_export(request));
  EXPECT_EQ(unwrap(jobs_->begin_export(request)).id, first.id);
  ExportRequest other = request;
  other.begun.digest = "2";
  EXPECT_EQ(jobs_->begin_export(other).error().code, Errc::token_conflict);
  clock_.advance(std::chrono::hours(9));
  EXPECT_NE(unwrap(jobs_->begin_export(other)).id, first.id);
}

// Of a table that can be restored to a moment, in small files.
class ExportsTest : public JobsTest {
 protected:
  ExportsTest() {
    export_file_bytes_ = 80;
    start();
    make_table("tab");
    EXPECT_OK(store_->archive().set_recovery("tab", true, 35));
    fill(100);
  }
  items::TableHistory& history() { return dynamic_cast<items::TableHistory&>(store_->archive()); }
  // What files in a folder hold, as the items of a table.
  std::vector<items::Item> imported(const std::string& folder, const std::string& name) {
    EXPECT_OK(store_->create_table(table(name)));
    EXPECT_OK(import_objects(*store_, name, *objects_,
                             {.bucket = "lake",
                              .prefix = folder,
                              .input = {.format = Format::kDynamoDbJson, .compression = Compression::kGzip}},
                             {}));
    return all(name);
  }
  std::string unpacked_files(const std::string& folder) {
    std::string lines;
    for (const std::string& key : keys(folder)) {
      const std::string packed = text(key);
      objects::TextSource source(packed);
      GunzipSource gunzip(source);
      lines += unwrap(objects::read_all(gunzip));
    }
    return lines;
  }
};

TEST_F(ExportsTest, OneThatWasCutShortAnywhereGoesOnToTheSameEnd) {
  const auto point = unwrap(history().point("tab", {}));
  ExportPlan plan{.id = "whole", .table_arn = "arn", .bucket = "lake", .file_bytes = 80};
  const Exported whole = unwrap(export_table(*unwrap(history().image(point)), *objects_, clock_, plan));
  EXPECT_EQ(whole.items, 100U);
  const std::string manifest = text("AWSDynamoDB/whole/manifest-files.json");
  const auto files = keys("AWSDynamoDB/whole/");
  ASSERT_GT(keys("AWSDynamoDB/whole/data/").size(), 5U);
  // What is written meanwhile is none of it.
  fill(30);
  ASSERT_OK(remove("tab", R"({"id":{"S":"k50"}})"));
  for (uint64_t cut = 0; cut < keys("AWSDynamoDB/whole/data/").size(); ++cut) {
    for (const std::string& key : files) ASSERT_OK(objects_->remove({"lake", key}));
    ExportPlan again = plan;
    uint64_t calls = 0;
    const auto once = export_table(*unwrap(history().image(point)), *objects_, clock_, again,
                                   [&](const Exported&, const ExportPlace* place) -> Result<void> {
                                     if (place != nullptr) again.from = *place;
                                     // Also in the middle of a file, after some that are whole.
                                     if (calls++ == 2 * cut) return Error{Errc::interrupted, "cut short"};
                                     return {};
                                   });
    if (once) break;
    const Exported rest = unwrap(export_table(*unwrap(history().image(point)), *objects_, clock_, again));
    EXPECT_EQ(rest.items, whole.items);
    EXPECT_EQ(rest.bytes, whole.bytes);
    EXPECT_EQ(text("AWSDynamoDB/whole/manifest-files.json"), manifest) << cut;
    EXPECT_EQ(keys("AWSDynamoDB/whole/"), files) << "no file is left over: " << cut;
  }
}

TEST_F(ExportsTest, OneGoesOnAfterTheProcessEndedAndShowsItsMoment) {
  const auto before = all("tab");
  const std::string id =
      unwrap(jobs_->begin_export({.table = "tab", .table_arn = "arn", .bucket = "lake", .prefix = "x"})).id;
  for (int n = 0; n < 20 && jobs_->find(id)->state == JobState::kInProgress; ++n) {
    ASSERT_OK(put("tab", R"({"id":{"S":"k)" + std::to_string(n) + R"("},"n":{"S":"later"}})"));
    start();
  }
  const Job job = wait_for(id);
  EXPECT_EQ(job.state, JobState::kCompleted) << job.failure;
  EXPECT_EQ(job.items, 100U);
  EXPECT_EQ(imported("x/AWSDynamoDB/" + id + "/data/", "again"), before);
}

TEST_F(ExportsTest, AMomentOfThePastIsShown) {
  const auto before = all("tab");
  const Timestamp then = clock_.now();
  clock_.advance(std::chrono::seconds(10));
  fill(20);
  ASSERT_OK(put("tab", R"({"id":{"S":"later"}})"));
  const Job job =
      wait_for(unwrap(jobs_->begin_export({.table = "tab", .table_arn = "arn", .bucket = "lake", .moment = then})).id);
  EXPECT_EQ(job.moment, then);
  EXPECT_EQ(imported("AWSDynamoDB/" + job.id + "/data/", "again"), before);
  EXPECT_FALSE(jobs_->begin_export(
      {.table = "tab", .table_arn = "arn", .bucket = "lake", .moment = clock_.now() + std::chrono::seconds(1)}));
  make_table("plain");
  EXPECT_EQ(jobs_->begin_export({.table = "plain", .table_arn = "arn", .bucket = "lake", .moment = then}).error().code,
            items::Errc::no_recovery);
}

TEST_F(ExportsTest, WhatChangedIsToldWithWhatItWas) {
  clock_.advance(std::chrono::seconds(10));
  const Timestamp from = clock_.now();
  clock_.advance(std::chrono::seconds(10));
  ASSERT_OK(put("tab", R"({"id":{"S":"k1"},"n":{"N":"7"}})"));
  ASSERT_OK(put("tab", R"({"id":{"S":"new"},"n":{"N":"8"}})"));
  ASSERT_OK(remove("tab", R"({"id":{"S":"k2"}})"));
  const std::string at = std::to_string(clock_.now().time_since_epoch().count());
  clock_.advance(std::chrono::minutes(20));
  const auto lines = [&](bool with_old) {
    const Job job =
        wait_for(unwrap(jobs_->begin_export({.table = "tab",
                                             .table_arn = "arn",
                                             .bucket = "lake",
                                             .prefix = with_old ? "both" : "new",
                                             .changes = ChangesRequest{.from = from, .with_old = with_old}}))
                     .id);
    EXPECT_EQ(job.state, JobState::kCompleted) << job.failure;
    EXPECT_EQ(job.items, 3U);
    const std::string folder = std::string(with_old ? "both" : "new") + "/AWSDynamoDB/";
    const std::string summary = text(folder + job.id + "/manifest-summary.json");
    EXPECT_NE(summary.find(with_old ? R"("outputView":"NEW_AND_OLD_IMAGES","exportType":"INCREMENTAL_EXPORT")"
                                    : R"("outputView":"NEW_IMAGE")"),
              std::string::npos)
        << summary;
    EXPECT_NE(summary.find(R"("exportFromTime":")"), std::string::npos) << summary;
    return unpacked_files(folder + "data/");
  };
  const std::string both = lines(true);
  const auto line = [&](const std::string& rest) {
    return R"({"Metadata":{"WriteTimestampMicros":{"N":")" + at + R"("}},"Keys":{"id":{"S":)" + rest + "}\n";
  };
  for (const std::string& one :
       {line(R"("k1"}},"OldImage":{"id":{"S":"k1"},"n":{"N":"1"}},"NewImage":{"id":{"S":"k1"},"n":{"N":"7"}})"),
        line(R"("new"}},"NewImage":{"id":{"S":"new"},"n":{"N":"8"}})"),
        line(R"("k2"}},"OldImage":{"id":{"S":"k2"},"n":{"N":"2"}})")}) {
    EXPECT_NE(both.find(one), std::string::npos) << one << both;
  }
  const std::string news = lines(false);
  EXPECT_EQ(news.find("OldImage"), std::string::npos);
  EXPECT_NE(news.find(line(R"("k2"}})")), std::string::npos) << news;
}

TEST_F(ExportsTest, WhatChangedInAWindowThatDynamoDbRefusesIsNotExported) {
  const Timestamp enabled = clock_.now();
  clock_.advance(std::chrono::minutes(14));
  const auto begin = [&](Timestamp from, std::optional<Timestamp> to = {}) {
    return jobs_->begin_export({.table = "tab",
                                .table_arn = "arn",
                                .bucket = "lake",
                                .begun = {.token = "one", .digest = "digest"},
                                .moment = to,
                                .changes = ChangesRequest{.from = from}});
  };
  EXPECT_EQ(begin(enabled).error().code, Errc::invalid_window);
  clock_.advance(std::chrono::minutes(1));
  const Job job = wait_for(unwrap(begin(enabled)).id);
  EXPECT_EQ(job.state, JobState::kCompleted) << job.failure;
  clock_.advance(std::chrono::hours(7));
  EXPECT_EQ(unwrap(begin(enabled - std::chrono::hours(1))).id, job.id)
      << "a token answers for its request, whatever the clock says by now";
  make_table("plain");
  EXPECT_EQ(
      jobs_
          ->begin_export(
              {.table = "plain", .table_arn = "arn", .bucket = "lake", .changes = ChangesRequest{.from = enabled}})
          .error()
          .code,
      items::Errc::no_recovery);
}

// Several objects, with lines that are no items, and keys that come again.
class ImportsTest : public JobsTest {
 protected:
  ImportsTest() {
    put_object("in/a.csv", lines(0, 900));
    put_object("in/b.csv", lines(900, 950) + ",no key\n" + lines(0, 400));
    put_object("in/c.csv", lines(1500, 1700));
  }
  static std::string lines(int from, int to) {
    std::string text = from == 0 && to == 400 ? "" : "id,n\n";
    for (int n = from; n < to; ++n) text += "k" + std::to_string(n) + "," + std::to_string(from + to) + "\n";
    return text;
  }
  ImportPlan plan() const { return {.bucket = "lake", .prefix = "in/", .input = {.format = Format::kCsv}}; }
};

TEST_F(ImportsTest, WhatWasCutShortAnywhereGoesOnToTheSameEnd) {
  ASSERT_OK(store_->create_table(table("whole")));
  const Imported whole = unwrap(import_objects(*store_, "whole", *objects_, plan(), {}));
  EXPECT_EQ(whole.loaded.records, 1551U);
  EXPECT_EQ(whole.loaded.refused, 1U);
  const auto items = all("whole");
  int cuts = 0;
  for (bool is_done = false; !is_done; ++cuts) {
    const std::string name = "cut" + std::to_string(cuts);
    ASSERT_OK(store_->create_table(table(name)));
    ImportPlan plan = this->plan();
    int told = 0;
    const auto once =
        import_objects(*store_, name, *objects_, plan, {.progress = [&](const Imported& so_far) -> Result<void> {
          plan.from = so_far;
          if (told++ == cuts) return Error{Errc::interrupted, "cut short"};
          return {};
        }});
    is_done = once.has_value();
    if (is_done) break;
    const Imported rest = unwrap(import_objects(*store_, name, *objects_, plan, {}));
    EXPECT_EQ(rest.loaded.records, whole.loaded.records) << cuts;
    EXPECT_EQ(rest.loaded.written, whole.loaded.written) << cuts;
    EXPECT_EQ(rest.loaded.refused, whole.loaded.refused) << cuts;
    EXPECT_EQ(rest.objects, 3U);
    EXPECT_EQ(rest.bytes, whole.bytes);
    EXPECT_EQ(all(name), items) << cuts;
  }
  EXPECT_GE(cuts, 10);
}

TEST_F(ImportsTest, AnObjectThatChangedMeanwhileIsNotGoneOnWith) {
  ASSERT_OK(store_->create_table(table("tab")));
  ImportPlan plan = this->plan();
  EXPECT_FALSE(
      import_objects(*store_, "tab", *objects_, plan, {.progress = [&](const Imported& so_far) -> Result<void> {
        plan.from = so_far;
        return Error{Errc::interrupted, "cut short"};
      }}));
  put_object("in/a.csv", "id,n\nother,1\n");
  const auto again = import_objects(*store_, "tab", *objects_, plan, {});
  EXPECT_EQ(again.error().code, Errc::interrupted);
  EXPECT_NE(again.error().message.find("s3://lake/in/a.csv, which has changed since"), std::string::npos);
}

TEST_F(ImportsTest, AnImportGoesOnAfterTheProcessEnded) {
  const auto request = [&](const std::string& name) {
    return ImportRequest{
        .table = table(name), .table_arn = "arn", .bucket = "lake", .prefix = "in/", .input = {.format = Format::kCsv}};
  };
  const Job whole = wait_for(unwrap(jobs_->begin_import(request("whole"))).id);
  const std::string id = unwrap(jobs_->begin_import(request("tab"))).id;
  // At whatever moment each time, as far as it got.
  for (int n = 0; n < 50 && jobs_->find(id)->state == JobState::kInProgress; ++n) start();
  const Job job = wait_for(id);
  EXPECT_EQ(job.state, JobState::kCompleted) << job.failure;
  EXPECT_EQ(job.records, whole.records);
  EXPECT_EQ(job.items, whole.items);
  EXPECT_EQ(job.refused, whole.refused);
  EXPECT_EQ(job.bytes, whole.bytes);
  EXPECT_EQ(all("tab"), all("whole"));
}

TEST_F(ImportsTest, ATableIsImportingUntilAllIsInItAlsoOverAStart) {
  const ImportRequest request{
      .table = table("tab"), .table_arn = "arn", .bucket = "lake", .prefix = "in/", .input = {.format = Format::kCsv}};
  const std::string id = unwrap(jobs_->begin_import(request)).id;
  for (int n = 0; n < 50; ++n) {
    start();
    // In this order: what is done in between may have been importing, or not.
    const bool is_importing = jobs_->is_importing("tab");
    if (jobs_->find(id)->state == JobState::kInProgress) EXPECT_TRUE(is_importing) << n;
    // Who opens the data directory without the jobs, as a command does, knows it too.
    jobs_.reset();
    const auto found = unwrap(ImportingTables::open(*kv_));
    if (found->contains("tab")) EXPECT_TRUE(is_importing) << n;
  }
  start();
  EXPECT_EQ(wait_for(id).state, JobState::kCompleted);
  while (jobs_->is_importing("tab")) std::this_thread::yield();
  start();
  EXPECT_FALSE(jobs_->is_importing("tab")) << "nor after another start";
  const auto refused = jobs_->begin_import(request);
  EXPECT_EQ(refused.error().code, items::Errc::table_exists);
  EXPECT_FALSE(jobs_->is_importing("tab")) << "a table that was there can be used all along";
}

TEST_F(ImportsTest, ATableThatIsGoneAtTheNextStartIsToldOf) {
  const std::string id =
      unwrap(jobs_->begin_import({.table = table("tab"), .table_arn = "arn", .bucket = "lake", .prefix = "in/"})).id;
  jobs_.reset();
  ASSERT_OK(store_->delete_table("tab"));
  ASSERT_OK(store_->create_table(table("tab")));
  start();
  const Job job = wait_for(id);
  if (job.state == JobState::kFailed)
    EXPECT_NE(job.failure.find("was removed before"), std::string::npos) << job.failure;
  EXPECT_TRUE(all("tab").empty()) << "another table of its name";
}

TEST_F(JobsTest, WhatARestartCutShortHasFailedAndTheRestIsRemembered) {
  make_table("tab");
  fill(10);
  const Job done = wait_for(unwrap(jobs_->begin_export({.table = "tab", .table_arn = "arn", .bucket = "lake"})).id);
  std::vector<std::string> ids;
  for (int n = 0; n < 40; ++n) {
    ids.push_back(unwrap(jobs_->begin_export({.table = "tab", .table_arn = "arn", .bucket = "lake"})).id);
  }
  start();
  EXPECT_EQ(jobs_->find(done.id)->state, JobState::kCompleted);
  EXPECT_EQ(jobs_->find(done.id)->items, 10U);
  for (const std::string& id : ids) {
    const Job job = *jobs_->find(id);
    EXPECT_NE(job.state, JobState::kInProgress);
    if (job.state == JobState::kFailed) EXPECT_NE(job.failure.find("ask for it again"), std::string::npos);
  }
  EXPECT_EQ(jobs_->list(JobKind::kExport).size(), 41U);
}

}  // namespace
}  // namespace caudal::transfer
