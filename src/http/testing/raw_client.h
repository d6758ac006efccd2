// SPDX-License-Identifier: Apache-2.0
// A client of raw bytes on loopback, so that tests can send what no HTTP library would, and see what comes back to the
// byte. Every wait ends after kPatience, as a failure of the test.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace caudal::http {

struct RawResponse {
  int status = 0;
  std::string head = {};  // with the status line and the empty line
  std::string body = {};  // decoded
  bool has(std::string_view line) const { return head.find("\r\n" + std::string(line) + "\r\n") != std::string::npos; }
};

class RawClient {
 public:
  static constexpr std::chrono::seconds kPatience = std::chrono::seconds(20);

  explicit RawClient(uint16_t port);
  RawClient(RawClient&& other) noexcept;
  RawClient& operator=(RawClient&&) = delete;
  ~RawClient();

  // All of it; false when the server closed the connection.
  bool send(std::string_view bytes);
  // As much as goes without waiting.
  size_t send_some(std::string_view bytes);
  // No more from us.
  void close_sending();
  // Gone, with a FIN, or a RST.
  void close();
  void reset();
  // How much the system keeps of what was sent to us and not read.
  void set_receive_buffer(int size_bytes);

  // The next answer, interim ones (1xx) included; nothing when the server closed instead. `to_head`: bodies are left
  // out, whatever the head says.
  std::optional<RawResponse> read_response(bool to_head = false);
  // Up to `size_bytes`; empty when the server has closed.
  std::string read_some(size_t size_bytes);
  std::string read_to_end();
  // Whether the server has closed, or closes soon, without a byte before it.
  bool closed_by_server() { return read_to_end().empty(); }
  bool was_reset() const { return reset_; }

 private:
  bool fill();
  std::optional<std::string> take(size_t size_bytes);
  std::optional<std::string> take_line();
  bool read_chunks(std::string& body);
  int fd_;
  std::string buffer_;
  bool reset_ = false;
};

}  // namespace caudal::http
