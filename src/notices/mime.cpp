// SPDX-License-Identifier: Apache-2.0
// RFC 5322 messages. Everything that is not plain printable ASCII is encoded, so no text can start a header of its own.
#include "notices/mime.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/encoding.h"
#include "base/utf8.h"
#include "notices/errors.h"
#include "notices/render.h"

namespace caudal::notices {
namespace {

constexpr size_t kLineLength = 76;

bool is_printable_ascii(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c >= 0x20 && c < 0x7F; });
}

// ASCII words folded at spaces; a word too long for a line stays whole (RFC 5322 allows 998).
std::string fold_words(std::string_view value, size_t column) {
  std::string out;
  for (size_t at = 0; at < value.size();) {
    size_t end = value.find(' ', at + 1);
    if (end == std::string_view::npos) end = value.size();
    const std::string_view word = value.substr(at, end - at);
    // A continuation line of only spaces would end the headers for some readers.
    if (column + word.size() > kLineLength && at > 0 && word.size() > 1 && word[0] == ' ' && word[1] != ' ') {
      out += "\r\n";
      column = 0;
    }
    out += word;
    column += word.size();
    at = end;
  }
  return out;
}

std::string encoded_words(std::string_view value, size_t column) {
  constexpr std::string_view kOpen = "=?UTF-8?B?";
  constexpr size_t kMostBytes = 39;  // 52 digits and 12 characters around them: within 75, the longest word allowed
  std::string out;
  while (!value.empty()) {
    const size_t room = column + 20 < kLineLength ? (kLineLength - column - 12) / 4 * 3 : kMostBytes;
    std::string_view part = utf8_prefix(value, std::min(kMostBytes, room));
    if (part.empty()) part = utf8_prefix(value, 4);
    out += fmt::format("{}{}?=", kOpen, to_base64(part));
    value.remove_prefix(part.size());
    if (!value.empty()) out += "\r\n ";
    column = 1;
  }
  return out;
}

std::string mailbox_text(const Mailbox& mailbox, size_t column) {
  if (mailbox.name.empty()) return mailbox.address;
  const bool plain = std::ranges::all_of(mailbox.name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == ' ' || c == '-';
  });
  const std::string name = plain ? mailbox.name : encoded_words(one_line(mailbox.name, 200), column);
  return fmt::format("{}\r\n <{}>", name, mailbox.address);
}

bool is_address(std::string_view text) {
  const size_t at = text.find('@');
  if (at == 0 || at == std::string_view::npos || at + 1 == text.size() || text.size() > 254) return false;
  if (text.find('@', at + 1) != std::string_view::npos) return false;
  return is_printable_ascii(text) && text.find_first_of(" <>()[],;:\\\"") == std::string_view::npos;
}

}  // namespace

Result<Mailbox> parse_mailbox(std::string_view text) {
  const auto trimmed = [](std::string_view part) {
    while (part.starts_with(' ')) part.remove_prefix(1);
    while (part.ends_with(' ')) part.remove_suffix(1);
    return part;
  };
  std::string_view address = trimmed(text);
  std::string_view name;
  if (address.ends_with('>')) {
    const size_t open = address.rfind('<');
    if (open != std::string_view::npos) {
      name = trimmed(address.substr(0, open));
      address = address.substr(open + 1, address.size() - open - 2);
    }
  }
  if (name.size() >= 2 && name.starts_with('"') && name.ends_with('"')) name = name.substr(1, name.size() - 2);
  if (is_address(address)) return Mailbox{std::string(name), std::string(address)};
  return Error{Errc::invalid_configuration, fmt::format("'{}' is no e-mail address; write name@example.org, or Name "
                                                        "<name@example.org>",
                                                        one_line(text, 100))};
}

std::string encode_header(std::string_view value, size_t name_size) {
  const std::string line = one_line(value, 900);
  const bool looks_encoded = line.find("=?") != std::string::npos;
  if (is_printable_ascii(line) && !looks_encoded) return fold_words(line, name_size);
  return encoded_words(line, name_size);
}

std::string quoted_printable(std::string_view text) {
  std::string out;
  size_t column = 0;
  const auto put = [&](std::string_view piece) {
    if (column + piece.size() > kLineLength - 1) {
      out += "=\r\n";
      column = 0;
    }
    out += piece;
    column += piece.size();
  };
  for (size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    const bool line_ends = at + 1 == text.size() || text[at + 1] == '\n';
    if (c == '\n') {
      out += "\r\n";
      column = 0;
    } else if ((c > 0x20 && c < 0x7F && c != '=' && !(c == '.' && column == 0)) || (c == ' ' && !line_ends)) {
      put({&c, 1});
    } else {
      put(fmt::format("={:02X}", static_cast<unsigned char>(c)));
    }
  }
  return out;
}

std::string mail_date(Timestamp date) {
  constexpr std::array kDays = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr std::array kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto day = std::chrono::floor<std::chrono::days>(date);
  const std::chrono::year_month_day civil(day);
  const std::chrono::hh_mm_ss time(std::chrono::floor<std::chrono::seconds>(date - day));
  return fmt::format("{}, {:02} {} {:04} {:02}:{:02}:{:02} +0000", kDays[std::chrono::weekday(day).c_encoding()],
                     static_cast<unsigned>(civil.day()), kMonths[static_cast<unsigned>(civil.month()) - 1],
                     static_cast<int>(civil.year()), time.hours().count(), time.minutes().count(),
                     time.seconds().count());
}

std::string to_message(const Mail& mail) {
  std::string to;
  for (const Mailbox& mailbox : mail.to) to += (to.empty() ? "" : ",\r\n ") + mailbox_text(mailbox, 4);
  std::string out =
      fmt::format("From: {}\r\nTo: {}\r\nSubject: {}\r\nDate: {}\r\nMessage-ID: <{}>\r\n", mailbox_text(mail.from, 6),
                  to, encode_header(mail.subject, 9), mail_date(mail.date), mail.message_id);
  for (const auto& [name, value] : mail.headers) {
    out += fmt::format("{}: {}\r\n", name, encode_header(value, name.size() + 2));
  }
  out +=
      "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=UTF-8\r\nContent-Transfer-Encoding: quoted-printable\r\n";
  return out + "\r\n" + quoted_printable(mail.body);
}

}  // namespace caudal::notices
