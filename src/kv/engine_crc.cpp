// SPDX-License-Identifier: Apache-2.0
#include "kv/engine_crc.h"

#include "base/crc.h"

#if defined(__x86_64__)
namespace rocksdb::crc32c {

uint32_t Extend(uint32_t crc, const char* data, size_t size_bytes) { return caudal::crc32c(crc, {data, size_bytes}); }

}  // namespace rocksdb::crc32c
#endif

namespace caudal::kv {

void link_engine_crc() {}

}  // namespace caudal::kv
