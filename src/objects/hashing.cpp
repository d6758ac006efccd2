// SPDX-License-Identifier: Apache-2.0
// A bounded queue between a writer and its digests.
#include "objects/hashing.h"

namespace caudal::objects {

HashingThread::HashingThread(Digester digester)
    : digester_(std::move(digester)), thread_([this](const std::stop_token& stop) { run(stop); }) {}

HashingThread::~HashingThread() {
  if (thread_.joinable()) {
    thread_.request_stop();
    thread_.join();
  }
}

std::string_view HashingThread::add(Chunk chunk) {
  const std::string_view bytes = chunk.bytes();  // moving a vector leaves its bytes where they are
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return waiting_.size() < kQueueLimit; });
  waiting_.push_back(std::move(chunk));
  lock.unlock();
  changed_.notify_all();
  return bytes;
}

std::vector<char> HashingThread::take_buffer() {
  std::lock_guard lock(mutex_);
  if (hashed_.empty()) return {};
  std::vector<char> buffer = std::move(hashed_.back());
  hashed_.pop_back();
  return buffer;
}

Digests HashingThread::finish() {
  {
    std::lock_guard lock(mutex_);
    done_ = true;
  }
  changed_.notify_all();
  thread_.join();
  return digester_.finish();
}

void HashingThread::run(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  while (changed_.wait(lock, stop, [this] { return !waiting_.empty() || done_; })) {
    if (waiting_.empty()) return;
    Chunk chunk = std::move(waiting_.front());
    waiting_.pop_front();
    lock.unlock();
    changed_.notify_all();
    digester_.update(chunk.bytes());
    lock.lock();
    hashed_.push_back(std::move(chunk.buffer));
  }
}

}  // namespace caudal::objects
