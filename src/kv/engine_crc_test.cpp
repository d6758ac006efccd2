// SPDX-License-Identifier: Apache-2.0
#include "kv/engine_crc.h"

#include <dlfcn.h>
#include <elf.h>
#include <gtest/gtest.h>
#include <link.h>
#include <rocksdb/file_checksum.h>

#include <algorithm>
#include <map>
#include <string>
#include <string_view>

#include "base/crc.h"

namespace caudal::kv {
namespace {

// RocksDB's own way of computing the CRC-32C of a file, big-endian.
std::string by_rocksdb(const std::string& bytes) {
  const auto factory = rocksdb::GetFileChecksumGenCrc32cFactory();
  const auto generator = factory->CreateFileChecksumGenerator({});
  for (size_t at = 0; at < bytes.size(); at += 1000) {
    generator->Update(bytes.data() + at, std::min<size_t>(1000, bytes.size() - at));
  }
  generator->Finalize();
  return generator->GetChecksum();
}

std::string big_endian(uint32_t value) {
  std::string bytes;
  for (int shift = 24; shift >= 0; shift -= 8) bytes.push_back(static_cast<char>(value >> shift));
  return bytes;
}

TEST(EngineCrcTest, RocksDbComputesTheSameCrc) {
  EXPECT_EQ(by_rocksdb("123456789"), big_endian(0xe3069283));  // the check value of CRC-32C
  std::string bytes;
  for (int n = 0; n < 10'000; ++n) bytes.push_back(static_cast<char>(n * 31 + n / 256));
  EXPECT_EQ(by_rocksdb(bytes), big_endian(caudal::crc32c(0, bytes)));
}

#if defined(__x86_64__)

// Where the library's calls of a function go by now.
const void* target_in_rocksdb(std::string_view symbol) {
  Dl_info info = {};
  link_map* map = nullptr;
  // A symbol of the library's own; functions' addresses may be those of the program's stubs.
  const void* const in_library = dlsym(RTLD_DEFAULT, "_ZN7rocksdb31GetFileChecksumGenCrc32cFactoryEv");
  if (in_library == nullptr) return nullptr;
  if (dladdr1(in_library, &info, reinterpret_cast<void**>(&map), RTLD_DL_LINKMAP) == 0) return nullptr;
  std::map<Elf64_Sxword, Elf64_Addr> tables;
  for (const Elf64_Dyn* entry = map->l_ld; entry->d_tag != DT_NULL; ++entry) tables[entry->d_tag] = entry->d_un.d_ptr;
  const auto* const calls = reinterpret_cast<const Elf64_Rela*>(tables[DT_JMPREL]);
  const auto* const symbols = reinterpret_cast<const Elf64_Sym*>(tables[DT_SYMTAB]);
  const auto* const names = reinterpret_cast<const char*>(tables[DT_STRTAB]);
  for (size_t n = 0; n < tables[DT_PLTRELSZ] / sizeof(Elf64_Rela); ++n) {
    if (symbol != names + symbols[ELF64_R_SYM(calls[n].r_info)].st_name) continue;
    return *reinterpret_cast<const void* const*>(map->l_addr + calls[n].r_offset);
  }
  return nullptr;  // it calls its own, past the dynamic linker
}

TEST(EngineCrcTest, RocksDbCallsThisProgramsFunction) {
  link_engine_crc();
  by_rocksdb("now the call is bound");
  EXPECT_EQ(target_in_rocksdb("_ZN7rocksdb6crc32c6ExtendEjPKcm"),
            reinterpret_cast<const void*>(&rocksdb::crc32c::Extend));
}

#endif

}  // namespace
}  // namespace caudal::kv
