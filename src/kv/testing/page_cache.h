// SPDX-License-Identifier: Apache-2.0
// What the kernel has in memory of files, for tests of reads that must not wait.
#pragma once

#include <filesystem>

namespace caudal::kv {

// Of each file in `directory`, which is closed, the kernel has nothing in memory then. False: it keeps some, as file
// systems in memory do, or does not tell.
bool drop_from_page_cache(const std::filesystem::path& directory);

// Whether the file system of `directory` knows reads that do not wait; some that lie over others do not.
bool knows_prompt_reads(const std::filesystem::path& directory);

}  // namespace caudal::kv
