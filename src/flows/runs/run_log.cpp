// SPDX-License-Identifier: Apache-2.0
// Appending to logs, dropping from their middle, and following them.
#include "flows/runs/run_log.h"

#include <fmt/format.h>

#include <optional>
#include <utility>

#include "base/utf8.h"
#include "flows/runs/codec.h"
#include "flows/runs/errors.h"
#include "flows/runs/keys.h"
#include "kv/key.h"

namespace caudal::runs {
namespace {

// Valid UTF-8, so that whoever shows a log can rely on it.
std::string bounded(std::string_view text, size_t limit_bytes) {
  std::string valid = to_valid_utf8(text);
  if (valid.size() <= limit_bytes) return valid;
  const std::string_view kept = utf8_prefix(valid, limit_bytes);
  return fmt::format("{}… ({} bytes more)", kept, valid.size() - kept.size());
}

Result<LogLine> line_at(const kv::Scan& scan) {
  LogLine line;
  kv::KeyReader key(scan.key().substr(RunId::kSize));
  line.number = TRY(key.u64());
  TRY(decode(scan.value(), line));
  return line;
}

}  // namespace

Result<void> RunLog::find_tail(const RunId& id, Tail& tail) const {
  if (tail.known) return {};
  kv::Scan scan = kv_.scan(family_, kv::Range::prefix(keys::log_lines(id)));
  scan.to_last();
  if (scan.valid()) tail.next = TRY(line_at(scan)).number + 1;
  TRY(scan.status());
  tail.known = true;
  return {};
}

Result<void> RunLog::write_gap(const RunId& id, Tail& tail) {
  if (tail.lost == 0) return {};
  TRY(write(id, tail,
            {.at = clock_.now(),
             .level = LogLevel::kWarning,
             .text = fmt::format("{} lines of this log could not be written: {}", tail.lost, tail.why_lost)}));
  tail.lost = 0;
  return {};
}

Result<void> RunLog::write(const RunId& id, Tail& tail, const LogLine& line) {
  kv::Batch batch;
  batch.put(family_, keys::log_line(id, tail.next), encode(line));
  if (tail.next >= uint64_t{limits_.first_lines} + limits_.last_lines) {
    batch.remove(family_, keys::log_line(id, tail.next - limits_.last_lines));
  }
  TRY(kv_.commit(std::move(batch), kv::Durability::kRelaxed));
  ++tail.next;
  return {};
}

void RunLog::append(const RunId& id, LogLevel level, std::string_view step, std::string_view text) {
  const LogLine line{.at = clock_.now(),
                     .level = level,
                     .step = bounded(step, limits_.line_bytes),
                     .text = bounded(text, limits_.line_bytes)};
  {
    MutexLock lock(mutex_);
    Tail& tail = tails_[id];
    Result<void> written = find_tail(id, tail);
    if (written) written = write_gap(id, tail);
    if (written) written = write(id, tail, line);
    if (!written) {
      tail.why_lost = written.error().message;
      ++tail.lost;
    }
    ++changes_;
  }
  changed_.notify_all();
}

Result<std::vector<LogLine>> RunLog::read(const RunId& id, uint64_t from) const {
  std::vector<LogLine> lines;
  // The line before tells whether lines were dropped right after it.
  const uint64_t first = from == 0 ? 0 : from - 1;
  std::optional<uint64_t> previous;
  kv::Scan scan = kv_.scan(family_, kv::Range::prefix(keys::log_lines(id)));
  for (scan.seek(keys::log_line(id, first)); scan.valid(); scan.next()) {
    LogLine line = TRY(line_at(scan));
    const uint64_t expected = previous ? *previous + 1 : from;
    if (line.number > expected) {
      lines.push_back({.number = expected,
                       .at = line.at,
                       .level = LogLevel::kWarning,
                       .text = fmt::format("… {} lines dropped here to keep the log small", line.number - expected)});
    }
    previous = line.number;
    if (line.number >= from) lines.push_back(std::move(line));
  }
  TRY(scan.status());
  return lines;
}

Result<void> RunLog::follow(const RunId& id, std::stop_token stop, const std::function<Result<bool>()>& ended,
                            const std::function<void(const LogLine&)>& sink) const {
  uint64_t from = 0;
  while (!stop.stop_requested()) {
    uint64_t seen = 0;
    {
      MutexLock lock(mutex_);
      seen = changes_;
    }
    const bool last_look = TRY(ended());
    for (const LogLine& line : TRY(read(id, from))) {
      sink(line);
      from = line.number + 1;
    }
    if (last_look) return {};
    MutexLock lock(mutex_);
    changed_.wait(lock, stop, [&]() CAUDAL_NO_THREAD_SAFETY_ANALYSIS { return changes_ != seen; });
  }
  return {};
}

void RunLog::wake() const {
  {
    MutexLock lock(mutex_);
    ++changes_;
  }
  changed_.notify_all();
}

Result<void> RunLog::forget(const RunId& id) {
  MutexLock lock(mutex_);
  const auto found = tails_.find(id);
  if (found == tails_.end()) return {};
  const Result<void> written = write_gap(id, found->second);
  tails_.erase(found);
  return written;
}

Result<void> RunLog::remove(const RunId& id, kv::Batch& batch) const {
  return kv_.remove_each(batch, family_, kv::Range::prefix(keys::log_lines(id)));
}

}  // namespace caudal::runs
