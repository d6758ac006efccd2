// SPDX-License-Identifier: Apache-2.0
// Makes a data directory whose bucket "many" has as many small objects as are asked for.
//
// usage: many_objects DATA OBJECTS BYTES
#include <fmt/format.h>

#include "base/clock.h"
#include "kv/data_directory.h"
#include "objects/store.h"
#include "objects/testing/many_objects.h"
#include "words.h"

namespace caudal {
namespace {

// As the program itself lays it out.
Result<void> make(const std::filesystem::path& data, uint64_t objects, size_t body_bytes) {
  SystemClock clock;
  const kv::DataDirectory directory = TRY(kv::DataDirectory::open(data));
  const auto kv = TRY(kv::Store::open(directory.path() / "kv", {.large_value_families = {objects::kBodiesFamily}}));
  const auto store = TRY(objects::Store::open(*kv, directory.path() / "blobs", clock));
  TRY(store->create_bucket("many"));
  return objects::put_many(*kv, "many", objects, body_bytes);
}

}  // namespace
}  // namespace caudal

int main(int count, char** words) {
  if (count != 4) {
    fmt::print(stderr, "usage: many_objects DATA OBJECTS BYTES\n");
    return 2;
  }
  const auto made = caudal::make(words[1], caudal::number(words[2]), caudal::number(words[3]));
  if (!made) fmt::print(stderr, "{}\n", made.error().to_string());
  return made ? 0 : 1;
}
