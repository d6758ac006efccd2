// SPDX-License-Identifier: Apache-2.0
// Blob files and where they lie: written in incoming/, linked into blobs/xx/. Who refers to them is the business of
// references.h; store.h explains the order of the steps.
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "objects/blob_files.h"
#include "objects/metrics.h"

namespace caudal::objects {

// 16 random bytes; in names of files as 32 hexadecimal digits.
using BodyId = std::string;
BodyId new_body_id();
// The same, but those made later come later, so that bodies that are rows are written where the last ones were: 8 bytes
// of time, 8 random.
BodyId new_row_id(Timestamp now);

// Of a blob, below the folder of all.
std::filesystem::path file_of(const BodyId& id);

class Blobs;

// A blob that no committed row refers to yet. Unless committed() or leave() is called, its files go with it.
class StagedBlob {
 public:
  StagedBlob(const StagedBlob&) = delete;
  StagedBlob& operator=(const StagedBlob&) = delete;
  ~StagedBlob();

  const BodyId& id() const { return id_; }
  // See BlobFile.
  Result<void> reserve(uint64_t size_bytes);
  Result<void> write(std::string_view bytes);
  // From several threads at once; not mixed with write().
  Result<void> write_at(uint64_t offset, std::string_view bytes);
  // All bytes and the blob's name are on disk when it returns.
  Result<void> finish();
  // A row that refers to it is durable.
  void committed();
  // Whether a row refers to it will be known when the store is opened next (the commit failed while syncing).
  void leave() { left_ = true; }

 private:
  friend class Blobs;
  StagedBlob(Blobs& blobs, BodyId id) : blobs_(blobs), id_(std::move(id)) {}
  Blobs& blobs_;
  BodyId id_;
  std::unique_ptr<BlobFile> file_;  // nothing for an adopted file
  bool linked_ = false;
  bool left_ = false;
};

// Thread-safe.
class Blobs {
 public:
  // `files` must outlive it.
  Blobs(BlobFiles& files, std::filesystem::path root) : files_(files), root_(std::move(root)) {}

  // Makes the top folders, durably.
  Result<void> prepare();
  Result<std::unique_ptr<StagedBlob>> begin();
  // Takes a second name for the finished file `path`, which must be on this file system (else an error of class
  // failed: copy it instead).
  Result<std::unique_ptr<StagedBlob>> adopt(const std::filesystem::path& path);

  Result<File> open(const BodyId& id) const;
  std::filesystem::path path_of(const BodyId& id) const;
  BlobFiles& files() const { return files_; }
  // The blob and its name in incoming/, if they are there.
  Result<void> remove(const BodyId& id) const;
  // Only the name in incoming/.
  Result<void> remove_incoming(const BodyId& id) const;
  BlobMetrics metrics() const { return {.blobs = blobs_named_, .bytes = bytes_written_, .syncs = syncs_}; }
  // Of everything in incoming/; names that are none of ours are left out.
  Result<std::vector<BodyId>> list_incoming() const;

 private:
  friend class StagedBlob;
  Result<void> link_incoming(const BodyId& id);
  std::filesystem::path incoming_path(const BodyId& id) const;
  BlobFiles& files_;
  std::filesystem::path root_;
  std::atomic<uint64_t> blobs_named_ = 0;
  std::atomic<uint64_t> bytes_written_ = 0;
  std::atomic<uint64_t> syncs_ = 0;
};

}  // namespace caudal::objects
