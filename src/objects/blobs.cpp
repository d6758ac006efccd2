// SPDX-License-Identifier: Apache-2.0
// Writing, naming and removing blob files.
#include "objects/blobs.h"

#include <cstring>

#include "base/check.h"
#include "base/checksum.h"
#include "base/encoding.h"
#include "base/random.h"

namespace caudal::objects {
namespace {

namespace fs = std::filesystem;
constexpr size_t kIdBytes = 16;

// What cannot be removed now stays named in incoming/ or in `garbage`, and is tried again at the next open.
void leave_for_next_open(const Result<void>& removed) { static_cast<void>(removed.has_value()); }

}  // namespace

BodyId new_body_id() { return *from_hex(secure_random_hex(kIdBytes)); }

BodyId new_row_id(Timestamp now) {
  const auto time = static_cast<uint64_t>(now.time_since_epoch().count());
  BodyId id(kIdBytes, '\0');
  for (size_t n = 0; n < sizeof time; ++n) id[n] = static_cast<char>(time >> (8 * (sizeof time - 1 - n)));
  const uint64_t random = secure_random_u64();
  std::memcpy(id.data() + sizeof time, &random, sizeof random);
  return id;
}

StagedBlob::~StagedBlob() {
  if (left_) return;
  file_.reset();
  // The name in incoming/ goes last: a crash in between must leave it.
  if (linked_) leave_for_next_open(blobs_.files_.remove(blobs_.path_of(id_)));
  leave_for_next_open(blobs_.remove_incoming(id_));
}

Result<void> StagedBlob::write(std::string_view bytes) {
  CHECK(file_ != nullptr, "an adopted blob is not written");
  blobs_.bytes_written_ += bytes.size();
  return file_->write(bytes);
}

Result<void> StagedBlob::reserve(uint64_t size_bytes) {
  CHECK(file_ != nullptr, "an adopted blob has its size");
  return file_->reserve(size_bytes);
}

Result<void> StagedBlob::write_at(uint64_t offset, std::string_view bytes) {
  CHECK(file_ != nullptr, "an adopted blob is not written");
  blobs_.bytes_written_ += bytes.size();
  return file_->write_at(offset, bytes);
}

Result<void> StagedBlob::finish() {
  if (file_ != nullptr) {
    TRY(file_->seal());
    file_.reset();
  } else {
    TRY(blobs_.files_.seal(blobs_.incoming_path(id_)));
  }
  ++blobs_.syncs_;
  linked_ = true;  // even when link reports an error the name may be there
  return blobs_.link_incoming(id_);
}

void StagedBlob::committed() {
  left_ = true;
  leave_for_next_open(blobs_.remove_incoming(id_));
}

Result<void> Blobs::prepare() {
  TRY(files_.create_directories(root_ / "incoming"));
  TRY(files_.create_directories(root_ / "blobs"));
  TRY(files_.sync_directory(root_));
  return files_.sync_directory(root_.parent_path());
}

Result<std::unique_ptr<StagedBlob>> Blobs::begin() {
  BodyId id = new_body_id();
  const fs::path path = incoming_path(id);
  std::unique_ptr<StagedBlob> staged(new StagedBlob(*this, std::move(id)));
  staged->file_ = TRY(files_.create(path));
  return staged;
}

Result<std::unique_ptr<StagedBlob>> Blobs::adopt(const fs::path& path) {
  BodyId id = new_body_id();
  TRY(files_.link(path, incoming_path(id)));
  return std::unique_ptr<StagedBlob>(new StagedBlob(*this, std::move(id)));
}

// The 256 folders are made as they are needed, so that a new store opens at once.
Result<void> Blobs::link_incoming(const BodyId& id) {
  const fs::path path = path_of(id);
  auto linked = files_.link(incoming_path(id), path);
  if (!linked && linked.error().is(ErrorClass::kNotFound)) {
    TRY(files_.create_directories(path.parent_path()));
    TRY(files_.sync_directory(root_ / "blobs"));
    linked = files_.link(incoming_path(id), path);
  }
  if (!linked) return linked;
  TRY(files_.sync_directory(path.parent_path()));
  ++syncs_;
  ++blobs_named_;
  return {};
}

Result<File> Blobs::open(const BodyId& id) const { return files_.open_read(path_of(id)); }

fs::path file_of(const BodyId& id) {
  const std::string name = to_hex(id);
  return fs::path("blobs") / name.substr(0, 2) / name;
}

fs::path Blobs::path_of(const BodyId& id) const { return root_ / file_of(id); }

fs::path Blobs::incoming_path(const BodyId& id) const { return root_ / "incoming" / to_hex(id); }

Result<void> Blobs::remove(const BodyId& id) const {
  TRY(files_.remove(path_of(id)));
  return remove_incoming(id);
}

Result<void> Blobs::remove_incoming(const BodyId& id) const { return files_.remove(incoming_path(id)); }

Result<std::vector<BodyId>> Blobs::list_incoming() const {
  std::vector<BodyId> ids;
  for (const std::string& name : TRY(files_.list(root_ / "incoming"))) {
    auto id = from_hex(name);
    if (id && id->size() == kIdBytes && to_hex(*id) == name) ids.push_back(std::move(*id));
  }
  return ids;
}

}  // namespace caudal::objects
