// SPDX-License-Identifier: Apache-2.0
// Tallies, and accounts as bytes in a step's result.
#include "flows/engine/account.h"

#include <fmt/format.h>

#include "base/check.h"
#include "base/wire.h"
#include "flows/engine/errors.h"

namespace caudal::flows::engine {
namespace {

// Decimals of 128 bits hold some numbers of 39 digits, which could not be read again.
bool fits_digits(const Decimal& sum) {
  constexpr int kMostDigits = 38;
  Int128 limit = 1;
  for (int n = 0; n < kMostDigits; ++n) limit *= 10;
  return sum.unscaled() < limit && sum.unscaled() > -limit;
}

void write(WireWriter& writer, const Tally& tally) {
  writer.varint(tally.rows).varint(tally.amounts.size());
  for (const Decimal& amount : tally.amounts) writer.text(amount.to_string());
}

Result<Tally> read_tally(WireReader& reader) {
  Tally tally;
  tally.rows = TRY(reader.varint());
  const size_t amounts = TRY(reader.count());
  for (size_t i = 0; i < amounts; ++i) tally.amounts.push_back(TRY(Decimal::parse(TRY(reader.text()))));
  return tally;
}

Result<FileAccount> read_file(WireReader& reader) {
  FileAccount file;
  file.uri = TRY(reader.text());
  file.name = TRY(reader.text());
  file.read = TRY(read_tally(reader));
  file.curated = TRY(read_tally(reader));
  file.quarantined = TRY(read_tally(reader));
  file.duplicated = TRY(read_tally(reader));
  file.amounts_unreadable = TRY(reader.varint());
  file.early = TRY(reader.varint());
  file.late = TRY(reader.varint());
  const size_t months = TRY(reader.count());
  for (size_t i = 0; i < months; ++i) file.months.push_back(TRY(parse_month(TRY(reader.text()))));
  return file;
}

Result<PartitionAccount> read_partition(WireReader& reader) {
  PartitionAccount partition;
  partition.month = TRY(parse_month(TRY(reader.text())));
  partition.inserted = TRY(read_tally(reader));
  partition.replaced = TRY(read_tally(reader));
  return partition;
}

}  // namespace

Result<void> Tally::add(const Tally& other) {
  rows += other.rows;
  if (amounts.empty()) amounts.resize(other.amounts.size());
  CHECK(other.amounts.empty() || amounts.size() == other.amounts.size(), "tallies of different amounts");
  for (size_t i = 0; i < other.amounts.size(); ++i) {
    const auto sum = amounts[i].plus(other.amounts[i]);
    if (!sum || !fits_digits(*sum)) {
      return Error{Errc::sum_too_large,
                   fmt::format("the sum of {} rows has more than 38 digits, and cannot be held to the cent: {} and {}; "
                               "look at their amounts",
                               rows, amounts[i].to_string(), other.amounts[i].to_string())};
    }
    amounts[i] = *sum;
  }
  return {};
}

std::string encode(const CurateAccount& account) {
  WireWriter writer;
  writer.varint(account.files.size());
  for (const FileAccount& file : account.files) {
    writer.text(file.uri).text(file.name);
    write(writer, file.read);
    write(writer, file.curated);
    write(writer, file.quarantined);
    write(writer, file.duplicated);
    writer.varint(file.amounts_unreadable).varint(file.early).varint(file.late).varint(file.months.size());
    for (const Month month : file.months) writer.text(to_string(month));
  }
  writer.varint(account.partitions.size());
  for (const PartitionAccount& partition : account.partitions) {
    writer.text(to_string(partition.month));
    write(writer, partition.inserted);
    write(writer, partition.replaced);
  }
  return writer.take();
}

Result<CurateAccount> decode_account(std::string_view bytes) {
  WireReader reader(bytes);
  CurateAccount account;
  const size_t files = TRY(reader.count());
  for (size_t i = 0; i < files; ++i) account.files.push_back(TRY(read_file(reader)));
  const size_t partitions = TRY(reader.count());
  for (size_t i = 0; i < partitions; ++i) account.partitions.push_back(TRY(read_partition(reader)));
  TRY(reader.finish());
  return account;
}

}  // namespace caudal::flows::engine
