// SPDX-License-Identifier: Apache-2.0
// The machine's blob files, failing, dying or not syncing as a FaultPlan says. Steps: everything that changes the disk.
#pragma once

#include "base/testing/fault_plan.h"
#include "objects/blob_files.h"

namespace caudal::objects {

class FaultyBlobFiles final : public BlobFiles {
 public:
  explicit FaultyBlobFiles(FaultPlan& plan) : plan_(plan) {}

  Result<std::unique_ptr<BlobFile>> create(const std::filesystem::path& path) override {
    TRY(step("create", path));
    return std::unique_ptr<BlobFile>(std::make_unique<FaultyFile>(*this, TRY(real_.create(path)), path));
  }
  Result<void> seal(const std::filesystem::path& path) override {
    TRY(step("sync", path));
    return plan_.skips_syncs() ? Result<void>() : real_.seal(path);
  }
  Result<File> open_read(const std::filesystem::path& path) override { return real_.open_read(path); }
  Result<void> link(const std::filesystem::path& from, const std::filesystem::path& to) override {
    TRY(step("link to", to));
    return real_.link(from, to);
  }
  Result<void> remove(const std::filesystem::path& path) override {
    TRY(step("remove", path));
    return real_.remove(path);
  }
  Result<void> sync_directory(const std::filesystem::path& directory) override {
    TRY(step("sync folder", directory));
    return plan_.skips_syncs() ? Result<void>() : real_.sync_directory(directory);
  }
  Result<void> create_directories(const std::filesystem::path& directory) override {
    return real_.create_directories(directory);
  }
  Result<std::vector<std::string>> list(const std::filesystem::path& directory) override {
    return real_.list(directory);
  }

 private:
  class FaultyFile final : public BlobFile {
   public:
    FaultyFile(FaultyBlobFiles& files, std::unique_ptr<BlobFile> real, std::filesystem::path path)
        : files_(files), real_(std::move(real)), path_(std::move(path)) {}
    Result<void> reserve(uint64_t size_bytes) override {
      TRY(files_.step("take room", path_));
      return real_->reserve(size_bytes);
    }
    Result<void> write(std::string_view bytes) override {
      TRY(files_.step("write", path_));
      return real_->write(bytes);
    }
    Result<void> write_at(uint64_t offset, std::string_view bytes) override {
      TRY(files_.step("write", path_));
      return real_->write_at(offset, bytes);
    }
    Result<void> seal() override {
      TRY(files_.step("sync", path_));
      return files_.plan_.skips_syncs() ? Result<void>() : real_->seal();
    }

   private:
    FaultyBlobFiles& files_;
    std::unique_ptr<BlobFile> real_;
    std::filesystem::path path_;
  };

  Result<void> step(std::string_view doing, const std::filesystem::path& path) {
    const int error_number = plan_.step();
    if (error_number != 0) return errno_error(error_number, doing, path);
    return {};
  }
  FaultPlan& plan_;
  PosixBlobFiles real_;
};

}  // namespace caudal::objects
