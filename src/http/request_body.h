// SPDX-License-Identifier: Apache-2.0
// The body of one request as it comes off the stream: its framing, its limit, and "100 Continue".
#pragma once

#include <optional>
#include <string>

#include "http/chunked.h"
#include "http/exchange.h"
#include "http/stream.h"

namespace caudal::http {

class RequestBody final : public BodyReader {
 public:
  // `stream` outlives this.
  RequestBody(Stream& stream, const Request& request, bool expects_continue, uint64_t limit_bytes);

  Result<size_t> read(char* out, size_t size_bytes) override;
  std::string_view buffered() const override;
  const Headers& trailers() const override { return decoder_.trailers(); }

  struct Step {
    enum class Kind { kBytes, kEnd, kWait, kFailed };
    Kind kind = Kind::kFailed;
    size_t bytes = 0;  // kBytes
    Moved want = {};   // kWait: what to wait for
  };
  // As read(), without waiting. After kFailed read() says why.
  Step try_read(char* out, size_t size_bytes);
  // From now on the body is `bytes`, which were read with try_read, or what remained is too large.
  void keep(std::string bytes);
  void refuse_as_too_large();

  bool finished() const { return finished_; }
  bool malformed() const { return malformed_; }
  // Whether the client waits for "100 Continue", and so may send its next request in place of the body.
  bool may_never_come() const { return expects_continue_ && !finished_; }
  // Bytes to the end, where that is known.
  std::optional<uint64_t> left() const;
  const std::optional<Error>& error() const { return error_; }

 private:
  Step fail(Error error);
  Step move_on(Moved moved);
  Step try_read_length(char* out, size_t size_bytes);
  Step try_read_chunked(char* out, size_t size_bytes);
  // Copies from the inbox.
  size_t take_buffered(char* out, uint64_t most);

  Stream& stream_;
  const bool chunked_;
  const uint64_t limit_bytes_;
  uint64_t left_ = 0;   // of a body with a length
  uint64_t taken_ = 0;  // of a chunked one
  ChunkedDecoder decoder_;
  bool expects_continue_;
  bool finished_ = false;
  bool malformed_ = false;
  std::optional<Error> error_;
  std::optional<std::string> kept_;
  size_t kept_taken_ = 0;
};

}  // namespace caudal::http
