// SPDX-License-Identifier: Apache-2.0
// Everything that happens to a file before its first row is decoded: unpack, look through, decide how it is written,
// hold its header to the contract, cut it into pieces.
#pragma once

#include <filesystem>

#include "flows/delivery/decoder.h"

namespace caudal::delivery {

Result<OpenFile> open_file(const std::filesystem::path& path, Schema schema, const OpenOptions& options);

}  // namespace caudal::delivery
