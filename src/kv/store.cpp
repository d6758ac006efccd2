// SPDX-License-Identifier: Apache-2.0
// RocksDB, set up to lose nothing and to stay small while idle.
#include "kv/store.h"

#include <fmt/format.h>
#include <rocksdb/cache.h>
#include <rocksdb/db.h>
#include <rocksdb/env.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/listener.h>
#include <rocksdb/statistics.h>
#include <rocksdb/table.h>
#include <rocksdb/utilities/checkpoint.h>
#include <rocksdb/version.h>

#include <algorithm>
#include <map>

#include "base/file.h"
#include "base/thread_annotations.h"
#include "base/write_size.h"
#include "kv/committer.h"
#include "kv/engine_crc.h"
#include "kv/engine_log.h"
#include "kv/errc.h"
#include "kv/inventory.h"
#include "kv/joined_batch.h"
#include "kv/live_files_impl.h"
#include "kv/prompt_reads.h"
#include "kv/scan_impl.h"
#include "kv/status.h"

namespace caudal::kv {
namespace {

// Beside what is in memory: a new log, and what is known of the files.
constexpr uint64_t kRoomOfALog = uint64_t{1} << 20;

// RocksDB would poll for free space and resume by itself, refusing to be resumed meanwhile. When to go on is decided by
// commit(), which asks again each time.
class ResumeOnlyWhenAsked final : public rocksdb::EventListener {
 public:
  explicit ResumeOnlyWhenAsked(std::atomic<bool>& impaired) : impaired_(impaired) {}
  void OnErrorRecoveryBegin(rocksdb::BackgroundErrorReason, rocksdb::Status, bool* auto_recovery) override {
    *auto_recovery = false;
  }
  // A resume that meets a disk still full fails to begin a new log, which RocksDB takes for fatal: it could not resume
  // ever after. Nothing is lost by it here, since the memtables are intact and no commit was acknowledged.
  void OnBackgroundError(rocksdb::BackgroundErrorReason, rocksdb::Status* status) override {
    if (status->IsNoSpace() && status->severity() > rocksdb::Status::Severity::kHardError) {
      *status = rocksdb::Status(*status, rocksdb::Status::Severity::kHardError);
    }
    impaired_.store(true, std::memory_order_release);
  }

