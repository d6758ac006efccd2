// SPDX-License-Identifier: Apache-2.0
#include "http/head_parser.h"

#include <charconv>
#include <cstring>

#include "http/characters.h"

namespace caudal::http {
namespace {

// "GET " and " HTTP/1.1", with room for the longest method that anybody uses.
constexpr size_t kMostMethodBytes = 32;
constexpr size_t kRequestLineBesideTarget = kMostMethodBytes + 11;
constexpr size_t kMostEmptyLinesBefore = 4;

std::unexpected<BadRequest> bad(const char* why, int status = 400) { return std::unexpected(BadRequest{status, why}); }

std::string_view trimmed(std::string_view text) {
  const auto is_blank = [](char c) { return c == ' ' || c == '\t'; };
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

// The line that `text` begins with, without its CRLF, which is taken off `text` too. The scanner has seen that there
// is one.
std::string_view take_line(std::string_view& text) {
  const size_t end = text.find("\r\n");
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end + 2);
  return line;
}

std::expected<void, BadRequest> set_version(std::string_view version, Request& request) {
  if (!version.starts_with("HTTP/") || version.size() != 8 || version[6] != '.') {
    return bad("The request line does not end in a version such as HTTP/1.1.");
  }
  const char major = version[5];
  const char minor = version[7];
  if (major < '0' || major > '9' || minor < '0' || minor > '9') return bad("The HTTP version is not a number.");
  if (major != '1') return bad("Only HTTP/1.0 and HTTP/1.1 are spoken here.", 505);
  request.minor_version = minor == '0' ? 0 : 1;
  return {};
}

// "scheme://authority" of an absolute target into `host`, the rest into `rest`.
std::expected<void, BadRequest> split_absolute(std::string_view target, std::string_view& host,
                                               std::string_view& rest) {
  const size_t colon = target.find("://");
  const std::string_view scheme = target.substr(0, colon);
  if (colon == std::string_view::npos ||
      !(equals_ignoring_case(scheme, "http") || equals_ignoring_case(scheme, "https"))) {
    return bad("The request target is neither a path nor an http:// address.");
  }
  rest = target.substr(colon + 3);
  const size_t end = rest.find_first_of("/?");
  host = rest.substr(0, end);
  rest = end == std::string_view::npos ? std::string_view() : rest.substr(end);
  if (host.empty() || !all_in(kHostCharacters, host)) return bad("The host of the request target is not a host name.");
  return {};
}

std::expected<void, BadRequest> set_target(std::string_view target, Request& request) {
  if (target.empty()) return bad("The request line has no target.");
  if (!all_in(kTargetCharacters, target)) return bad("The request target holds a character that must be encoded.");
  request.target = target;
  if (request.method == "CONNECT") return bad("CONNECT is not offered.", 501);
  std::string_view rest = target;
  if (target == "*") {
    if (request.method != "OPTIONS") return bad("The target * goes with OPTIONS alone.");
  } else if (target.front() != '/') {
    if (auto done = split_absolute(target, request.host, rest); !done) return std::unexpected(done.error());
  }
  const size_t mark = rest.find('?');
  request.path = rest.substr(0, mark);
  request.has_query = mark != std::string_view::npos;
  if (request.has_query) request.query = rest.substr(mark + 1);
  if (request.path.empty()) request.path = "/";
  return {};
}

std::expected<void, BadRequest> parse_request_line(std::string_view line, const HeadLimits& limits, Request& request) {
  const size_t first = line.find(' ');
  const size_t last = line.rfind(' ');
  if (first == std::string_view::npos || first == last) {
    return bad("The request line is not method, target and version with one space between them.");
  }
  request.method = line.substr(0, first);
  if (!is_token(request.method) || request.method.size() > kMostMethodBytes) return bad("The method is not a token.");
  if (auto done = set_version(line.substr(last + 1), request); !done) return done;
  const std::string_view target = line.substr(first + 1, last - first - 1);
  if (target.size() > limits.target_bytes) return bad("The request target is too long.", 414);
  return set_target(target, request);
}

// What the headers say about framing, gathered while they are read.
struct Framing {
  bool has_host = false;
  bool has_length = false;
  bool has_encoding = false;
  bool wants_close = false;
  bool wants_keep_alive = false;
};

std::expected<void, BadRequest> read_length(std::string_view value, Framing& framing, Request& request) {
  if (framing.has_length) return bad("Content-Length stands twice.");
  framing.has_length = true;
  uint64_t length = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), length);
  // from_chars takes no sign and no space for unsigned numbers. The top bit is left free for sums.
  if (value.empty() || error != std::errc() || end != value.data() + value.size() || length > uint64_t{1} << 62) {
    return bad("Content-Length is not a number of bytes.");
  }
  request.content_length = length;
  return {};
}

