// SPDX-License-Identifier: Apache-2.0
// How a backup is to be made, and what was made.
#pragma once

#include <cstdint>
#include <functional>
#include <stop_token>
#include <string_view>

namespace caudal::backup {

struct Rules {
  // Whether what could share its bytes with the original is copied all the same, so that no damage of one disk, or of
  // one file, reaches both.
  bool copies_all = false;
  std::stop_token stop = {};
  // Told now and then how far it is, 0 to 1, and with what. May be empty.
  std::function<void(double share, std::string_view what)> progress = {};
  // For fault injection: asked before each change of the disk; 0, or the errno to fail with. May be empty.
  std::function<int()> step = {};
};

struct Report {
  uint64_t files = 0;
  uint64_t bytes = 0;
  // Of those, what shares its bytes with the original.
  uint64_t linked_files = 0;
  uint64_t linked_bytes = 0;
};

}  // namespace caudal::backup
