// SPDX-License-Identifier: Apache-2.0
// The files of bodies while somebody copies them: see Store::hold_files().
#pragma once

#include <filesystem>
#include <functional>
#include <utility>

#include "base/result.h"
#include "kv/store.h"

namespace caudal::objects {

// Of one store, which outlives it. Movable.
class HeldFiles {
 public:
  explicit HeldFiles(std::move_only_function<void()> release) : release_(std::move(release)) {}
  HeldFiles(HeldFiles&& other) noexcept : release_(std::exchange(other.release_, {})) {}
  HeldFiles& operator=(HeldFiles&&) = delete;
  ~HeldFiles() {
    if (release_) release_();
  }

 private:
  std::move_only_function<void()> release_;
};

// Every file that the rows in `kv`, which nobody changes meanwhile, need: its path below the store's blob directory.
// Errors: those of `each`, corrupt, of the disk.
Result<void> each_body_file(kv::Store& kv, const std::function<Result<void>(const std::filesystem::path&)>& each);

}  // namespace caudal::objects
