// SPDX-License-Identifier: Apache-2.0
#include "kv/engine_crc.h"

#include <dlfcn.h>
#include <gtest/gtest.h>
#include <rocksdb/file_checksum.h>

#include <algorithm>
#include <string>

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

// Whatever the library asks the dynamic linker for is this program's.
TEST(EngineCrcTest, RocksDbIsGivenThisProgramsFunction) {
  link_engine_crc();
  void* const found = dlsym(RTLD_DEFAULT, "_ZN7rocksdb6crc32c6ExtendEjPKcm");
  ASSERT_NE(found, nullptr);
  Dl_info of_found = {};
  Dl_info of_program = {};
  ASSERT_NE(dladdr(found, &of_found), 0);
  ASSERT_NE(dladdr(reinterpret_cast<void*>(&big_endian), &of_program), 0);
  EXPECT_EQ(of_found.dli_fbase, of_program.dli_fbase) << "found in " << of_found.dli_fname;
}

}  // namespace
}  // namespace caudal::kv
