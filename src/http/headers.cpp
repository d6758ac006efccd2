// SPDX-License-Identifier: Apache-2.0
#include "http/headers.h"

#include <algorithm>

#include "http/characters.h"

namespace caudal::http {
namespace {

constexpr char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

template <class Range>
std::optional<std::string_view> find_in(const Range& headers, std::string_view name) {
  for (const Header header : headers) {
    if (equals_ignoring_case(header.name, name)) return header.value;
  }
  return std::nullopt;
}

template <class Range>
size_t count_in(const Range& headers, std::string_view name) {
  return static_cast<size_t>(std::count_if(
      headers.begin(), headers.end(), [&](const Header& header) { return equals_ignoring_case(header.name, name); }));
}

}  // namespace

bool equals_ignoring_case(std::string_view a, std::string_view b) {
  return a.size() == b.size() &&
         std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) { return x == y || lower(x) == lower(y); });
}

std::optional<std::string_view> HeaderViews::find(std::string_view name) const { return find_in(headers_, name); }
size_t HeaderViews::count(std::string_view name) const { return count_in(headers_, name); }

std::vector<std::string_view> HeaderViews::all(std::string_view name) const {
  std::vector<std::string_view> values;
  for (const Header& header : headers_) {
    if (equals_ignoring_case(header.name, name)) values.push_back(header.value);
  }
  return values;
}

void Headers::add(std::string_view name, std::string_view value) {
  entries_.push_back({text_.size(), name.size(), value.size()});
  text_.append(name).append(": ").append(value).append("\r\n");
}

void Headers::reserve(size_t count, size_t size_bytes) {
  constexpr size_t kBetween = 4;  // ": " and CRLF
  entries_.reserve(count);
  text_.reserve(size_bytes + count * kBetween);
}

void Headers::set(std::string_view name, std::string_view value) {
  // The views may look into this very object.
  const std::string kept_name(name);
  const std::string kept_value(value);
  remove(kept_name);
  add(kept_name, kept_value);
}

void Headers::remove(std::string_view name) {
  if (count(name) == 0) return;
  Headers rest;
  for (const Header header : *this) {
    if (!equals_ignoring_case(header.name, name)) rest.add(header.name, header.value);
  }
  *this = std::move(rest);
}

std::optional<std::string_view> Headers::find(std::string_view name) const { return find_in(*this, name); }
size_t Headers::count(std::string_view name) const { return count_in(*this, name); }

Header Headers::operator[](size_t n) const {
  const Entry& entry = entries_[n];
  const std::string_view text = text_;
  return {text.substr(entry.at, entry.name_size), text.substr(entry.at + entry.name_size + 2, entry.value_size)};
}

bool Headers::valid() const {
  return std::all_of(begin(), end(), [](const Header& header) {
    return is_token(header.name) && all_in(kValueCharacters, header.value);
  });
}

}  // namespace caudal::http