 private:
  std::atomic<bool>& impaired_;
};

rocksdb::DBOptions database_options(const Options& options) {
  rocksdb::DBOptions db;
  db.create_if_missing = true;
  db.max_background_jobs = 2;
  db.max_open_files = 512;
  db.db_write_buffer_size = options.write_buffer_bytes;
  // The one who syncs a group also applies it, while the others sleep: waking each of them twice to apply its own few
  // rows, or having them spin for it, costs more than it saves where writers are many and cores are few.
  db.allow_concurrent_memtable_write = false;
  db.enable_write_thread_adaptive_yield = false;
  // A torn last record was never acknowledged; anything else that does not read back is an error, not silence.
  db.wal_recovery_mode = rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
  db.max_total_wal_size = 2 * options.write_buffer_bytes;
  // The default would close a group of commits at about 256 KiB: 64 writers of 4 KiB would need three fsyncs.
  db.max_write_batch_group_size_bytes = 16 << 20;
  db.max_bgerror_resume_count = 0;
  // Small pieces: what waits for a commit waits behind each.
  db.bytes_per_sync = 256 << 10;
  db.writable_file_max_buffer_size = kWriteBytes;
  db.stats_dump_period_sec = 0;
  db.stats_persist_period_sec = 0;
  // Plain counts, without clocks and histograms, so that they cost next to nothing.
  db.statistics = rocksdb::CreateDBStatistics();
  db.statistics->set_stats_level(rocksdb::StatsLevel::kExceptHistogramOrTimers);
  return db;
}

rocksdb::ColumnFamilyOptions family_options(const Options& options, bool large_values,
                                            const std::shared_ptr<rocksdb::Cache>& cache) {
  rocksdb::BlockBasedTableOptions table;
  table.block_cache = cache;
  table.block_size = 16 << 10;
  table.cache_index_and_filter_blocks = true;
  table.cache_index_and_filter_blocks_with_high_priority = true;
  table.pin_l0_filter_and_index_blocks_in_cache = true;
  // In small pieces: those of a table file of 64 MiB have 0.5 and 2 MB, which would not fit beside the blocks, and each
  // use of a file would read them again.
  table.index_type = rocksdb::BlockBasedTableOptions::kTwoLevelIndexSearch;
  table.partition_filters = true;
  table.metadata_block_size = 8 << 10;
  table.pin_top_level_index_and_filter = true;
  table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
  table.format_version = 5;
  rocksdb::ColumnFamilyOptions family;
  family.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  family.write_buffer_size = options.write_buffer_bytes;
  // Who writes under the condition that nothing is there asks first: a filter of 32 KiB mostly answers that without
  // going through what was written last. Each family has one from the beginning, so it must be small.
  family.memtable_whole_key_filtering = true;
  family.memtable_prefix_bloom_size_ratio = 0.002;
  family.arena_block_size = 128 << 10;  // the default, an eighth of the write buffer, would be paid by every family
  family.compression = rocksdb::CompressionType::kLZ4Compression;
  family.level_compaction_dynamic_level_bytes = true;
  // Families share the write buffer, so that their files are small: with 4, the default, a sixth of the processor went
  // into merging them early when payments were moved. Filters keep the files that are more from being read.
  family.level0_file_num_compaction_trigger = 8;
  if (large_values) {
    family.enable_blob_files = true;
    family.min_blob_size = 256;
    family.enable_blob_garbage_collection = true;
  }
  return family;
}

// RocksDB makes a new store where there is no CURRENT, beside whatever else there is; opened once more, that empty one
// is the store, and the files of the lost one are swept away. Of a first start that was ended early there may be a
// manifest without CURRENT, but nothing that holds rows.
Result<void> check_new(const std::filesystem::path& directory) {
  std::error_code error;
  for (std::filesystem::directory_iterator entry(directory, error), end; !error && entry != end;
       entry.increment(error)) {
    const std::string ending = entry->path().extension().string();
    if (ending != ".log" && ending != ".sst" && ending != ".blob") continue;
    return Error{Errc::corrupt, fmt::format("the store {} has no file CURRENT, but holds {}; restore it from a backup",
                                            directory.string(), entry->path().filename().string())};
  }
  return {};
}

}  // namespace

struct Store::Impl {
  std::filesystem::path directory;
  Options options;
  std::shared_ptr<rocksdb::Cache> cache;            // shared: RocksDB keeps it as long as it needs it
  std::shared_ptr<rocksdb::Statistics> statistics;  // as the cache
  std::unique_ptr<rocksdb::Env> env;
  std::unique_ptr<rocksdb::DB> db;
  std::atomic<uint64_t> commits = 0;
  std::atomic<uint64_t> failed_commits = 0;
  Mutex families_mutex;
  std::map<std::string, rocksdb::ColumnFamilyHandle*, std::less<>> families CAUDAL_GUARDED_BY(families_mutex);
  // After a failed write, of a commit or in the background, RocksDB refuses all others until it is told to resume.
  std::atomic<bool> impaired = false;
  Mutex resume_mutex;
  Committer committer{
      [this](rocksdb::WriteBatch& writes, size_t batches) { return write(writes, Durability::kSynced, batches); }};

