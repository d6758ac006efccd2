// SPDX-License-Identifier: Apache-2.0
// `caudal objects uploads`.
#include "app/commands/objects_uploads.h"

#include <fmt/format.h>

#include "app/context.h"
#include "base/date.h"
#include "objects/errc.h"

namespace caudal::app {
namespace {

constexpr int64_t kMostDays = 36'500;

Result<void> add_uploads(const objects::Store& store, const std::string& bucket, const std::string& prefix,
                         Timestamp before, std::vector<OpenUpload>& found) {
  for (objects::UploadInfo& info : TRY(store.list_uploads(bucket, prefix))) {
    if (info.initiated > before) continue;
    OpenUpload open{.bucket = bucket, .info = std::move(info)};
    for (const objects::PartInfo& part : TRY(store.list_parts({bucket, open.info.key}, open.info.upload))) {
      ++open.parts;
      open.size_bytes += part.size_bytes;
    }
    found.push_back(std::move(open));
  }
  return {};
}

Result<void> abort_all(Context& context, objects::Store& store, const std::vector<OpenUpload>& uploads) {
  uint64_t size_bytes = 0;
  for (const OpenUpload& upload : uploads) {
    TRY(store.abort_upload({upload.bucket, upload.info.key}, upload.info.upload));
    size_bytes += upload.size_bytes;
  }
  context.say(fmt::format("{} uploads given up, {} bytes of parts removed", uploads.size(), size_bytes));
  return {};
}

Result<void> run_uploads(Context& context, const Arguments& arguments) {
  objects::ObjectRef ref;
  if (const auto uri = arguments.text("URI")) ref = TRY(objects::parse_s3_prefix(*uri));
  const auto days = TRY(arguments.whole("--abort-older-than", 0, kMostDays));
  objects::Store& store = *TRY(context.objects());
  const Timestamp before = context.clock().now() - std::chrono::days(days.value_or(0));
  const auto uploads = TRY(open_uploads(store, ref.bucket, ref.key, before));
  if (days) return abort_all(context, store, uploads);
  const std::vector<Column> columns = {{"bucket"},
                                       {"key"},
                                       {"upload"},
                                       {"begun"},
                                       {"parts", Column::Kind::kNumber},
                                       {"size_bytes", Column::Kind::kNumber}};
  return context.table(columns, [&](TableWriter& rows) -> Result<void> {
    for (const OpenUpload& upload : uploads) {
      TRY(rows.row({upload.bucket, upload.info.key, upload.info.upload, to_string(upload.info.initiated),
                    std::to_string(upload.parts), std::to_string(upload.size_bytes)}));
    }
    return {};
  });
}

}  // namespace

Result<std::vector<OpenUpload>> open_uploads(const objects::Store& store, const std::string& bucket,
                                             const std::string& prefix, Timestamp before) {
  std::vector<OpenUpload> found;
  if (!bucket.empty()) {
    TRY(add_uploads(store, bucket, prefix, before, found));
    return found;
  }
  for (const objects::BucketInfo& one : TRY(store.list_buckets())) {
    TRY(add_uploads(store, one.name, prefix, before, found));
  }
  return found;
}

Command objects_uploads_command() {
  return {
      .name = "uploads",
      .summary = "list uploads in parts that were never completed, or give them up",
      .details = "Nothing ends such an upload by itself, unless a lifecycle rule of the bucket does.",
      .examples = {"caudal objects uploads", "caudal objects uploads s3://lake --abort-older-than 7"},
      .options = table_options({{.name = "--abort-older-than",
                                 .value = "DAYS",
                                 .help = "give up those that were begun so many days ago, and remove their parts"}}),
      .positionals = {{.name = "URI", .help = "s3://bucket or s3://bucket/prefix; without it, all", .required = false}},
      .run = run_uploads};
}

}  // namespace caudal::app
