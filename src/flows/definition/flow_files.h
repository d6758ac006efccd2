// SPDX-License-Identifier: Apache-2.0
// The files of one flow's folder, as its declaration names them. Of this room only.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>

#include "base/mistakes.h"
#include "base/yaml.h"

namespace caudal::flows {

// Reads files inside the folder and remembers them for the version. Not thread-safe.
class FlowFiles {
 public:
  explicit FlowFiles(std::filesystem::path folder) : folder_(std::move(folder)) {}

  // What messages call a file: the folder as the user gave it and the name in it.
  std::string shown(const std::string& name) const { return (folder_ / name).string(); }
  // The text, or a mistake at `named_at`: not inside the folder, not there, too large.
  std::optional<std::string> text(const std::string& name, const TextPlace& named_at, Mistakes& mistakes);
  std::optional<yaml::Node> yaml(const std::string& name, const TextPlace& named_at, Mistakes& mistakes);
  // A hash over the names and contents of all files read, 16 hexadecimal digits.
  std::string version() const;

 private:
  std::filesystem::path folder_;
  std::map<std::string, std::string> contents_;
};

}  // namespace caudal::flows
