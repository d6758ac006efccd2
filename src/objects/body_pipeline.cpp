// SPDX-License-Identifier: Apache-2.0
// Lanes that each take one piece after the other, a job for each, so that bodies take turns on the threads.
#include "objects/body_pipeline.h"

#include <algorithm>

namespace caudal::objects {

BodyPipeline::BodyPipeline(BodyThreads& threads, std::vector<Lane> lanes) : threads_(threads) {
  MutexLock lock(mutex_);
  for (Lane& lane : lanes) lanes_.push_back({.work = std::move(lane)});
}

BodyPipeline::~BodyPipeline() {
  MutexLock lock(mutex_);
  abandoned_ = true;
  while (std::any_of(lanes_.begin(), lanes_.end(), [](const State& lane) { return lane.running; })) {
    changed_.wait(lock);
  }
  threads_.give_back(std::move(room_));
  for (Buffer& buffer : spare_) threads_.give_back(std::move(buffer));
  for (Piece& piece : pieces_) threads_.give_back(std::move(piece.buffer));
}

Result<char*> BodyPipeline::room() {
  MutexLock lock(mutex_);
  while (room_ == nullptr && !error_) {
    if (!spare_.empty()) {
      room_ = std::move(spare_.back());
      spare_.pop_back();
      break;
    }
    if (owned_ < kMostBuffers) room_ = owned_ == 0 ? threads_.take_buffer() : threads_.take_another_buffer();
    if (room_ != nullptr) {
      ++owned_;
      break;
    }
    changed_.wait(lock);
  }
  if (error_) return *error_;
  return room_.get();
}

void BodyPipeline::push(size_t size_bytes) {
  MutexLock lock(mutex_);
  pieces_.push_back({.buffer = std::move(room_), .size_bytes = size_bytes});
  for (State& lane : lanes_) {
    if (!lane.running) start(lane);
  }
}

void BodyPipeline::start(State& lane) {
  lane.running = true;
  threads_.submit([this, &lane] { run(lane); });
}

void BodyPipeline::run(State& lane) {
  MutexLock lock(mutex_);
  if (!abandoned_ && !error_) {
    const Piece& piece = pieces_[lane.next - first_];  // stays where it is: this lane is not through with it
    const std::string_view bytes(piece.buffer.get(), piece.size_bytes);
    lock.unlock();
    Result<void> worked = lane.work(bytes);
    lock.lock();
    if (!worked && !error_) error_ = std::move(worked).error();
  }
  ++lane.next;
  reclaim();
  if (lane.next < end() && !abandoned_) {
    start(lane);
  } else {
    lane.running = false;
  }
  changed_.notify_all();  // under the lock: whoever is woken may end this
}

void BodyPipeline::reclaim() {
  const auto behind = [](const State& a, const State& b) { return a.next < b.next; };
  const uint64_t done = std::min_element(lanes_.begin(), lanes_.end(), behind)->next;
  for (; first_ < done; ++first_) {
    spare_.push_back(std::move(pieces_.front().buffer));
    pieces_.pop_front();
  }
}

bool BodyPipeline::is_through() const { return pieces_.empty(); }

Result<void> BodyPipeline::finish() {
  MutexLock lock(mutex_);
  while (!is_through() && !error_) changed_.wait(lock);
  if (error_) return *error_;
  return {};
}

}  // namespace caudal::objects