  rocksdb::ColumnFamilyOptions options_of(std::string_view name) const {
    const auto& large = options.large_value_families;
    return family_options(options, std::find(large.begin(), large.end(), name) != large.end(), cache);
  }
  Error error(const rocksdb::Status& status, std::string_view doing) const {
    return status_error(status, doing, directory);
  }
  Result<void> open();
  // `writes`: of so many batches.
  Result<void> write(rocksdb::WriteBatch& writes, Durability durability, size_t batches = 1);
  Result<void> resume();
  Result<void> check_room() const;
  void close();
};

Result<void> Store::Impl::open() {
  rocksdb::DBOptions db_options = database_options(options);
  env = make_prompt_env(options.env != nullptr ? *options.env : *rocksdb::Env::Default());
  db_options.env = env.get();
  db_options.info_log = std::make_shared<EngineLog>(directory, db_options.env->GetSystemClock());
  statistics = db_options.statistics;
  db_options.listeners.push_back(std::make_shared<ResumeOnlyWhenAsked>(impaired));
  std::vector<std::string> names;
  const std::string current = (directory / "CURRENT").string();
  if (db_options.env->FileExists(current).ok()) {
    const rocksdb::Status listed = rocksdb::DB::ListColumnFamilies(db_options, directory.string(), &names);
    if (!listed.ok()) return error(listed, "read the families of");
  } else {
    TRY(check_new(directory));
    names.push_back(rocksdb::kDefaultColumnFamilyName);
  }
  std::vector<rocksdb::ColumnFamilyDescriptor> descriptors;
  for (const std::string& name : names) descriptors.emplace_back(name, options_of(name));
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  rocksdb::DB* opened = nullptr;
  const rocksdb::Status status =
      options.read_only ? rocksdb::DB::OpenForReadOnly(db_options, directory.string(), descriptors, &handles, &opened)
                        : rocksdb::DB::Open(db_options, directory.string(), descriptors, &handles, &opened);
  if (!status.ok()) return error(status, "open");
  db.reset(opened);
  MutexLock lock(families_mutex);
  for (size_t i = 0; i < names.size(); ++i) families.emplace(names[i], handles[i]);
  return {};
}

// Resuming writes what is in memory to new files, and begins a new log. Where that meets the end of the disk again,
// RocksDB is left with a log that it cannot sync and must not be asked to: its own checks would end the process. So it
// is not tried before there is room for it.
Result<void> Store::Impl::check_room() const {
  uint64_t in_memory = 0;
  db->GetAggregatedIntProperty(rocksdb::DB::Properties::kCurSizeAllMemTables, &in_memory);
  std::error_code unknown;  // then the attempt tells
  const std::filesystem::space_info room = std::filesystem::space(directory, unknown);
  const uint64_t needed = in_memory + kRoomOfALog;
  if (unknown || room.available >= needed) return {};
  return Error{Errc::no_room,
               fmt::format("cannot write to the store {}: the disk has {} bytes free, and going on takes {}; "
                           "free some space and try again",
                           directory.string(), room.available, needed)};
}

// Writers that fail together come here together; the first one resumes for all.
Result<void> Store::Impl::resume() {
  MutexLock lock(resume_mutex);
  if (!impaired.load(std::memory_order_acquire)) return {};
  TRY(check_room());
  // The first answer may be of a step in the background, of the manifest say, that failed while the disk was still
  // full; it is gone with having been told.
  rocksdb::Status status = db->Resume();
  if (!status.ok()) status = db->Resume();
  if (!status.ok()) {
    Error refused = error(status, "resume writing to");
    refused.code = refused.is(ErrorClass::kNoSpace) ? Errc::no_room : Errc::not_resumed;
    return refused;
  }
  impaired.store(false, std::memory_order_release);
  return {};
}

void Store::Impl::close() {
  if (db == nullptr) return;
  committer.end();  // what it still has is written
  MutexLock lock(families_mutex);
  // Only an unflushed memtable could fail here, and the log that was synced at commit still holds it.
  for (const auto& [name, handle] : families) db->DestroyColumnFamilyHandle(handle).PermitUncheckedError();
  const bool is_closed = db->Close().ok();
  db.reset();
  // A file system that a test gave may lose what it likes.
  if (is_closed && options.env == nullptr && !options.read_only) write_inventory(directory);
}

Store::Store(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Store::~Store() { impl_->close(); }

Result<std::unique_ptr<Store>> Store::open(const std::filesystem::path& directory, Options options) {
  link_engine_crc();
  TRY(caudal::create_directories(directory));
  auto impl = std::make_unique<Impl>();
  impl->directory = directory;
  impl->options = std::move(options);
  if (impl->options.env == nullptr && !impl->options.read_only) TRY(check_inventory(directory));
  // Few shards, since each has its share of the memory: 64, the default, would hold half a megabyte each.
  constexpr int kCacheShardBits = 3;
  impl->cache = rocksdb::NewLRUCache(impl->options.cache_bytes, kCacheShardBits);
  TRY(impl->open());
  return std::unique_ptr<Store>(new Store(std::move(impl)));
}

Result<Family> Store::family(std::string_view name) {
  MutexLock lock(impl_->families_mutex);
  if (const auto found = impl_->families.find(name); found != impl_->families.end()) return Family(found->second);
  if (impl_->options.read_only) {  // RocksDB itself would write it down
    return Error{Errc::failed, fmt::format("the store {} has no family {}, and is open only to be read",
                                           impl_->directory.string(), name)};
  }
  rocksdb::ColumnFamilyHandle* handle = nullptr;
  const rocksdb::Status status = impl_->db->CreateColumnFamily(impl_->options_of(name), std::string(name), &handle);
  if (!status.ok()) return impl_->error(status, "add a family to");
  impl_->families.emplace(std::string(name), handle);
  return Family(handle);
}

Result<std::optional<std::string>> Store::get(Family family, std::string_view key, const Snapshot* snapshot) const {
  return get(family, key, Reach::kDisk, snapshot);
}

Result<std::optional<std::string>> Store::get(Family family, std::string_view key, Reach reach,
                                              const Snapshot* snapshot) const {
  rocksdb::ReadOptions read;
  if (snapshot != nullptr) read.snapshot = snapshot->impl_->snapshot;
  const PromptReads prompt(reach == Reach::kMemory);
  std::string value;
  const rocksdb::Status status = impl_->db->Get(read, family.handle_, to_slice(key), &value);
  if (status.IsNotFound()) return std::optional<std::string>();
  if (!status.ok()) return impl_->error(status, "read from");
  return std::optional<std::string>(std::move(value));
}

Result<std::vector<Store::Read>> Store::get_each(Family family, const std::vector<std::string_view>& keys,
                                                 uint64_t most_bytes) const {
  rocksdb::ReadOptions read;
  read.value_size_soft_limit = most_bytes;
  std::vector<rocksdb::Slice> slices;
  slices.reserve(keys.size());
  for (const std::string_view key : keys) slices.push_back(to_slice(key));
  std::vector<rocksdb::PinnableSlice> values(keys.size());
  std::vector<rocksdb::Status> statuses(keys.size());
  impl_->db->MultiGet(read, family.handle_, keys.size(), slices.data(), values.data(), statuses.data());
  std::vector<Read> all(keys.size());
  for (size_t n = 0; n < keys.size(); ++n) {
    const rocksdb::Status& status = statuses[n];
    if (status.IsAborted()) continue;  // that was too much
    if (!status.ok() && !status.IsNotFound()) return impl_->error(status, "read from");
    all[n].is_read = true;
    if (status.ok()) all[n].value = values[n].ToString();
  }
  return all;
}

Result<void> Store::Impl::write(rocksdb::WriteBatch& writes, Durability durability, size_t batches) {
  if (impaired.load(std::memory_order_acquire)) TRY(resume());
  rocksdb::WriteOptions options_of_write;
  options_of_write.sync = durability == Durability::kSynced;
  const rocksdb::Status status = db->Write(options_of_write, &writes);
  if (status.ok()) {
    commits.fetch_add(batches, std::memory_order_relaxed);
    return {};
  }
  failed_commits.fetch_add(batches, std::memory_order_relaxed);
  impaired.store(true, std::memory_order_release);
  return error(status, "write to");
}

Result<void> Store::commit(Batch batch, Durability durability) {
  if (durability == Durability::kRelaxed) return impl_->write(JoinedBatch(*batch.writes_).finish(), durability);
  return impl_->committer.commit(std::move(batch.writes_));
}

void Store::commit_later(Batch batch, std::move_only_function<void(Result<void>)> done) {
  impl_->committer.submit(std::move(batch.writes_), std::move(done));
}

Snapshot Store::snapshot() const {
  auto impl = std::make_unique<Snapshot::Impl>();
  impl->db = impl_->db.get();
  impl->snapshot = impl_->db->GetSnapshot();
  return Snapshot(std::move(impl));
}

Scan Store::scan(Family family, Range range, const Snapshot* snapshot) const {
  return scan(family, std::move(range), Reach::kDisk, snapshot);
}

Scan Store::scan(Family family, Range range, Reach reach, const Snapshot* snapshot) const {
  auto impl = std::make_unique<Scan::Impl>(std::move(range));
  impl->directory = impl_->directory;
  rocksdb::ReadOptions read;
  if (snapshot != nullptr) read.snapshot = snapshot->impl_->snapshot;
  impl->is_prompt = reach == Reach::kMemory;
  const PromptReads prompt(impl->is_prompt);
  read.iterate_lower_bound = &impl->lower;
  if (impl->range.upper) read.iterate_upper_bound = &impl->upper;
  impl->iterator.reset(impl_->db->NewIterator(read, family.handle_));
  impl->iterator->SeekToFirst();
  return Scan(std::move(impl));
}

Result<void> Store::remove_each(Batch& batch, Family family, Range range) const {
  Scan rows = scan(family, std::move(range));
  for (; rows.valid(); rows.next()) batch.remove(family, rows.key());
  return rows.status();
}

Result<void> Store::checkpoint(const std::filesystem::path& directory) {
  rocksdb::Checkpoint* made = nullptr;
  rocksdb::Status status = rocksdb::Checkpoint::Create(impl_->db.get(), &made);
  if (!status.ok()) return impl_->error(status, "prepare a checkpoint of");
  const std::unique_ptr<rocksdb::Checkpoint> checkpoint(made);
  status = checkpoint->CreateCheckpoint(directory.string());
  if (!status.ok()) return impl_->error(status, "make a checkpoint of");
  return {};
}

Result<LiveFiles> Store::live_files() {
  auto live = std::make_unique<LiveFiles::Impl>(*impl_->db);
  const rocksdb::Status status = live->list();
  if (!status.ok()) return impl_->error(status, "list the files of");
  return LiveFiles(std::move(live));
}

Result<void> Store::compact(Family family) {
  const rocksdb::Status status =
      impl_->db->CompactRange(rocksdb::CompactRangeOptions(), family.handle_, nullptr, nullptr);
  if (!status.ok()) return impl_->error(status, "compact");
  return {};
}

StoreMetrics Store::metrics() const {
  const auto count = [&](rocksdb::Tickers ticker) { return impl_->statistics->getTickerCount(ticker); };
  const auto sum = [&](const std::string& property) {
    uint64_t value = 0;  // a property that RocksDB does not know leaves it alone, which a test would notice
    impl_->db->GetAggregatedIntProperty(property, &value);
    return value;
  };
  using Properties = rocksdb::DB::Properties;
  return {.commits = impl_->commits,
          .failed_commits = impl_->failed_commits,
          .syncs = count(rocksdb::WAL_FILE_SYNCED),
          .log_bytes = count(rocksdb::WAL_FILE_BYTES),
          .flushed_bytes = count(rocksdb::FLUSH_WRITE_BYTES),
          .compacted_bytes = count(rocksdb::COMPACT_WRITE_BYTES),
          .stalled_us = count(rocksdb::STALL_MICROS),
          .cache_hits = count(rocksdb::BLOCK_CACHE_HIT),
          .cache_misses = count(rocksdb::BLOCK_CACHE_MISS),
          .memtable_bytes = sum(Properties::kCurSizeAllMemTables),
          .cache_bytes = impl_->cache->GetUsage(),
          .file_bytes = sum(Properties::kLiveSstFilesSize) + sum(Properties::kLiveBlobFileSize),
          .pending_compaction_bytes = sum(Properties::kEstimatePendingCompactionBytes),
          .running_compactions = sum(Properties::kNumRunningCompactions)};
}

std::string library_version() { return rocksdb::GetRocksVersionAsString(); }

}  // namespace caudal::kv
