// SPDX-License-Identifier: Apache-2.0
// A folder for one test, removed with everything in it when the test ends.
#pragma once

#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <system_error>

#include "base/check.h"

namespace caudal {

class TemporaryDirectory {
 public:
  TemporaryDirectory() : TemporaryDirectory(std::filesystem::temp_directory_path()) {}
  // In that folder.
  explicit TemporaryDirectory(const std::filesystem::path& parent) {
    std::string pattern = (parent / "caudal-test-XXXXXX").string();
    CHECK(::mkdtemp(pattern.data()) != nullptr, "cannot create a temporary folder");
    path_ = pattern;
  }
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
  ~TemporaryDirectory() {
    std::error_code ignored;  // a test's leftovers are no reason to fail it
    std::filesystem::remove_all(path_, ignored);
  }
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

// A folder for what is not about the disk: in memory where there is a gigabyte of it to be had (a container often has a
// few megabytes), else where others are.
inline std::filesystem::path folder_in_memory() {
  constexpr std::uintmax_t kEnough = std::uintmax_t{1} << 30;
  const std::filesystem::path memory = "/dev/shm";
  std::error_code unknown;
  const auto space = std::filesystem::space(memory, unknown);
  return !unknown && space.available >= kEnough ? memory : std::filesystem::temp_directory_path();
}

}  // namespace caudal
