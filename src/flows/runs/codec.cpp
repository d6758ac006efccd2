// SPDX-License-Identifier: Apache-2.0
// Each record's fields are listed once, in `fields`, and both written and read by that list.
#include "flows/runs/codec.h"

#include <bit>
#include <type_traits>

#include "base/wire.h"
#include "flows/runs/errors.h"

namespace caudal::runs {
namespace {

constexpr uint64_t kFormat = 1;

template <class Archive, class R>
  requires std::is_same_v<std::remove_const_t<R>, RunParameters>
void fields(Archive& archive, R& r) {
  archive(r.from, r.to, r.files, r.dt_bases, r.only_steps, r.forced, r.rollback_to);
}
template <class Archive, class R>
  requires std::is_same_v<std::remove_const_t<R>, RunRecord>
void fields(Archive& archive, R& r) {
  archive(r.flow, r.kind, r.trigger, r.work_key, r.state, r.started, r.ended, r.attempt, r.error, r.error_class,
          r.flow_version, r.host_pid, r.warnings, r.details_pruned);
  fields(archive, r.parameters);
}
template <class Archive, class R>
  requires std::is_same_v<std::remove_const_t<R>, StepRecord>
void fields(Archive& archive, R& r) {
  archive(r.position, r.state, r.attempt, r.started, r.ended, r.rows_in, r.rows_out, r.bytes_in, r.bytes_out, r.message,
          r.result);
}
template <class Archive, class R>
  requires std::is_same_v<std::remove_const_t<R>, QualityRecord>
void fields(Archive& archive, R& r) {
  archive(r.table, r.rule, r.name, r.action, r.outcome, r.measured, r.rows_failed, r.rows_total);
}
template <class Archive, class R>
  requires std::is_same_v<std::remove_const_t<R>, LineageRecord>
void fields(Archive& archive, R& r) {
  archive(r.input, r.input_version, r.output_table, r.output_partition, r.rows);
}
template <class Archive, class R>
  requires std::is_same_v<std::remove_const_t<R>, ReconciliationRecord>
void fields(Archive& archive, R& r) {
  archive(r.table, r.file, r.rows_read, r.rows_curated, r.rows_quarantined, r.rows_duplicated, r.amount_column,
          r.amount_read, r.amount_curated, r.amount_quarantined, r.amount_duplicated, r.amounts_unreadable, r.balanced);
}
template <class Archive, class R>
  requires std::is_same_v<std::remove_const_t<R>, DriftRecord>
void fields(Archive& archive, R& r) {
  archive(r.table, r.variable, r.base, r.current, r.psi, r.level);
}
template <class Archive, class R>
  requires std::is_same_v<std::remove_const_t<R>, LogLine>
void fields(Archive& archive, R& r) {
  archive(r.at, r.level, r.step, r.text);
}

class Writer {
 public:
  template <class... T>
  void operator()(const T&... values) {
    (put(values), ...);
  }
  std::string take() { return out_.take(); }
  void format() { out_.varint(kFormat); }

 private:
  void put(const std::string& value) { out_.text(value); }
  void put(bool value) { out_.boolean(value); }
  void put(uint64_t value) { out_.varint(value); }
  void put(uint32_t value) { out_.varint(value); }
  void put(int64_t value) { out_.signed_varint(value); }
  void put(double value) { out_.fixed64(std::bit_cast<uint64_t>(value)); }
  void put(Timestamp value) { put(int64_t{value.time_since_epoch().count()}); }
  void put(Date value) { put(int64_t{value.time_since_epoch().count()}); }
  void put(Month value) { put(first_day(value)); }
  void put(const Decimal& value) {
    const Int128 unscaled = value.unscaled();
    out_.fixed64(static_cast<uint64_t>(unscaled)).fixed64(static_cast<uint64_t>(unscaled >> 64)).varint(value.scale());
  }
  template <class T>
    requires std::is_enum_v<T>
  void put(T value) {
    out_.varint(static_cast<uint64_t>(value));
  }
  template <class T>
  void put(const std::optional<T>& value) {
    put(value.has_value());
    if (value) put(*value);
  }
  template <class T>
  void put(const std::vector<T>& values) {
    put(uint64_t{values.size()});
    for (const T& value : values) put(value);
  }

  WireWriter out_;
};

// Stops at the first error and keeps it.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : in_(bytes) {}
  template <class... T>
  void operator()(T&... values) {
    (take(values), ...);
  }
  Result<void> finish() {
    if (status_) status_ = in_.finish();
    return status_;
  }
  void fail(std::string message) {
    if (status_) status_ = Error{Errc::corrupt_record, std::move(message)};
  }
  uint64_t varint() { return next(&WireReader::varint); }

