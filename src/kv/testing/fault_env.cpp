// SPDX-License-Identifier: Apache-2.0
// A file system of RocksDB's between the store and the machine's.
#include "kv/testing/fault_env.h"

#include <rocksdb/file_system.h>

#include <cstring>

namespace caudal::kv {
namespace {

using rocksdb::DataVerificationInfo;
using rocksdb::DirFsyncOptions;
using rocksdb::FileOptions;
using rocksdb::FSDirectory;
using rocksdb::FSWritableFile;
using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;
using rocksdb::Slice;

// As RocksDB's own PosixFileSystem reports that errno.
IOStatus take_step(FaultPlan& plan, const std::string& what) {
  const int error_number = plan.step();
  if (error_number == 0) return IOStatus::OK();
  if (error_number == ENOSPC) {
    IOStatus status = IOStatus::NoSpace(what, std::strerror(error_number));
    status.SetRetryable(true);
    return status;
  }
  return IOStatus::IOError(what, std::strerror(error_number));
}

class FaultFile final : public rocksdb::FSWritableFileOwnerWrapper {
 public:
  FaultFile(std::unique_ptr<FSWritableFile>&& file, FaultPlan& plan, std::string name)
      : FSWritableFileOwnerWrapper(std::move(file)), plan_(plan), name_(std::move(name)) {}
  IOStatus Append(const Slice& data, const IOOptions& options, IODebugContext* debug) override {
    const IOStatus status = take_step(plan_, "While appending to " + name_);
    return status.ok() ? target()->Append(data, options, debug) : status;
  }
  IOStatus Append(const Slice& data, const IOOptions& options, const DataVerificationInfo& verification,
                  IODebugContext* debug) override {
    const IOStatus status = take_step(plan_, "While appending to " + name_);
    return status.ok() ? target()->Append(data, options, verification, debug) : status;
  }
  IOStatus Sync(const IOOptions& options, IODebugContext* debug) override {
    const IOStatus status = take_step(plan_, "While syncing " + name_);
    if (!status.ok() || plan_.skips_syncs()) return status;
    return target()->Sync(options, debug);
  }
  IOStatus Fsync(const IOOptions& options, IODebugContext* debug) override {
    const IOStatus status = take_step(plan_, "While syncing " + name_);
    if (!status.ok() || plan_.skips_syncs()) return status;
    return target()->Fsync(options, debug);
  }
  // Hints to the disk, which the plan does not count.
  IOStatus RangeSync(uint64_t offset, uint64_t size, const IOOptions& options, IODebugContext* debug) override {
    return target()->RangeSync(offset, size, options, debug);
  }

 private:
  FaultPlan& plan_;
  const std::string name_;
};

class FaultDirectory final : public rocksdb::FSDirectoryWrapper {
 public:
  FaultDirectory(std::unique_ptr<FSDirectory>&& directory, FaultPlan& plan)
      : FSDirectoryWrapper(std::move(directory)), plan_(plan) {}
  IOStatus Fsync(const IOOptions& options, IODebugContext* debug) override {
    const IOStatus status = take_step(plan_, "While syncing a directory");
    if (!status.ok() || plan_.skips_syncs()) return status;
    return FSDirectoryWrapper::Fsync(options, debug);
  }
  IOStatus FsyncWithDirOptions(const IOOptions& options, IODebugContext* debug, const DirFsyncOptions& why) override {
    const IOStatus status = take_step(plan_, "While syncing a directory");
    if (!status.ok() || plan_.skips_syncs()) return status;
    return FSDirectoryWrapper::FsyncWithDirOptions(options, debug, why);
  }

 private:
  FaultPlan& plan_;
};

class FaultFileSystem final : public rocksdb::FileSystemWrapper {
 public:
  explicit FaultFileSystem(FaultPlan& plan) : FileSystemWrapper(rocksdb::FileSystem::Default()), plan_(plan) {}
  const char* Name() const override { return "caudal.FaultFileSystem"; }

  IOStatus NewWritableFile(const std::string& name, const FileOptions& options, std::unique_ptr<FSWritableFile>* result,
                           IODebugContext* debug) override {
    IOStatus status = take_step(plan_, "While creating " + name);
    if (status.ok()) status = target()->NewWritableFile(name, options, result, debug);
    if (status.ok()) *result = std::make_unique<FaultFile>(std::move(*result), plan_, name);
    return status;
  }
  IOStatus NewDirectory(const std::string& name, const IOOptions& options, std::unique_ptr<FSDirectory>* result,
                        IODebugContext* debug) override {
    const IOStatus status = target()->NewDirectory(name, options, result, debug);
    if (status.ok()) *result = std::make_unique<FaultDirectory>(std::move(*result), plan_);
    return status;
  }
  IOStatus RenameFile(const std::string& from, const std::string& to, const IOOptions& options,
                      IODebugContext* debug) override {
    const IOStatus status = take_step(plan_, "While renaming to " + to);
    return status.ok() ? target()->RenameFile(from, to, options, debug) : status;
  }

 private:
  FaultPlan& plan_;
};

}  // namespace

std::unique_ptr<rocksdb::Env> make_fault_env(FaultPlan& plan) {
  return rocksdb::NewCompositeEnv(std::make_shared<FaultFileSystem>(plan));
}

}  // namespace caudal::kv
