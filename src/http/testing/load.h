// SPDX-License-Identifier: Apache-2.0
// A load generator for benchmarks: one thread, many keep-alive connections, each of which sends its next request as
// soon as its answer is whole. Header-only, so that benchmarks of the doors can use it, too.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/check.h"

namespace caudal::http {

// Of this process: the server, and the load generator with it. Holds also on a machine that is busy with other things.
inline double cpu_seconds() {
  rusage usage = {};
  ::getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

class Load {
 public:
  // `next_request(n)`: the next request of connection n, kept until it is answered, which is with a Content-Length.
  Load(uint16_t port, size_t connections, std::function<std::string_view(size_t)> next_request)
      : epoll_(::epoll_create1(EPOLL_CLOEXEC)), next_request_(std::move(next_request)), clients_(connections) {
    for (size_t n = 0; n < connections; ++n) connect(clients_[n], n, port);
  }
  Load(const Load&) = delete;
  Load& operator=(const Load&) = delete;
  ~Load() {
    for (const Client& client : clients_) ::close(client.fd);
    ::close(epoll_);
  }

  // So many requests, each begun when it is its turn at `per_second`, or once a connection is free; answered within how
  // many milliseconds of its turn, sorted.
  std::vector<double> run_paced(uint64_t requests, double per_second) {
    using Clock = std::chrono::steady_clock;
    const auto begun = Clock::now();
    const auto turn = [&](uint64_t n) {
      return begun + std::chrono::nanoseconds(static_cast<int64_t>(1e9 * static_cast<double>(n) / per_second));
    };
    wanted_ = 0;  // who is answered does not go on by itself
    started_ = finished_ = 0;
    std::vector<double> times_ms;
    std::vector<size_t> free;
    for (size_t n = clients_.size(); n > 0; --n) free.push_back(n - 1);
    std::vector<Clock::time_point> due(clients_.size());
    answered_ = [&](size_t n) {
      times_ms.push_back(std::chrono::duration<double, std::milli>(Clock::now() - due[n]).count());
      free.push_back(n);
    };
    std::array<epoll_event, 64> events;
    while (finished_ < requests) {
      for (; started_ < requests && !free.empty() && turn(started_) <= Clock::now(); free.pop_back()) {
        due[free.back()] = turn(started_);
        send_next(clients_[free.back()], free.back());
      }
      const bool waits_for_turn = started_ < requests && !free.empty();
      const auto left = waits_for_turn ? turn(started_) - Clock::now() : Clock::duration(std::chrono::seconds(20));
      const int64_t ns = std::max<int64_t>(0, std::chrono::nanoseconds(left).count());
      const timespec patience = {.tv_sec = ns / 1'000'000'000, .tv_nsec = ns % 1'000'000'000};
      const int count = ::epoll_pwait2(epoll_, events.data(), events.size(), &patience, nullptr);
      CHECK(count > 0 || waits_for_turn, "the server answers within 20 s");
      take(events, count);
    }
    answered_ = {};
    std::sort(times_ms.begin(), times_ms.end());
    return times_ms;
  }

  // Until at least `requests` are answered with a status below 300.
  void run(uint64_t requests) {
    wanted_ = requests;
    started_ = finished_ = 0;
    for (size_t n = 0; n < clients_.size() && started_ < wanted_; ++n) send_next(clients_[n], n);
    std::array<epoll_event, 64> events;
    while (finished_ < started_) {
      const int count = ::epoll_wait(epoll_, events.data(), events.size(), 20'000);
      CHECK(count > 0, "the server answers within 20 s");
      take(events, count);
    }
  }

 private:
  struct Client {
    int fd = -1;
    std::string head = {};   // as far as it has come
    uint64_t body_left = 0;  // once the head is whole
    bool in_body = false;
    std::string_view unsent = {};
    bool waits_to_send = false;
  };

  void take(const std::array<epoll_event, 64>& events, int count) {
    for (int i = 0; i < count; ++i) {
      const size_t n = events[i].data.u64;
      if ((events[i].events & EPOLLOUT) != 0) send_more(clients_[n], n);
      if ((events[i].events & ~uint32_t{EPOLLOUT}) != 0) receive(clients_[n], n);
    }
  }

  void connect(Client& client, size_t n, uint16_t port) {
    client.fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    CHECK(::connect(client.fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0, "it connects");
    const int on = 1;
    ::setsockopt(client.fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    epoll_event event = {.events = EPOLLIN, .data = {.u64 = n}};
    CHECK(::epoll_ctl(epoll_, EPOLL_CTL_ADD, client.fd, &event) == 0, "it can be waited for");
  }

  void send_next(Client& client, size_t n) {
    client.unsent = next_request_(n);
    ++started_;
    send_more(client, n);
  }

  // As much as goes without waiting, so that no connection holds up another.
  void send_more(Client& client, size_t n) {
    while (!client.unsent.empty()) {
      const ssize_t count = ::send(client.fd, client.unsent.data(), client.unsent.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
      if (count < 0 && errno == EAGAIN) break;
      CHECK(count > 0, "the server takes requests");
      client.unsent.remove_prefix(static_cast<size_t>(count));
    }
    const bool waits = !client.unsent.empty();
    if (waits == client.waits_to_send) return;
    client.waits_to_send = waits;
    epoll_event event = {.events = waits ? EPOLLIN | EPOLLOUT : EPOLLIN, .data = {.u64 = n}};
    CHECK(::epoll_ctl(epoll_, EPOLL_CTL_MOD, client.fd, &event) == 0, "it can be waited for");
  }

  void receive(Client& client, size_t n) {
    const ssize_t count = ::recv(client.fd, buffer_.data(), buffer_.size(), MSG_DONTWAIT);
    if (count < 0 && errno == EAGAIN) return;
    CHECK(count > 0, "the server keeps the connection");
    std::string_view bytes(buffer_.data(), static_cast<size_t>(count));
    if (!client.in_body) bytes = take_head(client, bytes);
    if (!client.in_body) return;
    CHECK(bytes.size() <= client.body_left, "one answer at a time");
    client.body_left -= bytes.size();
    if (client.body_left > 0) return;
    client.in_body = false;
    client.head.clear();
    ++finished_;
    if (answered_) answered_(n);
    if (started_ < wanted_) send_next(client, n);
  }

  // What follows the head in `bytes`.
  std::string_view take_head(Client& client, std::string_view bytes) {
    constexpr std::string_view kLength = "\r\nContent-Length: ";
    const size_t before = client.head.size();
    client.head.append(bytes.substr(0, 4096));
    const size_t end = client.head.find("\r\n\r\n");
    if (end == std::string::npos) return {};
    CHECK(client.head.size() > 12 && client.head[9] == '2', client.head);
    const size_t at = client.head.find(kLength);
    CHECK(at < end, "an answer of the benchmark has a length");
    std::from_chars(client.head.data() + at + kLength.size(), client.head.data() + end, client.body_left);
    client.in_body = true;
    return bytes.substr(end + 4 - before);
  }

  const int epoll_;
  const std::function<std::string_view(size_t)> next_request_;
  std::vector<Client> clients_;
  std::function<void(size_t)> answered_ = {};  // of a paced run
  std::array<char, 256 * 1024> buffer_;
  uint64_t wanted_ = 0;
  uint64_t started_ = 0;
  uint64_t finished_ = 0;
};

}  // namespace caudal::http
