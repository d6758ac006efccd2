// SPDX-License-Identifier: Apache-2.0
#include "aws/rest/scalars.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>

#include "aws/times.h"
#include "base/check.h"
#include "base/encoding.h"

namespace caudal::aws {
namespace {

template <class Number>
bool read_number(std::string_view text, void* to) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return false;
  *static_cast<Number*>(to) = number;
  return true;
}

bool read_time(std::string_view text, void* to) {
  auto instant = parse_iso_time(text);
  if (!instant) instant = parse_http_date(text);
  // A date alone is midnight: lifecycle rules come so.
  if (!instant && text.size() == 10) instant = parse_iso_time(std::string(text) + "T00:00:00Z");
  double seconds = 0;
  if (!instant && read_number<double>(text, &seconds) && std::abs(seconds) < 1e11) {
    instant = Timestamp(std::chrono::microseconds(std::llround(seconds * 1e6)));
  }
  if (!instant) return false;
  *static_cast<Timestamp*>(to) = *instant;
  return true;
}

std::string time_text(Timestamp instant, TimeFormat format) {
  switch (format) {
    case TimeFormat::kHttp: return to_http_date(instant);
    case TimeFormat::kEpoch:
      return fmt::to_string(std::chrono::floor<std::chrono::seconds>(instant.time_since_epoch()).count());
    default: return to_iso_time(instant);
  }
}

}  // namespace

bool read_scalar(std::string_view text, const Shape& shape, void* to) {
  switch (shape.kind) {
    case Kind::kString: *static_cast<std::string*>(to) = text; return true;
    case Kind::kBoolean:
      if (text != "true" && text != "false" && text != "True" && text != "False" && text != "TRUE" && text != "FALSE") {
        return false;
      }
      *static_cast<bool*>(to) = text.front() == 't' || text.front() == 'T';
      return true;
    case Kind::kInteger: return read_number<int32_t>(text, to);
    case Kind::kLong: return read_number<int64_t>(text, to);
    case Kind::kDouble: return read_number<double>(text, to);
    case Kind::kTimestamp: return read_time(text, to);
    case Kind::kBlob: {
      auto bytes = from_base64(text);
      if (bytes) *static_cast<std::string*>(to) = *std::move(bytes);
      return bytes.has_value();
    }
    default: CHECK(false, "not a scalar");
  }
  return false;
}

std::string scalar_text(const Shape& shape, const void* value, TimeFormat format) {
  switch (shape.kind) {
    case Kind::kString: return *static_cast<const std::string*>(value);
    case Kind::kBoolean: return *static_cast<const bool*>(value) ? "true" : "false";
    case Kind::kInteger: return fmt::to_string(*static_cast<const int32_t*>(value));
    case Kind::kLong: return fmt::to_string(*static_cast<const int64_t*>(value));
    case Kind::kDouble: return fmt::to_string(*static_cast<const double*>(value));
    case Kind::kTimestamp: return time_text(*static_cast<const Timestamp*>(value), format);
    case Kind::kBlob: return to_base64(*static_cast<const std::string*>(value));
    default: CHECK(false, "not a scalar");
  }
  return {};
}

}  // namespace caudal::aws
