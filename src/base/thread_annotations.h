// SPDX-License-Identifier: Apache-2.0
// Clang's thread-safety annotations, and a Mutex that carries them (std::mutex of libstdc++ does not). Nothing with
// GCC.
//
//   Mutex mutex_;
//   int count_ CAUDAL_GUARDED_BY(mutex_) = 0;
//   void add() { MutexLock lock(mutex_); ++count_; }
#pragma once

#include <mutex>

#ifdef __clang__
#define CAUDAL_THREAD_ATTRIBUTE(x) __attribute__((x))
#else
#define CAUDAL_THREAD_ATTRIBUTE(x)
#endif

#define CAUDAL_CAPABILITY(x) CAUDAL_THREAD_ATTRIBUTE(capability(x))
#define CAUDAL_SCOPED_CAPABILITY CAUDAL_THREAD_ATTRIBUTE(scoped_lockable)
#define CAUDAL_GUARDED_BY(x) CAUDAL_THREAD_ATTRIBUTE(guarded_by(x))
#define CAUDAL_PT_GUARDED_BY(x) CAUDAL_THREAD_ATTRIBUTE(pt_guarded_by(x))
#define CAUDAL_REQUIRES(...) CAUDAL_THREAD_ATTRIBUTE(requires_capability(__VA_ARGS__))
#define CAUDAL_EXCLUDES(...) CAUDAL_THREAD_ATTRIBUTE(locks_excluded(__VA_ARGS__))
#define CAUDAL_ACQUIRE(...) CAUDAL_THREAD_ATTRIBUTE(acquire_capability(__VA_ARGS__))
#define CAUDAL_RELEASE(...) CAUDAL_THREAD_ATTRIBUTE(release_capability(__VA_ARGS__))
#define CAUDAL_NO_THREAD_SAFETY_ANALYSIS CAUDAL_THREAD_ATTRIBUTE(no_thread_safety_analysis)

namespace caudal {

// std::mutex with annotations. native() is for std::condition_variable and std::unique_lock, whose waiting the
// analysis cannot follow.
class CAUDAL_CAPABILITY("mutex") Mutex {
 public:
  void lock() CAUDAL_ACQUIRE() { mutex_.lock(); }
  void unlock() CAUDAL_RELEASE() { mutex_.unlock(); }
  std::mutex& native() { return mutex_; }

 private:
  std::mutex mutex_;
};

// Also a BasicLockable, so that std::condition_variable_any can wait on it.
class CAUDAL_SCOPED_CAPABILITY MutexLock {
 public:
  explicit MutexLock(Mutex& mutex) CAUDAL_ACQUIRE(mutex) : mutex_(mutex) { mutex_.lock(); }
  MutexLock(const MutexLock&) = delete;
  MutexLock& operator=(const MutexLock&) = delete;
  ~MutexLock() CAUDAL_RELEASE() { mutex_.unlock(); }
  void lock() CAUDAL_NO_THREAD_SAFETY_ANALYSIS { mutex_.lock(); }
  void unlock() CAUDAL_NO_THREAD_SAFETY_ANALYSIS { mutex_.unlock(); }

 private:
  Mutex& mutex_;
};

}  // namespace caudal
