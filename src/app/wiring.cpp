// SPDX-License-Identifier: Apache-2.0
// Which folder of the data directory belongs to which room, and who is given whom.
#include "app/wiring.h"

#include <fmt/format.h>

#include "access/audit/system_table.h"
#include "backup/backup.h"
#include "base/file.h"
#include "base/random.h"
#include "flows/runs/system_tables.h"

namespace caudal::app {
namespace {

constexpr const char* kKvFolder = "kv";
constexpr const char* kObjectsFolder = "blobs";
constexpr const char* kWorkFolder = "work";
constexpr const char* kStagingFolder = "staging";

}  // namespace

Result<std::unique_ptr<Platform>> Platform::open(const PlatformOptions& options, Clock& clock) {
  auto directory = TRY(kv::DataDirectory::open(options.data));
  std::unique_ptr<Platform> platform(new Platform(options, clock, std::move(directory)));
  platform->kv_ = TRY(kv::Store::open(platform->data() / kKvFolder, platform->kv_options()));
  return platform;
}

kv::Options Platform::kv_options() const {
  return {.large_value_families = {objects::kBodiesFamily}, .cache_bytes = options_.cache_bytes};
}

Result<objects::Store*> Platform::objects() {
  if (!objects_) {
    const bool elsewhere = !options_.object_keys_file.empty();
    object_keys_ = TRY(objects::FileKeyRing::open(elsewhere ? options_.object_keys_file : data() / "objects.keys"));
    objects_ = TRY(objects::Store::open(*kv_, data() / kObjectsFolder, clock_,
                                        {.keys = object_keys_.get(), .router = &event_router_}));
  }
  return objects_.get();
}

Result<items::Store*> Platform::items() {
  if (!keeps_items()) {
    if (!items_elsewhere_) {
      items_elsewhere_ = TRY(items::RemoteStore::open(*options_.items_elsewhere, clock_, secure_random_u64()));
    }
    return items_elsewhere_.get();
  }
  if (!items_) {
    importing_ = TRY(transfer::ImportingTables::open(*kv_));
    items_ = TRY(items::EmbeddedStore::open(*kv_, clock_, options_.log));
    guarded_items_ = std::make_unique<transfer::GuardedStore>(*items_, *importing_);
    guarded_archive_ = std::make_unique<transfer::GuardedArchive>(items_->archive(), *importing_);
  }
  return guarded_items_.get();
}

Result<items::Archive*> Platform::archive() {
  if (!keeps_items()) {
    return Error{items::Errc::not_offered,
                 fmt::format("tables are kept at {} (items.endpoint); they are backed up and exported there",
                             options_.items_elsewhere->endpoint)};
  }
  TRY(items());
  return guarded_archive_.get();
}

Result<items::Policies*> Platform::policies() {
  TRY(archive());
  return &items_->policies();
}

Result<transfer::Jobs*> Platform::jobs() {
  if (!jobs_) {
    TRY(archive());
    jobs_ = TRY(transfer::Jobs::open({.kv = *kv_,
                                      .store = *items_,
                                      .archive = items_->archive(),
                                      .objects = *TRY(objects()),
                                      .clock = clock_,
                                      .importing = *importing_}));
  }
  return jobs_.get();
}

Result<access::Identities*> Platform::identities() {
  if (!identities_) {
    access::IdentityOptions options{.directory = data() / "access",
                                    .root_access_key_id = options_.root_access_key_id,
                                    .root_secret = options_.root_secret};
    if (!options_.master_key_file.empty()) options.master_key_file = options_.master_key_file;
    identities_ = TRY(access::Identities::open(*kv_, clock_, std::move(options)));
  }
  return identities_.get();
}

Result<std::string> Platform::audit_key() { return std::string(TRY(identities())->derive_key("audit").reveal()); }

Result<audit::Log*> Platform::audit() {
  if (!audit_) {
    audit_ = TRY(
        audit::Log::open(audit_directory(), clock_, {.key = TRY(audit_key()), .keep_days = options_.audit_keep_days}));
  }
  return audit_.get();
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
        .work_directory = data() / kWorkFolder, .limits = options_.limits, .output_directories = {staging()}};
    auto engine = TRY(queries::Engine::open(*TRY(catalog()), *TRY(objects()), std::move(options)));
    for (auto& table : TRY(runs::make_system_tables(*TRY(runs())))) engine->add_system_table(std::move(table));
    engine->add_system_table(audit::make_system_table(audit_directory()));
    queries_ = std::move(engine);
  }
  return queries_.get();
}

std::filesystem::path Platform::staging() const { return data() / kStagingFolder; }

Result<backup::Report> Platform::back_up(const std::filesystem::path& target, const backup::Rules& rules) {
  return backup::make({.directory = directory_,
                       .kv = *kv_,
                       .kv_options = kv_options(),
                       .objects = *TRY(objects()),
                       .kv_folder = kKvFolder,
                       .objects_folder = kObjectsFolder,
                       .passing = {kWorkFolder, kStagingFolder}},
                      target, rules);
}

std::vector<std::filesystem::path> Platform::keys_elsewhere() const {
  std::vector<std::filesystem::path> files;
  for (const auto& file : {options_.object_keys_file, options_.master_key_file}) {
    if (!file.empty()) files.push_back(file);
  }
  return files;
}

Result<flows::engine::Platform> Platform::flows() {
  queries::Engine* engine = TRY(queries());
  return flows::engine::Platform{.objects = *TRY(objects()),
                                 .catalog = *TRY(catalog()),
                                 .queries = *engine,
                                 .runs = *TRY(runs()),
                                 .clock = clock_,
                                 .session_memory_bytes = engine->memory_limit_bytes(),
                                 .staging = staging()};
}

}  // namespace caudal::app
