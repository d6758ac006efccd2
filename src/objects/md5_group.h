// SPDX-License-Identifier: Apache-2.0
// The MD5 of bodies that come in at the same time: who comes while others are hashing is hashed together with all who
// wait by then (see base/md5.h). Inside room objects only.
#pragma once

#include <condition_variable>
#include <deque>
#include <string_view>
#include <vector>

#include "base/md5.h"
#include "base/thread_annotations.h"

namespace caudal::objects {

// Thread-safe.
class Md5Group {
 public:
  // `most_at_once`: threads that hash at the same time; 0: half as many as the machine has cores, since
  // with fewer of them more come to be hashed together, and the other half has the rest to do.
  explicit Md5Group(size_t most_at_once = 0);
  // As stream.update(). Blocks; every stream has one caller at a time.
  void update(Md5& stream, std::string_view bytes) CAUDAL_EXCLUDES(mutex_);

 private:
  struct Waiting {
    Md5::Piece piece;
    bool is_taken = false;
    bool is_done = false;
  };
  std::vector<Waiting*> take_some() CAUDAL_REQUIRES(mutex_);

  const size_t most_at_once_;
  Mutex mutex_;
  std::condition_variable_any done_;
  std::deque<Waiting*> waiting_ CAUDAL_GUARDED_BY(mutex_);
  size_t hashing_ CAUDAL_GUARDED_BY(mutex_) = 0;  // threads
};

}  // namespace caudal::objects
