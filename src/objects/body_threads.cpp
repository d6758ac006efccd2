// SPDX-License-Identifier: Apache-2.0
// A queue of jobs with its threads, and a free list.
#include "objects/body_threads.h"

#include <algorithm>
#include <system_error>

#include "base/check.h"

namespace caudal::objects {
namespace {

constexpr size_t kAlignmentBytes = 4096;

}  // namespace

Buffer new_buffer(size_t size_bytes) {
  Buffer buffer(static_cast<char*>(std::aligned_alloc(kAlignmentBytes, size_bytes)));
  CHECK(buffer != nullptr, "no memory for a buffer");
  return buffer;
}

BodyThreads::BodyThreads(size_t most_threads, size_t most_buffers)
    : most_threads_(most_threads), most_buffers_(most_buffers) {}

BodyThreads::~BodyThreads() {
  std::vector<std::thread> threads;
  {
    MutexLock lock(mutex_);
    CHECK(jobs_.empty() && used_buffers_ == 0, "a body outlives the store");
    ending_ = true;
    threads.swap(threads_);
  }
  changed_.notify_all();
  for (std::thread& thread : threads) thread.join();
}

void BodyThreads::submit(Job job) {
  MutexLock lock(mutex_);
  jobs_.push_back(std::move(job));
  if (idle_threads_ < jobs_.size() && threads_.size() < most_threads_) {
    try {
      threads_.emplace_back([this] { run(); });
    } catch (const std::system_error&) {
      CHECK(!threads_.empty(), "the system has no thread to give");  // else those that there are will do
    }
  }
  changed_.notify_one();
}

void BodyThreads::run() {
  MutexLock lock(mutex_);
  while (true) {
    ++idle_threads_;
    while (jobs_.empty() && !ending_) changed_.wait(lock);
    --idle_threads_;
    if (jobs_.empty()) return;
    Job job = std::move(jobs_.front());
    jobs_.pop_front();
    lock.unlock();
    job();
    job = nullptr;
    lock.lock();
  }
}

Buffer BodyThreads::take() {
  peak_buffers_ = std::max(peak_buffers_, ++used_buffers_);
  if (!idle_buffers_.empty()) {
    Buffer buffer = std::move(idle_buffers_.back());
    idle_buffers_.pop_back();
    return buffer;
  }
  return new_buffer();
}

Buffer BodyThreads::take_buffer() {
  MutexLock lock(mutex_);
  return take();
}

Buffer BodyThreads::take_another_buffer() {
  MutexLock lock(mutex_);
  return used_buffers_ < most_buffers_ ? take() : nullptr;
}

void BodyThreads::give_back(Buffer buffer) {
  if (buffer == nullptr) return;
  MutexLock lock(mutex_);
  --used_buffers_;
  if (idle_buffers_.size() < kMostIdleBuffers) idle_buffers_.push_back(std::move(buffer));
}

size_t BodyThreads::peak_buffers() const {
  MutexLock lock(mutex_);
  return peak_buffers_;
}

}  // namespace caudal::objects
