// SPDX-License-Identifier: Apache-2.0
// Which files of which months have been delivered, as a flow's inputs name them. Only looks; the Watcher decides.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/date.h"
#include "base/result.h"
#include "flows/definition/flow.h"
#include "flows/runs/records.h"

namespace caudal::schedule {

struct ListedFile {
  std::string key = {};
  std::string identity = {};  // changes with every delivery under the same key
  uint64_t size_bytes = 0;
  Timestamp modified = {};

  bool operator==(const ListedFile&) const = default;
};

// Where deliveries are looked for.
class FileLister {
 public:
  virtual ~FileLister() = default;
  // All keys of `bucket` that start with `prefix`, in their order; none when there is no such bucket. May block.
  virtual Result<std::vector<ListedFile>> list(const std::string& bucket, const std::string& prefix) = 0;
};

// What has come for one month: for each input that has anything, its files, oldest first.
struct MonthArrivals {
  std::map<std::string, std::vector<ListedFile>> files = {};

  bool has(const std::string& input) const { return files.contains(input); }
};
using Arrivals = std::map<Month, MonthArrivals>;

// Keys that fit no input's pattern are nobody's business here.
Result<Arrivals> find_arrivals(const flows::FlowDefinition& flow, FileLister& lister);

// Whether every input of the flow is there.
bool is_complete(const flows::FlowDefinition& flow, const MonthArrivals& month);
// When all that has come will have lain unchanged for its input's settle time.
Timestamp settled_at(const flows::FlowDefinition& flow, const MonthArrivals& month);
// For month_work_key and for the run's parameters.
std::vector<runs::DeliveredFile> delivered_files(const flows::FlowDefinition& flow, const MonthArrivals& month);

}  // namespace caudal::schedule
