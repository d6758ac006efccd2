// SPDX-License-Identifier: Apache-2.0
#include "http/response.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "http/errors.h"

namespace caudal::http {
namespace {

struct Phrase {
  int status;
  std::string_view phrase;
};
constexpr std::array kPhrases = {Phrase{200, "OK"},
                                 Phrase{201, "Created"},
                                 Phrase{202, "Accepted"},
                                 Phrase{204, "No Content"},
                                 Phrase{206, "Partial Content"},
                                 Phrase{301, "Moved Permanently"},
                                 Phrase{302, "Found"},
                                 Phrase{303, "See Other"},
                                 Phrase{304, "Not Modified"},
                                 Phrase{307, "Temporary Redirect"},
                                 Phrase{308, "Permanent Redirect"},
                                 Phrase{400, "Bad Request"},
                                 Phrase{401, "Unauthorized"},
                                 Phrase{403, "Forbidden"},
                                 Phrase{404, "Not Found"},
                                 Phrase{405, "Method Not Allowed"},
                                 Phrase{406, "Not Acceptable"},
                                 Phrase{408, "Request Timeout"},
                                 Phrase{409, "Conflict"},
                                 Phrase{410, "Gone"},
                                 Phrase{411, "Length Required"},
                                 Phrase{412, "Precondition Failed"},
                                 Phrase{413, "Content Too Large"},
                                 Phrase{414, "URI Too Long"},
                                 Phrase{415, "Unsupported Media Type"},
                                 Phrase{416, "Range Not Satisfiable"},
                                 Phrase{417, "Expectation Failed"},
                                 Phrase{422, "Unprocessable Content"},
                                 Phrase{429, "Too Many Requests"},
                                 Phrase{431, "Request Header Fields Too Large"},
                                 Phrase{500, "Internal Server Error"},
                                 Phrase{501, "Not Implemented"},
                                 Phrase{502, "Bad Gateway"},
                                 Phrase{503, "Service Unavailable"},
                                 Phrase{504, "Gateway Timeout"},
                                 Phrase{505, "HTTP Version Not Supported"},
                                 Phrase{507, "Insufficient Storage"}};

// Headers that only the server may write.
constexpr std::array<std::string_view, 4> kReserved = {"Connection", "Content-Length", "Date", "Transfer-Encoding"};

Result<void> check_head(const ResponseHead& head) {
  if (head.status < 200 || head.status > 599) {
    return Error{Errc::invalid_message, fmt::format("{} is not the status of an answer (200 to 599)", head.status)};
  }
  if (!head.headers.valid()) {
    return Error{Errc::invalid_message,
                 "a header of the answer has a name that is no token, or a value with a control character in it"};
  }
  for (const Header header : head.headers) {
    for (const std::string_view reserved : kReserved) {
      if (equals_ignoring_case(header.name, reserved)) {
        return Error{Errc::invalid_message, fmt::format("{} is written by the server, not by a handler", reserved)};
      }
    }
  }
  return {};
}

void append_two_digits(std::string& out, unsigned value) {
  out.push_back(static_cast<char>('0' + value / 10));
  out.push_back(static_cast<char>('0' + value % 10));
}

void append_number(std::string& out, uint64_t value) {
  char digits[20];
  out.append(digits, std::to_chars(digits, digits + sizeof digits, value).ptr);
}

// By hand: every answer carries one, and the general formatter costs ten times as much.
void append_date(std::string& out, Timestamp time) {
  constexpr std::array<std::string_view, 7> kDays = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr std::array<std::string_view, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                        "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(std::chrono::floor<std::chrono::seconds>(time - day));
  const int year = static_cast<int>(date.year());
  out.append(kDays[std::chrono::weekday(day).c_encoding()]).append(", ");
  append_two_digits(out, static_cast<unsigned>(date.day()));
  out.append(" ").append(kMonths[static_cast<unsigned>(date.month()) - 1]).append(" ");
  append_two_digits(out, static_cast<unsigned>(year / 100));
  append_two_digits(out, static_cast<unsigned>(year % 100));
  out.push_back(' ');
  append_two_digits(out, static_cast<unsigned>(clock.hours().count()));
  out.push_back(':');
  append_two_digits(out, static_cast<unsigned>(clock.minutes().count()));
  out.push_back(':');
  append_two_digits(out, static_cast<unsigned>(clock.seconds().count()));
  out.append(" GMT");
}

}  // namespace

std::string_view reason_phrase(int status) {
  const auto* const found = std::ranges::find(kPhrases, status, &Phrase::status);
  if (found != kPhrases.end()) return found->phrase;
  if (status < 300) return "Success";
  if (status < 400) return "Redirection";
  return status < 500 ? "Client Error" : "Server Error";
}

bool status_has_body(int status) { return status >= 200 && status != 204 && status != 304; }

Result<void> append_head(std::string& out, const ResponseHead& head, const BodyFraming& framing, Timestamp now) {
  TRY(check_head(head));
  out.append("HTTP/1.1 ");
  append_number(out, static_cast<uint64_t>(head.status));
  out.append(" ").append(reason_phrase(head.status)).append("\r\nDate: ");
  append_date(out, now);
  out.append("\r\n").append(head.headers.wire());
  if (framing.kind == BodyFraming::Kind::kChunked) out.append("Transfer-Encoding: chunked\r\n");
  if (framing.kind == BodyFraming::Kind::kLength) {
    out.append("Content-Length: ");
    append_number(out, framing.length_bytes);
    out.append("\r\n");
  }
  if (!framing.keep_alive) {
    out.append("Connection: close\r\n");
  } else if (framing.minor_version == 0) {
    out.append("Connection: keep-alive\r\n");
  }
  out.append("\r\n");
  return {};
}

std::string http_date(Timestamp time) {
  std::string out;
  append_date(out, time);
  return out;
}

}  // namespace caudal::http
