// SPDX-License-Identifier: Apache-2.0
// Where a record ends and where its fields lie: RFC 4180, and what to do where a file breaks it. This is the definition
// that everything faster must agree with.
//
// A quote opens a quoted field only at the field's beginning. A quoted field that is not closed properly (not within
// `max_record_bytes`, or followed by anything but a delimiter or the end of the line) costs only the line on which its
// record begins: that line is one faulty record, and reading goes on at the next line. So one stray quote never
// swallows the rows after it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

namespace caudal::delivery {

// Text of one field within a buffer, its quotes left out.
struct Field {
  uint32_t begin = 0;
  uint32_t size : 31 = 0;
  uint32_t escaped : 1 = 0;  // holds doubled quotes
};

enum class RecordFault : uint8_t {
  kNone,
  kUnclosedQuote,   // on the record's first line a quoted field has no end
  kMisplacedQuote,  // a quote within an unquoted field, or text after a closing quote
  kTooLong,         // a line of more than max_record_bytes
  kNulByte,
  kFieldCount,  // set by the decoder, which knows how many are expected
};

struct RecordEnd {
  static constexpr size_t kUnknown = std::numeric_limits<size_t>::max();
  size_t content_end = 0;  // without the end of line (LF, CRLF; at the end of the file also a lone CR)
  size_t next = 0;         // where the next record begins; kUnknown when kTooLong and `data` ends before the line does
  uint32_t lines = 0;      // line feeds from the record's beginning to `next`
  RecordFault fault = RecordFault::kNone;
  bool need_more = false;  // `data` ends too early to tell; nothing else is set
};

struct RecordLimits {
  char delimiter = ',';
  size_t max_record_bytes = 0;  // without the end of line
};

// The record that begins at `begin` of `data`. `complete`: data ends where the file or a piece of whole records ends.
// The fields go to `fields`, cleared first, if it is given; they mean something only when there is no fault.
RecordEnd read_record(std::string_view data, size_t begin, bool complete, const RecordLimits& limits,
                      std::vector<Field>* fields = nullptr);

// A field's text, doubled quotes made single; uses `scratch` when it must copy.
std::string_view field_text(std::string_view data, const Field& field, std::string& scratch);

}  // namespace caudal::delivery
