// SPDX-License-Identifier: Apache-2.0
// A TCP server on loopback that talks a scripted protocol with one client at a time, so that tests can play any
// receiver: slow, rude, or gone in the middle.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace caudal::notices {

// One accepted connection, used by the server's thread. Reads end (empty, nothing) when the client is gone or the
// server is being stopped.
class Peer {
 public:
  explicit Peer(int fd) : fd_(fd) {}
  // Up to and without CRLF.
  bool read_line(std::string& line);
  std::string read_exactly(size_t size_bytes);
  void write(const std::string& bytes);
  // Until the client goes away.
  void wait_for_close();

 private:
  bool fill();
  int fd_;
  std::string buffer_;
};

class LineServer {
 public:
  // `serve` is called for each connection, which is closed when it returns; the number counts from 0.
  explicit LineServer(std::function<void(Peer&, int number)> serve);
  ~LineServer();
  uint16_t port() const { return port_; }
  int connections() const { return connections_; }

 private:
  void run();
  std::function<void(Peer&, int)> serve_;
  int listener_ = -1;
  uint16_t port_ = 0;
  std::atomic<int> connections_ = 0;
  std::atomic<bool> stopping_ = false;
  std::mutex mutex_;
  int current_ = -1;  // the connection being served, so that the destructor can end it
  std::thread thread_;
};

// A port of loopback on which nothing listens.
uint16_t closed_port();

// HTTP: answers each request with the next of `statuses` (the last one again and again) and keeps the bodies.
class HttpReceiver {
 public:
  explicit HttpReceiver(std::vector<int> statuses, std::string answer = "ok");
  std::string url(const std::string& path = "/services/T0/B0/segredo") const;
  std::vector<std::string> bodies() const;
  std::vector<std::string> request_lines() const;

 private:
  const std::vector<int> statuses_;
  const std::string answer_;
  mutable std::mutex mutex_;
  std::vector<std::string> bodies_;
  std::vector<std::string> request_lines_;
  LineServer server_;  // last: its thread uses the above
};

// SMTP, as far as notices need it. What it does at each step can be changed.
class SmtpReceiver {
 public:
  struct Behaviour {
    std::vector<std::string> greetings = {"220 ready"};  // the n-th connection; the last one again and again
    std::string refused_recipient = {};                  // gets 550
    std::string login = {};                              // base64 of "\0user\0password"; empty: AUTH not offered
    int drops_after_data = 0;                            // so many connections end without an answer to the message
    bool silent = false;                                 // accepts, and says nothing
  };
  struct Received {
    std::string from;
    std::vector<std::string> to;
    std::string message;  // with CRLF, dots unstuffed
  };
  explicit SmtpReceiver(Behaviour behaviour);
  uint16_t port() const { return server_.port(); }
  int connections() const { return server_.connections(); }
  std::vector<Received> received() const;

 private:
  void serve(Peer& peer, int number);
  bool command(Peer& peer, const std::string& line, Received& mail, int number);
  const Behaviour behaviour_;
  mutable std::mutex mutex_;
  std::vector<Received> received_;
  LineServer server_;  // last: its thread uses the above
};

}  // namespace caudal::notices
