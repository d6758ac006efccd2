// SPDX-License-Identifier: Apache-2.0
// Files that hold a secret: written for their owner alone, and refused when others may read them.
#pragma once

#include <filesystem>
#include <optional>
#include <string_view>

#include "access/secret.h"
#include "base/result.h"

namespace caudal::access {

// Nothing when there is no such file. Errors: too_open, of files.
Result<std::optional<Secret>> read_private_file(const std::filesystem::path& path);
// Temporary file of mode 0600, sync, rename, sync of the folder.
Result<void> write_private_file(const std::filesystem::path& path, std::string_view content);
// Makes the folder with mode 0700; one that is there keeps its mode, since its files have theirs.
Result<void> create_private_directory(const std::filesystem::path& path);

}  // namespace caudal::access
