// SPDX-License-Identifier: Apache-2.0
#include "payments/files/load_state.h"

#include <algorithm>

namespace caudal::payments {
namespace {

using items::Item;
using items::Number;
using items::Value;

constexpr size_t kMostWrites = 1000;  // at a time

Value number(uint64_t value) { return Value(Number(static_cast<int64_t>(value))); }

uint64_t whole_of(const Item& row, std::string_view name) {
  const Value* value = row.find(name);
  const auto* found = value != nullptr ? value->get_if<Number>() : nullptr;
  return static_cast<uint64_t>(found != nullptr ? std::max<int64_t>(found->to_int64().value_or(0), 0) : 0);
}

}  // namespace

Result<std::optional<LoadReport>> LoadState::read() const {
  Item key;
  key.set("Part", number(0));
  key.set("Work", Value("LOAD#" + load_));
  const auto got = TRY(store_.get({.table = table_, .key = std::move(key), .is_consistent = true}));
  if (!got.item) return std::optional<LoadReport>();
  const Item& row = *got.item;
  LoadReport report{.inserted = whole_of(row, "Inserted"),
                    .repeated = whole_of(row, "Repeated"),
                    .refused = whole_of(row, "Refused"),
                    .position = {.offset = whole_of(row, "Offset"), .line = whole_of(row, "Line")}};
  const Value* finished = row.find("IsFinished");
  report.is_finished = finished != nullptr && finished->is(items::Type::kBoolean) && *finished->get_if<bool>();
  return std::optional(report);
}

Result<void> LoadState::write(const LoadReport& report, const std::vector<RefusedLine>& refused) {
  // First what was refused: repeated it says the same, and missing it would be missed.
  for (size_t begin = 0; begin < refused.size(); begin += kMostWrites) {
    std::vector<items::Write> writes;
    for (size_t n = begin; n < std::min(begin + kMostWrites, refused.size()); ++n) {
      Item row;
      row.set("Part", number(refused[n].line));
      row.set("Reason", Value(refused[n].reason));
      row.set("Work", Value("LOAD#" + load_));
      writes.push_back({.action = items::PutItem{table_, std::move(row)}});
    }
    for (const auto& written : TRY(store_.write_each(std::move(writes)))) {
      if (!written) return written.error();
    }
  }
  Item row;
  row.set("Inserted", number(report.inserted));
  row.set("IsFinished", Value(report.is_finished));
  row.set("Line", number(report.position.line));
  row.set("Offset", number(report.position.offset));
  row.set("Part", number(0));
  row.set("Refused", number(report.refused));
  row.set("Repeated", number(report.repeated));
  row.set("Work", Value("LOAD#" + load_));
  TRY(store_.write({.action = items::PutItem{table_, std::move(row)}}));
  return {};
}

}  // namespace caudal::payments
