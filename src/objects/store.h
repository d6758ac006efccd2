// SPDX-License-Identifier: Apache-2.0
// Objects in buckets, as Amazon S3 means them, on one machine. Not its wire format, and no permissions.
//
// How it keeps them. Small bodies (up to kInlineBytes) are values in a kv family of their own, so a small put is one
// commit, and concurrent ones share its fsync. A larger body is a blob: a file that is written once, named by a random
// id, and never changed. Everything else about an object is one row of the index. Listing walks the index only.
//
// Why nothing is lost, and nothing is left behind:
//   1. write incoming/<id>, fdatasync     a crash leaves a name in incoming/
//   2. link blobs/xx/<id>, fsync blobs/xx  it leaves two
//   3. commit index row and reference count        the object is there now, durably
//   4. unlink incoming/<id>
// So incoming/ names every blob that may lack a row, and open() looks at these alone, however many blobs there are.
// Removing the last reference commits a row in `garbage` along with it and then unlinks the file; open() finishes what
// is left there. Readers of a blob pin it in memory: its file goes when the last of them is done.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "kv/store.h"
#include "objects/byte_source.h"
#include "objects/errc.h"
#include "objects/events.h"
#include "objects/held_files.h"
#include "objects/metrics.h"
#include "objects/multipart.h"
#include "objects/object.h"
#include "objects/reader.h"

namespace caudal::objects {

class BlobFiles;
class KeyRing;

inline constexpr size_t kInlineBytes = size_t{16} << 10;

struct Options {
  // S3's limits of parts: the lower one for all but the last. Tests make them small.
  uint64_t min_part_size_bytes = uint64_t{5} << 20;
  uint64_t max_part_size_bytes = kMaxPartBytes;
  uint64_t max_object_size_bytes = kMaxObjectBytes;
  // For objects that are encrypted at rest; nothing: those are refused. Must outlive the store.
  KeyRing* keys = nullptr;
  // For whom events are queued; nothing: for nobody. Must outlive the store.
  const EventRouter* router = nullptr;
  // For fault injection; nothing: the machine's own. Must outlive the store.
  BlobFiles* files = nullptr;
};

// The kv family that must be opened for large values (kv::Options::large_value_families).
inline constexpr const char* kBodiesFamily = "objects.bodies";

// Thread-safe; every call can block on the disk. All errors name the object.
class Store {
 public:
  // `kv`, `clock` and the options' pointers must outlive it. `blob_directory` is made when missing. Removes what a
  // crash has left behind.
  static Result<std::unique_ptr<Store>> open(kv::Store& kv, const std::filesystem::path& blob_directory, Clock& clock,
                                             Options options = {});
  ~Store();

  // Errors: invalid_bucket_name, bucket_exists; no_such_bucket, bucket_not_empty (also of old versions and delete
  // markers; unfinished uploads are given up).
  Result<void> create_bucket(const std::string& bucket, const BucketOptions& options = {});
  Result<void> delete_bucket(const std::string& bucket);
  Result<BucketInfo> bucket(const std::string& bucket) const;
  // In order of name.
  Result<std::vector<BucketInfo>> list_buckets() const;
  Result<ListBucketsPage> list_buckets(const ListBucketsRequest& request) const;
  // Versioning can be suspended but never turned off again. Errors: no_such_bucket, invalid_argument.
  Result<void> set_versioning(const std::string& bucket, Versioning versioning);

  // Documents that go with their bucket; see buckets.h. Durable when put or removed, and replaced as a whole. Removing
  // what is not there succeeds. Errors: no_such_bucket, invalid_argument (a kind that is none, a document too large).
  Result<void> put_setting(const std::string& bucket, std::string_view kind, std::string_view document);
  Result<std::optional<std::string>> get_setting(const std::string& bucket, std::string_view kind) const;
  Result<void> remove_setting(const std::string& bucket, std::string_view kind);
  // All of them, as they were at one moment.
  Result<Settings> get_settings(const std::string& bucket) const;

  // Streams `source` in; durable and visible when it returns, else nothing of it remains.
  // Errors: those of the source, no_such_bucket, invalid_key, invalid_argument, too_large, precondition_failed,
  // no_such_key (an ETag was to match), checksum_mismatch; base's no_space and others of the disk.
  Result<ObjectInfo> put(const ObjectRef& ref, ByteSource& source, const PutOptions& options = {});
  // The same for whoever holds no thread while the disk writes: reads `source` to its end, and tells `done` once,
  // before this returns or later, on a thread that it must not hold up. The store outlives that.
  using PutDone = std::move_only_function<void(Result<ObjectInfo>)>;
  void put_later(const ObjectRef& ref, ByteSource& source, const PutOptions& options, PutDone done);
  // A local file as body; see Adopt. When it fails the file is still there. One of 64 MiB and more is hashed in parts
  // side by side, unless `options` ask for a digest that only a single stream can have: its ETag is then that of a
  // multipart upload, though it is one blob. `progress` is called by this thread.
  Result<ObjectInfo> put_file(const ObjectRef& ref, const std::filesystem::path& path, const PutOptions& options,
                              Adopt adopt, const FileProgress& progress = {});

