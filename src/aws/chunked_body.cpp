// SPDX-License-Identifier: Apache-2.0
#include "aws/chunked_body.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstring>

#include "aws/checksum_headers.h"
#include "aws/sigv4_errors.h"
#include "base/check.h"
#include "base/result.h"

namespace caudal::aws {
namespace {

constexpr std::string_view kTrailerSignature = "x-amz-trailer-signature";
constexpr uint64_t kLargestChunkBytes = uint64_t{1} << 50;  // so that sums cannot overflow; the door limits objects

ServiceError invalid_request(std::string message) {
  return {.code = "InvalidRequest", .status = 400, .message = std::move(message)};
}

ServiceError incomplete_body() {
  return {.code = "IncompleteBody",
          .status = 400,
          .message = "You did not provide the number of bytes specified by the Content-Length HTTP header"};
}

ServiceError malformed_framing(std::string_view what) {
  return {.code = "IncompleteBody",
          .status = 400,
          .message = fmt::format("The request body terminated unexpectedly: {}", what)};
}

ServiceError malformed_trailers() {
  return {.code = "MalformedTrailerError",
          .status = 400,
          .message =
              "The request contained trailing data that was not well-formed or did not conform to our published "
              "schema."};
}

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ') || text.starts_with('\t')) text.remove_prefix(1);
  while (text.ends_with(' ') || text.ends_with('\t')) text.remove_suffix(1);
  return text;
}

Outcome<std::optional<ChecksumAlgorithm>> read_announced(std::string_view list) {
  std::optional<ChecksumAlgorithm> announced;
  while (!list.empty()) {
    const size_t end = std::min(list.find(','), list.size());
    const std::string_view name = trimmed(list.substr(0, end));
    list.remove_prefix(std::min(end + 1, list.size()));
    const auto algorithm = algorithm_of_header(name);
    if (!algorithm) return invalid_request("The value specified in the x-amz-trailer header is not supported");
    if (announced) {
      return invalid_request("Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.");
    }
    announced = algorithm;
  }
  return announced;
}

}  // namespace

Outcome<ChunkedOptions> read_chunked_options(const RequestHead& request, Payload payload) {
  CHECK(is_chunked(payload), "a body that is not aws-chunked");
  ChunkedOptions options{.payload = payload};
  if (const auto text = request.header("x-amz-decoded-content-length")) {
    uint64_t size_bytes = 0;
    const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), size_bytes);
    if (error != std::errc() || end != text->data() + text->size() || size_bytes > kLargestChunkBytes) {
      return invalid_request("Invalid x-amz-decoded-content-length");
    }
    options.decoded_size_bytes = size_bytes;
  }
  if (const auto trailer = request.header("x-amz-trailer")) {
    if (payload == Payload::kSignedChunks) {
      return invalid_request("x-amz-trailer needs an x-amz-content-sha256 that ends in -TRAILER");
    }
    options.trailing_checksum = TRY(read_announced(*trailer));
  }
  return options;
}

ChunkedBody::ChunkedBody(ChunkedOptions options, std::optional<Verified> head) : options_(options) {
  CHECK(is_chunked(options.payload), "a body that is not aws-chunked");
  CHECK(!is_signed() || head.has_value(), "a signed body needs the signature of its head");
  if (is_signed()) signatures_.emplace(*std::move(head));
  if (options.trailing_checksum) running_.emplace(*options.trailing_checksum);
}

bool ChunkedBody::take_line(std::string_view& wire) {
  const size_t feed = wire.find('\n');
  const size_t count = feed == std::string_view::npos ? wire.size() : feed + 1;
  line_.append(wire.substr(0, count));
  wire.remove_prefix(count);
  return feed != std::string_view::npos;
}

// "10000\r\n", "10000;chunk-signature=<64 digits>\r\n"
Outcome<void> ChunkedBody::begin_chunk() {
  constexpr std::string_view kSignature = ";chunk-signature=";
  std::string_view line = line_;
  if (!line.ends_with("\r\n")) return malformed_framing("the line of a chunk's size must end in CR LF");
  line.remove_suffix(2);
  const size_t digits = std::min(line.find(';'), line.size());
  const auto [end, error] = std::from_chars(line.data(), line.data() + digits, left_bytes_, 16);
  if (error != std::errc() || end != line.data() + digits || line.front() == '-') {
    return malformed_framing("a chunk's size is not a hexadecimal number");
  }
  line.remove_prefix(digits);
  if (is_signed() != line.starts_with(kSignature) || (!is_signed() && !line.empty())) {
    return malformed_framing(is_signed() ? "a chunk lacks its signature" : "a chunk has an extension");
  }
  if (is_signed()) signature_ = line.substr(kSignature.size());
  if (left_bytes_ > options_.decoded_size_bytes.value_or(kLargestChunkBytes) - decoded_bytes_) return incomplete_body();
  line_.clear();
  last_chunk_ = left_bytes_ == 0;
  if (!last_chunk_) {
    state_ = State::kData;
    return {};
  }
  if (decoded_bytes_ != options_.decoded_size_bytes.value_or(decoded_bytes_)) return incomplete_body();
  if (!has_trailers()) {
    state_ = State::kDataEnd;
    return {};
  }
  TRY(end_chunk());
  signature_.clear();  // from here on the trailers'
  state_ = State::kTrailers;
  return {};
}

