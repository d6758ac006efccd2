// SPDX-License-Identifier: Apache-2.0
#include "app/commands/items_objects.h"

#include <fmt/format.h>

#include <algorithm>

#include "app/commands/items_common.h"
#include "base/random.h"
#include "transfer/errors.h"
#include "transfer/export.h"
#include "transfer/import.h"

namespace caudal::app {
namespace {

constexpr uint64_t kRefusedTold = 20;
constexpr size_t kIdRandomBytes = 4;

Error interrupted(std::string_view what) { return {caudal::Errc::cancelled, fmt::format("interrupted; {}", what)}; }

}  // namespace

Result<void> export_to_objects(Context& context, const items::TableInfo& table, const std::string& uri) {
  const objects::ObjectRef at = TRY(objects::parse_s3_prefix(uri));
  const Timestamp now = context.clock().now();
  const auto millis = std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch()).count();
  const std::string& name = table.definition.name;
  const transfer::ExportPlan plan{.id = fmt::format("{:014}-{}", millis, secure_random_hex(kIdRandomBytes)),
                                  .table_arn = "arn:aws:dynamodb:us-east-1:000000000000:table/" + name,
                                  .bucket = at.bucket,
                                  .prefix = at.key,
                                  .started = now};
  const auto image = TRY(TRY(context.platform())->archive())->image(name);
  if (!image) return image.error();
  const auto all = static_cast<double>(std::max<int64_t>(table.volume.items, 1));
  const transfer::Exported exported = TRY(transfer::export_table(
      **image, *TRY(context.objects()), context.clock(), plan,
      [&](const transfer::Exported& so_far, const transfer::ExportPlace*) -> Result<void> {
        if (context.stop().stop_requested()) return interrupted("there is no manifest of what was written");
        context.teller().progress(std::min(1.0, static_cast<double>(so_far.items) / all), "writing " + name);
        return {};
      }));
  context.teller().clear();
  context.say(
      fmt::format("{} items; s3://{}/{} tells of them", exported.items, at.bucket, transfer::summary_key(plan)));
  return {};
}

Result<void> import_from_objects(Context& context, const items::TableInfo& table, const std::string& uri,
                                 const transfer::InputOptions& input) {
  const objects::ObjectRef at = TRY(objects::parse_s3_prefix(uri));
  uint64_t told = 0;
  const transfer::ImportWatch watch{.refused =
                                        [&](const std::string& key, uint64_t line, const Error& why) {
                                          if (told++ < kRefusedTold)
                                            context.say(fmt::format("{} line {}: {}", key, line, why.to_string()));
                                        },
                                    .progress = [&](const transfer::Imported& so_far) -> Result<void> {
                                      context.teller().progress(-1, fmt::format("{} items", so_far.loaded.written));
                                      if (context.stop().stop_requested())
                                        return interrupted("what was stored stays; items that are there are replaced");
                                      return {};
                                    }};
  const std::string& name = table.definition.name;
  const transfer::Imported done =
      TRY(transfer::import_objects(*TRY(context.items()), name, *TRY(context.objects()),
                                   {.bucket = at.bucket, .prefix = at.key, .input = input}, watch));
  context.teller().clear();
  context.say(fmt::format("{}: {} items stored of {} records in {} objects", name, done.loaded.written,
                          done.loaded.records, done.objects));
  if (done.loaded.refused == 0) return {};
  return Error{transfer::Errc::bad_record, fmt::format("{} records were refused; the key of {} is {}",
                                                       done.loaded.refused, name, key_text(table.definition.key))};
}

}  // namespace caudal::app
