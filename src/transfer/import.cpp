// SPDX-License-Identifier: Apache-2.0
#include "transfer/import.h"

#include <fmt/format.h>

#include "transfer/errors.h"

namespace caudal::transfer {
namespace {

Loaded sum(const Loaded& a, const Loaded& b) {
  return {.records = a.records + b.records, .written = a.written + b.written, .refused = a.refused + b.refused};
}

}  // namespace

bool has_items(const objects::ObjectInfo& object) {
  const std::string_view key = object.key;
  const std::string_view name = key.substr(key.rfind('/') + 1);
  return object.size_bytes > 0 && !name.empty() && !name.starts_with("manifest-") && name != "_started";
}

Result<Imported> import_objects(items::Store& store, const std::string& table, objects::Store& objects,
                                const ImportPlan& plan, const ImportWatch& watch) {
  const items::TableDefinition definition = TRY(store.describe_table(table)).definition;
  Imported all;
  const auto one = [&](const objects::ObjectInfo& object) -> Result<void> {
    objects::Reader source = TRY(objects.get({plan.bucket, object.key}));
    InputOptions input = plan.input;
    if (input.compression == Compression::kByName) {
      input.compression = object.key.ends_with(".gz") ? Compression::kGzip : Compression::kNone;
    }
    const auto reader = TRY(RecordReader::open(source, input, definition));
    const Loaded before = all.loaded;
    const LoadWatch of_records{.refused =
                                   [&](uint64_t line, const Error& why) {
                                     if (watch.refused) watch.refused(object.key, line, why);
                                   },
                               .progress = [&](const Loaded& so_far) -> Result<void> {
                                 all.loaded = sum(before, so_far);
                                 return watch.progress ? watch.progress(all) : Result<void>();
                               }};
    all.loaded = sum(before, TRY(load(store, table, *reader, of_records)));
    ++all.objects;
    all.bytes += object.size_bytes;
    return {};
  };
  objects::ListRequest request{.bucket = plan.bucket, .prefix = plan.prefix};
  for (;;) {
    const objects::ListPage page = TRY(objects.list(request));
    for (const objects::ObjectInfo& object : page.objects) {
      if (!has_items(object) || (plan.until && object.modified > *plan.until)) continue;
      auto done = one(object);
      if (!done)
        return std::move(done.error()).with_context(fmt::format("reading s3://{}/{}", plan.bucket, object.key));
    }
    if (!page.next) break;
    request.continuation = page.next;
  }
  if (all.objects > 0) return all;
  return Error{Errc::no_objects, fmt::format("there is nothing to import below s3://{}/{}", plan.bucket, plan.prefix)};
}

}  // namespace caudal::transfer
