// SPDX-License-Identifier: Apache-2.0
// Arbitrary bytes as a file of payments, with and without a mapping: the first byte says how it is read. Whatever comes
// out is a payment by all rules, and reading on from any record gives the rest as it was.
#include <algorithm>
#include <cstdint>
#include <fstream>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/check.h"
#include "base/testing/temporary_directory.h"
#include "payments/files/records.h"

namespace caudal::payments {
namespace {

std::string text_of(const Record& record) {
  if (!record.payment) return record.payment.error().message;
  const NewPayment& payment = *record.payment;
  CHECK(payment.money.amount.unscaled() > 0, "an amount that is not above zero was read");
  CHECK(!payment.reference.text().empty(), "a payment without a reference was read");
  return payment.account.text() + "|" + payment.reference.text() + "|" + to_string(payment.scheduled) + "|" +
         payment.money.text() + "|" + payment.beneficiary.text();
}

// All records from `position` on. Nothing: the file cannot be read as that.
std::optional<std::vector<std::string>> read_from(const std::filesystem::path& path, const RecordOptions& options,
                                                  const Position& position, size_t most, Position* reached) {
  auto records = open_records(path, options);
  if (!records || !(*records)->go_on_at(position)) return std::nullopt;
  std::vector<std::string> all;
  while (all.size() < most) {
    const auto record = (*records)->next();
    if (!record || !*record) break;
    all.push_back(text_of(**record));
  }
  if (reached != nullptr) *reached = (*records)->position();
  return all;
}

constexpr size_t kAll = SIZE_MAX;

void try_file(const std::filesystem::path& path, const RecordOptions& options) {
  const auto all = read_from(path, options, {}, kAll, nullptr);
  if (!all) return;
  Position middle;
  const auto first = read_from(path, options, {}, all->size() / 2, &middle);
  CHECK(first && std::equal(first->begin(), first->end(), all->begin()), "the same bytes were read otherwise");
  const auto rest = read_from(path, options, middle, kAll, nullptr);
  CHECK(rest && rest->size() >= all->size() - first->size() &&
            std::equal(rest->rbegin(), rest->rbegin() + static_cast<ptrdiff_t>(all->size() - first->size()),
                       all->rbegin()),
        "reading on gave other records");
}

}  // namespace
}  // namespace caudal::payments

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace caudal::payments;
  if (size == 0) return 0;
  static const caudal::TemporaryDirectory folder;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  RecordOptions options{.format = data[0] % 2 == 0 ? FileFormat::kCsv : FileFormat::kJsonLines};
  if (data[0] & 2) options.batch = "batch";
  if (data[0] & 4) {
    auto mapping = parse_mapping(
        "columns: {account: a, reference: r, amount: v, beneficiary: '{b}-{c}'}\n"
        "monthly: {day: 31, from: 2027-01, months: 3}\n",
        "map.yaml");
    options.mapping = *std::move(mapping);
  }
  if (data[0] & 8) {
    static_cast<void>(parse_mapping(bytes, "map.yaml"));
    return 0;
  }
  const auto path = folder.path() / "payments";
  std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
  try_file(path, options);
  return 0;
}
