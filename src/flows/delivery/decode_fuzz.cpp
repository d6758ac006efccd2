// SPDX-License-Identifier: Apache-2.0
// Any bytes, cut into tiny blocks and into one: the same rows, refusals and totals; nothing lost (records = good +
// refused); and the totals of the slow reader. The first three bytes choose blocks, limits and encoding.
#include <cstdint>
#include <string>
#include <string_view>

#include "base/check.h"
#include "flows/delivery/testing/reference.h"

namespace caudal::delivery {
namespace {

void check_same(const Decoded& a, const Decoded& b) {
  CHECK(a.records == b.records, "rows depend on the size of blocks");
  CHECK(a.totals.records == b.totals.records && a.totals.good == b.totals.good && a.totals.months == b.totals.months &&
            a.totals.blank_lines == b.totals.blank_lines && a.totals.amounts[0].sum == b.totals.amounts[0].sum &&
            a.totals.amounts[0].unreadable == b.totals.amounts[0].unreadable,
        "totals depend on the size of blocks");
}

void check_accounts(const Decoded& decoded, const ReferenceTotals& reference) {
  const Totals& totals = decoded.totals;
  const AmountTotal& amount = totals.amounts[0];
  CHECK(totals.records == totals.good + totals.refused, "a record is neither good nor refused");
  CHECK(totals.records == decoded.records.size(), "a record is lost");
  CHECK(totals.records == amount.read + amount.empty + amount.unreadable, "an amount is not accounted for");
  CHECK(totals.records == reference.records && totals.good == reference.good, "the slow reader finds other records");
  CHECK(totals.blank_lines == reference.blank_lines, "the slow reader finds other blank lines");
  CHECK(amount.sum == reference.amount_sum && amount.read == reference.amounts_read,
        "the slow reader finds another sum");
}

void run(std::string_view choices, std::string_view content) {
  const MemoryFile memory(content);
  Schema schema = three_columns();
  if ((choices[2] & 1) != 0) schema.format.encoding = Encoding::kUtf8;
  if ((choices[2] & 2) != 0) schema.format.header = false;
  OpenOptions options;
  options.threads = 1;
  options.max_record_bytes = 1 + static_cast<uint8_t>(choices[1]);
  options.block_bytes = size_t{1} << 16;
  const auto whole = open_file(memory.path(), schema, options);
  options.block_bytes = 4 + static_cast<uint8_t>(choices[0]) % 96;
  const auto cut = open_file(memory.path(), schema, options);
  CHECK(whole.has_value() == cut.has_value(), "whether a file is refused depends on the size of blocks");
  if (!whole) {
    CHECK(whole.error().message == cut.error().message, "why a file is refused depends on the size of blocks");
    return;
  }
  // What is decided from samples may differ where samples do; here both sample every piece.
  if (whole->detected.decimal_mark != cut->detected.decimal_mark ||
      whole->detected.date_order != cut->detected.date_order)
    return;
  const Decoded expected = *decode_all(*whole);
  check_same(expected, *decode_all(*cut));
  const size_t begin = whole->pieces.empty() ? content.size() : whole->pieces.front().offset;
  check_accounts(expected, read_by_reference(*whole, content, begin));
}

}  // namespace
}  // namespace caudal::delivery

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  if (bytes.size() < 3 || bytes.substr(3).starts_with("\x1F\x8B")) return 0;
  const std::string_view choices = bytes.substr(0, 3);
  caudal::delivery::run(choices, "texto,valor,dia\n" + std::string(bytes.substr(3)));
  caudal::delivery::run(choices, bytes.substr(3));
  return 0;
}
