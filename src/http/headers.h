// SPDX-License-Identifier: Apache-2.0
// The header fields of a message, in their order and with duplicates. Names compare without regard to case. Two forms:
// HeaderViews looks into bytes that somebody else keeps (a received head), Headers owns its bytes.
#pragma once

#include <cstdint>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace caudal::http {

// ASCII case only.
bool equals_ignoring_case(std::string_view a, std::string_view b);

struct Header {
  std::string_view name;
  std::string_view value;  // without the white space around it
};

class HeaderViews {
 public:
  void add(Header header) { headers_.push_back(header); }
  void reserve(size_t count) { headers_.reserve(count); }
  // The first of that name. When a header must not come twice, ask count() too.
  std::optional<std::string_view> find(std::string_view name) const;
  std::vector<std::string_view> all(std::string_view name) const;
  size_t count(std::string_view name) const;
  size_t size() const { return headers_.size(); }
  auto begin() const { return headers_.begin(); }
  auto end() const { return headers_.end(); }

 private:
  std::vector<Header> headers_;
};

// Kept as they go over the wire, so that writing a head is one copy.
class Headers {
 public:
  Headers() = default;
  Headers(std::initializer_list<Header> headers) {
    for (const Header& header : headers) add(header.name, header.value);
  }
  // Nothing is checked here: whoever writes the message refuses names and values that HTTP cannot carry.
  void add(std::string_view name, std::string_view value);
  // Room for so many fields whose names and values have so many bytes.
  void reserve(size_t count, size_t size_bytes);
  // Instead of all of that name.
  void set(std::string_view name, std::string_view value);
  void remove(std::string_view name);
  std::optional<std::string_view> find(std::string_view name) const;
  size_t count(std::string_view name) const;
  size_t size() const { return entries_.size(); }
  bool empty() const { return entries_.empty(); }
  // Views of the n-th; valid until the next change.
  Header operator[](size_t n) const;
  // Whether each name is a token, and each value is free of control characters.
  bool valid() const;
  // "Name: value\r\n" for each.
  const std::string& wire() const { return text_; }

  class Iterator {
   public:
    using iterator_category = std::forward_iterator_tag;
    using value_type = Header;
    using difference_type = std::ptrdiff_t;
    using pointer = const Header*;
    using reference = Header;
    Iterator() = default;
    Iterator(const Headers* headers, size_t at) : headers_(headers), at_(at) {}
    Header operator*() const { return (*headers_)[at_]; }
    Iterator& operator++() { return ++at_, *this; }
    Iterator operator++(int) { return {headers_, at_++}; }
    bool operator==(const Iterator&) const = default;

   private:
    const Headers* headers_ = nullptr;
    size_t at_ = 0;
  };
  Iterator begin() const { return {this, 0}; }
  Iterator end() const { return {this, entries_.size()}; }

 private:
  struct Entry {
    size_t at;
    size_t name_size;
    size_t value_size;
  };
  std::string text_;
  std::vector<Entry> entries_;
};

}  // namespace caudal::http
