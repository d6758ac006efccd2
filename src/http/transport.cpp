// SPDX-License-Identifier: Apache-2.0
#include "http/transport.h"

#include <errno.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <limits>

namespace caudal::http {
namespace {

// Of a file, at a time: long enough that the call does not count, short enough that time-outs are looked at.
constexpr uint64_t kFileStep = 1024 * 1024;
constexpr size_t kTlsFileStep = 64 * 1024;

Moved socket_result(ssize_t result, Moved::Status when_full) {
  if (result > 0) return {Moved::Status::kBytes, static_cast<size_t>(result)};
  if (result == 0) return {Moved::Status::kEnd};
  if (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR) return {when_full};
  return {Moved::Status::kFailed};
}

int as_int(size_t size_bytes) {
  return static_cast<int>(std::min<size_t>(size_bytes, std::numeric_limits<int>::max()));
}

}  // namespace

Moved Transport::tls_result(int result) {
  if (result > 0) return {Moved::Status::kBytes, static_cast<size_t>(result)};
  switch (SSL_get_error(session_.get(), result)) {
    case SSL_ERROR_WANT_READ: return {Moved::Status::kWantRead};
    case SSL_ERROR_WANT_WRITE: return {Moved::Status::kWantWrite};
    case SSL_ERROR_ZERO_RETURN: return {Moved::Status::kEnd};
    default: return {Moved::Status::kFailed};
  }
}

Moved Transport::handshake() {
  if (!secure()) return {Moved::Status::kBytes, 0};
  ERR_clear_error();
  return tls_result(SSL_accept(session_.get()));
}

Moved Transport::read(char* out, size_t size_bytes) {
  if (!secure()) return socket_result(::recv(descriptor_, out, size_bytes, 0), Moved::Status::kWantRead);
  ERR_clear_error();
  return tls_result(SSL_read(session_.get(), out, as_int(size_bytes)));
}

Moved Transport::write(std::string_view first, std::string_view second, bool more) {
  if (first.empty()) std::swap(first, second);
  if (secure()) {
    ERR_clear_error();
    return tls_result(SSL_write(session_.get(), first.data(), as_int(first.size())));
  }
  // sendmsg takes the parts as iovec, which is not const.
  std::array<iovec, 2> parts = {iovec{const_cast<char*>(first.data()), first.size()},
                                iovec{const_cast<char*>(second.data()), second.size()}};
  msghdr message = {};
  message.msg_iov = parts.data();
  message.msg_iovlen = second.empty() ? 1 : 2;
  return socket_result(::sendmsg(descriptor_, &message, MSG_NOSIGNAL | (more ? MSG_MORE : 0)),
                       Moved::Status::kWantWrite);
}

Moved Transport::send_file(int file, uint64_t offset, uint64_t size_bytes) {
  if (!secure()) {
    auto at = static_cast<off_t>(offset);
    const ssize_t result = ::sendfile(descriptor_, file, &at, std::min(size_bytes, kFileStep));
    if (result == 0 || (result < 0 && (errno == EIO || errno == EINVAL || errno == EBADF))) {
      return {Moved::Status::kFileEnded};
    }
    return socket_result(result, Moved::Status::kWantWrite);
  }
  std::array<char, kTlsFileStep> bytes;
  const ssize_t count =
      ::pread(file, bytes.data(), std::min<uint64_t>(size_bytes, bytes.size()), static_cast<off_t>(offset));
  if (count <= 0) return {Moved::Status::kFileEnded};
  return write({bytes.data(), static_cast<size_t>(count)}, {}, false);
}

bool Transport::holds_bytes() const { return secure() && SSL_has_pending(session_.get()) == 1; }

void Transport::say_end() {
  if (!secure() || SSL_is_init_finished(session_.get()) != 1) return;
  ERR_clear_error();
  SSL_shutdown(session_.get());  // as far as it goes without waiting; the connection ends in any case
}

}  // namespace caudal::http
