// SPDX-License-Identifier: Apache-2.0
#include "http/request_body.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "http/errors.h"

namespace caudal::http {
namespace {

constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
// Chunked framing is looked for in so many bytes at a time.
constexpr size_t kFillBytes = 64 * 1024;
// Data of a chunk beyond this goes straight to who reads it.
constexpr size_t kWorthDirect = 4 * 1024;

}  // namespace

RequestBody::RequestBody(Stream& stream, const Request& request, bool expects_continue, uint64_t limit_bytes)
    : stream_(stream),
      chunked_(request.chunked),
      limit_bytes_(limit_bytes),
      left_(request.content_length.value_or(0)),
      expects_continue_(expects_continue),
      finished_(!request.chunked && left_ == 0) {}

Result<size_t> RequestBody::read(char* out, size_t size_bytes) {
  if (size_bytes == 0) return size_t{0};
  if (kept_ && !error_) {
    const size_t count = kept_->copy(out, size_bytes, kept_taken_);
    kept_taken_ += count;
    return count;
  }
  while (true) {
    const Step step = try_read(out, size_bytes);
    switch (step.kind) {
      case Step::Kind::kBytes: return step.bytes;
      case Step::Kind::kEnd: return size_t{0};
      case Step::Kind::kWait: stream_.wait(step.want); break;
      case Step::Kind::kFailed: return *error_;
    }
  }
}

std::string_view RequestBody::buffered() const {
  if (kept_) return std::string_view(*kept_).substr(kept_taken_);
  if (error_ || finished_) return {};
  const uint64_t most = chunked_ ? decoder_.data_left() : left_;
  return stream_.inbox().view().substr(0, most);
}

RequestBody::Step RequestBody::try_read(char* out, size_t size_bytes) {
  if (error_) return {.kind = Step::Kind::kFailed};
  if (finished_) return {.kind = Step::Kind::kEnd};
  if (expects_continue_) {
    expects_continue_ = false;
    // A client that has sent some of its body already waits no longer.
    if (stream_.inbox().empty()) stream_.queue().append(kContinue);
  }
  while (!stream_.queue_empty()) {
    size_t count = 0;
    const Moved moved = stream_.write({}, count);
    if (moved.status != Moved::Status::kBytes) return move_on(moved);
    stream_.begin_answer();  // an interim answer is none
  }
  return chunked_ ? try_read_chunked(out, size_bytes) : try_read_length(out, size_bytes);
}

RequestBody::Step RequestBody::try_read_length(char* out, size_t size_bytes) {
  size_t count = take_buffered(out, std::min<uint64_t>(size_bytes, left_));
  if (count == 0) {
    const Moved moved = stream_.read(out, static_cast<size_t>(std::min<uint64_t>(size_bytes, left_)));
    if (moved.status != Moved::Status::kBytes) return move_on(moved);
    count = moved.bytes;
  }
  left_ -= count;
  finished_ = left_ == 0;
  return {.kind = Step::Kind::kBytes, .bytes = count};
}

RequestBody::Step RequestBody::try_read_chunked(char* out, size_t size_bytes) {
  while (true) {
    const auto framing = decoder_.take_framing(stream_.inbox().view());
    if (!framing) {
      malformed_ = true;
      return fail(Error{Errc::malformed_body, framing.error()});
    }
    stream_.inbox().take(*framing);
    if (decoder_.finished()) {
      finished_ = true;
      return {.kind = Step::Kind::kEnd};
    }
    const uint64_t most = std::min<uint64_t>(size_bytes, decoder_.data_left());
    if (most > limit_bytes_ - taken_) {
      return fail(Error{Errc::body_too_large, fmt::format("the body is larger than {} bytes", limit_bytes_)});
    }
    size_t count = take_buffered(out, most);
    if (count == 0) {
      const bool direct = most >= kWorthDirect;
      const Moved moved = direct ? stream_.read(out, static_cast<size_t>(most)) : stream_.fill(kFillBytes);
      if (moved.status != Moved::Status::kBytes) return move_on(moved);
      if (!direct) continue;
      count = moved.bytes;
    }
    decoder_.took_data(count);
    taken_ += count;
    return {.kind = Step::Kind::kBytes, .bytes = count};
  }
}

size_t RequestBody::take_buffered(char* out, uint64_t most) {
  const std::string_view bytes = stream_.inbox().view().substr(0, most);
  if (bytes.empty()) return 0;
  std::memcpy(out, bytes.data(), bytes.size());
  stream_.inbox().take(bytes.size());
  return bytes.size();
}

RequestBody::Step RequestBody::move_on(Moved moved) {
  switch (moved.status) {
    case Moved::Status::kWantRead:
    case Moved::Status::kWantWrite: return {.kind = Step::Kind::kWait, .want = moved};
    default: return fail(stream_.failure());
  }
}

RequestBody::Step RequestBody::fail(Error error) {
  error_ = std::move(error);
  return {.kind = Step::Kind::kFailed};
}

void RequestBody::keep(std::string bytes) { kept_ = std::move(bytes); }

void RequestBody::refuse_as_too_large() {
  error_ = Error{Errc::body_too_large, "the body is larger than this request may carry"};
}

std::optional<uint64_t> RequestBody::left() const {
  if (finished_) return 0;
  return chunked_ ? std::nullopt : std::optional(left_);
}

}  // namespace caudal::http
