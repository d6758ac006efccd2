// SPDX-License-Identifier: Apache-2.0
// Whoever finds a free place hashes for all that wait, as commits do that share an fsync.
#include "objects/md5_group.h"

#include <algorithm>
#include <thread>

namespace caudal::objects {

Md5Group::Md5Group(size_t most_at_once)
    : most_at_once_(most_at_once > 0 ? most_at_once : std::max(1u, std::thread::hardware_concurrency() / 2)) {}

std::vector<Md5Group::Waiting*> Md5Group::take_some() {
  std::vector<Waiting*> some;
  while (!waiting_.empty() && some.size() < Md5::kLanes) {
    some.push_back(waiting_.front());
    waiting_.pop_front();
    some.back()->is_taken = true;
  }
  return some;
}

void Md5Group::update(Md5& stream, std::string_view bytes) {
  Waiting own{.piece = {.stream = &stream, .bytes = bytes}};
  MutexLock lock(mutex_);
  waiting_.push_back(&own);
  while (!own.is_done) {
    if (own.is_taken || hashing_ == most_at_once_) {
      done_.wait(lock);
      continue;
    }
    const std::vector<Waiting*> some = take_some();
    ++hashing_;
    lock.unlock();
    std::vector<Md5::Piece> pieces;
    for (const Waiting* one : some) pieces.push_back(one->piece);
    Md5::update_all(pieces);
    lock.lock();
    --hashing_;
    for (Waiting* one : some) one->is_done = true;
    done_.notify_all();
  }
}

}  // namespace caudal::objects
