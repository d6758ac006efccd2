// SPDX-License-Identifier: Apache-2.0
#include "aws/json/json_writer.h"

#include <fmt/format.h>

#include <cmath>

#include "base/encoding.h"

namespace caudal::aws {

namespace {

constexpr bool is_escaped(char c) { return static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\\'; }

// Where the next character that has to be escaped is; the end, without one. Compilers look at a block in a few steps.
size_t next_escaped(std::string_view text, size_t from) {
  constexpr size_t kBlock = 32;
  for (; text.size() - from >= kBlock; from += kBlock) {
    unsigned char found = 0;
    for (size_t n = 0; n < kBlock; ++n) found |= static_cast<unsigned char>(is_escaped(text[from + n]) ? 1 : 0);
    if (found != 0) break;
  }
  while (from < text.size() && !is_escaped(text[from])) ++from;
  return from;
}

}  // namespace

void append_json(std::string& out, std::string_view text) {
  out.push_back('"');
  size_t done = 0;
  for (size_t i = next_escaped(text, 0); i < text.size(); i = next_escaped(text, done)) {
    const auto c = static_cast<unsigned char>(text[i]);
    out.append(text, done, i - done);
    done = i + 1;
    switch (c) {
      case '"': out.append("\\\""); break;
      case '\\': out.append("\\\\"); break;
      case '\n': out.append("\\n"); break;
      case '\r': out.append("\\r"); break;
      case '\t': out.append("\\t"); break;
      default: fmt::format_to(std::back_inserter(out), "\\u{:04x}", c);
    }
  }
  out.append(text, done);
  out.push_back('"');
}

void append_json(std::string& out, int64_t number) { fmt::format_to(std::back_inserter(out), "{}", number); }

void append_json(std::string& out, double number) {
  if (std::isfinite(number)) {
    fmt::format_to(std::back_inserter(out), "{}", number);
  } else {
    out.append("null");
  }
}

void append_json(std::string& out, bool value) { out.append(value ? "true" : "false"); }

void append_json(std::string& out, Timestamp instant) {
  const int64_t millis = std::chrono::floor<std::chrono::milliseconds>(instant.time_since_epoch()).count();
  const int64_t rest = millis < 0 ? -(millis % 1'000) : millis % 1'000;
  const std::string_view sign = millis < 0 ? "-" : "";
  const int64_t seconds = millis < 0 ? -(millis / 1'000) : millis / 1'000;
  if (rest == 0) {
    fmt::format_to(std::back_inserter(out), "{}{}", sign, seconds);
  } else {
    fmt::format_to(std::back_inserter(out), "{}{}.{:03}", sign, seconds, rest);
  }
}

void append_json_blob(std::string& out, std::string_view bytes) {
  out.append(1, '"').append(to_base64(bytes)).append(1, '"');
}

void append_json_name(std::string& out, std::string_view name) {
  append_json(out, name);
  out.push_back(':');
}

}  // namespace caudal::aws
