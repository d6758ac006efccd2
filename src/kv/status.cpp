// SPDX-License-Identifier: Apache-2.0
// Which error a RocksDB status is, and what to do about it.
#include "kv/status.h"

#include <fmt/format.h>

#include "kv/errc.h"

namespace caudal::kv {
namespace {

// RocksDB has no status of its own for a refused open(2): its text carries strerror.
bool mentions(const rocksdb::Status& status, std::string_view text) {
  return status.ToString().find(text) != std::string::npos;
}

Errc code_of(const rocksdb::Status& status) {
  // Of files it asks for those that it knows to be there.
  if (status.IsCorruption() || status.IsPathNotFound()) return Errc::corrupt;
  if (status.IsBusy()) return Errc::would_wait;  // see prompt_reads.h
  if (status.IsNoSpace() || mentions(status, "No space left") || mentions(status, "Disk quota exceeded")) {
    return Errc::no_space;
  }
  if (mentions(status, "Permission denied") || mentions(status, "Read-only file system")) {
    return Errc::permission_denied;
  }
  return Errc::failed;
}

std::string_view advice_for(Errc code) {
  switch (code) {
    case Errc::no_space: return "; free some space and try again";
    case Errc::permission_denied: return "; check the owner and mode of the folder";
    case Errc::corrupt: return "; restore it from a backup";
    default: return "";
  }
}

}  // namespace

Error status_error(const rocksdb::Status& status, std::string_view doing, const std::filesystem::path& directory) {
  const Errc code = code_of(status);
  return {code,
          fmt::format("cannot {} the store {}: {}{}", doing, directory.string(), status.ToString(), advice_for(code))};
}

}  // namespace caudal::kv