 private:
  template <class T>
  T next(Result<T> (WireReader::*read)()) {
    if (!status_) return T{};
    Result<T> value = (in_.*read)();
    if (value) return *value;
    status_ = std::move(value).error();
    return T{};
  }
  void take(std::string& value) { value = next(&WireReader::text); }
  void take(bool& value) { value = next(&WireReader::boolean); }
  void take(uint64_t& value) { value = varint(); }
  void take(uint32_t& value) {
    const uint64_t wide = varint();
    value = static_cast<uint32_t>(wide);
    if (value != wide) fail("a stored run has a number out of range");
  }
  void take(int64_t& value) { value = next(&WireReader::signed_varint); }
  void take(double& value) { value = std::bit_cast<double>(next(&WireReader::fixed64)); }
  void take(Timestamp& value) { value = Timestamp(std::chrono::microseconds(next(&WireReader::signed_varint))); }
  void take(Date& value) {
    const int64_t day = next(&WireReader::signed_varint);
    constexpr int64_t kMostDays = 4'000'000;  // beyond year 9999
    if (day < -kMostDays || day > kMostDays) return fail("a stored run has a date out of range");
    value = Date(std::chrono::days(day));
  }
  void take(Month& value) {
    Date day = {};
    take(day);
    value = month_of(day);
  }
  void take(Decimal& value) {
    const uint64_t low = next(&WireReader::fixed64);
    const uint64_t high = next(&WireReader::fixed64);
    const uint64_t scale = varint();
    if (scale > Decimal::kMaxScale) return fail("a stored run has an amount of impossible scale");
    __extension__ using Unsigned128 = unsigned __int128;
    value = Decimal(static_cast<Int128>((Unsigned128{high} << 64) | low), static_cast<uint8_t>(scale));
  }
  template <class T>
    requires std::is_enum_v<T>
  void take(T& value) {
    const uint64_t number = varint();
    if (number < 1 || number > static_cast<uint64_t>(last_of(value))) {
      return fail("a stored run has a state or kind that is not known");
    }
    value = static_cast<T>(number);
  }
  template <class T>
  void take(std::optional<T>& value) {
    bool present = false;
    take(present);
    if (present) take(value.emplace());
  }
  template <class T>
  void take(std::vector<T>& values) {
    values.clear();
    const size_t count = next(&WireReader::count);
    for (size_t i = 0; i < count && status_; ++i) take(values.emplace_back());
  }

  static RunKind last_of(RunKind) { return RunKind::kRollback; }
  static Trigger last_of(Trigger) { return Trigger::kSensor; }
  static RunState last_of(RunState) { return RunState::kInterrupted; }
  static StepState last_of(StepState) { return StepState::kRefused; }
  static RuleOutcome last_of(RuleOutcome) { return RuleOutcome::kSkipped; }
  static LogLevel last_of(LogLevel) { return LogLevel::kError; }

  WireReader in_;
  Result<void> status_;
};

template <class R>
std::string write(const R& record) {
  Writer writer;
  writer.format();
  fields(writer, record);
  return writer.take();
}

template <class R>
Result<void> read(std::string_view bytes, R& record) {
  Reader reader(bytes);
  if (reader.varint() != kFormat)
    reader.fail("a stored run has a format that this Caudal does not know; use a newer one");
  fields(reader, record);
  return reader.finish();
}

}  // namespace

std::string encode(const RunRecord& record) { return write(record); }
std::string encode(const StepRecord& record) { return write(record); }
std::string encode(const QualityRecord& record) { return write(record); }
std::string encode(const LineageRecord& record) { return write(record); }
std::string encode(const ReconciliationRecord& record) { return write(record); }
std::string encode(const DriftRecord& record) { return write(record); }
std::string encode(const LogLine& line) { return write(line); }

Result<void> decode(std::string_view bytes, RunRecord& record) { return read(bytes, record); }
Result<void> decode(std::string_view bytes, StepRecord& record) { return read(bytes, record); }
Result<void> decode(std::string_view bytes, QualityRecord& record) { return read(bytes, record); }
Result<void> decode(std::string_view bytes, LineageRecord& record) { return read(bytes, record); }
Result<void> decode(std::string_view bytes, ReconciliationRecord& record) { return read(bytes, record); }
Result<void> decode(std::string_view bytes, DriftRecord& record) { return read(bytes, record); }
Result<void> decode(std::string_view bytes, LogLine& line) { return read(bytes, line); }

}  // namespace caudal::runs
