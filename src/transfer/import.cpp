// SPDX-License-Identifier: Apache-2.0
#include "transfer/import.h"

#include <fmt/format.h>

#include "transfer/errors.h"

namespace caudal::transfer {
namespace {

Loaded sum(const Loaded& a, const Loaded& b) {
  return {.records = a.records + b.records, .written = a.written + b.written, .refused = a.refused + b.refused};
}

// By its name.
Compression compression_of(const std::string& key) {
  if (key.ends_with(".gz")) return Compression::kGzip;
  return key.ends_with(".zst") ? Compression::kZstd : Compression::kNone;
}

}  // namespace

bool has_items(const objects::ObjectInfo& object) {
  const std::string_view key = object.key;
  const std::string_view name = key.substr(key.rfind('/') + 1);
  return object.size_bytes > 0 && !name.empty() && !name.starts_with("manifest-") && name != "_started";
}

namespace {

class Import {
 public:
  Import(items::Store& store, const items::TableDefinition& table, objects::Store& objects, const ImportPlan& plan,
         const ImportWatch& watch)
      : store_(store), table_(table), objects_(objects), plan_(plan), watch_(watch) {
    if (plan.from) all_ = *plan.from;
  }

  Result<Imported> run() {
    objects::ListRequest request{.bucket = plan_.bucket, .prefix = plan_.prefix};
    // What has an object before it that was not read to its end goes on with that one.
    bool goes_on = !all_.place.object.empty() && !all_.place.is_done;
    if (all_.place.is_done) request.start_after = all_.place.object;
    for (;;) {
      const objects::ListPage page = TRY(objects_.list(request));
      for (const objects::ObjectInfo& object : page.objects) {
        if (goes_on && object.key < all_.place.object) continue;
        if (goes_on) TRY(check_same(object));
        if (!has_items(object) || (plan_.until && object.modified > *plan_.until)) continue;
        auto done = one(object, goes_on ? all_.place.records : 0);
        if (!done)
          return std::move(done.error()).with_context(fmt::format("reading s3://{}/{}", plan_.bucket, object.key));
        goes_on = false;
      }
      if (!page.next) break;
      request.continuation = page.next;
    }
    if (goes_on) return changed();
    if (all_.objects > 0) return all_;
    return Error{Errc::no_objects,
                 fmt::format("there is nothing to import below s3://{}/{}", plan_.bucket, plan_.prefix)};
  }

 private:
  Error changed() const {
    return {Errc::interrupted, fmt::format("the server ended while it read s3://{}/{}, which has changed since; import "
                                           "into another table",
                                           plan_.bucket, all_.place.object)};
  }
  Result<void> check_same(const objects::ObjectInfo& object) const {
    if (object.key == all_.place.object && object.etag == all_.place.etag) return {};
    return changed();
  }
  Result<void> one(const objects::ObjectInfo& object, uint64_t skip) {
    objects::Reader source = TRY(objects_.get({plan_.bucket, object.key}));
    InputOptions input = plan_.input;
    if (input.compression == Compression::kByName) input.compression = compression_of(object.key);
    const auto reader = TRY(RecordReader::open(source, input, table_));
    const Loaded before = all_.loaded;
    all_.place = {.object = object.key, .etag = object.etag, .records = skip};
    const LoadWatch of_records{.refused =
                                   [&](uint64_t line, const Error& why) {
                                     if (watch_.refused) watch_.refused(object.key, line, why);
                                   },
                               .progress = [&](const Loaded& so_far) -> Result<void> {
                                 all_.loaded = sum(before, so_far);
                                 all_.place.records = skip + so_far.records;
                                 return watch_.progress ? watch_.progress(all_) : Result<void>();
                               },
                               .skip = skip};
    all_.loaded = sum(before, TRY(load(store_, table_.name, *reader, of_records)));
    ++all_.objects;
    all_.bytes += object.size_bytes;
    all_.place.is_done = true;
    return watch_.progress ? watch_.progress(all_) : Result<void>();
  }

  items::Store& store_;
  const items::TableDefinition& table_;
  objects::Store& objects_;
  const ImportPlan& plan_;
  const ImportWatch& watch_;
  Imported all_;
};

}  // namespace

Result<Imported> import_objects(items::Store& store, const std::string& table, objects::Store& objects,
                                const ImportPlan& plan, const ImportWatch& watch) {
  const items::TableDefinition definition = TRY(store.describe_table(table)).definition;
  return Import(store, definition, objects, plan, watch).run();
}

}  // namespace caudal::transfer
