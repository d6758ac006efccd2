// SPDX-License-Identifier: Apache-2.0
// poll(2) on the input and on an eventfd that the stop request writes to.
#include "app/terminal/input_source.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>

#include "base/check.h"

namespace caudal::app {

Result<std::unique_ptr<InputSource>> InputSource::open(std::stop_token stop, int descriptor) {
  const int wake = ::eventfd(0, EFD_CLOEXEC);
  if (wake < 0) return errno_error(errno, "watch", "standard input");
  return std::unique_ptr<InputSource>(new InputSource(std::move(stop), descriptor, wake));
}

InputSource::InputSource(std::stop_token stop, int descriptor, int wake) : descriptor_(descriptor), wake_(wake) {
  on_stop_.emplace(std::move(stop), [wake] {
    const uint64_t one = 1;
    CHECK(::write(wake, &one, sizeof one) == sizeof one, "cannot wake the reader of standard input");
  });
}

InputSource::~InputSource() {
  on_stop_.reset();  // waits for a callback under way, which still writes
  ::close(wake_);
}

Result<size_t> InputSource::read(char* out, size_t size_bytes) {
  for (;;) {
    pollfd waiting[2] = {{descriptor_, POLLIN, 0}, {wake_, POLLIN, 0}};
    if (::poll(waiting, 2, -1) < 0) {
      if (errno == EINTR) continue;
      return errno_error(errno, "read", "standard input");
    }
    if (waiting[1].revents != 0) return Error{Errc::cancelled, "interrupted while reading standard input"};
    const ssize_t got = ::read(descriptor_, out, size_bytes);
    if (got >= 0) return static_cast<size_t>(got);
    if (errno != EINTR && errno != EAGAIN) return errno_error(errno, "read", "standard input");
  }
}

}  // namespace caudal::app
