// SPDX-License-Identifier: Apache-2.0
// `caudal objects ls|versions`.
#include "app/commands/objects_list.h"

#include <fmt/format.h>

#include "app/context.h"
#include "app/errors.h"
#include "base/date.h"
#include "objects/store.h"

namespace caudal::app {
namespace {

std::string_view versioning_name(objects::Versioning versioning) {
  switch (versioning) {
    case objects::Versioning::kOff: return "off";
    case objects::Versioning::kEnabled: return "enabled";
    case objects::Versioning::kSuspended: return "suspended";
  }
  return "unknown";
}

Result<void> list_buckets(Context& context) {
  const auto buckets = TRY(TRY(context.objects())->list_buckets());
  return context.table({{"bucket"}, {"versions"}, {"created"}}, [&](TableWriter& rows) -> Result<void> {
    for (const objects::BucketInfo& bucket : buckets) {
      TRY(rows.row({bucket.name, versioning_name(bucket.versioning), to_string(bucket.created)}));
    }
    return {};
  });
}

Result<void> write_page(const objects::ListPage& page, TableWriter& rows) {
  auto object = page.objects.begin();
  auto prefix = page.common_prefixes.begin();
  while (object != page.objects.end() || prefix != page.common_prefixes.end()) {
    const bool prefix_next =
        object == page.objects.end() || (prefix != page.common_prefixes.end() && *prefix < object->key);
    if (prefix_next) {
      TRY(rows.row({*prefix++, std::nullopt, std::nullopt, std::nullopt}));
    } else {
      TRY(rows.row({object->key, std::to_string(object->size_bytes), to_string(object->modified), object->etag}));
      ++object;
    }
  }
  return {};
}

Result<void> run_ls(Context& context, const Arguments& arguments) {
  const auto uri = arguments.text("URI");
  if (!uri) return list_buckets(context);
  const objects::ObjectRef ref = TRY(objects::parse_s3_prefix(*uri));
  objects::ListRequest request{.bucket = ref.bucket, .prefix = ref.key};
  if (!arguments.has("--recursive")) request.delimiter = "/";
  objects::Store& store = *TRY(context.objects());
  objects::ListPage page = TRY(store.list(request));
  const std::vector<Column> columns = {{"key"}, {"size_bytes", Column::Kind::kNumber}, {"modified"}, {"etag"}};
  return context.table(columns, [&](TableWriter& rows) -> Result<void> {
    for (;;) {
      TRY(write_page(page, rows));
      if (!page.next) return {};
      if (context.stop().stop_requested()) return Error{caudal::Errc::cancelled, "interrupted"};
      request.continuation = page.next;
      page = TRY(store.list(request));
    }
  });
}

Result<void> set_versioning(Context& context, const objects::ObjectRef& ref, objects::Versioning versioning) {
  if (!ref.key.empty()) {
    return Error{Errc::usage, fmt::format("versions are kept by whole buckets; name s3://{}", ref.bucket)};
  }
  TRY(TRY(context.objects())->set_versioning(ref.bucket, versioning));
  context.say(fmt::format("s3://{}: versions {}", ref.bucket, versioning_name(versioning)));
  return {};
}

Result<void> run_versions(Context& context, const Arguments& arguments) {
  const objects::ObjectRef ref = TRY(objects::parse_s3_prefix(arguments.text_or("URI", "")));
  if (arguments.has("--keep")) return set_versioning(context, ref, objects::Versioning::kEnabled);
  if (arguments.has("--suspend")) return set_versioning(context, ref, objects::Versioning::kSuspended);
  objects::Store& store = *TRY(context.objects());
  objects::ListVersionsRequest request{.bucket = ref.bucket, .prefix = ref.key};
  objects::ListVersionsPage page = TRY(store.list_versions(request));
  const std::vector<Column> columns = {{"key"},
                                       {"version"},
                                       {"latest", Column::Kind::kBoolean},
                                       {"deleted", Column::Kind::kBoolean},
                                       {"size_bytes", Column::Kind::kNumber},
                                       {"modified"},
                                       {"etag"}};
  const auto boolean = [](bool value) -> std::string_view { return value ? "true" : "false"; };
  return context.table(columns, [&](TableWriter& rows) -> Result<void> {
    for (;;) {
      for (const objects::ObjectInfo& version : page.versions) {
        const std::string size = std::to_string(version.size_bytes);
        const bool deleted = version.is_delete_marker;
        TRY(rows.row({version.key, version.version, boolean(version.is_latest), boolean(deleted),
                      deleted ? Cell() : Cell(size), to_string(version.modified),
                      deleted ? Cell() : Cell(version.etag)}));
      }
      if (!page.truncated) return {};
      if (context.stop().stop_requested()) return Error{caudal::Errc::cancelled, "interrupted"};
      request.key_marker = page.next_key_marker;
      request.version_marker = page.next_version_marker;
      page = TRY(store.list_versions(request));
    }
  });
}

}  // namespace

Command objects_ls_command() {
  return {
      .name = "ls",
      .summary = "list buckets, or the objects below a prefix",
      .examples = {"caudal objects ls", "caudal objects ls s3://lake/raw/", "caudal objects ls --recursive s3://lake"},
      .options =
          table_options({{.name = "--recursive", .help = "everything below, instead of stopping at the next /"}}),
      .positionals = {{.name = "URI", .help = "s3://bucket/prefix; without it, the buckets", .required = false}},
      .run = run_ls};
}

Command objects_versions_command() {
  return {
      .name = "versions",
      .summary = "list all versions of objects, or have a bucket keep them",
      .examples = {"caudal objects versions s3://lake/a.csv", "caudal objects versions s3://lake --keep"},
      .options = table_options({{.name = "--keep", .help = "from now on the bucket keeps what is replaced or removed"},
                                {.name = "--suspend", .help = "it keeps no further versions; those that it has stay"}}),
      .positionals = {{.name = "URI", .help = "s3://bucket or s3://bucket/prefix"}},
      .run = run_versions};
}

}  // namespace caudal::app
