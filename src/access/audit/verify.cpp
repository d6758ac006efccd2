// SPDX-License-Identifier: Apache-2.0
// Follows the links from the oldest segment to the newest.
#include "access/audit/verify.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>

#include "access/audit/record.h"
#include "access/audit/segment.h"

namespace caudal::audit {
namespace {

class Verifier {
 public:
  Verifier(std::string_view key, Verification& result) : key_(key), result_(result) {}

  Result<void> segment(const SegmentFile& file) {
    name_ = file.path.filename().string();
    auto reader = SegmentReader::open(file.path);
    if (!reader) {
      if (!reader.error().is(ErrorClass::kCorrupt)) return std::move(reader).error();
      // A crash while it was begun leaves a segment without a header; the next one takes its name.
      problem("has no whole header: it was cut, or is the trace of a crash");
      return {};
    }
    header(reader->header(), file.first_sequence);
    Link link = first_link(reader->header_bytes(), key_);
    bool closed = false;
    while (const auto frame = TRY(reader->next())) {
      if (closed) problem("goes on after its closing frame");
      link = next_link(key_, link, frame->checked);
      if (link != frame->link) {
        problem(fmt::format("was changed: the link after record {} is wrong", sequence_));
        link = frame->link;  // told once, not for all that follow
      }
      TRY(records(*frame));
      closed = frame->closing();
    }
    last_ = link;
    if (!closed) result_.unclosed.push_back(name_);
    if (!closed && TRY(reader->is_damaged())) {
      problem(fmt::format("is damaged after record {}: it was changed, or a power cut tore it", sequence_));
    }
    if (closed && reader->torn_bytes() > 0) problem(fmt::format("has {} bytes after its end", reader->torn_bytes()));
    return {};
  }

  // After the newest.
  void finish() {
    if (result_.first_sequence > forgotten_) {
      result_.problems.push_back(fmt::format("records {} to {} are missing, and nothing says that they were let go",
                                             forgotten_, result_.first_sequence - 1));
    }
  }

 private:
  void problem(std::string_view what) { result_.problems.push_back(fmt::format("{} {}", name_, what)); }

  void header(const SegmentHeader& header, uint64_t named) {
    if (header.first_sequence != named) problem("was renamed");
    if (result_.segments++ == 0) {
      result_.first_sequence = header.first_sequence;
      if (header.first_sequence == 0 && header.previous != Link{}) problem("is not the first, though it says so");
    } else {
      if (header.first_sequence > sequence_) {
        problem(fmt::format("begins with record {}: records from {} on are missing before it", header.first_sequence,
                            sequence_));
      } else if (header.first_sequence < sequence_) {
        problem(fmt::format("begins with record {}, which the segment before it has too", header.first_sequence));
      } else if (last_ && header.previous != *last_) {
        problem("does not follow the segment before it: one of them was changed");
      }
    }
    sequence_ = header.first_sequence;
  }

  Result<void> records(const Frame& frame) {
    std::string_view rest = frame.payload();
    for (uint32_t index = 0; index < frame.records; ++index, ++sequence_, ++result_.records) {
      const auto record = take_record(rest);
      if (!record) {
        problem(fmt::format("has a damaged record {}", sequence_));
        sequence_ += frame.records - index;
        return {};
      }
      if (record->service == kOwnService && record->operation == kForgetOperation) {
        uint64_t until = 0;
        std::from_chars(record->resource.data(), record->resource.data() + record->resource.size(), until);
        forgotten_ = std::max(forgotten_, until);
      }
    }
    if (!rest.empty()) problem(fmt::format("has bytes after record {} that are no record", sequence_));
    return {};
  }

  std::string_view key_;
  Verification& result_;
  std::string name_;
  uint64_t sequence_ = 0;  // of the next record
  uint64_t forgotten_ = 0;
  std::optional<Link> last_;
};

}  // namespace

Result<Verification> verify(const std::filesystem::path& directory, std::string_view key) {
  Verification result;
  Verifier verifier(key, result);
  for (const SegmentFile& segment : TRY(list_segments(directory))) TRY(verifier.segment(segment));
  verifier.finish();
  return result;
}

}  // namespace caudal::audit
