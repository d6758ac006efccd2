// SPDX-License-Identifier: Apache-2.0
#include "kv/engine_log.h"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <rocksdb/system_clock.h>

#include <algorithm>
#include <cstdarg>
#include <cstdio>
#include <string>
#include <utility>

#include "base/clock.h"

namespace caudal::kv {
namespace {

// Longer lines lose their end.
constexpr size_t kLongestLine = 4096;

}  // namespace

EngineLog::EngineLog(std::filesystem::path directory, std::shared_ptr<rocksdb::SystemClock> clock, uint64_t most_bytes)
    : rocksdb::Logger(rocksdb::InfoLogLevel::WARN_LEVEL),
      directory_(std::move(directory)),
      clock_(std::move(clock)),
      most_bytes_(most_bytes) {}

EngineLog::~EngineLog() = default;

void EngineLog::Logv(const char* format, va_list values) {
  std::string text(kLongestLine, '\0');
  const int length = std::vsnprintf(text.data(), text.size(), format, values);
  if (length < 0) return;
  text.resize(std::min(static_cast<size_t>(length), kLongestLine - 1));
  while (text.ends_with('\n')) text.pop_back();
  const Timestamp now(std::chrono::microseconds(clock_->NowMicros()));
  const std::string line = fmt::format("{:%FT%T}Z {}\n", now, text);

  MutexLock lock(mutex_);
  const std::string missing =
      left_out_ == 0 ? std::string() : fmt::format("\n{} lines before this one could not be written\n", left_out_);
  if (write(missing + line)) {
    left_out_ = 0;
  } else {
    ++left_out_;
    file_ = File();  // and opened anew, wherever it is by then
  }
}

Result<void> EngineLog::write(std::string_view line) {
  const std::filesystem::path path = directory_ / "LOG";
  if (size_bytes_ >= most_bytes_) {
    TRY(file_.close());
    TRY(rename_file(path, directory_ / "LOG.old"));
    size_bytes_ = 0;
  }
  if (file_.descriptor() < 0) {
    file_ = TRY(File::open_append(path));
    size_bytes_ = TRY(file_.size_bytes());
  }
  TRY(file_.write(line));
  size_bytes_ += line.size();
  return {};
}

}  // namespace caudal::kv
