// SPDX-License-Identifier: Apache-2.0
// A RunStarter whose runs have a thread of their own, so that a long run of one flow holds up no deadline and no other
// flow.
#pragma once

#include <functional>
#include <list>
#include <memory>
#include <stop_token>
#include <thread>

#include "base/thread_annotations.h"
#include "flows/schedule/starter.h"

namespace caudal::schedule {

// Thread-safe. There are as many threads as runs going on; none while nothing runs.
class ThreadStarter final : public RunStarter {
 public:
  // Runs a request to its end, or until `stop` is requested; answers as RunStarter::Done wants it.
  using Run = std::function<Result<void>(const StartRequest&, std::stop_token)>;

  explicit ThreadStarter(Run run);
  // Asks all runs to stop and waits for them.
  ~ThreadStarter() override;

  void start(StartRequest request, Done done) override;
  void stop() CAUDAL_EXCLUDES(mutex_);

 private:
  struct Worker;
  void reap() CAUDAL_REQUIRES(mutex_);

  const Run run_;
  Mutex mutex_;
  std::list<std::unique_ptr<Worker>> workers_ CAUDAL_GUARDED_BY(mutex_);
};

}  // namespace caudal::schedule
