// SPDX-License-Identifier: Apache-2.0
#include "kv/engine_crc.h"

#include "base/crc.h"

namespace rocksdb::crc32c {

uint32_t Extend(uint32_t crc, const char* data, size_t size_bytes) { return caudal::crc32c(crc, {data, size_bytes}); }

}  // namespace rocksdb::crc32c

namespace caudal::kv {

void link_engine_crc() {}

}  // namespace caudal::kv
