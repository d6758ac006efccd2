// SPDX-License-Identifier: Apache-2.0
// RocksDB's checksums, computed by the processor. Debian builds RocksDB for every amd64 machine, so its own CRC-32C
// goes by tables: of 4 KiB puts that took a sixth of all processor time. The function is the library's only door to
// them, and a program's definition of it comes before the library's (ELF symbol interposition). The values are the
// same, so stores can be read by either. On other processors base/crc.h goes by tables itself, and the library's stays.
// Inside room kv only.
#pragma once

#include <cstddef>
#include <cstdint>

namespace rocksdb::crc32c {

// The CRC-32C of what `crc` covers followed by `data`. Declared as in RocksDB's util/crc32c.h, since the linker knows
// it by that. Were it named otherwise in another version, that would compute its own: slower, nothing else.
[[gnu::visibility("default")]] uint32_t Extend(uint32_t crc, const char* data, size_t size_bytes);

}  // namespace rocksdb::crc32c

namespace caudal::kv {

// Whoever opens a store calls this: a linker leaves files of a library out that nobody asks for.
void link_engine_crc();

}  // namespace caudal::kv
