// SPDX-License-Identifier: Apache-2.0
// Which of RocksDB's files are to be copied, and how.
#include "kv/live_files.h"

#include <rocksdb/db.h>

#include "kv/inventory.h"
#include "kv/live_files_impl.h"

namespace caudal::kv {

LiveFiles::Impl::~Impl() {
  // Only asks; what it removes may as well stay until the next time.
  if (db != nullptr) db->EnableFileDeletions(/*force=*/false).PermitUncheckedError();
}

rocksdb::Status LiveFiles::Impl::list() {
  rocksdb::Status status = db->DisableFileDeletions();
  if (!status.ok()) {
    db = nullptr;
    return status;
  }
  // What is in memory only is in the logs as well: nothing is written for this, so a full disk is no hindrance.
  rocksdb::LiveFilesStorageInfoOptions options;
  options.wal_size_for_flush = std::numeric_limits<uint64_t>::max();
  std::vector<rocksdb::LiveFileStorageInfo> live;
  status = db->GetLiveFilesStorageInfo(options, &live);
  if (!status.ok()) return status;
  for (rocksdb::LiveFileStorageInfo& one : live) {
    LiveFile file{.name = std::move(one.relative_filename), .size_bytes = one.size};
    file.is_final = one.file_type == rocksdb::FileType::kTableFile || one.file_type == rocksdb::FileType::kBlobFile;
    if (!one.replacement_contents.empty()) file.contents = std::move(one.replacement_contents);
    files.push_back(std::move(file));
  }
  return status;
}

LiveFiles::LiveFiles(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
LiveFiles::LiveFiles(LiveFiles&&) noexcept = default;
LiveFiles& LiveFiles::operator=(LiveFiles&&) noexcept = default;
LiveFiles::~LiveFiles() = default;
const std::vector<LiveFile>& LiveFiles::all() const { return impl_->files; }

void close_copy(const std::filesystem::path& directory) { write_inventory(directory); }

}  // namespace caudal::kv
