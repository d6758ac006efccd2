// SPDX-License-Identifier: Apache-2.0
// Loaded before the C library (LD_PRELOAD), this has a program see a wall clock that is CAUDAL_CLOCK_SHIFT_S seconds
// ahead (negative: behind) and goes on as the machine's does. So a test lets the finished binary live through a moment
// of its choice, whatever day it is. Other clocks stay as they are.
#include <dlfcn.h>
#include <sys/time.h>

#include <cstdlib>
#include <ctime>

namespace {

time_t shift_seconds() {
  static const time_t shift = [] {
    const char* text = std::getenv("CAUDAL_CLOCK_SHIFT_S");  // tidy: allow(getenv): loaded into another's program
    return text == nullptr ? time_t{0} : static_cast<time_t>(std::strtoll(text, nullptr, 10));
  }();
  return shift;
}

timespec wall_clock() {
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  return now;
}

}  // namespace

extern "C" int clock_gettime(clockid_t clock, timespec* now) noexcept {
  static const auto real = reinterpret_cast<int (*)(clockid_t, timespec*)>(dlsym(RTLD_NEXT, "clock_gettime"));
  const int status = real(clock, now);
  if (status == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) now->tv_sec += shift_seconds();
  return status;
}

extern "C" int gettimeofday(timeval* now, void*) noexcept {
  const timespec exact = wall_clock();
  *now = {.tv_sec = exact.tv_sec, .tv_usec = exact.tv_nsec / 1000};
  return 0;
}

extern "C" time_t time(time_t* now) noexcept {
  const time_t seconds = wall_clock().tv_sec;
  if (now != nullptr) *now = seconds;
  return seconds;
}
