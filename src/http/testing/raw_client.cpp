// SPDX-License-Identifier: Apache-2.0
#include "http/testing/raw_client.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <charconv>
#include <utility>

#include "base/check.h"

namespace caudal::http {
namespace {

// Whether `fd` is ready for `events` before the test's patience is at an end.
void wait_for(int fd, short events) {
  pollfd descriptor = {.fd = fd, .events = events, .revents = 0};
  constexpr int kPatienceMs = static_cast<int>(std::chrono::milliseconds(RawClient::kPatience).count());
  CHECK(::poll(&descriptor, 1, kPatienceMs) == 1, "the server does something before the test's patience is at an end");
}

}  // namespace

RawClient::RawClient(uint16_t port) : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  CHECK(fd_ >= 0, "a socket for the test");
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  CHECK(::connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0,
        "the server takes connections");
}

RawClient::RawClient(RawClient&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)), buffer_(std::move(other.buffer_)), reset_(other.reset_) {}

RawClient::~RawClient() { close(); }

bool RawClient::send(std::string_view bytes) {
  while (!bytes.empty()) {
    wait_for(fd_, POLLOUT);
    const size_t count = send_some(bytes);
    if (count == 0 && reset_) return false;
    bytes.remove_prefix(count);
  }
  return true;
}

size_t RawClient::send_some(std::string_view bytes) {
  const ssize_t count = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  if (count < 0 && errno != EAGAIN) reset_ = true;
  return count > 0 ? static_cast<size_t>(count) : 0;
}

void RawClient::close_sending() { ::shutdown(fd_, SHUT_WR); }

void RawClient::close() {
  if (fd_ >= 0) ::close(fd_);
  fd_ = -1;
}

void RawClient::reset() {
  const linger at_once = {.l_onoff = 1, .l_linger = 0};
  ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  close();
}

void RawClient::set_receive_buffer(int size_bytes) {
  ::setsockopt(fd_, SOL_SOCKET, SO_RCVBUF, &size_bytes, sizeof size_bytes);
}

bool RawClient::fill() {
  char bytes[64 * 1024];
  wait_for(fd_, POLLIN);
  const ssize_t count = ::recv(fd_, bytes, sizeof bytes, 0);
  if (count < 0) reset_ = true;
  if (count <= 0) return false;
  buffer_.append(bytes, static_cast<size_t>(count));
  return true;
}

std::string RawClient::read_some(size_t size_bytes) {
  if (buffer_.empty() && !fill()) return {};
  std::string bytes = buffer_.substr(0, size_bytes);
  buffer_.erase(0, bytes.size());
  return bytes;
}

std::string RawClient::read_to_end() {
  while (fill()) {
  }
  return std::exchange(buffer_, {});
}

std::optional<std::string> RawClient::take(size_t size_bytes) {
  while (buffer_.size() < size_bytes) {
    if (!fill()) return std::nullopt;
  }
  std::string bytes = buffer_.substr(0, size_bytes);
  buffer_.erase(0, size_bytes);
  return bytes;
}

std::optional<std::string> RawClient::take_line() {
  size_t end = buffer_.find("\r\n");
  while (end == std::string::npos) {
    if (!fill()) return std::nullopt;
    end = buffer_.find("\r\n");
  }
  return take(end + 2);
}

bool RawClient::read_chunks(std::string& body) {
  while (true) {
    const auto line = take_line();
    if (!line) return false;
    size_t size = 0;
    std::from_chars(line->data(), line->data() + line->size(), size, 16);
    const auto chunk = take(size + 2);
    if (!chunk || !chunk->ends_with("\r\n")) return false;
    if (size == 0) return true;
    body.append(*chunk, 0, size);
  }
}

std::optional<RawResponse> RawClient::read_response(bool to_head) {
  RawResponse response;
  while (!response.head.ends_with("\r\n\r\n")) {
    const auto line = take_line();
    if (!line) return std::nullopt;
    response.head += *line;
  }
  std::from_chars(response.head.data() + 9, response.head.data() + 12, response.status);
  if (to_head || response.status < 200 || response.status == 204 || response.status == 304) return response;
  constexpr std::string_view kLength = "\r\nContent-Length: ";
  if (const size_t at = response.head.find(kLength); at != std::string::npos) {
    size_t length = 0;
    std::from_chars(response.head.data() + at + kLength.size(), response.head.data() + response.head.size(), length);
    const auto body = take(length);
    if (!body) return std::nullopt;
    response.body = *body;
  } else if (response.has("Transfer-Encoding: chunked")) {
    if (!read_chunks(response.body)) return std::nullopt;
  } else {
    response.body = read_to_end();
  }
  return response;
}

}  // namespace caudal::http
