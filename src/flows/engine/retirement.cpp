// SPDX-License-Identifier: Apache-2.0
// Clearing up. Everything here can be done again after a crash.
#include "flows/engine/retirement.h"

#include <fmt/format.h>

#include "base/file.h"
#include "flows/engine/outputs.h"

namespace caudal::flows::engine {
namespace {

// Runs that began before this one and never published cannot be resumed any more.
Result<void> unstage_overtaken(RunContext& context) {
  for (const catalog::PublicationId& id : TRY(context.platform.catalog.live().staged_ids())) {
    const auto run = runs::RunId::parse(id);
    if (!run || *run >= context.run.id) continue;
    const auto record = context.platform.runs.get(*run);
    if (!record && record.error().is(ErrorClass::kNotFound)) continue;  // staged by somebody else than a run
    if (!record) return record.error();
    if (record->flow == context.flow.name) TRY(context.platform.catalog.unstage(id));
  }
  return {};
}

}  // namespace

Result<void> retire(RunContext& context) {
  std::error_code error;
  std::filesystem::remove_all(context.folder(), error);
  if (error) return errno_error(error.value(), "remove", context.folder());
  TRY(unstage_overtaken(context));
  const std::vector<std::string> garbage = TRY(context.platform.catalog.collect_garbage(kKeepPublications));
  for (const std::string& location : garbage) {
    TRY(remove_below(context.platform.objects, TRY(objects::parse_s3_prefix(location))));
  }
  return context.platform.catalog.garbage_deleted(garbage);
}

}  // namespace caudal::flows::engine
