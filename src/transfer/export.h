// SPDX-License-Identifier: Apache-2.0
// A table as objects, laid out as Amazon DynamoDB exports tables: packed files of {"Item":{…}} lines below
// PREFIX/AWSDynamoDB/ID/data, and two manifests with their MD5 beside it; or what changed in it, in files below
// PREFIX/AWSDynamoDB/data. Source of the layout: Amazon DynamoDB Developer Guide, "DynamoDB table export output
// format".
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "items/archive.h"
#include "items/table_history.h"
#include "objects/store.h"

namespace caudal::transfer {

struct Exported {
  uint64_t items = 0;
  uint64_t bytes = 0;  // of items, as DynamoDB counts them
};

// The files that are there whole: an export of the same items goes on after them, to the same end.
struct ExportPlace {
  uint64_t files = 0;
  Exported exported = {};     // in them
  std::string manifest = {};  // of them, as far as it goes
};

struct ExportPlan {
  std::string id;
  std::string table_arn;
  std::string bucket;
  std::string prefix = {};
  Timestamp started = {};
  uint64_t file_bytes = uint64_t{256} << 20;  // of items in one file, before they are packed
  ExportPlace from = {};                      // one that was cut short
};

// Between which moments changes are exported, and whether with what the items were before.
struct ChangesPlan {
  Timestamp from = {};
  Timestamp to = {};
  bool with_old = true;
};

// Now and then; `whole` after each file. An error ends the export.
using ExportProgress = std::function<Result<void>(const Exported& so_far, const ExportPlace* whole)>;

// "PREFIX/AWSDynamoDB/ID/", and the key of the manifest that tells of the whole.
std::string export_folder(const ExportPlan& plan);
std::string summary_key(const ExportPlan& plan);

// In constant memory. The summary is written last: where it is, the export is whole. Errors: those of reading the
// table, of the object store and of `progress`.
Result<Exported> export_table(items::TableImage& image, objects::Store& objects, const Clock& clock,
                              const ExportPlan& plan, const ExportProgress& progress = {});

// Where and how changes are exported.
struct ChangesExport {
  items::TableChanges& changes;
  const ChangesPlan& of;
};
Result<Exported> export_changes(const ChangesExport& what, objects::Store& objects, const Clock& clock,
                                const ExportPlan& plan, const ExportProgress& progress = {});

}  // namespace caudal::transfer
