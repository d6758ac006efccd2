// SPDX-License-Identifier: Apache-2.0
// The queue, and the thread that writes it.
#include "access/audit/log.h"

#include <fmt/format.h>

#include <condition_variable>
#include <optional>
#include <thread>

#include "access/audit/errors.h"
#include "access/audit/segment_writer.h"
#include "base/thread_annotations.h"

namespace caudal::audit {

struct Log::Impl {
  Impl(SegmentWriter segment_writer, const LogOptions& log_options)
      : writer(std::move(segment_writer)), options(log_options), thread([this] { run(); }) {}
  ~Impl() { stop(); }

  void stop() CAUDAL_NO_THREAD_SAFETY_ANALYSIS;
  void run() CAUDAL_NO_THREAD_SAFETY_ANALYSIS;
  Error refused() const CAUDAL_REQUIRES(mutex);
  void wait_for_batch(std::unique_lock<std::mutex>& lock) CAUDAL_NO_THREAD_SAFETY_ANALYSIS;

  SegmentWriter writer;  // of the thread alone, while it runs
  const LogOptions options;

  mutable Mutex mutex;
  std::condition_variable work;  // for the thread: something was appended, or must be hurried
  std::condition_variable done;  // for the others: a batch was written, or refused
  std::string queue CAUDAL_GUARDED_BY(mutex);
  uint32_t queued CAUDAL_GUARDED_BY(mutex) = 0;
  uint64_t appended CAUDAL_GUARDED_BY(mutex) = 0;  // records, since the log was opened
  uint64_t written CAUDAL_GUARDED_BY(mutex) = 0;
  uint64_t frames CAUDAL_GUARDED_BY(mutex) = 0;    // each synced
  uint64_t wanted CAUDAL_GUARDED_BY(mutex) = 0;    // a flush waits for so many
  uint64_t refusals CAUDAL_GUARDED_BY(mutex) = 0;  // failed tries
  std::optional<Error> failure CAUDAL_GUARDED_BY(mutex);
  bool stopping CAUDAL_GUARDED_BY(mutex) = false;

  std::thread thread;  // last, so that it finds the rest ready
};

Error Log::Impl::refused() const {
  return {Errc::unavailable,
          fmt::format("the audit log cannot be written, so requests are refused: {}", failure->to_string())};
}

// Until there is something to write, and, unless somebody waits for it, some time for more to join.
void Log::Impl::wait_for_batch(std::unique_lock<std::mutex>& lock) {
  work.wait(lock, [this]() CAUDAL_NO_THREAD_SAFETY_ANALYSIS { return stopping || queued > 0; });
  const auto hurried = [this]() CAUDAL_NO_THREAD_SAFETY_ANALYSIS {
    return stopping || wanted > written || queue.size() > options.queue_bytes / 2;
  };
  work.wait_for(lock, options.sync_every, hurried);
}

void Log::Impl::run() {
  std::unique_lock lock(mutex.native());
  std::string batch;
  for (;;) {
    wait_for_batch(lock);
    if (queued == 0) return;  // stopping
    batch.clear();
    batch.swap(queue);
    const uint32_t records = std::exchange(queued, 0);
    for (;;) {
      lock.unlock();
      const auto result = writer.write(batch, records);
      lock.lock();
      if (result) break;
      failure = result.error();
      ++refusals;
      done.notify_all();
      if (stopping) return;  // tried, and said
      work.wait_for(lock, options.retry_every, [this]() CAUDAL_NO_THREAD_SAFETY_ANALYSIS { return stopping; });
    }
    failure.reset();
    written += records;
    ++frames;
    done.notify_all();
  }
}

void Log::Impl::stop() {
  {
    std::unique_lock lock(mutex.native());
    stopping = true;
  }
  work.notify_all();
  if (thread.joinable()) thread.join();
}

Log::Log(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Log::~Log() { (void)close(); }

Result<std::unique_ptr<Log>> Log::open(const std::filesystem::path& directory, const Clock& clock, LogOptions options) {
  SegmentWriter writer = TRY(SegmentWriter::open(
      directory, clock, {.key = options.key, .segment_bytes = options.segment_bytes, .keep_days = options.keep_days}));
  return std::unique_ptr<Log>(new Log(std::make_unique<Impl>(std::move(writer), options)));
}

Result<void> Log::append(const RecordView& record) {
  std::string bytes;
  append_record(bytes, record);
  Impl& impl = *impl_;
  MutexLock lock(impl.mutex);
  while (impl.queue.size() >= impl.options.queue_bytes) {
    if (impl.failure) return impl.refused();
    std::unique_lock wait(impl.mutex.native(), std::adopt_lock);
    impl.done.wait(wait);
    wait.release();  // the MutexLock gives it back
  }
  impl.queue += bytes;
  ++impl.appended;
  // The thread waits for the first record of a batch, and then sleeps until the batch is due or large.
  const bool wake = impl.queued++ == 0 || impl.queue.size() > impl.options.queue_bytes / 2;
  if (wake) impl.work.notify_one();
  return {};
}

bool Log::has_room() const {
  MutexLock lock(impl_->mutex);
  return impl_->queue.size() <= impl_->options.queue_bytes / 2;
}

Result<void> Log::check() const {
  MutexLock lock(impl_->mutex);
  if (impl_->failure) return impl_->refused();
  return {};
}

Result<void> Log::flush() {
  Impl& impl = *impl_;
  MutexLock lock(impl.mutex);
  const uint64_t until = impl.appended;
  const uint64_t refusals = impl.refusals;
  impl.wanted = std::max(impl.wanted, until);
  impl.work.notify_one();
  while (impl.written < until) {
    if (impl.failure && impl.refusals > refusals) return impl.refused();
    std::unique_lock wait(impl.mutex.native(), std::adopt_lock);
    impl.done.wait(wait);
    wait.release();  // the MutexLock gives it back
  }
  return {};
}

LogMetrics Log::metrics() const {
  MutexLock lock(impl_->mutex);
  return {.records = impl_->written,
          .syncs = impl_->frames,
          .refusals = impl_->refusals,
          .waiting_bytes = impl_->queue.size()};
}

Result<void> Log::close() {
  impl_->stop();
  MutexLock lock(impl_->mutex);
  if (impl_->failure) return impl_->refused();
  return impl_->writer.close();
}

}  // namespace caudal::audit
