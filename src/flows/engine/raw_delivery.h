// SPDX-License-Identifier: Apache-2.0
// One file as it lies in raw: what the deliver step leaves for the steps after it, and for a resumed run.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/date.h"
#include "base/result.h"
#include "flows/runs/records.h"

namespace caudal::flows::engine {

struct RawDelivery {
  std::string input = {};           // name of the flow's input
  std::string source = {};          // as it was named: a path, or s3://…
  std::string name = {};            // the file's own name
  std::optional<Month> month = {};  // from the name; none for a file of many months
  std::string raw_uri = {};         // s3://lake/raw/<input>/…
  std::string identity = {};        // of the delivered bytes: changes with every delivery
  uint64_t size_bytes = 0;
  bool operator==(const RawDelivery&) const = default;
};

std::string encode(std::span<const RawDelivery> deliveries);
Result<std::vector<RawDelivery>> decode_deliveries(std::string_view bytes);

}  // namespace caudal::flows::engine
