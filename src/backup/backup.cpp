// SPDX-License-Identifier: Apache-2.0
// The order of the steps.
#include "backup/backup.h"

#include <fmt/format.h>

#include <algorithm>

#include "backup/errors.h"
#include "backup/target.h"

namespace caudal::backup {
namespace {

namespace fs = std::filesystem;
constexpr double kRowsShare = 0.5;  // of the progress; where either is all, half of a bar is short

// Whose `target` is that of somebody else, or of the original itself.
Result<fs::path> place_of(const fs::path& target, const fs::path& source) {
  std::error_code error;
  fs::path place = fs::weakly_canonical(fs::absolute(target, error), error);
  if (error) return errno_error(error.value(), "find", target);
  if (!place.has_filename()) place = place.parent_path();  // a / at its end
  const fs::path original = fs::canonical(source, error);
  if (error) return errno_error(error.value(), "find", source);
  const auto [end, unused] = std::mismatch(original.begin(), original.end(), place.begin(), place.end());
  if (end == original.end()) {
    return Error{Errc::invalid_target,
                 fmt::format("{} lies in the data directory {}; a backup needs a folder elsewhere, "
                             "best on another disk",
                             place.string(), original.string())};
  }
  return place;
}

class Making {
 public:
  Making(const Source& source, const Rules& rules, Target& target) : source_(source), rules_(rules), target_(target) {}

  Result<void> run() {
    const objects::HeldFiles held = source_.objects.hold_files();
    TRY(copy_rows());
    TRY(bring_bodies());
    TRY(copy_folder(""));
    kv::close_copy(target_.of(source_.kv_folder));
    return target_.take_in(source_.kv_folder);
  }

 private:
  void tell(double share, std::string_view what) const {
    if (rules_.progress) rules_.progress(share, what);
  }

  Result<void> copy_rows() {
    const fs::path from = source_.directory.path() / source_.kv_folder;
    TRY(target_.make_folder(source_.kv_folder, from));
    const kv::LiveFiles files = TRY(source_.kv.live_files());
    uint64_t all = 1;
    for (const kv::LiveFile& file : files.all()) all += file.size_bytes;
    uint64_t done = 0;
    for (const kv::LiveFile& file : files.all()) {
      tell(kRowsShare * static_cast<double>(done) / static_cast<double>(all), "copying the store");
      const fs::path name = fs::path(source_.kv_folder) / file.name;
      if (file.contents) {
        TRY(target_.write(name, *file.contents));
      } else if (file.is_final) {
        TRY(target_.link(from / file.name, name));
      } else {
        TRY(target_.copy(from / file.name, name, file.size_bytes));
      }
      done += file.size_bytes;
    }
    return {};
  }

  Result<void> bring_bodies() {
    kv::Options options = source_.kv_options;
    options.read_only = true;
    const auto rows = TRY(kv::Store::open(target_.of(source_.kv_folder), std::move(options)));
    uint64_t all = 0;
    TRY(objects::each_body_file(*rows, [&](const fs::path&) -> Result<void> {
      ++all;
      return {};
    }));
    const fs::path from = source_.directory.path() / source_.objects_folder;
    TRY(target_.make_folder(source_.objects_folder, from));
    uint64_t done = 0;
    return objects::each_body_file(*rows, [&](const fs::path& file) -> Result<void> {
      tell(kRowsShare + (1 - kRowsShare) * static_cast<double>(done) / static_cast<double>(all), "copying objects");
      ++done;
      return bring_body(from, file);
    });
  }

  Result<void> bring_body(const fs::path& from, const fs::path& file) {
    // They come in the order of their names, so folder by folder.
    const fs::path folder = fs::path(source_.objects_folder) / file.parent_path();
    if (newest_.empty()) TRY(target_.make_folder(folder.parent_path(), from));
    if (newest_ != folder) TRY(target_.make_folder(folder, from));
    newest_ = folder;
    auto brought = target_.link(from / file, fs::path(source_.objects_folder) / file);
    std::error_code unknown;
    if (brought || !brought.error().is(ErrorClass::kNotFound) || fs::exists(from / file, unknown)) return brought;
    return Error{
        Errc::incomplete_source,
        fmt::format("{} is gone, which an object needs, so this cannot be a whole backup; `caudal doctor --deep` "
                    "tells which objects are damaged: restore or remove them",
                    (from / file).string())};
  }

  bool is_left_out(const fs::path& folder, const std::string& name) const {
    if (!folder.empty()) return false;
    using kv::DataDirectory;
    return name == DataDirectory::kLockFile || name == DataDirectory::kFormatFile ||
           name == DataDirectory::kUnfinishedFile || name == "lost+found" || name == source_.kv_folder ||
           name == source_.objects_folder || name.ends_with(".tmp") ||
           std::ranges::find(source_.passing, name) != source_.passing.end();
  }

  // All else, whosever it is, so that no room's files can be forgotten here.
  Result<void> copy_folder(const fs::path& folder) {
    const fs::path from = folder.empty() ? source_.directory.path() : source_.directory.path() / folder;
    std::error_code error;
    for (fs::directory_iterator entry(from, error), end; !error && entry != end; entry.increment(error)) {
      const fs::path name = entry->path().filename();
      if (is_left_out(folder, name.string())) continue;
      std::error_code gone;
      if (entry->is_directory(gone)) {
        TRY(target_.make_folder(folder / name, entry->path()));
        TRY(copy_folder(folder / name));
      } else if (entry->is_regular_file(gone)) {
        TRY(copy_file(entry->path(), folder / name));
      }
    }
    if (error) return errno_error(error.value(), "list", from);
    return {};
  }

  // A server may remove one meanwhile, as the audit log does with what is old.
  Result<void> copy_file(const fs::path& from, const fs::path& name) {
    auto copied = target_.copy(from, name);
    std::error_code unknown;
    if (!copied && copied.error().is(ErrorClass::kNotFound) && !fs::exists(from, unknown)) return {};
    return copied;
  }

  const Source& source_;
  const Rules& rules_;
  Target& target_;
  fs::path newest_;  // of the folders of bodies
};

}  // namespace

Result<Report> make(const Source& source, const fs::path& target, const Rules& rules) {
  const fs::path& original = source.directory.path();
  const fs::path place = TRY(place_of(target, original));
  const std::string format = TRY(read_file(original / kv::DataDirectory::kFormatFile));
  const auto made = TRY(Target::begin(place, format, original, rules));
  TRY(Making(source, rules, *made).run());
  if (rules.progress) rules.progress(1, "syncing");
  TRY(made->finish());
  return made->report();
}

}  // namespace caudal::backup
