// SPDX-License-Identifier: Apache-2.0
// Segments handed out to readers, frames decoded into chunks.
#include "access/audit/system_table.h"

#include <algorithm>
#include <atomic>
#include <limits>
#include <optional>
#include <string>

#include "access/audit/errors.h"
#include "access/audit/record.h"
#include "access/audit/segment.h"
#include "base/utf8.h"

namespace caudal::audit {
namespace {

using sql::Column;
using sql::Type;
using sql::TypeId;

// In the order of the setters in write_row().
const std::vector<Column>& audit_columns() {
  const auto varchar = [](std::string name) { return Column{std::move(name), Type::of(TypeId::kVarchar)}; };
  const auto bigint = [](std::string name) { return Column{std::move(name), Type::of(TypeId::kBigint)}; };
  static const std::vector<Column> columns = {bigint("sequence"),       {"time", Type::of(TypeId::kTimestamp)},
                                              varchar("request_id"),    varchar("service"),
                                              varchar("operation"),     varchar("principal"),
                                              varchar("access_key_id"), varchar("source"),
                                              varchar("resource"),      bigint("status"),
                                              varchar("error_code"),    varchar("decision"),
                                              varchar("decided_by"),    bigint("bytes_in"),
                                              bigint("bytes_out"),      bigint("duration_us"),
                                              varchar("user_agent")};
  return columns;
}

void write_row(sql::ChunkWriter& writer, size_t row, uint64_t sequence, const Record& record) {
  size_t column = 0;
  const auto number = [&](uint64_t value) { writer.set_bigint(column++, row, static_cast<int64_t>(value)); };
  const auto text = [&](const std::string& value) {
    if (value.empty()) {
      writer.set_null(column, row);
    } else if (writer.wanted(column)) {
      writer.set_varchar(column, row, is_utf8(value) ? value : to_valid_utf8(value));
    }
    ++column;
  };
  number(sequence);
  writer.set_timestamp(column++, row, record.time);
  for (const std::string* each : {&record.request_id, &record.service, &record.operation, &record.principal,
                                  &record.access_key_id, &record.source, &record.resource}) {
    text(*each);
  }
  if (record.status == 0) {
    writer.set_null(column++, row);
  } else {
    number(record.status);
  }
  for (const std::string* each : {&record.error_code, &record.decision, &record.decided_by}) text(*each);
  for (const uint64_t value : {record.bytes_in, record.bytes_out, record.duration_us}) number(value);
  text(record.user_agent);
}

// The segments of one scan, as they were when it began.
struct Work {
  std::vector<SegmentFile> segments;
  std::atomic<size_t> next = 0;
};

class AuditReader final : public sql::TableReader {
 public:
  explicit AuditReader(std::shared_ptr<Work> work) : work_(std::move(work)) {}

  Result<size_t> read(sql::ChunkWriter& writer) override {
    size_t row = 0;
    while (row < writer.capacity()) {
      const auto record = TRY(next());
      if (!record) break;
      write_row(writer, row++, sequence_++, *record);
    }
    return row;
  }

 private:
  Result<std::optional<Record>> next() {
    while (left_in_frame_ == 0 || sequence_ >= end_) {
      if (!TRY(next_frame())) return std::optional<Record>();
    }
    --left_in_frame_;
    return std::optional(TRY(take_record(rest_)));
  }

  Result<bool> next_frame() {
    for (;;) {
      if (!segment_ && !TRY(next_segment())) return false;
      auto frame = TRY(segment_->next());
      if (!frame || sequence_ >= end_) {
        segment_.reset();
        continue;
      }
      frame_ = *std::move(frame);
      rest_ = frame_.payload();
      left_in_frame_ = frame_.records;
      if (left_in_frame_ > 0) return true;
    }
  }

  Result<bool> next_segment() {
    for (;;) {
      const size_t index = work_->next++;
      if (index >= work_->segments.size()) return false;
      auto reader = SegmentReader::open(work_->segments[index].path);
      // A segment just begun has no header yet; one just let go is not there any more.
      if (!reader && (reader.error().is(ErrorClass::kCorrupt) || reader.error().is(ErrorClass::kNotFound))) continue;
      if (!reader) return std::move(reader).error();
      segment_ = *std::move(reader);
      sequence_ = segment_->header().first_sequence;
      // Where the disk refused a frame, the segment after it has its records again.
      const bool last = index + 1 == work_->segments.size();
      end_ = last ? std::numeric_limits<uint64_t>::max() : work_->segments[index + 1].first_sequence;
      left_in_frame_ = 0;
      return true;
    }
  }

  std::shared_ptr<Work> work_;  // shared by the readers of the scan
  std::optional<SegmentReader> segment_;
  Frame frame_;
  std::string_view rest_;
  uint32_t left_in_frame_ = 0;
  uint64_t sequence_ = 0;
  uint64_t end_ = 0;
};

class AuditScan final : public sql::TableScan {
 public:
  explicit AuditScan(std::shared_ptr<Work> work) : work_(std::move(work)) {}
  Result<std::unique_ptr<sql::TableReader>> open_reader() override {
    return std::unique_ptr<sql::TableReader>(std::make_unique<AuditReader>(work_));
  }

 private:
  std::shared_ptr<Work> work_;
};

class AuditSource final : public sql::TableSource {
 public:
  explicit AuditSource(std::filesystem::path directory) : directory_(std::move(directory)) {}
  const std::vector<Column>& columns() const override { return audit_columns(); }
  size_t max_readers() const override {
    const auto segments = list_segments(directory_);
    return segments ? std::max<size_t>(segments->size(), 1) : 1;
  }
  Result<std::unique_ptr<sql::TableScan>> scan() override {
    auto work = std::make_shared<Work>();
    work->segments = TRY(list_segments(directory_));
    return std::unique_ptr<sql::TableScan>(std::make_unique<AuditScan>(std::move(work)));
  }

 private:
  const std::filesystem::path directory_;
};

class AuditTable final : public queries::SystemTable {
 public:
  explicit AuditTable(std::filesystem::path directory) : directory_(std::move(directory)) {}
  std::string_view name() const override { return "audit"; }
  const std::vector<Column>& columns() const override { return audit_columns(); }
  std::shared_ptr<sql::TableSource> source() const override { return std::make_shared<AuditSource>(directory_); }

 private:
  const std::filesystem::path directory_;
};

}  // namespace

std::shared_ptr<const queries::SystemTable> make_system_table(std::filesystem::path directory) {
  return std::make_shared<AuditTable>(std::move(directory));
}

}  // namespace caudal::audit
