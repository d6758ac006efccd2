// SPDX-License-Identifier: Apache-2.0
// What RocksDB has to say: the file LOG beside its own, and LOG.old, what was there before it became too large. A line
// that cannot be written is left out and counted. RocksDB's own logger, built with assertions, ends the process when
// it is given a line after one that found the disk full. Inside room kv only.
#pragma once

#include <rocksdb/env.h>

#include <cstdint>
#include <filesystem>
#include <memory>

#include "base/file.h"
#include "base/thread_annotations.h"

namespace caudal::kv {

// Thread-safe. Warnings and errors.
class EngineLog final : public rocksdb::Logger {
 public:
  static constexpr uint64_t kMostBytes = uint64_t{1} << 20;

  // `clock` tells the time of each line. `directory` need not be there before the first line.
  EngineLog(std::filesystem::path directory, std::shared_ptr<rocksdb::SystemClock> clock,
            uint64_t most_bytes = kMostBytes);
  ~EngineLog() override;

  using rocksdb::Logger::Logv;
  void Logv(const char* format, va_list values) override CAUDAL_EXCLUDES(mutex_);
  // Each option's value, at each start: they stand in the file OPTIONS.
  void LogHeader(const char*, va_list) override {}

 private:
  Result<void> write(std::string_view line) CAUDAL_REQUIRES(mutex_);

  const std::filesystem::path directory_;
  const std::shared_ptr<rocksdb::SystemClock> clock_;
  const uint64_t most_bytes_;
  Mutex mutex_;
  File file_ CAUDAL_GUARDED_BY(mutex_);
  uint64_t size_bytes_ CAUDAL_GUARDED_BY(mutex_) = 0;
  uint64_t left_out_ CAUDAL_GUARDED_BY(mutex_) = 0;  // lines, since the last one that was written
};

}  // namespace caudal::kv