  // Reads go on undisturbed when the object is replaced or removed meanwhile.
  // Errors: no_such_bucket, no_such_key, no_such_version, is_delete_marker, invalid_range.
  Result<Reader> get(const ObjectRef& ref, const std::optional<std::string>& version = {},
                     const std::optional<ByteRange>& range = {});
  Result<ObjectInfo> head(const ObjectRef& ref, const std::optional<std::string>& version = {}) const;
  // The same with conditions, and by part. Errors besides: not_modified, precondition_failed, invalid_part_number.
  Result<Reader> read(const ObjectRef& ref, const ReadOptions& options);
  Result<ReadPlan> stat(const ObjectRef& ref, const ReadOptions& options) const;
  // The version of the delete marker that hides `ref`, when that is why it is not there.
  Result<std::optional<ObjectInfo>> hiding_marker(const ObjectRef& ref) const;
  Result<ObjectPartsPage> object_parts(const ObjectPartsRequest& request) const;

  // A page costs what it holds, not what the bucket holds.
  Result<ListPage> list(const ListRequest& request) const;
  Result<ListVersionsPage> list_versions(const ListVersionsRequest& request) const;

  // Shares the body of the source: no bytes are copied, whatever its size. Source and target may be the same object.
  Result<ObjectInfo> copy(const ObjectRef& source, const ObjectRef& target, const CopyOptions& options = {});

  // Without `version`: hides the object behind a delete marker where the bucket keeps versions, else removes it. With
  // it: removes that version for good. Removing what is not there succeeds, as in S3; but with if_match it is
  // no_such_key, and precondition_failed when another object is there or a delete marker.
  Result<RemoveResult> remove(const ObjectRef& ref, const std::optional<std::string>& version = {});
  Result<RemoveResult> remove(const ObjectRef& ref, const RemoveOptions& options);
  // Each in turn as by remove(), but committed together, so that a thousand of them cost one fsync or few. The answers
  // are in the order of the requests; an error of the whole (no_such_bucket, the disk) is the answer's own.
  Result<std::vector<Result<RemoveResult>>> remove_many(const std::string& bucket,
                                                        const std::vector<RemoveRequest>& requests);

  // Replaces all tags; none removes them.
  Result<void> set_tags(const ObjectRef& ref, const Texts& tags, const std::optional<std::string>& version = {});

  // Multipart uploads. Parts may come in any order and from several threads; the same number again replaces.
  Result<std::string> create_upload(const ObjectRef& ref, const UploadOptions& options = {});
  Result<PartInfo> upload_part(const ObjectRef& ref, const std::string& upload, uint32_t number, ByteSource& source,
                               const PutOptions& options = {});
  // A part from bytes of an object, also of another bucket. They are copied. Errors: those of read(), invalid_range,
  // too_large.
  Result<CopiedPart> upload_part_copy(const ObjectRef& ref, const std::string& upload, uint32_t number,
                                      const ObjectRef& source, const PartCopyOptions& options = {});
  // Makes one object of the parts named, in ascending order, without copying them; others are dropped. Asked again
  // within a day with the same numbers and ETags, it answers the same again and changes nothing, whatever became of the
  // object meanwhile and whatever the preconditions say.
  // Errors: no_such_upload, invalid_part, invalid_part_order, part_too_small, too_large, precondition_failed,
  // no_such_key (an ETag was to match), checksum_mismatch.
  Result<ObjectInfo> complete_upload(const ObjectRef& ref, const std::string& upload,
                                     const std::vector<CompletedPart>& parts, const CompleteOptions& options = {});
  // What all parts of an upload but the last need.
  uint64_t min_part_size_bytes() const;
  Result<void> abort_upload(const ObjectRef& ref, const std::string& upload);
  // Of one upload in order of number; of a bucket in order of key, then of beginning.
  Result<std::vector<PartInfo>> list_parts(const ObjectRef& ref, const std::string& upload) const;
  Result<std::vector<UploadInfo>> list_uploads(const std::string& bucket, const std::string& prefix = {}) const;
  // By pages, of at most 1000.
  Result<ListPartsPage> list_parts(const ListPartsRequest& request) const;
  Result<ListUploadsPage> list_uploads(const ListUploadsRequest& request) const;

  // Makes the body readable by a local program at `target` (which must not exist, in an existing folder): a hard link
  // to the blob, or a written file for inline and encrypted bodies and other file systems. An object that was uploaded
  // in parts is made one blob when it is lent for the first time. Whatever happens to the object, the bytes
  // at `target` stay until the caller removes that name. Read only: writing there would damage the object.
  Result<ObjectInfo> link_to(const ObjectRef& ref, const std::filesystem::path& target,
                             const std::optional<std::string>& version = {});

  // While it lives no file of a body is removed, though objects are: a copy of the kv store that is made from now on
  // finds every file that its rows need (see each_body_file). What goes meanwhile takes room until then.
  HeldFiles hold_files();

  // What happens from now on; see events.h. Nothing: nobody listens any more, and when it returns the one before is not
  // called again.
  void observe(EventObserver* observer);
  // The queue of one destination, in order, beyond the sequence `after` (0: from its beginning). What was read stays
  // until it is acknowledged, also over a restart; for one consumer of each destination.
  Result<QueuedEvents> read_events(const std::string& destination, uint64_t after, size_t max_events) const;
  // Forgets all of that destination up to this sequence.
  Result<void> acknowledge_events(const std::string& destination, uint64_t up_to);
  // Blocks until there is an event, for whomever, beyond what was `seen`: true, or until `stop` is requested: false.
  bool wait_for_events(uint64_t seen, const std::stop_token& stop) const;
  // All that have something in their queue.
  Result<std::vector<std::string>> event_destinations() const;

  BlobMetrics metrics() const;

 private:
  friend class LifecycleSweep;
  struct Impl;
  explicit Store(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace caudal::objects
