// SPDX-License-Identifier: Apache-2.0
// Processes that write objects and are killed at random steps, one after the other on the same store. Each begins by
// checking what the one before had acknowledged: it is there, whole; what was under way is there whole or not at all;
// and no file is left that no object needs.
//
// A killed process cannot be a fork of this one (RocksDB's threads do not survive one), so it is this program again,
// running only CrashWorker.DISABLED_Run.
#include <fmt/format.h>

#include <charconv>
#include <map>
#include <set>
#include <sstream>
#include <thread>

#include "base/random.h"
#include "base/testing/worker_process.h"
#include "objects/key_ring.h"
#include "objects/lifecycle_sweep.h"
#include "objects/testing/store_fixture.h"

namespace caudal::objects {
namespace {

constexpr const char* kDirectory = "CAUDAL_CRASH_DIRECTORY";
constexpr const char* kSeed = "CAUDAL_CRASH_SEED";
constexpr const char* kLast = "CAUDAL_CRASH_LAST";
constexpr int kThreads = 3;
constexpr int kKeysPerThread = 4;
constexpr size_t kMultipartBytes = 90'001;  // only multipart objects have this size
constexpr size_t kFirstPartBytes = 60'000;

// What an object holds: bytes made from a number that no other put used. Number 0: there is none.
struct Content {
  uint64_t number = 0;
  size_t size_bytes = 0;
  friend bool operator==(const Content&, const Content&) = default;
  std::string bytes() const { return test_bytes(size_bytes, number); }
};

// What was promised, in a file that outlives every process: "B key number size" before an operation, "A key" after its
// acknowledgement, "C key number size" after a check. Written by O_APPEND, line by line.
class Journal {
 public:
  explicit Journal(const std::filesystem::path& path) : file_(unwrap(File::open_append(path))) {}
  void begin(const std::string& key, const Content& content) {
    write(fmt::format("B {} {} {}\n", key, content.number, content.size_bytes));
  }
  void acknowledge(const std::string& key) { write(fmt::format("A {}\n", key)); }
  // What a check found, and took for true.
  void settle(const std::string& key, const Content& content) {
    write(fmt::format("C {} {} {}\n", key, content.number, content.size_bytes));
  }

 private:
  void write(const std::string& line) { EXPECT_OK(file_.write(line)); }
  File file_;
};

struct Expectation {
  Content acknowledged;
  std::optional<Content> under_way;
  Content checked;  // the last time
};

std::map<std::string, Expectation> read_journal(const std::filesystem::path& path) {
  std::map<std::string, Expectation> expected;
  std::istringstream lines(read_file(path).value_or(""));
  std::string kind;
  std::string key;
  while (lines >> kind >> key) {
    Expectation& one = expected[key];
    Content content;
    if (kind != "A") lines >> content.number >> content.size_bytes;
    if (kind == "B") {
      one.under_way = content;
    } else if (kind == "C") {
      one = {.acknowledged = content, .under_way = {}, .checked = content};
    } else {
      one.acknowledged = *one.under_way;
      one.under_way.reset();
    }
  }
  return expected;
}

class CrashWorker : public testing::Test {
 protected:
  void open() {
    kv_ = unwrap(kv::Store::open(directory_ / "kv", {.large_value_families = {kBodiesFamily}, .env = env_.get()}));
    keys_ = unwrap(FileKeyRing::open(directory_ / "keys"));
    store_ =
        unwrap(Store::open(*kv_, directory_ / "objects", clock_,
                           {.min_part_size_bytes = 100, .keys = keys_.get(), .router = &router_, .files = &files_}));
  }
  void check();
  // The state in which `key` is, whole; an error of the test when that is neither the old nor the new one.
  Content find(const std::string& key, const Expectation& expected);
  void check_events(const std::map<std::string, Expectation>& expected);
  void expire(const ObjectRef& ref);
  void work(Random random, int thread);
  Content operate(Random& random, const std::string& key, const std::string& other);
  void multipart(const ObjectRef& ref, const Content& content);
  size_t count_blobs() const {
    size_t files = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(directory_ / "objects")) {
      if (entry.is_regular_file()) ++files;
    }
    return files;
  }

