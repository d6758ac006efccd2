// SPDX-License-Identifier: Apache-2.0
#include "http/answer.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>

#include "http/errors.h"

namespace caudal::http {
namespace {

// A body up to here goes into one piece of memory, and one packet, with its head.
constexpr size_t kOnePiece = 16 * 1024;
// Of a head, beside the handler's own: status line, date, framing.
constexpr size_t kFramingBytes = 160;
// Pieces of files up to here are read instead of handed over: cheaper than sendfile and one call with the head.
constexpr uint64_t kSmallFile = 64 * 1024;
// How much of a request's body nobody read is worth keeping the connection for.
constexpr uint64_t kMostDrained = 64 * 1024;

}  // namespace

void Answer::begin(const Request& request, bool client_keeps_alive) {
  head_only_ = request.method == "HEAD";
  minor_version_ = request.minor_version;
  client_keeps_alive_ = client_keeps_alive;
}

bool Answer::connection_can_stay() {
  return client_keeps_alive_ && !closing_ && kind_ != BodyFraming::Kind::kUntilClose &&
         stream_.trouble() == Stream::Trouble::kNone && body_is_cheap_to_drain();
}

bool Answer::body_is_cheap_to_drain() {
  if (body_.finished()) return true;
  // The client may leave the body out now that it has an answer: what comes next could be either.
  if (body_.may_never_come()) return false;
  // What has arrived already costs nothing.
  char scratch[4096];
  for (uint64_t drained = 0; drained < kMostDrained;) {
    const RequestBody::Step step = body_.try_read(scratch, sizeof scratch);
    if (step.kind == RequestBody::Step::Kind::kEnd) return true;
    if (step.kind == RequestBody::Step::Kind::kFailed) return false;
    if (step.kind == RequestBody::Step::Kind::kWait) break;
    drained += step.bytes;
  }
  const std::optional<uint64_t> left = body_.left();
  return left && *left <= kMostDrained;
}

Result<void> Answer::open_head(const ResponseHead& head, BodyFraming::Kind kind, uint64_t length_bytes) {
  if (state_ != State::kNone)
    return Error{Errc::invalid_message, "an exchange has one answer, and it was begun already"};
  kind_ = status_has_body(head.status) ? kind : BodyFraming::Kind::kNone;
  leaves_out_body_ = head_only_ || kind_ == BodyFraming::Kind::kNone;
  keep_alive_ = connection_can_stay();
  const BodyFraming framing = {
      .kind = kind_, .length_bytes = length_bytes, .keep_alive = keep_alive_, .minor_version = minor_version_};
  stream_.begin_answer();
  return append_head(stream_.queue(), head, framing, stream_.clock().now());
}

Result<void> Answer::send(ResponseHead head, std::string body) {
  const bool one_piece = body.size() <= kOnePiece;
  stream_.queue().reserve(stream_.queue().size() + head.headers.wire().size() + kFramingBytes +
                          (one_piece ? body.size() : 0));
  TRY(open_head(head, BodyFraming::Kind::kLength, body.size()));
  state_ = State::kFinished;
  if (!leaves_out_body_) {
    if (one_piece) {
      stream_.queue().append(body);
    } else {
      rest_ = std::move(body);
    }
  }
  if (may_block_ && flush().status == Moved::Status::kFailed) return stream_.failure();
  return {};
}

Moved Answer::flush() {
  while (!stream_.queue_empty() || rest_sent_ < rest_.size()) {
    size_t count = 0;
    const Moved moved = stream_.write(std::string_view(rest_).substr(rest_sent_), count);
    rest_sent_ += count;
    if (moved.status != Moved::Status::kBytes) return moved;
  }
  return {Moved::Status::kBytes};
}

Result<void> Answer::start(ResponseHead head, std::optional<uint64_t> length_bytes) {
  if (!may_block_) {
    return Error{Errc::invalid_message, "an asynchronous handler goes on by run_on_pool() before it streams"};
  }
  BodyFraming::Kind kind = BodyFraming::Kind::kLength;
  if (!length_bytes) kind = minor_version_ == 0 ? BodyFraming::Kind::kUntilClose : BodyFraming::Kind::kChunked;
  TRY(open_head(head, kind, length_bytes.value_or(0)));
  state_ = State::kStarted;
  left_ = length_bytes.value_or(0);
  return {};
}

Result<void> Answer::count_bytes(uint64_t size_bytes) {
  if (state_ == State::kAborted) return Error{Errc::peer_gone, "the answer was broken off"};
  if (state_ != State::kStarted) return Error{Errc::invalid_message, "a body is written between start() and finish()"};
  if (kind_ != BodyFraming::Kind::kLength) return {};
  if (size_bytes > left_) return broken(Error{Errc::invalid_message, "the body is longer than its Content-Length"});
  left_ -= size_bytes;
  return {};
}

Result<void> Answer::broken(Error error) {
  state_ = State::kAborted;
  return error;
}

Result<void> Answer::write_all(std::string_view bytes, bool more) {
  while (!stream_.queue_empty() || !bytes.empty()) {
    size_t count = 0;
    const Moved moved = stream_.write(bytes, count, more);
    bytes.remove_prefix(count);
    if (moved.status == Moved::Status::kBytes) continue;
    if (moved.status != Moved::Status::kWantRead && moved.status != Moved::Status::kWantWrite) {
      return broken(stream_.failure());
    }
    stream_.wait(moved);
  }
  return {};
}

Result<void> Answer::write(std::string_view bytes) {
  TRY(count_bytes(bytes.size()));
  if (leaves_out_body_ || bytes.empty()) return {};
  if (!chunked()) return write_all(bytes, false);
  stream_.queue().append(chunk_head(bytes.size()));
  TRY(write_all(bytes, false));
  stream_.queue().append("\r\n");  // goes with the next chunk, or the last
  return {};
}

Result<void> Answer::send_file(int descriptor, uint64_t offset, uint64_t length_bytes) {
  TRY(count_bytes(length_bytes));
  if (leaves_out_body_ || length_bytes == 0) return {};
  if (chunked()) stream_.queue().append(chunk_head(length_bytes));
  TRY(file_through(descriptor, offset, length_bytes));
  if (chunked()) stream_.queue().append("\r\n");
  return {};
}

Result<void> Answer::file_through(int descriptor, uint64_t offset, uint64_t length_bytes) {
  const auto ended = [&] {
    return broken(Error{caudal::Errc::io, "a file that is being sent is shorter than it was, or cannot be read"});
  };
  if (length_bytes <= kSmallFile) {
    std::string bytes(static_cast<size_t>(length_bytes), '\0');
    size_t filled = 0;
    while (filled < bytes.size()) {
      const ssize_t count =
          ::pread(descriptor, bytes.data() + filled, bytes.size() - filled, static_cast<off_t>(offset + filled));
      if (count <= 0) return ended();
      filled += static_cast<size_t>(count);
    }
    return write_all(bytes, false);
  }
  TRY(write_all({}, true));
  while (length_bytes > 0) {
    const Moved moved = stream_.send_file(descriptor, offset, length_bytes);
    switch (moved.status) {
      case Moved::Status::kBytes:
        offset += moved.bytes;
        length_bytes -= moved.bytes;
        break;
      case Moved::Status::kWantRead:
      case Moved::Status::kWantWrite: stream_.wait(moved); break;
      case Moved::Status::kFileEnded: return ended();
      default: return broken(stream_.failure());
    }
  }
  return {};
}

Result<void> Answer::finish() {
  TRY(count_bytes(0));
  if (kind_ == BodyFraming::Kind::kLength && left_ > 0 && !head_only_) {
    return broken(Error{Errc::invalid_message, "the body is shorter than its Content-Length"});
  }
  if (chunked() && !leaves_out_body_) stream_.queue().append("0\r\n\r\n");
  state_ = State::kFinished;
  if (flush().status == Moved::Status::kFailed) return broken(stream_.failure());
  return {};
}

}  // namespace caudal::http
