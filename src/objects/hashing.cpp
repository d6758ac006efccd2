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

void HashingThread::add(Chunk chunk) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return waiting_.size() < kQueueLimit; });
  waiting_.push_back(std::move(chunk));
  lock.unlock();
  changed_.notify_all();
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
    const Chunk chunk = std::move(waiting_.front());
    waiting_.pop_front();
    lock.unlock();
    changed_.notify_all();
    digester_.update(*chunk);
    lock.lock();
  }
}

}  // namespace caudal::objects
