// SPDX-License-Identifier: Apache-2.0
// Looking at the folder, and telling when a file has settled.
#include "flows/schedule/inbox.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <cerrno>
#include <set>
#include <utility>

#include "base/file.h"

namespace caudal::schedule {
namespace {

// Nothing when it is no regular file (any more).
std::optional<std::string> identity_of(const std::filesystem::path& file) {
  struct stat info = {};
  if (lstat(file.c_str(), &info) != 0 || !S_ISREG(info.st_mode)) return std::nullopt;
  return fmt::format("{}:{}:{}.{:09}", info.st_ino, info.st_size, info.st_mtim.tv_sec, info.st_mtim.tv_nsec);
}

struct Target {
  const flows::FlowDefinition* flow;
  const flows::InputDefinition* input;
  std::string key;
};

std::optional<Target> target_of(const std::string& name, const std::vector<const flows::FlowDefinition*>& flows) {
  for (const flows::FlowDefinition* flow : flows) {
    for (const flows::InputDefinition& input : flow->inputs) {
      if (auto key = key_for(input, name)) return Target{flow, &input, std::move(*key)};
    }
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::string> key_for(const flows::InputDefinition& input, std::string_view file_name) {
  const std::string& prefix = input.pattern.prefix();
  const size_t slash = prefix.rfind('/');
  std::string key = slash == std::string::npos ? std::string() : prefix.substr(0, slash + 1);
  key += file_name;
  if (!input.pattern.match(key)) return std::nullopt;
  return key;
}

Result<std::optional<std::string>> Inbox::consider(const std::filesystem::path& file,
                                                   const std::vector<const flows::FlowDefinition*>& flows,
                                                   WatchState& state, Timestamp now) {
  const std::string name = file.filename().string();
  const auto identity = identity_of(file);
  const auto target = target_of(name, flows);
  if (!identity || !target || TRY(state.imported(name)) == identity) {
    sightings_.erase(name);
    return std::optional<std::string>();
  }
  Sighting& seen = sightings_[name];
  if (seen.identity != *identity) seen = {*identity, now};
  if (now < seen.since + target->input->settle) return std::optional<std::string>();
  TRY(import_(file, target->flow->bucket, target->key));
  // Written to meanwhile: what was copied may be torn. It settles anew, and the next import takes its place.
  if (identity_of(file) != identity) return std::optional<std::string>();
  TRY(state.set_imported(name, *identity));
  sightings_.erase(name);
  return std::optional<std::string>(name + " -> " + target->key);
}

Result<std::vector<std::string>> Inbox::poll(const std::vector<const flows::FlowDefinition*>& flows, WatchState& state,
                                             Timestamp now) {
  std::error_code error;
  std::set<std::filesystem::path> files;  // in a repeatable order
  for (std::filesystem::directory_iterator at(folder_, error), end; !error && at != end; at.increment(error)) {
    files.insert(at->path());
  }
  if (error) return errno_error(error.value(), "look into the inbox", folder_);
  std::erase_if(sightings_, [&](const auto& seen) { return !files.contains(folder_ / seen.first); });
  std::vector<std::string> imported;
  std::optional<Error> first_error;
  for (const std::filesystem::path& file : files) {
    auto result = consider(file, flows, state, now);
    if (!result && !first_error) first_error = result.error();
    if (result && *result) imported.push_back(std::move(**result));
  }
  if (first_error) return std::move(*first_error);
  return imported;
}

}  // namespace caudal::schedule
