// SPDX-License-Identifier: Apache-2.0
#include "kv/late.h"

#include <algorithm>

namespace caudal::kv {

void compute_all(std::span<Late*> all) {
  while (!all.empty()) {
    const Late::Compute compute = all.front()->compute_;
    const auto others =
        std::partition(all.begin(), all.end(), [compute](const Late* late) { return late->compute_ == compute; });
    const auto count = static_cast<size_t>(others - all.begin());
    compute(all.first(count));
    all = all.subspan(count);
  }
}

}  // namespace caudal::kv
