// SPDX-License-Identifier: Apache-2.0
// How far the load of a file is, and its refused lines, in the table BankPaymentsWork. Inside room payments/files only.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "items/store.h"
#include "payments/files/load.h"

namespace caudal::payments {

// Not thread-safe.
class LoadState {
 public:
  // `store` must outlive it. `load`: by which the same file is known.
  LoadState(items::Store& store, std::string table, std::string load)
      : store_(store), table_(std::move(table)), load_(std::move(load)) {}

  // Nothing when it was never begun.
  Result<std::optional<LoadReport>> read() const;
  // Where it goes on, and what was refused up to there.
  Result<void> write(const LoadReport& report, const std::vector<RefusedLine>& refused);

 private:
  items::Store& store_;
  const std::string table_;
  const std::string load_;
};

}  // namespace caudal::payments
