// SPDX-License-Identifier: Apache-2.0
// An embedded, ordered, transactional store of bytes (RocksDB): families of keys, atomic batches, snapshots, scans.
// What keys and values mean is the business of the rooms above; the only writer is this process (see DataDirectory).
//
//   auto store = TRY(kv::Store::open(directory.path() / "kv", {}));
//   const kv::Family tables = TRY(store->family("catalog.tables"));
//   kv::Batch batch;
//   batch.put(tables, key, row);
//   TRY(store->commit(std::move(batch)));                 // durable when it returns
//   for (kv::Scan scan = store->scan(tables, kv::Range::prefix("a")); scan.valid(); scan.next()) use(scan.key());
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "kv/batch.h"
#include "kv/errc.h"
#include "kv/key.h"
#include "kv/live_files.h"
#include "kv/metrics.h"
#include "kv/scan.h"

namespace rocksdb {
class Env;
}

namespace caudal::kv {

struct Options {
  // Families whose values are large (some KiB): these are kept apart from the keys, so that compaction does not
  // rewrite them and a scan of keys does not read them.
  std::vector<std::string> large_value_families = {};
  // Bounds of memory: blocks read, and writes not yet in table files (all families together).
  size_t cache_bytes = size_t{32} << 20;
  size_t write_buffer_bytes = size_t{64} << 20;
  // Only to be read: nothing of what is stored is touched, commits fail, and so do families that are not there.
  bool read_only = false;
  // For fault injection; nothing: the machine's own. Must outlive the store.
  rocksdb::Env* env = nullptr;
};

enum class Durability {
  kSynced,   // on disk when commit() returns
  kRelaxed,  // survives a crash of the process; a power cut may lose it. Never overtakes a later synced commit
};

// How far a read goes for what it reads.
enum class Reach {
  kDisk,
  kMemory,  // what is cached, here or by the kernel, or was written lately; else would_wait, at once
};

// Thread-safe. Snapshots and scans must be gone before the store is.
class Store {
 public:
  // `directory` is made when missing. Every call can block on the disk.
  // Errors: corrupt, permission_denied, no_space, failed.
  static Result<std::unique_ptr<Store>> open(const std::filesystem::path& directory, Options options);
  ~Store();

  // The family of that name, made durably when it is new.
  Result<Family> family(std::string_view name);

  // Newest committed value, or that of `snapshot`.
  Result<std::optional<std::string>> get(Family family, std::string_view key, const Snapshot* snapshot = nullptr) const;
  // Errors: would_wait, by `reach`.
  Result<std::optional<std::string>> get(Family family, std::string_view key, Reach reach,
                                         const Snapshot* snapshot = nullptr) const;

  // What is there of each key, in their order, all of one moment: reading them together costs less than one after the
  // other. Once so many bytes have been read the rest may be left unread.
  struct Read {
    bool is_read = false;
    std::optional<std::string> value = {};
  };
  Result<std::vector<Read>> get_each(Family family, const std::vector<std::string_view>& keys,
                                     uint64_t most_bytes) const;

  // All of `batch` or nothing, also after a crash. Commits of concurrent callers share one fsync. After an error none
  // of it is visible to this process; but an error while syncing leaves unknown whether the batch is there after a
  // restart (as with any disk), so never undo what the batch refers to before the store was opened again.
  // A store that ran out of space works again as soon as there is room.
  Result<void> commit(Batch batch, Durability durability = Durability::kSynced);

  // As commit(), synced, but for whoever does not wait: `done` is told later, once, on a thread of the store's, which
  // it must not hold up: it neither throws nor waits for another commit. Batches are applied in the order in which they
  // were handed in here; those that come while the disk is busy share the next write. The store's end waits for all.
  void commit_later(Batch batch, std::move_only_function<void(Result<void>)> done);

  // The state as it is now, for reads that must agree with each other.
  Snapshot snapshot() const;

  // Keys of `range`, standing at the first one. It sees one state: of `snapshot`, or of now.
  Scan scan(Family family, Range range, const Snapshot* snapshot = nullptr) const;
  // One that would have to wait ends there, and its status() says so.
  Scan scan(Family family, Range range, Reach reach, const Snapshot* snapshot = nullptr) const;

  // Adds to `batch` that each row which is in `range` now goes. Reads the range: for few rows.
  Result<void> remove_each(Batch& batch, Family family, Range range) const;

  // A copy of the store as it is now, openable by itself, in the new folder `directory` (which must not exist). Table
  // files are hard links, so it takes little time and space on the same file system.
  Result<void> checkpoint(const std::filesystem::path& directory);
  // The same for whoever copies the files themselves, to any file system. Writes nothing.
  Result<LiveFiles> live_files();

  // Rewrites `family` without what was removed. Slow; for maintenance and measurements.
  Result<void> compact(Family family);

  // Cheap enough to be asked for each second.
  StoreMetrics metrics() const;

 private:
  struct Impl;
  explicit Store(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

// Of RocksDB: "7.8.3".
std::string library_version();

}  // namespace caudal::kv
