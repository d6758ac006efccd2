// SPDX-License-Identifier: Apache-2.0
#include "transfer/job_rows.h"

#include "base/wire.h"

namespace caudal::transfer {
namespace {

constexpr uint64_t kWithoutPlace = 1;
constexpr uint64_t kWithPlace = 2;  // what the first has, then where an import is
constexpr uint64_t kFormat = 3;     // and then what an export shows, and where it is

int64_t micros(Timestamp at) { return at.time_since_epoch().count(); }

Result<Timestamp> read_time(WireReader& in) { return Timestamp(std::chrono::microseconds(TRY(in.signed_varint()))); }

void write_point(WireWriter& out, const std::optional<items::HistoryPoint>& point) {
  out.boolean(point.has_value());
  if (!point) return;
  out.text(point->table).text(point->table_id).varint(point->journal).varint(point->end);
  out.signed_varint(micros(point->moment)).boolean(point->is_by_time);
}

Result<std::optional<items::HistoryPoint>> read_point(WireReader& in) {
  if (!TRY(in.boolean())) return std::optional<items::HistoryPoint>();
  items::HistoryPoint point{.table = std::string(TRY(in.text())), .table_id = {}};
  point.table_id = TRY(in.text());
  point.journal = static_cast<uint32_t>(TRY(in.varint()));
  point.end = TRY(in.varint());
  point.moment = TRY(read_time(in));
  point.is_by_time = TRY(in.boolean());
  return std::optional(std::move(point));
}

// An enumeration of `count` values, of which the first is 0.
template <class Enum>
Result<Enum> read_enum(WireReader& in, uint64_t count) {
  const uint64_t value = TRY(in.varint());
  if (value < count) return static_cast<Enum>(value);
  return Error{caudal::Errc::corrupt, "the row of an export or import is damaged"};
}

}  // namespace

std::string encode(const Job& job) {
  WireWriter out;
  out.varint(kFormat).varint(static_cast<uint64_t>(job.kind)).varint(static_cast<uint64_t>(job.state));
  for (const std::string* const text : {&job.table, &job.table_arn, &job.table_id, &job.bucket, &job.prefix, &job.token,
                                        &job.digest, &job.failure_code, &job.failure}) {
    out.text(*text);
  }
  out.varint(static_cast<uint64_t>(job.input.format)).varint(static_cast<uint64_t>(job.input.compression));
  out.varint(static_cast<uint8_t>(job.input.delimiter)).varint(job.input.header.size());
  for (const std::string& name : job.input.header) out.text(name);
  out.signed_varint(micros(job.moment)).signed_varint(micros(job.started)).signed_varint(micros(job.ended));
  out.varint(job.records).varint(job.items).varint(job.refused).varint(job.bytes);
  out.varint(job.objects).text(job.place.object).text(job.place.etag);
  out.varint(job.place.records).boolean(job.place.is_done);
  write_point(out, job.from);
  write_point(out, job.to);
  const ExportPlace& place = job.export_place;
  out.boolean(job.with_old).varint(place.files).varint(place.exported.items).varint(place.exported.bytes);
  return out.text(place.manifest).take();
}

Result<Job> decode_job(std::string_view id, std::string_view bytes) {
  WireReader in(bytes);
  const uint64_t format = TRY(in.varint());
  if (format < kWithoutPlace || format > kFormat) {
    return Error{caudal::Errc::corrupt, "the row of an export or import has an unknown format; upgrade Caudal"};
  }
  Job job{.id = std::string(id)};
  job.kind = TRY(read_enum<JobKind>(in, 2));
  job.state = TRY(read_enum<JobState>(in, 3));
  for (std::string* const text : {&job.table, &job.table_arn, &job.table_id, &job.bucket, &job.prefix, &job.token,
                                  &job.digest, &job.failure_code, &job.failure}) {
    *text = TRY(in.text());
  }
  job.input.format = TRY(read_enum<Format>(in, 3));
  job.input.compression = TRY(read_enum<Compression>(in, 4));
  job.input.delimiter = static_cast<char>(TRY(in.varint()));
  for (size_t left = TRY(in.count()); left > 0; --left) job.input.header.emplace_back(TRY(in.text()));
  job.moment = TRY(read_time(in));
  job.started = TRY(read_time(in));
  job.ended = TRY(read_time(in));
  for (uint64_t* const count : {&job.records, &job.items, &job.refused, &job.bytes}) *count = TRY(in.varint());
  if (format != kWithoutPlace) {
    job.objects = TRY(in.varint());
    job.place.object = TRY(in.text());
    job.place.etag = TRY(in.text());
    job.place.records = TRY(in.varint());
    job.place.is_done = TRY(in.boolean());
  }
  if (format > kWithPlace) {
    job.from = TRY(read_point(in));
    job.to = TRY(read_point(in));
    job.with_old = TRY(in.boolean());
    job.export_place.files = TRY(in.varint());
    job.export_place.exported.items = TRY(in.varint());
    job.export_place.exported.bytes = TRY(in.varint());
    job.export_place.manifest = TRY(in.text());
  }
  TRY(in.finish());
  return job;
}

}  // namespace caudal::transfer
