// SPDX-License-Identifier: Apache-2.0
// signalfd, read by a thread of its own.
#include "app/terminal/interrupt.h"

#include <poll.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <csignal>
#include <cstdint>

#include "base/check.h"

namespace caudal::app {
namespace {

constexpr int kInterruptedExitCode = 130;

}  // namespace

Interrupt::Interrupt() {
  std::signal(SIGPIPE, SIG_IGN);
  sigset_t watched;
  sigemptyset(&watched);
  sigaddset(&watched, SIGINT);
  sigaddset(&watched, SIGTERM);
  sigaddset(&watched, SIGHUP);
  CHECK(pthread_sigmask(SIG_BLOCK, &watched, nullptr) == 0, "cannot block signals");
  signals_ = signalfd(-1, &watched, SFD_CLOEXEC);
  wake_ = eventfd(0, EFD_CLOEXEC);
  CHECK(signals_ >= 0 && wake_ >= 0, "cannot watch signals: no file descriptors left");
  thread_ = std::jthread([this] { watch(); });
}

Interrupt::~Interrupt() {
  const uint64_t one = 1;
  CHECK(::write(wake_, &one, sizeof one) == sizeof one, "cannot wake the thread that watches signals");
  thread_.join();
  ::close(signals_);
  ::close(wake_);
}

void Interrupt::on_hangup(std::function<void()> reload) {
  MutexLock lock(mutex_);
  reload_ = std::move(reload);
}

bool Interrupt::call_reload() {
  // Called under the lock, so that whoever takes the function back knows that it does not run any more.
  MutexLock lock(mutex_);
  if (!reload_) return false;
  reload_();
  return true;
}

void Interrupt::watch() {
  for (;;) {
    pollfd waiting[2] = {{signals_, POLLIN, 0}, {wake_, POLLIN, 0}};
    if (::poll(waiting, 2, -1) < 0) continue;
    if (waiting[1].revents != 0) return;
    signalfd_siginfo information{};
    if (::read(signals_, &information, sizeof information) != sizeof information) continue;
    if (information.ssi_signo == SIGHUP && call_reload()) continue;
    if (source_.stop_requested()) ::_exit(kInterruptedExitCode);
    source_.request_stop();
  }
}

}  // namespace caudal::app
