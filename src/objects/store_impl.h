// SPDX-License-Identifier: Apache-2.0
// What the store consists of, and the steps that its operations share. Inside room objects only.
#pragma once

#include "objects/blob_files.h"
#include "objects/blobs.h"
#include "objects/body_writer.h"
#include "objects/index.h"
#include "objects/locks.h"
#include "objects/reader_impl.h"
#include "objects/references.h"
#include "objects/rows.h"
#include "objects/store.h"

namespace caudal::objects {

struct Store::Impl {
  Impl(kv::Store& kv_store, Clock& the_clock, const Options& the_options, const Families& families,
       const std::filesystem::path& blob_directory)
      : kv(kv_store),
        clock(the_clock),
        options(the_options),
        index(kv_store, families),
        blobs(the_options.files != nullptr ? *the_options.files : posix_files, blob_directory),
        references(index, blobs) {}

  PosixBlobFiles posix_files;
  kv::Store& kv;
  Clock& clock;
  const Options options;
  const Index index;
  Blobs blobs;
  References references;
  ObjectLocks locks;

  // One change of one object, from the locks on: what is there now, and the writes so far.
  struct Edit {
    Edit(Impl& impl, const ObjectRef& the_ref)
        : ref(the_ref), held(impl.locks.lock(the_ref)), change(impl.references) {}
    const ObjectRef& ref;
    ObjectLocks::Held held;
    BucketInfo bucket = {};
    std::optional<ObjectRow> current = {};
    kv::Batch batch = {};
    References::Change change;
  };
  // Reads the bucket and the current row into `edit`. Errors: no_such_bucket.
  Result<void> begin(Edit& edit);
  // Moves the current row, if there is one, to where older versions are.
  void archive_current(Edit& edit);
  // Removes the null version, current or archived, with its body.
  Result<void> drop_null_version(Edit& edit);
  // Makes `row` the newest version as the bucket's versioning says: decides its version and sequence, and what becomes
  // of the one before. Sets row.info.version, row.sequence, row.info.modified.
  Result<void> supersede(Edit& edit, ObjectRow& row);
  // Durably. `staged`, if any, is what the batch refers to.
  Result<void> commit(Edit& edit, StagedBlob* staged);

  // Gives up all uploads of a bucket; the caller holds it.
  Result<void> drop_uploads(const std::string& bucket, kv::Batch& batch, References::Change& change);

  // The body of that version, kept readable. Errors: as Store::get.
  Result<std::unique_ptr<Reader::Impl>> open_body(const ObjectRef& ref, const std::optional<std::string>& version);
  Result<bool> reach_body(const ObjectRow& row, Reader::Impl& out);
  // The ways of Store::remove.
  Result<RemoveResult> remove_version(Edit& edit, const std::string& version);
  Result<RemoveResult> hide(Edit& edit);
  Result<void> promote(Edit& edit, std::optional<uint64_t> older_than);
  // One attempt of Store::copy.
  Result<std::optional<ObjectInfo>> copy_row(const ObjectRow& source, const ObjectRef& target,
                                             const CopyOptions& wanted);

  // A put from the staged body on.
  Result<ObjectInfo> install(const ObjectRef& ref, ObjectRow row, StagedBody staged,
                             const Preconditions& preconditions);
};

// Errors: precondition_failed.
Result<void> check_preconditions(const ObjectRef& ref, const std::optional<ObjectRow>& current,
                                 const Preconditions& preconditions);
// Errors: invalid_argument, naming the limit.
Result<void> check_put_options(const PutOptions& options);
Result<void> check_tags(const Texts& tags);
// Key and limits of the object and its options.
Result<void> check_target(const ObjectRef& ref, const PutOptions& options);
// A row with what the options say.
ObjectRow make_row(const ObjectRef& ref, const PutOptions& options);
// Size, ETag, checksums and place of a body.
void describe_body(ObjectRow& row, const StagedBody& staged);

}  // namespace caudal::objects
