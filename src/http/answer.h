// SPDX-License-Identifier: Apache-2.0
// The answer of one exchange on its way to the stream: framing, whether the connection stays, and that what was
// promised is kept. What a handler does not wait for, the network thread sends when the exchange is over.
#pragma once

#include <atomic>
#include <optional>
#include <string>

#include "http/exchange.h"
#include "http/request_body.h"
#include "http/stream.h"

namespace caudal::http {

class Answer final : public ResponseWriter {
 public:
  // All outlive this. While `closing`, no connection is kept.
  Answer(Stream& stream, RequestBody& body, const std::atomic<bool>& closing)
      : stream_(stream), body_(body), closing_(closing) {}
  // Before anything else.
  void begin(const Request& request, bool client_keeps_alive);

  Result<void> send(ResponseHead head, std::string body) override;
  Result<void> start(ResponseHead head, std::optional<uint64_t> length_bytes) override;
  Result<void> write(std::string_view bytes) override;
  Result<void> send_file(int descriptor, uint64_t offset, uint64_t length_bytes) override;
  Result<void> finish() override;
  void abort() override { state_ = State::kAborted; }
  bool started() const override { return state_ != State::kNone; }

  // Whether the thread that it is on from now on may wait.
  void may_block(bool may) { may_block_ = may; }
  bool finished() const { return state_ == State::kFinished; }
  bool keep_alive() const { return keep_alive_; }

  // --- By the network thread, afterwards. ---
  // Sends what is left, without waiting: kBytes when there is nothing left.
  Moved flush();

 private:
  enum class State { kNone, kStarted, kFinished, kAborted };
  Result<void> open_head(const ResponseHead& head, BodyFraming::Kind kind, uint64_t length_bytes);
  bool connection_can_stay();
  bool body_is_cheap_to_drain();
  Result<void> count_bytes(uint64_t size_bytes);
  Result<void> write_all(std::string_view bytes, bool more);
  Result<void> file_through(int descriptor, uint64_t offset, uint64_t length_bytes);
  Result<void> broken(Error error);
  bool chunked() const { return kind_ == BodyFraming::Kind::kChunked; }

  Stream& stream_;
  RequestBody& body_;
  const std::atomic<bool>& closing_;
  bool head_only_ = false;  // to HEAD
  int minor_version_ = 1;
  bool client_keeps_alive_ = false;
  bool keep_alive_ = false;
  bool may_block_ = false;
  bool leaves_out_body_ = false;
  State state_ = State::kNone;
  BodyFraming::Kind kind_ = BodyFraming::Kind::kNone;
  uint64_t left_ = 0;  // of a body with a length
  std::string rest_;   // body of send(), after the stream's queue
  size_t rest_sent_ = 0;
};

}  // namespace caudal::http
