// SPDX-License-Identifier: Apache-2.0
// Master keys, which wrap the keys of bodies. Each body has a key of its own, kept wrapped beside it; so a master key
// never meets an object's bytes, and a new one needs no object to be written again.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/thread_annotations.h"
#include "objects/aead.h"

namespace caudal::objects {

// Thread-safe.
class KeyRing {
 public:
  virtual ~KeyRing() = default;
  // `key` in a form that only this ring can open.
  virtual Result<std::string> wrap(const Secret& key) = 0;
  // Errors: key_unavailable (wrapped by a master key that this ring does not have), corrupt.
  virtual Result<Secret> unwrap(std::string_view wrapped) = 0;
};

// Master keys in a file that its owner alone may read: a line of "id key" in hexadecimal for each, the newest last,
// which is the one that wraps. Whoever loses the file loses every encrypted object.
class FileKeyRing final : public KeyRing {
 public:
  // Makes the file, durably, with a new key when it is missing.
  // Errors: permission_denied (others can read it), base's invalid_configuration (what is in it), those of the disk.
  static Result<std::unique_ptr<FileKeyRing>> open(const std::filesystem::path& path);
  // A new master key for what is written from now on.
  Result<void> rotate();

  Result<std::string> wrap(const Secret& key) override;
  Result<Secret> unwrap(std::string_view wrapped) override;

 private:
  explicit FileKeyRing(std::filesystem::path path) : path_(std::move(path)) {}
  Result<void> load();
  const std::filesystem::path path_;
  Mutex mutex_;
  std::map<std::string, Secret> keys_ CAUDAL_GUARDED_BY(mutex_);  // by id
  std::string newest_ CAUDAL_GUARDED_BY(mutex_);
};

}  // namespace caudal::objects
