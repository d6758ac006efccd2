// SPDX-License-Identifier: Apache-2.0
// A folder on disk into which partners drop files: whatever fits a flow's input and has settled becomes an object where
// that input is looked for. The files themselves are left as they are.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "flows/definition/flow.h"
#include "flows/schedule/watch_state.h"

namespace caudal::schedule {

// Not thread-safe.
class Inbox {
 public:
  // Copies a file to `key` of `bucket`, durably.
  using Import =
      std::function<Result<void>(const std::filesystem::path& file, const std::string& bucket, const std::string& key)>;

  Inbox(std::filesystem::path folder, Import import) : folder_(std::move(folder)), import_(std::move(import)) {}

  // Imports what has kept its size and time of change for its input's settle time, as seen by this object. A file is
  // taken once, and again when it changes. Returns what was imported, as "name -> key". The error is that of the folder
  // or of the first file that could not be taken; the others are taken nevertheless.
  Result<std::vector<std::string>> poll(const std::vector<const flows::FlowDefinition*>& flows, WatchState& state,
                                        Timestamp now);

 private:
  struct Sighting {
    std::string identity = {};  // size and time of change
    Timestamp since = {};
  };
  Result<std::optional<std::string>> consider(const std::filesystem::path& file,
                                              const std::vector<const flows::FlowDefinition*>& flows, WatchState& state,
                                              Timestamp now);

  const std::filesystem::path folder_;
  const Import import_;
  std::map<std::string, Sighting> sightings_;  // of files that are there and not yet taken
};

// The key under which a file of that name belongs to `input`: the folder of the input's pattern and the name. Nothing
// when it does not fit.
std::optional<std::string> key_for(const flows::InputDefinition& input, std::string_view file_name);

}  // namespace caudal::schedule
