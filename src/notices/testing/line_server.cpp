// SPDX-License-Identifier: Apache-2.0
// Sockets of the tests' receivers.
#include "notices/testing/line_server.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>

#include "base/check.h"

namespace caudal::notices {
namespace {

// A socket bound to a free port of loopback.
int bound_socket(uint16_t& port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  CHECK(fd >= 0, "socket");
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  CHECK(::bind(fd, reinterpret_cast<const sockaddr*>(&address), size) == 0, "bind");
  CHECK(::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) == 0, "getsockname");
  port = ntohs(address.sin_port);
  return fd;
}

}  // namespace

bool Peer::fill() {
  char bytes[4096];
  const ssize_t size = ::recv(fd_, bytes, sizeof bytes, 0);
  if (size > 0) buffer_.append(bytes, static_cast<size_t>(size));
  return size > 0;
}

bool Peer::read_line(std::string& line) {
  size_t end = 0;
  while ((end = buffer_.find("\r\n")) == std::string::npos) {
    if (!fill()) return false;
  }
  line = buffer_.substr(0, end);
  buffer_.erase(0, end + 2);
  return true;
}

std::string Peer::read_exactly(size_t size_bytes) {
  while (buffer_.size() < size_bytes && fill()) continue;
  std::string out = buffer_.substr(0, size_bytes);
  buffer_.erase(0, out.size());
  return out;
}

void Peer::write(const std::string& bytes) {
  for (size_t sent = 0; sent < bytes.size();) {
    const ssize_t size = ::send(fd_, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
    if (size <= 0) return;  // the client went away, which is its right
    sent += static_cast<size_t>(size);
  }
}

void Peer::wait_for_close() {
  while (fill()) continue;
}

LineServer::LineServer(std::function<void(Peer&, int)> serve) : serve_(std::move(serve)) {
  listener_ = bound_socket(port_);
  CHECK(::listen(listener_, 16) == 0, "listen");
  thread_ = std::thread([this] { run(); });
}

LineServer::~LineServer() {
  stopping_ = true;
  ::shutdown(listener_, SHUT_RDWR);
  {
    const std::lock_guard lock(mutex_);
    if (current_ >= 0) ::shutdown(current_, SHUT_RDWR);
  }
  thread_.join();
  ::close(listener_);
}

void LineServer::run() {
  while (!stopping_) {
    const int fd = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (fd < 0) return;
    {
      const std::lock_guard lock(mutex_);
      current_ = fd;
      if (stopping_) ::shutdown(fd, SHUT_RDWR);
    }
    Peer peer(fd);
    serve_(peer, connections_++);
    const std::lock_guard lock(mutex_);
    current_ = -1;
    ::close(fd);
  }
}

uint16_t closed_port() {
  uint16_t port = 0;
  ::close(bound_socket(port));
  return port;
}

HttpReceiver::HttpReceiver(std::vector<int> statuses, std::string answer)
    : statuses_(std::move(statuses)), answer_(std::move(answer)), server_([this](Peer& peer, int number) {
        std::string request;
        if (!peer.read_line(request)) return;
        size_t length = 0;
        for (std::string line; peer.read_line(line) && !line.empty();) {
          if (line.starts_with("Content-Length: ")) length = std::stoul(line.substr(16));
        }
        std::string body = peer.read_exactly(length);
        {
          const std::lock_guard lock(mutex_);
          request_lines_.push_back(request);
          bodies_.push_back(std::move(body));
        }
        const int status = statuses_[std::min(static_cast<size_t>(number), statuses_.size() - 1)];
        peer.write(fmt::format("HTTP/1.1 {} x\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{}", status,
                               answer_.size(), answer_));
      }) {}

std::string HttpReceiver::url(const std::string& path) const {
  return fmt::format("http://127.0.0.1:{}{}", server_.port(), path);
}

std::vector<std::string> HttpReceiver::bodies() const {
  const std::lock_guard lock(mutex_);
  return bodies_;
}

std::vector<std::string> HttpReceiver::request_lines() const {
  const std::lock_guard lock(mutex_);
  return request_lines_;
}

SmtpReceiver::SmtpReceiver(Behaviour behaviour)
    : behaviour_(std::move(behaviour)), server_([this](Peer& peer, int number) { serve(peer, number); }) {}

std::vector<SmtpReceiver::Received> SmtpReceiver::received() const {
  const std::lock_guard lock(mutex_);
  return received_;
}

void SmtpReceiver::serve(Peer& peer, int number) {
  if (behaviour_.silent) return peer.wait_for_close();
  const auto& greetings = behaviour_.greetings;
  peer.write(greetings[std::min(static_cast<size_t>(number), greetings.size() - 1)] + "\r\n");
  Received mail;
  for (std::string line; peer.read_line(line) && command(peer, line, mail, number);) continue;
}

// False when the connection is to be closed.
bool SmtpReceiver::command(Peer& peer, const std::string& line, Received& mail, int number) {
  if (line.starts_with("EHLO")) {
    peer.write(behaviour_.login.empty() ? "250 loopback\r\n" : "250-loopback\r\n250 AUTH PLAIN\r\n");
  } else if (line.starts_with("AUTH PLAIN")) {
    std::string login = line.size() > 11 ? line.substr(11) : "";
    if (login.empty()) {
      peer.write("334 \r\n");
      if (!peer.read_line(login)) return false;
    }
    peer.write(login == behaviour_.login ? "235 welcome\r\n" : "535 wrong user or password: " + login + "\r\n");
  } else if (line.starts_with("MAIL FROM:")) {
    mail.from = line.substr(10);
    peer.write("250 ok\r\n");
  } else if (line.starts_with("RCPT TO:")) {
    const std::string recipient = line.substr(9, line.find('>') - 9);
    const bool refused = recipient == behaviour_.refused_recipient;
    if (!refused) mail.to.push_back(recipient);
    peer.write(refused ? "550 no such user\r\n" : "250 ok\r\n");
  } else if (line == "DATA") {
    peer.write("354 go on\r\n");
    for (std::string text; peer.read_line(text) && text != ".";) {
      mail.message += (text.starts_with('.') ? text.substr(1) : text) + "\r\n";
    }
    if (number < behaviour_.drops_after_data) return false;
    {
      const std::lock_guard lock(mutex_);
      received_.push_back(mail);
    }
    peer.write("250 queued\r\n");
  } else if (line == "QUIT") {
    peer.write("221 bye\r\n");
    return false;
  } else {
    peer.write("502 what?\r\n");
  }
  return true;
}

}  // namespace caudal::notices
