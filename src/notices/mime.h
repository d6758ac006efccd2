// SPDX-License-Identifier: Apache-2.0
// An e-mail as bytes: headers that any UTF-8 can go into without breaking out of them, a quoted-printable body. Only
// what notices need: one text/plain part.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"

namespace caudal::notices {

// "Caudal <caudal@example.org>" or "caudal@example.org".
struct Mailbox {
  std::string name;     // may be empty
  std::string address;  // printable ASCII, one '@', no spaces
};
// Errc::invalid_configuration saying what is wrong with `text`.
Result<Mailbox> parse_mailbox(std::string_view text);

struct Mail {
  Mailbox from;
  std::vector<Mailbox> to;
  std::string subject;     // any UTF-8; control characters are dropped
  std::string message_id;  // without angle brackets; "x@y"
  Timestamp date;
  std::string body;                                               // UTF-8, lines ending in "\n"
  std::vector<std::pair<std::string, std::string>> headers = {};  // more of them; names are ASCII
};

// RFC 5322 with CRLF, no line longer than 78 characters, only ASCII (RFC 2047 words, RFC 2045 quoted-printable).
std::string to_message(const Mail& mail);

// The value of one header, folded; `name_size` characters stand before it on its first line. For to_message and tests.
std::string encode_header(std::string_view value, size_t name_size);
std::string quoted_printable(std::string_view text);
// "Thu, 01 Feb 2024 06:00:00 +0000"
std::string mail_date(Timestamp date);

}  // namespace caudal::notices