void read_connection(std::string_view value, Framing& framing) {
  while (!value.empty()) {
    const size_t comma = value.find(',');
    const std::string_view option = trimmed(value.substr(0, comma));
    framing.wants_close |= equals_ignoring_case(option, "close");
    framing.wants_keep_alive |= equals_ignoring_case(option, "keep-alive");
    value.remove_prefix(comma == std::string_view::npos ? value.size() : comma + 1);
  }
}

std::expected<void, BadRequest> read_host(std::string_view value, Framing& framing, Request& request) {
  if (framing.has_host) return bad("Host stands twice.");
  framing.has_host = true;
  if (!all_in(kHostCharacters, value)) return bad("Host is not a host name.");
  if (request.host.empty()) request.host = value;  // an absolute target goes before it
  return {};
}

std::expected<void, BadRequest> read_header(const Header& header, Framing& framing, Head& head) {
  // The length tells most headers from those few that matter here.
  switch (header.name.size()) {
    case 4:
      if (equals_ignoring_case(header.name, "Host")) return read_host(header.value, framing, head.request);
      break;
    case 6:
      if (!equals_ignoring_case(header.name, "Expect") || head.request.minor_version == 0) break;
      if (!equals_ignoring_case(header.value, "100-continue")) return bad("Expect names something unknown.", 417);
      head.expects_continue = true;
      break;
    case 10:
      if (equals_ignoring_case(header.name, "Connection")) read_connection(header.value, framing);
      break;
    case 14:
      if (equals_ignoring_case(header.name, "Content-Length")) return read_length(header.value, framing, head.request);
      break;
    case 17:
      if (!equals_ignoring_case(header.name, "Transfer-Encoding")) break;
      if (framing.has_encoding) return bad("Transfer-Encoding stands twice.");
      if (!equals_ignoring_case(header.value, "chunked")) return bad("Transfer-Encoding must be just \"chunked\".");
      if (head.request.minor_version == 0) return bad("HTTP/1.0 knows no Transfer-Encoding.");
      framing.has_encoding = head.request.chunked = true;
      break;
    default: break;
  }
  return {};
}

}  // namespace

std::expected<size_t, BadRequest> HeadScanner::scan(std::string_view received, const HeadLimits& limits) {
  while (true) {
    const size_t from = line_start_;
    const void* const found =
        seen_ < received.size() ? std::memchr(received.data() + seen_, '\n', received.size() - seen_) : nullptr;
    const size_t line_end =
        found == nullptr ? received.size() : static_cast<size_t>(static_cast<const char*>(found) - received.data()) + 1;
    seen_ = line_end;
    if (in_first_line_ && line_end - from > limits.target_bytes + kRequestLineBesideTarget) {
      return bad("The request line is too long.", 414);
    }
    if (line_end > limits.head_bytes) return bad("The head of the request is too large.", 431);
    if (found == nullptr) return size_t{0};
    if (line_end - from < 2 || received[line_end - 2] != '\r') return bad("A line of the head ends in LF without CR.");
    line_start_ = line_end;
    const bool empty = line_end - from == 2;
    if (!empty) in_first_line_ = false;
    if (!empty) continue;
    if (!in_first_line_) return line_end;
    // RFC 9112, 2.2: an empty line or two before the request line is what some old clients leave behind a body.
    if (line_end > 2 * kMostEmptyLinesBefore) return bad("The request begins with empty lines.");
  }
}

std::expected<Header, BadRequest> parse_field(std::string_view line) {
  if (line.front() == ' ' || line.front() == '\t') return bad("A header is continued on the next line.");
  const size_t colon = line.find(':');
  if (colon == std::string_view::npos) return bad("A line of the head has no colon.");
  const Header header = {line.substr(0, colon), trimmed(line.substr(colon + 1))};
  if (!is_token(header.name)) return bad("The name of a header is not a token, or there is a space before its colon.");
  if (!all_in(kValueCharacters, header.value)) return bad("The value of a header holds a control character.");
  return header;
}

std::expected<Head, BadRequest> parse_head(std::string_view head, const HeadLimits& limits) {
  Head parsed;
  Request& request = parsed.request;
  while (head.starts_with("\r\n")) head.remove_prefix(2);
  if (auto done = parse_request_line(take_line(head), limits, request); !done) return std::unexpected(done.error());
  request.headers.reserve(16);
  Framing framing;
  for (std::string_view line = take_line(head); !line.empty(); line = take_line(head)) {
    const auto header = parse_field(line);
    if (!header) return std::unexpected(header.error());
    if (request.headers.size() == limits.headers) return bad("The request has too many headers.", 431);
    request.headers.add(*header);
    if (auto done = read_header(*header, framing, parsed); !done) return std::unexpected(done.error());
  }
  if (framing.has_length && framing.has_encoding)
    return bad("Content-Length and Transfer-Encoding exclude each other.");
  if (!framing.has_host && request.minor_version == 1) return bad("The request has no Host header.");
  parsed.keep_alive = !framing.wants_close && (request.minor_version == 1 || framing.wants_keep_alive);
  return parsed;
}

}  // namespace caudal::http
