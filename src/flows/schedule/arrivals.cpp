// SPDX-License-Identifier: Apache-2.0
// Matching listed keys against the inputs' patterns.
#include "flows/schedule/arrivals.h"

#include <algorithm>
#include <tuple>

#include "base/check.h"

namespace caudal::schedule {

Result<Arrivals> find_arrivals(const flows::FlowDefinition& flow, FileLister& lister) {
  Arrivals arrivals;
  for (const flows::InputDefinition& input : flow.inputs) {
    for (ListedFile& file : TRY(lister.list(flow.bucket, input.pattern.prefix()))) {
      const auto month = input.pattern.match(file.key);
      if (month) arrivals[*month].files[input.name].push_back(std::move(file));
    }
  }
  for (auto& [month, arrived] : arrivals) {
    for (auto& [input, files] : arrived.files) {
      std::sort(files.begin(), files.end(), [](const ListedFile& left, const ListedFile& right) {
        return std::tie(left.modified, left.key) < std::tie(right.modified, right.key);
      });
    }
  }
  return arrivals;
}

bool is_complete(const flows::FlowDefinition& flow, const MonthArrivals& month) {
  return !flow.inputs.empty() &&
         std::all_of(flow.inputs.begin(), flow.inputs.end(), [&](const auto& input) { return month.has(input.name); });
}

Timestamp settled_at(const flows::FlowDefinition& flow, const MonthArrivals& month) {
  Timestamp settled = {};
  for (const auto& [name, files] : month.files) {
    const flows::InputDefinition* input = flow.find_input(name);
    CHECK(input != nullptr, "arrivals are of the flow's own inputs");
    for (const ListedFile& file : files) settled = std::max(settled, file.modified + input->settle);
  }
  return settled;
}

std::vector<runs::DeliveredFile> delivered_files(const flows::FlowDefinition& flow, const MonthArrivals& month) {
  std::vector<runs::DeliveredFile> delivered;
  for (const auto& [input, files] : month.files) {
    for (const ListedFile& file : files) {
      delivered.push_back({.input = input, .uri = "s3://" + flow.bucket + "/" + file.key, .identity = file.identity});
    }
  }
  return delivered;
}

}  // namespace caudal::schedule
