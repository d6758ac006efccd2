// SPDX-License-Identifier: Apache-2.0
#include "http/listener.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "http/errors.h"

namespace caudal::http {
namespace {

constexpr int kBacklog = 4096;
// Between two looks at the connections that are there already.
constexpr int kMostAtOnce = 64;
constexpr std::chrono::milliseconds kPause = std::chrono::milliseconds(50);

struct FreeAddresses {
  void operator()(addrinfo* first) const { ::freeaddrinfo(first); }
};

Error cannot_listen(const ServerOptions& options, std::string_view why) {
  return Error{Errc::cannot_listen, fmt::format("cannot listen on {} port {}: {}", options.address, options.port, why)};
}

// What the operating system says, with what it means here.
std::string reason_of(int error_number) {
  const std::string said = ::strerror(error_number);
  switch (error_number) {
    case EACCES: return said + " (ports below 1024 are for root, and for who has CAP_NET_BIND_SERVICE)";
    case EADDRINUSE: return said + " (another server listens there)";
    case EADDRNOTAVAIL: return said + " (it is none of this machine's addresses)";
    default: return said;
  }
}

Peer peer_of(const sockaddr_storage& address) {
  char text[INET6_ADDRSTRLEN] = "";
  if (address.ss_family == AF_INET) {
    const auto& v4 = reinterpret_cast<const sockaddr_in&>(address);
    ::inet_ntop(AF_INET, &v4.sin_addr, text, sizeof text);
    return {.address = text, .port = ntohs(v4.sin_port)};
  }
  const auto& v6 = reinterpret_cast<const sockaddr_in6&>(address);
  if (IN6_IS_ADDR_V4MAPPED(&v6.sin6_addr)) {
    ::inet_ntop(AF_INET, &v6.sin6_addr.s6_addr[12], text, sizeof text);
  } else {
    ::inet_ntop(AF_INET6, &v6.sin6_addr, text, sizeof text);
  }
  return {.address = text, .port = ntohs(v6.sin6_port)};
}

uint16_t port_of(int descriptor) {
  sockaddr_storage address = {};
  socklen_t size = sizeof address;
  ::getsockname(descriptor, reinterpret_cast<sockaddr*>(&address), &size);
  return peer_of(address).port;
}

// A socket that is bound and listens.
Result<int> listening_socket(const ServerOptions& options) {
  addrinfo hints = {};
  hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const int unknown = ::getaddrinfo(options.address.c_str(), std::to_string(options.port).c_str(), &hints, &found);
  if (unknown != 0)
    return cannot_listen(options, fmt::format("the address is no numeric one ({})", ::gai_strerror(unknown)));
  const std::unique_ptr<addrinfo, FreeAddresses> address(found);
  const int descriptor = ::socket(address->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (descriptor < 0) return cannot_listen(options, reason_of(errno));
  const int on = 1;
  ::setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (::bind(descriptor, address->ai_addr, address->ai_addrlen) == 0 && ::listen(descriptor, kBacklog) == 0) {
    return descriptor;
  }
  const int why = errno;
  ::close(descriptor);
  return cannot_listen(options, reason_of(why));
}

int open_spare() { return ::open("/dev/null", O_RDONLY | O_CLOEXEC); }

}  // namespace

Result<std::unique_ptr<Listener>> Listener::open(ServerContext& context,
                                                 std::vector<std::unique_ptr<NetworkThread>>& threads, TlsServer* tls) {
  const int descriptor = TRY(listening_socket(context.options));
  return std::unique_ptr<Listener>(new Listener(context, threads, tls, descriptor, port_of(descriptor)));
}

Listener::Listener(ServerContext& context, std::vector<std::unique_ptr<NetworkThread>>& threads, TlsServer* tls,
                   int descriptor, uint16_t port)
    : context_(context),
      threads_(threads),
      tls_(tls),
      port_(port),
      socket_(threads.front()->io(), descriptor),
      pause_(threads.front()->io()),
      spare_(open_spare()) {}

Listener::~Listener() {
  if (spare_ >= 0) ::close(spare_);
}

void Listener::start() {
  asio::co_spawn(threads_.front()->io(), run(), [this](const std::exception_ptr& failure) {
    if (failure) context_.log("no more connections are accepted: out of memory");
  });
}

void Listener::close() {
  asio::post(threads_.front()->io(), [this] {
    boost::system::error_code ignored;  // it is closed in any case
    socket_.close(ignored);
    pause_.cancel();
  });
}

Task<> Listener::run() {
  while (socket_.is_open()) {
    boost::system::error_code failure;
    auto token = asio::redirect_error(kAwait, failure);
    co_await socket_.async_wait(Socket::wait_read, token);
    if (!socket_.is_open() || accept_some()) continue;
    pause_.expires_after(kPause);
    co_await pause_.async_wait(token);
  }
}

bool Listener::accept_some() {
  for (int n = 0; n < kMostAtOnce; ++n) {
    sockaddr_storage address = {};
    socklen_t size = sizeof address;
    const int descriptor =
        ::accept4(socket_.native_handle(), reinterpret_cast<sockaddr*>(&address), &size, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (descriptor >= 0) {
      take(descriptor, peer_of(address));
      continue;
    }
    switch (errno) {
      case EAGAIN: return true;
      case EMFILE:
      case ENFILE:
        if (make_room()) break;
        return false;
      case ENOBUFS:
      case ENOMEM: return false;
      default: break;  // that one client's trouble (ECONNABORTED and the like)
    }
  }
  return true;
}

void Listener::take(int descriptor, Peer peer) {
  Counters& counters = context_.counters;
  Counters::add(counters.connections_accepted);
  if (counters.connections_open >= context_.options.max_connections) return turn_away(descriptor);
  const int on = 1;
  ::setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  TlsSession session = tls_ == nullptr ? nullptr : tls_->session(descriptor);
  if (tls_ != nullptr && session == nullptr) return turn_away(descriptor);
  counters.connections_open.fetch_add(1);
  threads_[next_++ % threads_.size()]->adopt(descriptor, std::move(session), std::move(peer));
}

// As much of an answer as can be given to somebody who was not listened to, without waiting.
void Listener::turn_away(int descriptor) {
  Counters::add(context_.counters.connections_refused);
  if (tls_ == nullptr) {
    const std::string id = context_.next_request_id();
    const Response response = context_.refuse({.kind = Refusal::Kind::kOverloaded,
                                               .status = 503,
                                               .why = "The server has as many connections as it can take.",
                                               .request_id = id});
    const BodyFraming framing = {
        .kind = BodyFraming::Kind::kLength, .length_bytes = response.body.size(), .keep_alive = false};
    std::string bytes;
    char request[8192];
    // Unread bytes would make the client's system throw our answer away.
    (void)::recv(descriptor, request, sizeof request, MSG_DONTWAIT);
    if (append_head(bytes, response.head, framing, context_.clock.now())) {
      bytes.append(response.body);
      (void)::send(descriptor, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    }
  }
  ::close(descriptor);
}

// Without a free descriptor a connection cannot even be refused: it would stay, and we would be told of it again and
// again. So the spare one is given up, for one that is closed at once.
bool Listener::make_room() {
  if (spare_ >= 0) ::close(spare_);
  const int descriptor = ::accept4(socket_.native_handle(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
  if (descriptor >= 0) {
    Counters::add(context_.counters.connections_accepted);
    turn_away(descriptor);
  }
  spare_ = open_spare();
  return descriptor >= 0 && spare_ >= 0;
}

}  // namespace caudal::http