  std::filesystem::path directory_;
  FaultPlan plan_;
  std::unique_ptr<rocksdb::Env> env_ = kv::make_fault_env(plan_);
  FaultyBlobFiles files_{plan_};
  const WordRouter router_;
  SystemClock clock_;
  std::unique_ptr<kv::Store> kv_;
  std::unique_ptr<FileKeyRing> keys_;
  std::unique_ptr<Store> store_;
  std::unique_ptr<Journal> journal_;
  std::array<std::map<std::string, Content>, kThreads> contents_;  // of each thread's keys
  std::atomic<uint64_t> next_number_ = 1;
};

Content CrashWorker::find(const std::string& key, const Expectation& expected) {
  const ObjectRef ref{"raw", key};
  Content found;
  auto reader = store_->get(ref);
  if (!reader) {
    EXPECT_EQ(reader.error().code, Errc::no_such_key) << reader.error().message;
    return found;
  }
  const std::string bytes = unwrap(read_all(*reader));
  found = bytes == expected.acknowledged.bytes() ? expected.acknowledged
                                                 : expected.under_way.value_or(expected.acknowledged);
  EXPECT_EQ(bytes, found.bytes()) << key << " is neither the old nor the new one";
  EXPECT_EQ(reader->info().checksums.at(0), checksum_of(ChecksumAlgorithm::kCrc64Nvme, bytes));
  // Else a sweep of this process would take what one that was killed had marked.
  if (!reader->info().tags.empty()) {
    EXPECT_OK(store_->set_tags(ref, {}));
  }
  return found;
}

void CrashWorker::check() {
  std::set<uint64_t> live;
  size_t files = 0;
  const auto journal = read_journal(directory_ / "journal");
  for (const auto& [key, expected] : journal) {
    const Content found = find(key, expected);
    ASSERT_FALSE(HasFailure());
    ASSERT_TRUE(found == expected.acknowledged || found == expected.under_way)
        << key << " lost its acknowledged content";
    contents_[static_cast<size_t>(key[0] - '0')][key] = found;
    next_number_ =
        std::max<uint64_t>(next_number_, std::max(found.number, expected.under_way.value_or(found).number) + 1);
    if (found.size_bytes > kInlineBytes && live.insert(found.number).second) {
      files += found.size_bytes == kMultipartBytes ? 2 : 1;
    }
  }
  ASSERT_NO_FATAL_FAILURE(check_events(journal));
  for (const UploadInfo& upload : unwrap(store_->list_uploads("raw"))) {
    ASSERT_OK(store_->abort_upload({"raw", upload.key}, upload.upload));
  }
  ASSERT_EQ(count_blobs(), files) << "blobs without an object";
}

// Of each key the newest event tells what is there, and there is one when something changed since the last check.
void CrashWorker::check_events(const std::map<std::string, Expectation>& expected) {
  std::map<std::string, Event> newest;
  uint64_t last = 0;
  for (;;) {
    const auto events = unwrap(store_->read_events("all", last, 100)).events;
    if (events.empty()) break;
    for (const QueuedEvent& one : events) newest[one.event.key] = one.event;
    last = events.back().event.sequence;
  }
  for (const auto& [key, one] : expected) {
    const Content& found = contents_[static_cast<size_t>(key[0] - '0')][key];
    const auto event = newest.find(key);
    if (event == newest.end()) {
      ASSERT_EQ(found, one.checked) << key << " changed, and no event tells it";
      continue;
    }
    const std::string etag = found.number == 0 ? "" : unwrap(store_->head({"raw", key})).etag;
    ASSERT_EQ(event->second.etag, etag) << key << " is not what its newest event tells";
  }
  // Before they are forgotten what they told is written down: a kill in between makes them come again.
  for (const auto& [key, one] : expected) {
    journal_->settle(key, contents_[static_cast<size_t>(key[0] - '0')][key]);
  }
  ASSERT_OK(store_->acknowledge_events("all", last));
}

// Removed by a lifecycle rule, as a sweep in small batches does it. The first run goes on where a killed one was.
void CrashWorker::expire(const ObjectRef& ref) {
  if (!store_->set_tags(ref, {{"expire", "yes"}})) return;
  const LifecycleRule rule{.filter = {.tags = {{"expire", "yes"}}}, .expire_at = Timestamp(std::chrono::seconds(1))};
  LifecycleSweep sweep(*store_, [&](const std::string&, std::string_view) { return std::vector{rule}; }, 2);
  unwrap(sweep.run({}));
  unwrap(sweep.run({}));
}

void CrashWorker::multipart(const ObjectRef& ref, const Content& content) {
  const std::string bytes = content.bytes();
  const std::string upload = unwrap(store_->create_upload(ref));
  TextSource first(std::string_view(bytes).substr(0, kFirstPartBytes));
  ASSERT_OK(store_->upload_part(ref, upload, 1, first));
  TextSource second(std::string_view(bytes).substr(kFirstPartBytes));
  ASSERT_OK(store_->upload_part(ref, upload, 2, second));
  ASSERT_OK(store_->complete_upload(ref, upload, {{.number = 1}, {.number = 2}}));
}

Content CrashWorker::operate(Random& random, const std::string& key, const std::string& other) {
  constexpr std::array<size_t, 5> kSizes = {1, 300, kInlineBytes, 20'000, 2'000'000};
  const ObjectRef ref{"raw", key};
  const uint64_t choice = random.below(10);
  auto& contents = contents_[static_cast<size_t>(key[0] - '0')];
  Content content{.number = next_number_++, .size_bytes = kSizes[random.below(kSizes.size())]};
  if (choice < 2) content = {};
  if (choice == 2) content = contents[other];
  if (choice == 3) content.size_bytes = kMultipartBytes;
  journal_->begin(key, content);
  if (content.number == 0 && key[0] == '0' && choice == 0) {
    expire(ref);  // one sweep at a time, so by one thread
  } else if (content.number == 0 && choice == 1) {
    EXPECT_OK(store_->remove_many("raw", {{.key = key}, {.key = "none"}}));
  } else if (content.number == 0) {
    EXPECT_OK(store_->remove(ref));
  } else if (choice == 2) {
    EXPECT_OK(store_->copy({"raw", other}, ref));
  } else if (choice == 3) {
    multipart(ref, content);
  } else {
    const std::string bytes = content.bytes();
    TextSource source(bytes);
    PutOptions options;
    options.encrypt = content.number % 2 == 1;
    EXPECT_OK(store_->put(ref, source, options));
  }
  journal_->acknowledge(key);
  return content;
}

void CrashWorker::work(Random random, int thread) {
  for (int i = 0; i < 1000 && !HasFailure(); ++i) {
    const std::string key = fmt::format("{}-{}", thread, random.below(kKeysPerThread));
    const std::string other = fmt::format("{}-{}", thread, random.below(kKeysPerThread));
    contents_[static_cast<size_t>(thread)][key] = operate(random, key, other);
  }
}

TEST_F(CrashWorker, DISABLED_Run) {
  directory_ = std::getenv(kDirectory);
  Random random(std::stoull(std::getenv(kSeed)));
  const bool is_last = std::getenv(kLast) != nullptr;
  plan_.skip_syncs(true);  // the kernel outlives the process, so only the order of the steps matters
  journal_ = std::make_unique<Journal>(directory_ / "journal");
  if (!is_last && random.chance(0.1)) plan_.kill_after(random.below(40));  // while it opens
  open();
  const BucketOptions options{.settings = {{"notification", "all:s"}, {"lifecycle", ""}}};
  if (const auto made = store_->create_bucket("raw", options); !made) {
    ASSERT_EQ(made.error().code, Errc::bucket_exists);
  }
  ASSERT_NO_FATAL_FAILURE(check());
  if (is_last) return;
  plan_.kill_after(random.below(250));
  std::vector<std::thread> threads;
  for (int thread = 0; thread < kThreads; ++thread) {
    threads.emplace_back([this, thread, mine = Random(random.next())] { work(mine, thread); });
  }
  for (std::thread& thread : threads) thread.join();
  FAIL() << "it should have been killed";
}

// Runs the worker; its wait status.
int run_worker(const std::filesystem::path& directory, uint64_t seed, bool is_last) {
  std::vector<std::string> variables = {fmt::format("{}={}", kDirectory, directory.string()),
                                        fmt::format("{}={}", kSeed, seed)};
  if (is_last) variables.push_back(fmt::format("{}=1", kLast));
  return caudal::run_worker("CrashWorker.DISABLED_Run", std::move(variables), directory / "log");
}

TEST(StoreCrash, NothingAcknowledgedIsLostAndNothingIsLeftBehind) {
  const uint64_t seed = secure_random_u64();
  SCOPED_TRACE(seed);
  std::printf("seed %llu\n", static_cast<unsigned long long>(seed));
  Random random(seed);
  const TemporaryDirectory directory;
  const auto log = [&] { return read_file(directory.path() / "log").value_or(""); };
  for (int kill = 0; kill < 80; ++kill) {
    const int status = run_worker(directory.path(), random.next(), false);
    ASSERT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) << "kill " << kill << ":\n" << log();
  }
  const int status = run_worker(directory.path(), random.next(), true);
  ASSERT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << log();
}

}  // namespace
}  // namespace caudal::objects
