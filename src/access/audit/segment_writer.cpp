// SPDX-License-Identifier: Apache-2.0
// A segment's life: begun, grown, closed, and one day removed.
#include "access/audit/segment_writer.h"

#include <fmt/format.h>
#include <unistd.h>

#include "access/audit/record.h"
#include "base/file_room.h"

namespace caudal::audit {
namespace {

namespace fs = std::filesystem;

// Some ten thousand requests.
constexpr uint64_t kKeptBytes = uint64_t{4} << 20;

std::chrono::sys_days day_of(Timestamp instant) { return std::chrono::floor<std::chrono::days>(instant); }

}  // namespace

Result<SegmentWriter> SegmentWriter::open(fs::path directory, const Clock& clock, Options options) {
  TRY(caudal::create_directories(directory));
  SegmentWriter writer(std::move(directory), clock, std::move(options));
  const auto segments = TRY(list_segments(writer.directory_));
  if (!segments.empty()) {
    // What a killed process kept for its last one.
    const File last = TRY(File::open_append(segments.back().path));
    TRY(give_back_room(last, TRY(last.size_bytes())));
    writer.owes_word_ = segments.front().first_sequence > 0;
  }
  // The newest that has a header: a crash can leave one without, which has no records either.
  for (auto segment = segments.rbegin(); segment != segments.rend(); ++segment) {
    auto reader = SegmentReader::open(segment->path);
    if (!reader) {
      if (!reader.error().is(ErrorClass::kCorrupt)) return std::move(reader).error();
      continue;
    }
    writer.next_sequence_ = reader->header().first_sequence;
    writer.last_ = reader->header().previous;  // if it has no frame, the segment to come takes its name and place
    while (const auto frame = TRY(reader->next())) {
      writer.next_sequence_ += frame->records;
      writer.last_ = frame->link;
    }
    break;
  }
  return writer;
}

bool SegmentWriter::wants_another() const {
  if (!file_) return true;
  if (size_bytes_ < options_.segment_bytes && day_of(clock_->now()) == day_of(created_)) return false;
  // On a full disk another would have no room, while this one still has some.
  std::error_code unknown;
  const fs::space_info room = fs::space(directory_, unknown);
  return unknown || room.available > kKeptBytes || size_bytes_ >= kept_bytes_;
}

// Half of it is always ahead. A disk that cannot give it is full, and what is kept is there for that.
void SegmentWriter::keep_room() {
  if (size_bytes_ + kKeptBytes / 2 < kept_bytes_) return;
  if (caudal::keep_room(*file_, size_bytes_ + kKeptBytes)) kept_bytes_ = size_bytes_ + kKeptBytes;
}

// A full disk can have room again where old segments go.
Result<void> SegmentWriter::write(std::string_view payload, uint32_t records) {
  auto written = try_write(payload, records);
  if (written || !written.error().is(ErrorClass::kNoSpace)) return written;
  const auto has_room = make_room();
  if (!has_room || !*has_room) return written;
  return try_write(payload, records);
}

Result<void> SegmentWriter::try_write(std::string_view payload, uint32_t records) {
  if (wants_another()) {
    TRY(close());
    TRY(begin_segment());
    TRY(prune());
  }
  return append(payload, records);
}

Result<void> SegmentWriter::put(File& file, std::string_view bytes) const {
  if (options_.disk) TRY(options_.disk(bytes.size()));
  return file.write(bytes);
}

Result<void> SegmentWriter::begin_segment() {
  const SegmentHeader header{next_sequence_, clock_->now(), last_};
  const std::string bytes = encode_header(header);
  // One of this name holds no whole frame, or its records would count: it is what a crash or a full disk left.
  File file = TRY(File::create(directory_ / segment_name(next_sequence_)));
  TRY(put(file, bytes));
  TRY(file.sync());
  TRY(sync_directory(directory_));
  file_ = std::move(file);
  size_bytes_ = kept_bytes_ = bytes.size();
  keep_room();
  created_ = header.created;
  current_ = first_link(bytes, options_.key);
  return {};
}

Result<void> SegmentWriter::append(std::string_view payload, uint32_t records) {
  Link link = current_;
  const std::string frame = encode_frame(payload, records, options_.key, link);
  auto written = put(*file_, frame);
  if (written) written = file_->sync();
  if (!written) {
    // What is there of the frame must not count, as it will be written again; if that cannot be had either, readers
    // still take no record of it, because the next segment begins with the same sequence.
    if (::ftruncate(file_->descriptor(), static_cast<off_t>(size_bytes_)) != 0) size_bytes_ = 0;
    file_.reset();
    return written;
  }
  size_bytes_ += frame.size();
  next_sequence_ += records;
  current_ = last_ = link;
  keep_room();
  return {};
}

Result<void> SegmentWriter::close() {
  if (!file_) return {};
  const auto closed = append({}, 0);
  if (!closed) return closed;
  File file = *std::exchange(file_, std::nullopt);
  TRY(give_back_room(file, size_bytes_));
  return file.close();
}

// All before it hold nothing younger than is kept, those too that are gone already; nothing, where that is so of none.
// A segment's records are older than the segment after it.
Result<std::optional<size_t>> SegmentWriter::first_kept(const std::vector<SegmentFile>& segments) const {
  std::optional<size_t> kept;
  if (options_.keep_days <= 0) return kept;
  const Timestamp oldest = clock_->now() - std::chrono::days(options_.keep_days);
  for (size_t index = 0; index < segments.size(); ++index) {
    const auto reader = SegmentReader::open(segments[index].path);
    if (!reader || reader->header().created > oldest) break;
    kept = index;
  }
  return kept;
}

Result<void> SegmentWriter::remove_before(const std::vector<SegmentFile>& segments, size_t index) const {
  for (size_t each = 0; each < index; ++each) TRY(remove_file(segments[each].path));
  return sync_directory(directory_);
}

Result<void> SegmentWriter::prune() {
  const auto segments = TRY(list_segments(directory_));
  const auto kept = TRY(first_kept(segments));
  if (!kept || (*kept == 0 && !owes_word_)) return {};
  // First it is told, then done, so that the log itself says that what is missing was not taken away.
  std::string payload;
  append_record(payload, {.time = clock_->now(),
                          .service = std::string(kOwnService),
                          .operation = std::string(kForgetOperation),
                          .resource = fmt::format("{}", segments[*kept].first_sequence),
                          .status = 200});
  TRY(append(payload, 1));
  owes_word_ = false;
  return remove_before(segments, *kept);
}

// Where there is no room to tell it, it is done first, and told as soon as there is: by the next segment, which follows
// at once, or the first of the next start.
Result<bool> SegmentWriter::make_room() {
  const auto segments = TRY(list_segments(directory_));
  const auto kept = TRY(first_kept(segments));
  if (!kept || *kept == 0) return false;
  owes_word_ = true;
  TRY(remove_before(segments, *kept));
  return true;
}

}  // namespace caudal::audit
