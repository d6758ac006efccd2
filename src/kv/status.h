// SPDX-License-Identifier: Apache-2.0
// RocksDB's answers as Caudal's. Inside room kv only.
#pragma once

#include <rocksdb/slice.h>
#include <rocksdb/status.h>

#include <filesystem>
#include <string_view>

#include "base/result.h"

namespace caudal::kv {

inline rocksdb::Slice to_slice(std::string_view bytes) { return {bytes.data(), bytes.size()}; }
inline std::string_view to_view(const rocksdb::Slice& slice) { return {slice.data(), slice.size()}; }

// The Error for a status that is not ok: class, what was being done, to which store, what to do.
Error status_error(const rocksdb::Status& status, std::string_view doing, const std::filesystem::path& directory);

}  // namespace caudal::kv
