// SPDX-License-Identifier: Apache-2.0
// The books of the curate step: what became of every row and every amount of each file, and by how much each partition
// should have changed. The reconcile step holds them against what was really written.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/date.h"
#include "base/decimal.h"
#include "base/result.h"

namespace caudal::flows::engine {

// Rows and, in the order of the contract's `amounts`, the sums of their amounts.
struct Tally {
  uint64_t rows = 0;
  std::vector<Decimal> amounts = {};

  // Both sides have amounts for the same columns (or none yet). Error sum_too_large: a sum would have more than 38
  // digits; then this one is of no use any more.
  Result<void> add(const Tally& other);
  bool operator==(const Tally&) const = default;
};

struct FileAccount {
  std::string uri = {};   // in raw
  std::string name = {};  // the file's own
  Tally read = {};        // by the decoder: every record, and every amount that is a number
  Tally curated = {};     // new or changed rows that went into a partition
  Tally quarantined = {};
  Tally duplicated = {};  // repeats within the run, and rows that were curated already
  uint64_t amounts_unreadable = 0;
  uint64_t early = 0;              // rows of a later month than the file's
  uint64_t late = 0;               // rows of an earlier month
  std::vector<Month> months = {};  // of its good rows, ascending; the file's own month where its name says one
};

// One partition that the step wrote.
struct PartitionAccount {
  Month month = {};
  Tally inserted = {};
  Tally replaced = {};  // rows that were there and gave way to a newer delivery of their key
};

struct CurateAccount {
  std::vector<FileAccount> files = {};
  std::vector<PartitionAccount> partitions = {};
};

std::string encode(const CurateAccount& account);
Result<CurateAccount> decode_account(std::string_view bytes);

}  // namespace caudal::flows::engine
