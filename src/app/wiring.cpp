// SPDX-License-Identifier: Apache-2.0
// Which folder of the data directory belongs to which room, and who is given whom.
#include "app/wiring.h"

#include "base/file.h"

namespace caudal::app {

Result<std::unique_ptr<Platform>> Platform::open(const PlatformOptions& options, Clock& clock) {
  kv::DataDirectory directory = TRY(kv::DataDirectory::open(options.data));
  kv::Options kv_options;
  kv_options.large_value_families = {objects::kBodiesFamily};
  kv_options.cache_bytes = options.cache_bytes;
  auto kv = TRY(kv::Store::open(directory.path() / "kv", kv_options));
  return std::unique_ptr<Platform>(new Platform(options, clock, std::move(directory), std::move(kv)));
}

Result<objects::Store*> Platform::objects() {
  if (!objects_) objects_ = TRY(objects::Store::open(*kv_, data() / "blobs", clock_));
  return objects_.get();
}

Result<catalog::Catalog*> Platform::catalog() {
  if (!catalog_) catalog_ = TRY(catalog::Catalog::open(*kv_, clock_));
  return catalog_.get();
}

Result<runs::RunStore*> Platform::runs() {
  if (!runs_) runs_ = TRY(runs::RunStore::open(*kv_, clock_, {}));
  return runs_.get();
}

Result<queries::Engine*> Platform::queries() {
  if (!queries_) {
    TRY(caudal::create_directories(staging()));
    queries::EngineOptions options{
        .work_directory = data() / "work", .limits = options_.limits, .output_directories = {staging()}};
    queries_ = TRY(queries::Engine::open(*TRY(catalog()), *TRY(objects()), std::move(options)));
  }
  return queries_.get();
}

}  // namespace caudal::app
