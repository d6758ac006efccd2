// SPDX-License-Identifier: Apache-2.0
// A copy of a whole data directory that is a data directory itself, as it was at one moment, also while it is in use.
//
// Why it is whole:
//   1. from the first step on no file of a body is removed
//   2. the files that are the kv store at this moment are copied; a body is on the disk before a row names it, so all
//      that those rows need are there, and stay
//   3. the copy is opened, which shows that it can be, and its rows say which bodies to bring: these and no others
//   4. everything else is copied, after the rows: keys are only added, and the audit log only grows
//   5. when all of it is on the disk the folder becomes a data directory, by one rename
// Files that are never written again come by a second name where the file system has that, if the rules allow.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "backup/report.h"
#include "base/result.h"
#include "kv/data_directory.h"
#include "kv/store.h"
#include "objects/store.h"

namespace caudal::backup {

struct Source {
  const kv::DataDirectory& directory;
  kv::Store& kv;
  kv::Options kv_options;  // as it was opened with
  objects::Store& objects;
  // Where in the directory these two are, ...
  std::string kv_folder;
  std::string objects_folder;
  // ... and what in it is of no use to a later process.
  std::vector<std::string> passing = {};
};

// Blocks until it is durable. On an error there is none, and `target` is as it was before, if it can still be written
// to; else it is refused as a data directory. Errors: invalid_target, target_taken, incomplete_source; cancelled, no
// space, others of the disk and of kv.
Result<Report> make(const Source& source, const std::filesystem::path& target, const Rules& rules);

}  // namespace caudal::backup
