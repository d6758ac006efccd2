// SPDX-License-Identifier: Apache-2.0
#include "kv/prompt_reads.h"

#include <fcntl.h>
#include <rocksdb/file_system.h>
#include <sys/uio.h>

#include <algorithm>

#include "base/file.h"

namespace caudal::kv {
namespace {

using rocksdb::FileOptions;
using rocksdb::FSRandomAccessFile;
using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;
using rocksdb::Slice;

thread_local bool reads_are_prompt = false;

// Told to the caller as Errc::would_wait.
IOStatus would_wait() { return IOStatus::Busy("the disk would have to be asked"); }

// A file that is complete: RocksDB opens none of this kind before.
class PromptFile final : public FSRandomAccessFile {
 public:
  PromptFile(File file, uint64_t size_bytes) : file_(std::move(file)), size_bytes_(size_bytes) {}

  IOStatus Read(uint64_t offset, size_t size_bytes, const IOOptions&, Slice* result, char* scratch,
                IODebugContext*) const override {
    const size_t wanted = std::min<uint64_t>(size_bytes, size_bytes_ - std::min(offset, size_bytes_));
    *result = Slice(scratch, wanted);
    return PromptReads::is_active() ? read_at_once(offset, wanted, scratch) : read(offset, wanted, scratch);
  }
  IOStatus Prefetch(uint64_t offset, size_t size_bytes, const IOOptions&, IODebugContext*) override {
    // An advice, and one that may itself wait.
    if (!PromptReads::is_active()) readahead(file_.descriptor(), static_cast<off_t>(offset), size_bytes);
    return IOStatus::OK();
  }
  void Hint(AccessPattern pattern) override {
    if (pattern == kRandom) advise(0, 0, POSIX_FADV_RANDOM);
    if (pattern == kNormal) advise(0, 0, POSIX_FADV_NORMAL);
    if (pattern == kSequential) advise(0, 0, POSIX_FADV_SEQUENTIAL);
    if (pattern == kWillNeed) advise(0, 0, POSIX_FADV_WILLNEED);
    if (pattern == kWontNeed) advise(0, 0, POSIX_FADV_DONTNEED);
  }
  IOStatus InvalidateCache(size_t offset, size_t size_bytes) override {
    advise(offset, size_bytes, POSIX_FADV_DONTNEED);
    return IOStatus::OK();
  }

 private:
  IOStatus read_at_once(uint64_t offset, size_t wanted, char* out) const {
    iovec place = {.iov_base = out, .iov_len = wanted};
    // Errors, and file systems that know no such reads, too: whoever may wait is told better.
    const ssize_t got = preadv2(file_.descriptor(), &place, 1, static_cast<off_t>(offset), RWF_NOWAIT);
    return got == static_cast<ssize_t>(wanted) ? IOStatus::OK() : would_wait();
  }
  IOStatus read(uint64_t offset, size_t wanted, char* out) const {
    for (size_t held = 0; held < wanted;) {
      const auto got = file_.read_at(offset + held, out + held, wanted - held);
      if (!got) return IOStatus::IOError(got.error().message);
      if (*got == 0) return IOStatus::Corruption("the file is shorter than it was: " + file_.path().string());
      held += *got;
    }
    return IOStatus::OK();
  }
  void advise(uint64_t offset, uint64_t size_bytes, int advice) const {
    posix_fadvise(file_.descriptor(), static_cast<off_t>(offset), static_cast<off_t>(size_bytes), advice);
  }

  const File file_;
  const uint64_t size_bytes_;
};

class PromptFileSystem final : public rocksdb::FileSystemWrapper {
 public:
  explicit PromptFileSystem(const std::shared_ptr<rocksdb::FileSystem>& target) : FileSystemWrapper(target) {}
  const char* Name() const override { return "caudal-prompt"; }

  IOStatus NewRandomAccessFile(const std::string& name, const FileOptions& options,
                               std::unique_ptr<FSRandomAccessFile>* result, IODebugContext* debug) override {
    // Of a table file that is being opened RocksDB goes on without a filter that it cannot read, for as long as the
    // file is open. So files are opened by those who may wait.
    if (PromptReads::is_active()) return would_wait();
    auto file = File::open_read(name);
    if (!file) return target()->NewRandomAccessFile(name, options, result, debug);  // which says why in its own words
    const auto size_bytes = file->size_bytes();
    if (!size_bytes) return IOStatus::IOError(size_bytes.error().message);
    *result = std::make_unique<PromptFile>(*std::move(file), *size_bytes);
    return IOStatus::OK();
  }
};

}  // namespace

bool PromptReads::is_active() { return reads_are_prompt; }
void PromptReads::set_active(bool active) { reads_are_prompt = active; }

std::unique_ptr<rocksdb::Env> make_prompt_env(rocksdb::Env& env) {
  return rocksdb::NewCompositeEnv(std::make_shared<PromptFileSystem>(env.GetFileSystem()));
}

}  // namespace caudal::kv
