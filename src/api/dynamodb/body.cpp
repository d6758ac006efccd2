// SPDX-License-Identifier: Apache-2.0
#include "api/dynamodb/body.h"

#include <zlib.h>

#include <algorithm>
#include <array>

#include "base/check.h"
#include "http/errors.h"

namespace caudal::api::dynamodb {
namespace {

// DynamoDB's own is 16 MB, of what comes and of what that unpacks to.
constexpr uint64_t kLargestBytes = uint64_t{16} << 20;
constexpr int kGzipWindow = 15 + 16;

aws::ServiceError too_large() {
  return {.code = "RequestEntityTooLarge", .status = 413, .message = "Request body exceeds 16 MB"};
}
aws::ServiceError not_gzip() {
  return {.code = "SerializationException", .status = 400, .message = "The request body is not valid gzip"};
}

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ') || text.starts_with('\t')) text.remove_prefix(1);
  while (text.ends_with(' ') || text.ends_with('\t')) text.remove_suffix(1);
  return text;
}

// "q=0", "q=0.000".
bool is_zero_weight(std::string_view parameter) {
  if (!parameter.starts_with("q=") && !parameter.starts_with("Q=")) return false;
  parameter.remove_prefix(2);
  return !parameter.empty() && parameter.find_first_not_of("0.") == std::string_view::npos;
}

aws::Outcome<std::string> unpack(std::string_view bytes) {
  z_stream stream = {};
  CHECK(inflateInit2(&stream, kGzipWindow) == Z_OK, "no memory to unpack a request");
  struct End {
    z_stream* stream;
    ~End() { inflateEnd(stream); }
  } const end{&stream};
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  std::string text;
  std::array<char, 32768> piece;
  for (;;) {
    stream.next_out = reinterpret_cast<Bytef*>(piece.data());
    stream.avail_out = piece.size();
    const int state = inflate(&stream, Z_NO_FLUSH);
    if (state != Z_OK && state != Z_STREAM_END) return not_gzip();
    text.append(piece.data(), piece.size() - stream.avail_out);
    if (text.size() > kLargestBytes) return too_large();
    if (state == Z_STREAM_END) break;
    if (stream.avail_in == 0 && stream.avail_out != 0) return not_gzip();  // it is cut off
  }
  if (stream.avail_in != 0) return not_gzip();
  return text;
}

}  // namespace

// Most bodies have come whole with their heads: these take no more memory than they are long.
static Result<std::string> read_whole(http::Exchange& exchange) {
  http::BodyReader& body = exchange.body();
  const size_t here = body.buffered().size();
  if (here == 0 || here != exchange.request().content_length || here > kLargestBytes) {
    return http::read_all(body, kLargestBytes);
  }
  std::string whole(here, '\0');
  for (size_t taken = 0; taken < here;) taken += TRY(body.read(whole.data() + taken, here - taken));
  return whole;
}

aws::Outcome<std::string> read_body(Visit& visit) {
  auto read = read_whole(visit.exchange);
  if (!read) {
    if (read.error().code == http::Errc::body_too_large) return too_large();
    visit.record.failure = read.error().to_string();
    return aws::ServiceError{
        .code = "SerializationException", .status = 400, .message = "The request body did not arrive whole"};
  }
  visit.record.bytes_in = read->size();
  return *std::move(read);
}

aws::Outcome<std::string> unpacked(const Visit& visit, std::string body) {
  const auto encoding = visit.request().headers.find("Content-Encoding");
  if (!encoding || *encoding != "gzip") return body;
  return unpack(body);
}

bool takes_gzip(const http::Request& request) {
  const auto accepted = request.headers.find("Accept-Encoding");
  return accepted && accepts_gzip(*accepted);
}

bool accepts_gzip(std::string_view accepted) {
  // The weight of "gzip", else that of "*", else none: 0 is a refusal (RFC 9110, 12.5.3).
  bool any = false;
  while (!accepted.empty()) {
    const size_t end = std::min(accepted.find(','), accepted.size());
    const std::string_view one = accepted.substr(0, end);
    accepted.remove_prefix(std::min(end + 1, accepted.size()));
    const size_t semicolon = std::min(one.find(';'), one.size());
    const std::string_view coding = trimmed(one.substr(0, semicolon));
    if (coding != "gzip" && coding != "*") continue;
    const bool taken = !is_zero_weight(trimmed(one.substr(std::min(semicolon + 1, one.size()))));
    if (coding == "gzip") return taken;
    any = taken;
  }
  return any;
}

std::string packed(std::string_view text) {
  z_stream stream = {};
  constexpr int kMemoryLevel = 8;
  CHECK(deflateInit2(&stream, Z_BEST_SPEED, Z_DEFLATED, kGzipWindow, kMemoryLevel, Z_DEFAULT_STRATEGY) == Z_OK,
        "no memory to pack an answer");
  std::string out(deflateBound(&stream, text.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  CHECK(deflate(&stream, Z_FINISH) == Z_STREAM_END, "an answer did not fit where it was to be packed");
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

}  // namespace caudal::api::dynamodb
