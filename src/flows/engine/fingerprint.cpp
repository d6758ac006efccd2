// SPDX-License-Identifier: Apache-2.0
// Fingerprints by SHA-256.
#include "flows/engine/fingerprint.h"

#include <fmt/format.h>
#include <openssl/evp.h>

#include "base/check.h"
#include "flows/engine/outputs.h"

namespace caudal::flows::engine {
namespace {

std::string sha256_hex(const std::string& bytes) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  CHECK(EVP_Digest(bytes.data(), bytes.size(), digest, &size, EVP_sha256(), nullptr) == 1, "SHA-256 is not available");
  std::string hex;
  for (unsigned i = 0; i < size; ++i) hex += fmt::format("{:02x}", digest[i]);
  return hex;
}

}  // namespace

Result<std::vector<ReadPartition>> read_partitions(const catalog::View& view, const std::vector<ReadDefinition>& reads,
                                                   Date dt_base) {
  std::vector<ReadPartition> found;
  for (const ReadDefinition& read : reads) {
    const auto table = view.table(read.table.database, read.table.table);
    if (!table && table.error().is(ErrorClass::kNotFound)) continue;
    if (!table) return table.error();
    for (const catalog::Partition& partition : TRY(view.partitions(read.table.database, read.table.table))) {
      const auto month = month_of_values(partition.values);
      if (month && !read.covers(dt_base, *month)) continue;
      found.push_back({read.table, catalog::partition_path(table->partition_keys, partition.values), partition.location,
                       partition.publication});
    }
  }
  return found;
}

std::string fingerprint(const std::string& statement, const std::vector<ReadPartition>& partitions) {
  std::string text = statement;
  for (const ReadPartition& partition : partitions) {
    text += fmt::format("\n{}/{} {}", partition.table.to_string(), partition.path, partition.location);
  }
  return sha256_hex(text);
}

}  // namespace caudal::flows::engine
