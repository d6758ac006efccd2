// SPDX-License-Identifier: Apache-2.0
// Inserting a file of payments, of any size, so that it may be ended at any moment and begun again: what was inserted
// is known by its reference, and where it was is remembered for as long as the file's bytes are the same.
//
//   const LoadReport report = TRY(load_file(payments, "january.csv", {}, {.who = "ana"}));
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <stop_token>
#include <string>

#include "base/result.h"
#include "payments/files/records.h"
#include "payments/payments.h"

namespace caudal::payments {

struct LoadReport {
  uint64_t inserted = 0;
  uint64_t repeated = 0;  // was there already, also by the same load before it was ended
  uint64_t refused = 0;
  Position position = {};  // read up to there
  bool is_finished = false;
  uint64_t went_on_at_line = 0;  // 0: from the beginning
  // The same file was loaded to its end before: nothing was read this time, and the numbers are those of then.
  bool was_loaded_before = false;
};

struct RefusedLine {
  uint64_t line = 0;
  std::string reason;
};

struct LoadOptions {
  RecordOptions records = {};
  unsigned threads = 8;  // groups that are being inserted
  size_t chunk = 4000;   // records between two memories of where it is
};

// Called with the share that is done, from the calling thread.
using LoadProgress = std::function<void(double share, const LoadReport& so_far)>;

// Reads the file twice: its digest tells which load it is. A load that was finished is answered as it was. When `stop`
// is requested it answers what is done. Errors: unusable_file; of the store and the machine.
Result<LoadReport> load_file(Payments& payments, const std::filesystem::path& file, const LoadOptions& options,
                             const Because& because, const std::stop_token& stop = {},
                             const LoadProgress& progress = {});

// The refused lines of that file so far, in order, one by one.
Result<void> for_each_refused(Payments& payments, const std::filesystem::path& file, const LoadOptions& options,
                              const std::function<Result<void>(const RefusedLine&)>& take);

}  // namespace caudal::payments
