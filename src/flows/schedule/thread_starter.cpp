// SPDX-License-Identifier: Apache-2.0
// Threads of runs: made at start(), joined at the next one or at the end.
#include "flows/schedule/thread_starter.h"

#include <atomic>
#include <utility>

namespace caudal::schedule {

struct ThreadStarter::Worker {
  std::atomic<bool> ended = false;
  std::jthread thread;  // last: it uses `ended`
};

ThreadStarter::ThreadStarter(Run run) : run_(std::move(run)) {}

ThreadStarter::~ThreadStarter() { stop(); }

void ThreadStarter::reap() {
  // A thread that says it has ended does nothing any more but return, so joining it does not wait.
  workers_.remove_if([](const std::unique_ptr<Worker>& worker) { return worker->ended.load(); });
}

void ThreadStarter::start(StartRequest request, Done done) {
  MutexLock lock(mutex_);
  reap();
  Worker& worker = *workers_.emplace_back(std::make_unique<Worker>());
  worker.thread =
      std::jthread([this, &worker, request = std::move(request), done = std::move(done)](std::stop_token stop) {
        done(run_(request, stop));
        worker.ended = true;
      });
}

void ThreadStarter::stop() {
  std::list<std::unique_ptr<Worker>> workers;
  {
    MutexLock lock(mutex_);
    workers.swap(workers_);
  }
  for (const auto& worker : workers) worker->thread.request_stop();
  workers.clear();
}

}  // namespace caudal::schedule
