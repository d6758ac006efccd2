// SPDX-License-Identifier: Apache-2.0
// Bytes over a connected socket, in the clear or under TLS, without ever waiting: what would wait says for what.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "http/tls.h"

namespace caudal::http {

struct Moved {
  enum class Status {
    kBytes,      // so many, at least one
    kWantRead,   // nothing now; try again when there is something to read
    kWantWrite,  // the same with room to write
    kEnd,        // the other side sends no more
    kFailed,     // the connection is broken
    kFileEnded,  // send_file: the file is shorter than it was said to be, or cannot be read
  };
  Status status = Status::kFailed;
  size_t bytes = 0;
};

// One thread at a time, whose SIGPIPE is blocked. Does not own the socket.
class Transport {
 public:
  Transport(int descriptor, TlsSession session) : descriptor_(descriptor), session_(std::move(session)) {}
  // Under TLS, until it says kBytes. In the clear it is done at once.
  Moved handshake();
  Moved read(char* out, size_t size_bytes);
  // Of `first` and then of `second`; `more` is about to follow (so that no small packet goes out).
  Moved write(std::string_view first, std::string_view second, bool more);
  Moved send_file(int file, uint64_t offset, uint64_t size_bytes);
  // Whether read() has bytes that the socket no longer shows.
  bool holds_bytes() const;
  // Says goodbye, where TLS has a word for it.
  void say_end();
  bool secure() const { return session_ != nullptr; }
  int descriptor() const { return descriptor_; }

 private:
  Moved tls_result(int result);
  const int descriptor_;
  TlsSession session_;
};

}  // namespace caudal::http
