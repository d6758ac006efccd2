// SPDX-License-Identifier: Apache-2.0
// How much memory there is for this process.
#pragma once

#include <cstdint>
#include <filesystem>

namespace caudal {

// The machine's memory in bytes, or what the process's control groups (version 2 or 1) leave of it, as a container has
// it or a service with MemoryMax or MemoryHigh. What swap adds and what others use is not counted. `root` is where
// /proc and /sys are looked for; what cannot be read there limits nothing.
uint64_t machine_memory_bytes(const std::filesystem::path& root = "/");

}  // namespace caudal
