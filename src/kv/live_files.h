// SPDX-License-Identifier: Apache-2.0
// The files that are a store at one moment, for whoever copies them to where they are another store.
//
//   const kv::LiveFiles files = TRY(store->live_files());
//   for (const kv::LiveFile& file : files.all()) ...   // each into the new folder, under its name
//   kv::close_copy(folder);
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace caudal::kv {

struct LiveFile {
  std::string name;
  uint64_t size_bytes = 0;  // so much of it belongs to that moment; the file may go on
  // Never written again, so that a second name of it is as good as a copy.
  bool is_final = false;
  std::optional<std::string> contents = {};  // instead of those of the file
};

// While it lives all of them stay where they are, and writes go on. Must be gone before the store is.
class LiveFiles {
 public:
  LiveFiles(LiveFiles&&) noexcept;
  LiveFiles& operator=(LiveFiles&&) noexcept;
  ~LiveFiles();
  const std::vector<LiveFile>& all() const;

 private:
  friend class Store;
  struct Impl;
  explicit LiveFiles(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

// Once all of them are in `directory`: that store counts as closed, so that whatever it loses later is told when it is
// opened, and not taken for the end of a crash.
void close_copy(const std::filesystem::path& directory);

}  // namespace caudal::kv