// The CR LF after a chunk's bytes.
Outcome<void> ChunkedBody::end_of_data(std::string_view& wire) {
  constexpr std::string_view kEnd = "\r\n";
  while (!wire.empty() && line_.size() < kEnd.size()) {
    if (wire.front() != kEnd[line_.size()]) return malformed_framing("a chunk is longer than its size says");
    line_.push_back(wire.front());
    wire.remove_prefix(1);
  }
  if (line_.size() < kEnd.size()) return {};
  line_.clear();
  TRY(end_chunk());
  state_ = last_chunk_ ? State::kEnd : State::kSizeLine;
  return {};
}

Outcome<void> ChunkedBody::end_chunk() {
  if (!is_signed()) return {};
  Sha256 digest;
  chunk_digest_.finish().copy(digest.data(), digest.size());
  if (equal_in_constant_time(signatures_->next(digest), signature_)) return {};
  return errors::chunk_mismatch(signature_);
}

// Lines end in CR LF. S3's documentation ends a signed trailer with LF CR LF, and clients do so, too: after a bare LF
// one empty line does not end the trailers.
Outcome<void> ChunkedBody::take_trailer() {
  std::string_view line = line_;
  line.remove_suffix(1);
  const bool bare = !line.ends_with('\r');
  if (!bare) line.remove_suffix(1);
  if (line.empty()) {
    const bool filler = after_bare_line_feed_;
    after_bare_line_feed_ = false;
    line_.clear();
    if (bare) return malformed_trailers();
    if (filler && signature_.empty()) return {};
    return check_trailers();
  }
  after_bare_line_feed_ = bare;
  const size_t colon = line.find(':');
  if (colon == std::string_view::npos || colon == 0) return malformed_trailers();
  TRY(keep_trailer(line.substr(0, colon), trimmed(line.substr(colon + 1))));
  line_.clear();
  return {};
}

Outcome<void> ChunkedBody::keep_trailer(std::string_view name, std::string_view value) {
  if (is_signed() && same_name(name, kTrailerSignature)) {
    if (!signature_.empty() || value.empty()) return malformed_trailers();
    signature_ = value;
    return {};
  }
  const bool expected = options_.trailing_checksum && same_name(name, checksum_header(*options_.trailing_checksum));
  // What follows the signature would not be signed.
  if (!expected || trailer_value_ || (is_signed() && !signature_.empty())) return malformed_trailers();
  trailer_value_ = std::string(value);
  signed_trailers_.append(checksum_header(*options_.trailing_checksum)).append(1, ':').append(value).append(1, '\n');
  return {};
}

Outcome<void> ChunkedBody::check_trailers() {
  state_ = State::kEnd;
  if (is_signed() && !equal_in_constant_time(signatures_->of_trailers(signed_trailers_), signature_)) {
    return errors::chunk_mismatch(signature_);
  }
  if (!options_.trailing_checksum) return {};
  if (!trailer_value_) return malformed_trailers();
  const auto claimed = parse_checksum(*options_.trailing_checksum, *trailer_value_);
  if (!claimed) {
    return invalid_request(
        fmt::format("Value for {} trailing header is invalid.", checksum_header(*options_.trailing_checksum)));
  }
  checksum_ = running_->finish();
  if (checksum_->value != *claimed) return bad_digest(*options_.trailing_checksum);
  return {};
}

Outcome<std::string_view> ChunkedBody::next(std::string_view& wire) {
  while (!wire.empty()) {
    switch (state_) {
      case State::kSizeLine: {
        const bool whole = take_line(wire);
        if (line_.size() > kLongestLineBytes) return malformed_framing("the line of a chunk's size is too long");
        if (whole) TRY(begin_chunk());
        break;
      }
      case State::kData: {
        const std::string_view piece = wire.substr(0, std::min<uint64_t>(wire.size(), left_bytes_));
        wire.remove_prefix(piece.size());
        left_bytes_ -= piece.size();
        decoded_bytes_ += piece.size();
        if (is_signed()) chunk_digest_.update(piece);
        if (running_) running_->update(piece);
        if (left_bytes_ == 0) state_ = State::kDataEnd;
        return piece;
      }
      case State::kDataEnd: TRY(end_of_data(wire)); break;
      case State::kTrailers: {
        const size_t before = wire.size();
        const bool whole = take_line(wire);
        trailers_bytes_ += before - wire.size();
        if (trailers_bytes_ > kLongestTrailersBytes) return malformed_trailers();
        if (whole) TRY(take_trailer());
        break;
      }
      case State::kEnd: return malformed_trailers();
    }
  }
  return std::string_view();
}

Outcome<size_t> ChunkedBody::decode_in_place(char* buffer, size_t size_bytes) {
  std::string_view wire(buffer, size_bytes);
  size_t kept = 0;
  while (!wire.empty()) {
    const std::string_view piece = TRY(next(wire));
    if (!piece.empty()) std::memmove(buffer + kept, piece.data(), piece.size());
    kept += piece.size();
  }
  return kept;
}

Outcome<std::optional<Checksum>> ChunkedBody::finish() {
  if (state_ != State::kEnd) return malformed_framing("it ended before its last chunk did");
  return checksum_;
}

}  // namespace caudal::aws
