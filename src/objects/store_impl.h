// SPDX-License-Identifier: Apache-2.0
// What the store consists of, and the steps that its operations share. Inside room objects only.
#pragma once

#include <atomic>
#include <shared_mutex>

#include "objects/blob_files.h"
#include "objects/blobs.h"
#include "objects/body_threads.h"
#include "objects/body_writer.h"
#include "objects/event_queue.h"
#include "objects/index.h"
#include "objects/late_etag.h"
#include "objects/locks.h"
#include "objects/parallel_writer.h"
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
        references(index, blobs),
        events(kv_store, families.events) {}

  PosixBlobFiles posix_files;
  kv::Store& kv;
  Clock& clock;
  const Options options;
  Index index;
  Blobs blobs;
  BodyThreads body_threads;
  References references;
  ObjectLocks locks;
  EventQueue events;
  std::shared_mutex observer_mutex;
  EventObserver* observer = nullptr;  // guarded by observer_mutex
  std::atomic<bool> is_observed = false;

  // What one commit writes.
  struct Writes {
    explicit Writes(Impl& impl) : change(impl.references), queue(impl.events) {}
    Writes(const Writes&) = delete;
    Writes& operator=(const Writes&) = delete;
    ~Writes() { queue.settle(sequences, false); }
    kv::Batch batch = {};
    References::Change change;
    EventQueue& queue;
    std::vector<Event> events = {};
    std::vector<uint64_t> sequences = {};    // of the queues
    std::optional<LateEtag> late_etag = {};  // of the one object that this puts
  };

  // One change of one object, from the locks on: what is there now, and the writes so far.
  struct Edit {
    Edit(Impl& impl, const ObjectRef& the_ref)
        : ref(the_ref), held(impl.locks.lock(the_ref)), own(std::make_unique<Writes>(impl)), writes(*own) {}
    // One of several that are committed together; the caller holds the locks.
    Edit(const ObjectRef& the_ref, Writes& shared) : ref(the_ref), writes(shared) {}
    const ObjectRef& ref;
    ObjectLocks::Held held = {};
    std::unique_ptr<Writes> own = {};
    Writes& writes;
    kv::Batch& batch = writes.batch;
    References::Change& change = writes.change;
    BucketInfo bucket = {};
    std::optional<ObjectRow> current = {};
    bool is_by_lifecycle = false;  // so that its events say so
  };
  // Reads the bucket and the current row into `edit`. Errors: no_such_bucket.
  Result<void> begin(Edit& edit);
  // Moves the current row, if there is one, to where older versions are.
  void archive_current(Edit& edit);
  // Removes the null version, current or archived, with its body.
  Result<void> drop_null_version(Edit& edit);
  void put_newest(Edit& edit, const ObjectRow& row);
  // Makes `row` the newest version as the bucket's versioning says: decides its version and sequence, and what becomes
  // of the one before. Sets row.info.version, row.sequence, row.info.modified.
  Result<void> supersede(Edit& edit, ObjectRow& row);
  // Adds to `edit` what is told after its commit, where somebody listens. `info` is of what was made or removed.
  // Errors: of the disk, and of the router.
  Result<void> note(Edit& edit, EventKind kind, const ObjectInfo& info);
  Result<void> queue(Edit& edit, Event& event);
  void tell(const std::vector<Event>& happened);
  // `row`, which is there already, with other contents than before.
  void put_back(Edit& edit, const ObjectRow& row);
  Result<void> join_parts(const ObjectRef& ref, const std::optional<std::string>& version, Reader::Impl& body);
  // Durably. `staged`, if any, is what the batch refers to.
  Result<void> commit(Edit& edit, StagedBlob* staged) { return commit(edit.writes, staged); }
  Result<void> commit(Writes& writes, StagedBlob* staged);
  // What follows a commit that worked, or not.
  Result<void> conclude(Writes& writes, StagedBlob* staged, Result<void> committed);

  // Durably, with what else is in `batch`; the caller holds the bucket.
  Result<void> commit_bucket(kv::Batch batch, const BucketInfo& bucket);
  // Gives up all uploads of a bucket, and what is remembered of completed ones; the caller holds it.
  Result<void> drop_uploads(const std::string& bucket, kv::Batch& batch, References::Change& change);

  // The body of that version, kept readable. Errors: as Store::get.
  Result<std::unique_ptr<Reader::Impl>> open_body(const ObjectRef& ref, const std::optional<std::string>& version);
  Result<bool> reach_body(const ObjectRow& row, Reader::Impl& out);
  // The blobs of a body that is no inline one; nothing when the row was replaced meanwhile.
  Result<std::optional<Layout>> layout_of(const Body& body, uint64_t size_bytes) const;
  // The parts that it was made of; one when it was put in one piece. Nothing: as above.
  Result<std::optional<Layout>> parts_of(const Body& body, uint64_t size_bytes) const;
  // Store::remove up to its commit, and its ways.
  Result<RemoveResult> remove_one(Edit& edit, const RemoveOptions& options);
  Result<void> check_removal(const Edit& edit, const std::string& if_match) const;
  Result<RemoveResult> remove_version(Edit& edit, const std::string& version);
  Result<RemoveResult> remove_current(Edit& edit);
  Result<RemoveResult> hide(Edit& edit);
  Result<void> promote(Edit& edit, std::optional<uint64_t> older_than);
  // Store::copy where the bytes have to be copied.
  Result<ObjectInfo> copy_bytes(Reader source, const ObjectRef& target, const CopyOptions& wanted, bool encrypt);
  // One attempt of Store::copy.
  Result<std::optional<ObjectInfo>> copy_row(const ObjectRow& source, const ObjectRef& target,
                                             const CopyOptions& wanted);

  BodyPlaces body_places() { return {.blobs = blobs, .threads = body_threads}; }
  BodyRules rules_of(const BucketInfo& bucket, const PutOptions& put_options) const;
  Result<StagedBody> stage_file(const FileBody& file, const PutOptions& wanted, const BodyRules& rules);
  // The body of a put.
  Result<StagedBody> stage(const ObjectRef& ref, ByteSource& source, const PutOptions& put_options);
  // Leaves the ETag of `staged`, if it lacks it, to the commit of `edit`, unless that needs it itself.
  void leave_etag(Edit& edit, ObjectRow& row, const StagedBody& staged);
  // A put from the staged body on, up to its commit. `staged` must outlive that.
  Result<void> prepare(Edit& edit, ObjectRow& row, const StagedBody& staged, const PutOptions& put_options);
  Result<ObjectInfo> install(const ObjectRef& ref, ObjectRow row, StagedBody staged, const PutOptions& put_options);
  // Store::put_later from its commit on.
  struct LaterPut;
  void commit_later(std::unique_ptr<LaterPut> put);
  void end_later(LaterPut& put, Result<void> committed);
  std::atomic<size_t> later_puts = 0;  // that wait for the disk
};

// Errors: precondition_failed; no_such_key when an object was to match and there is none.
Result<void> check_preconditions(const ObjectRef& ref, const std::optional<ObjectRow>& current,
                                 const Preconditions& preconditions);
// Errors: precondition_failed, not_modified.
Result<void> check_conditions(const ObjectRef& ref, const ObjectInfo& info, const ReadConditions& conditions);
// The same for what is copied, where every failure is precondition_failed.
Result<void> check_source_conditions(const ObjectRef& ref, const ObjectInfo& info, const ReadConditions& conditions);
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
