// SPDX-License-Identifier: Apache-2.0
#include "flows/delivery/records.h"

#include <algorithm>
#include <cstring>

namespace caudal::delivery {
namespace {

constexpr size_t kNotFound = std::string_view::npos;

Field make_field(size_t begin, size_t end, bool escaped) {
  return {static_cast<uint32_t>(begin), static_cast<uint32_t>(end - begin) & 0x7FFFFFFFu, escaped ? 1u : 0u};
}

// One record being read.
class RecordReader {
 public:
  RecordReader(std::string_view data, size_t begin, bool complete, const RecordLimits& limits)
      : data_(data),
        begin_(begin),
        // The line feed that ends the record must lie before this.
        limit_(std::min(data.size(), begin + limits.max_record_bytes + 1)),
        delimiter_(limits.delimiter),
        complete_(complete),
        too_short_(!complete && data.size() < begin + limits.max_record_bytes + 3),
        ends_file_(complete && data.size() <= begin + limits.max_record_bytes) {}

  RecordEnd read(std::vector<Field>* fields) const {
    const size_t newline = find('\n', begin_, limit_);
    const size_t line_end = newline == kNotFound ? limit_ : newline;
    if (find('"', begin_, line_end) == kNotFound) {
      if (newline == kNotFound && too_short_) return {.need_more = true};
      if (newline == kNotFound && !ends_file_) return too_long();
      if (fields != nullptr) split(without_carriage_return(line_end), *fields);
      return ended(line_end, RecordFault::kNone);
    }
    std::vector<Field> unused;
    std::vector<Field>& found = fields != nullptr ? *fields : unused;
    const Parsed parsed = parse(limit_, ends_file_, found);
    if (parsed.status == Status::kEndOfWindow && too_short_) return {.need_more = true};
    if (parsed.status == Status::kRecord) return quoted(parsed.end, found);
    // Only the first line, and why it is faulty is told from that line alone.
    if (newline == kNotFound && too_short_) return {.need_more = true};
    if (newline == kNotFound && !ends_file_) return too_long();
    const Parsed alone = parse(line_end, true, found);
    return ended(line_end,
                 alone.status == Status::kOpenQuote ? RecordFault::kUnclosedQuote : RecordFault::kMisplacedQuote);
  }

 private:
  enum class Status { kRecord, kOpenQuote, kMisplaced, kEndOfWindow };
  struct Parsed {
    Status status;
    size_t end = 0;  // of the record, at its line feed or the end of the data
  };

  size_t find(char wanted, size_t from, size_t to) const {
    if (from >= to) return kNotFound;
    const void* at = std::memchr(data_.data() + from, wanted, to - from);
    return at == nullptr ? kNotFound : static_cast<size_t>(static_cast<const char*>(at) - data_.data());
  }
  size_t without_carriage_return(size_t end) const { return end > begin_ && data_[end - 1] == '\r' ? end - 1 : end; }

  RecordEnd ended(size_t line_end, RecordFault fault) const {
    const bool newline = line_end < data_.size();
    return {without_carriage_return(line_end), line_end + (newline ? 1 : 0), newline ? 1u : 0u, fault};
  }

  RecordEnd too_long() const {
    const size_t newline = find('\n', begin_, data_.size());
    if (newline != kNotFound || complete_) {
      return ended(newline == kNotFound ? data_.size() : newline, RecordFault::kTooLong);
    }
    return {data_.size(), RecordEnd::kUnknown, 0, RecordFault::kTooLong};
  }

  void split(size_t end, std::vector<Field>& fields) const {
    fields.clear();
    for (size_t at = begin_;;) {
      const size_t mark = find(delimiter_, at, end);
      fields.push_back(make_field(at, mark == kNotFound ? end : mark, false));
      if (mark == kNotFound) return;
      at = mark + 1;
    }
  }

  // Past the quoted field that opens at `at`; kNotFound when it does not close before `end`.
  size_t skip_quoted(size_t at, size_t end, std::vector<Field>& fields) const {
    bool escaped = false;
    size_t quote = find('"', at + 1, end);
    while (quote != kNotFound && quote + 1 < end && data_[quote + 1] == '"') {
      escaped = true;
      quote = find('"', quote + 2, end);
    }
    if (quote == kNotFound) return kNotFound;
    fields.push_back(make_field(at + 1, quote, escaped));
    return quote + 1;
  }

  // Fields up to the record's line feed, which must lie before `end`; `final`: `end` itself ends the record too.
  Parsed parse(size_t end, bool final, std::vector<Field>& fields) const {
    fields.clear();
    for (size_t at = begin_;;) {
      size_t after = at;
      if (at < end && data_[at] == '"') {
        after = skip_quoted(at, end, fields);
        if (after == kNotFound) return {final ? Status::kOpenQuote : Status::kEndOfWindow};
        const bool carriage_return = after < end && data_[after] == '\r';
        if (carriage_return && ((after + 1 == end && final) || (after + 1 < end && data_[after + 1] == '\n'))) ++after;
      } else {
        while (after < end && data_[after] != delimiter_ && data_[after] != '\n' && data_[after] != '"') ++after;
        fields.push_back(make_field(at, after, false));
      }
      if (after == end) return {final ? Status::kRecord : Status::kEndOfWindow, end};
      if (data_[after] == '\n') return {Status::kRecord, after};
      if (data_[after] != delimiter_) {
        // A carriage return that is the last byte of the window may belong to an end of line just beyond it.
        return {after + 1 == end && !final ? Status::kEndOfWindow : Status::kMisplaced};
      }
      at = after + 1;
    }
  }

  RecordEnd quoted(size_t end, std::vector<Field>& fields) const {
    RecordEnd record = ended(end, RecordFault::kNone);
    record.lines += static_cast<uint32_t>(std::count(data_.data() + begin_, data_.data() + end, '\n'));
    Field& last = fields.back();
    if (record.content_end < end && last.begin + last.size == end) last = make_field(last.begin, end - 1, last.escaped);
    return record;
  }

  std::string_view data_;
  size_t begin_;
  size_t limit_;
  char delimiter_;
  bool complete_;
  bool too_short_;
  bool ends_file_;
};

}  // namespace

RecordEnd read_record(std::string_view data, size_t begin, bool complete, const RecordLimits& limits,
                      std::vector<Field>* fields) {
  return RecordReader(data, begin, complete, limits).read(fields);
}

std::string_view field_text(std::string_view data, const Field& field, std::string& scratch) {
  const std::string_view text = data.substr(field.begin, field.size);
  if (field.escaped == 0) return text;
  scratch.clear();
  for (size_t i = 0; i < text.size(); ++i) {
    scratch.push_back(text[i]);
    if (text[i] == '"') ++i;
  }
  return scratch;
}

}  // namespace caudal::delivery
