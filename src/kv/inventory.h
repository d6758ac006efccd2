// SPDX-License-Identifier: Apache-2.0
// Which files a store had when it was closed, and how large they were. RocksDB takes a manifest or a log that was cut
// off for one that a crash tore off: it goes on with what stands before, and sweeps away the files that it does not
// know of any more. After a store was closed nothing can have been torn off, so then it is damage. Inside room kv only.
#pragma once

#include <filesystem>

#include "base/result.h"

namespace caudal::kv {

// Of a store that is closed. Where it cannot be written there is none, and nothing is checked.
void write_inventory(const std::filesystem::path& directory);

// Before a store is opened: everything is there, as large as it was. Then the inventory goes; it stays when this is
// refused, so that the next who opens is told the same. A store that was not closed, or was opened since by whoever
// knows of no inventories, has none that counts. Errors: corrupt, with the file.
Result<void> check_inventory(const std::filesystem::path& directory);

}  // namespace caudal::kv
