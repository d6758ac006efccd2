// SPDX-License-Identifier: Apache-2.0
// What can go wrong in room `kv`.
#pragma once

#include "base/result.h"

namespace caudal::kv {

enum class Errc {
  failed = 1,  // RocksDB said no; see the message
  no_space,    // the disk is full; nothing of the failed commit is visible
  permission_denied,
  corrupt,  // stored bytes are not what was written
  in_use,   // another process holds the data directory
  not_a_data_directory,
  newer_format,  // written by a newer Caudal
  would_wait,    // the disk has to be asked, and Reach::kMemory was asked for
  no_room,       // a commit was refused since the disk is still full, ...
  not_resumed,   // ... or fails in another way: nothing of it was written, and nothing of it will be there
};
ErrcInfo errc_info(Errc code);
inline std::error_code make_error_code(Errc code) { return errc_code(code); }

}  // namespace caudal::kv

template <>
struct std::is_error_code_enum<caudal::kv::Errc> : std::true_type {};

namespace caudal::kv {

// Of a commit: whether it is certain that nothing of it was written. After other errors it may turn up when the store
// is opened next.
inline bool is_unwritten(const Error& error) { return error.code == Errc::no_room || error.code == Errc::not_resumed; }

}  // namespace caudal::kv
