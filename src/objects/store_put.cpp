// SPDX-License-Identifier: Apache-2.0
// Puts, and how a new version takes the place of the one before.
#include <algorithm>

#include "base/wire.h"
#include "objects/parallel_writer.h"
#include "objects/store_impl.h"

namespace caudal::objects {
namespace {

// A link to another file system, or one too many, is no reason to fail: the bytes can be copied.
bool is_worth_copying(const Error& error) { return error.is(ErrorClass::kFailed); }

}  // namespace

Result<void> Store::Impl::begin(Edit& edit) {
  edit.bucket = TRY(index.require_bucket(edit.ref.bucket));
  edit.current = TRY(index.current(edit.ref));
  return {};
}

void Store::Impl::archive_current(Edit& edit) {
  if (!edit.current) return;
  index.remove_current(edit.batch, edit.ref);
  index.put_archived(edit.batch, edit.ref, *edit.current);
}

Result<void> Store::Impl::drop_null_version(Edit& edit) {
  if (edit.current && edit.current->info.version == kNullVersion) {
    edit.change.drop(edit.current->body);
    index.remove_current(edit.batch, edit.ref);
    return {};
  }
  if (edit.bucket.versioning == Versioning::kOff) return {};  // nothing was ever archived
  if (const auto null_version = TRY(index.archived(edit.ref, kNullVersion))) {
    edit.change.drop(null_version->body);
    index.remove_archived(edit.batch, edit.ref, *null_version);
  }
  return {};
}

void Store::Impl::put_newest(Edit& edit, const ObjectRow& row) {
  if (edit.writes.late_etag) return index.put_current(edit.batch, edit.ref, row, *edit.writes.late_etag);
  index.put_current(edit.batch, edit.ref, row);
}

Result<void> Store::Impl::supersede(Edit& edit, ObjectRow& row) {
  const std::optional<ObjectRow>& current = edit.current;
  row.info.modified = clock.now();
  uint64_t before = current ? current->sequence : 0;
  if (!current && edit.bucket.versioning != Versioning::kOff) {
    if (const auto marker = TRY(index.newest_archived(edit.ref))) before = marker->sequence;
  }
  // Greater than every version of this key, even when the clock stands still or goes back.
  row.sequence = std::max(static_cast<uint64_t>(row.info.modified.time_since_epoch().count()), before + 1);
  if (edit.bucket.versioning == Versioning::kEnabled) {
    row.info.version = make_version(row.sequence);
    archive_current(edit);
  } else {
    row.info.version = kNullVersion;
    TRY(drop_null_version(edit));
    if (current && current->info.version != kNullVersion) archive_current(edit);
  }
  if (row.info.is_delete_marker) {
    index.put_archived(edit.batch, edit.ref, row);
  } else {
    put_newest(edit, row);
  }
  return {};
}

Result<void> Store::Impl::commit(Writes& writes, StagedBlob* staged) {
  TRY(writes.change.add_to(writes.batch));
  if (writes.batch.empty()) return {};
  return conclude(writes, staged, kv.commit(std::move(writes.batch)));
}

Result<void> Store::Impl::conclude(Writes& writes, StagedBlob* staged, Result<void> committed) {
  if (!committed) {
    if (staged != nullptr && !kv::is_unwritten(committed.error())) staged->leave();
    return committed;
  }
  if (staged != nullptr) staged->committed();
  writes.change.committed();
  writes.queue.settle(writes.sequences, true);
  if (writes.late_etag) {
    for (Event& event : writes.events) event.etag = writes.late_etag->bytes();
  }
  tell(writes.events);
  return {};
}

// What is kept of events tells the ETag, and is written by the same commit.
void Store::Impl::leave_etag(Edit& edit, ObjectRow& row, const StagedBody& staged) {
  if (!staged.lacks_etag) return;
  if (edit.bucket.keeps_events) {
    row.info.etag = LateEtag::of(staged.inline_bytes);
  } else {
    edit.writes.late_etag.emplace(staged.inline_bytes);
  }
}

Result<void> Store::Impl::prepare(Edit& edit, ObjectRow& row, const StagedBody& staged, const PutOptions& put_options) {
  TRY(begin(edit));
  TRY(check_preconditions(edit.ref, edit.current, put_options.preconditions));
  leave_etag(edit, row, staged);
  TRY(supersede(edit, row));
  if (staged.body.kind == BodyKind::kSplit) {
    edit.change.create_split(edit.batch, staged.body.id, staged.parts);
  } else if (staged.blob != nullptr) {
    edit.change.create_blob(edit.batch, staged.body.id);
  } else if (staged.body.kind == BodyKind::kInline) {
    edit.change.create_inline(edit.batch, staged.body.id, staged.inline_bytes);
  }
  return note(edit, put_options.cause, row.info);
}

Result<ObjectInfo> Store::Impl::install(const ObjectRef& ref, ObjectRow row, StagedBody staged,
                                        const PutOptions& put_options) {
  Edit edit(*this, ref);
  TRY(prepare(edit, row, staged, put_options));
  TRY(commit(edit, staged.blob.get()));
  if (edit.writes.late_etag) row.info.etag = edit.writes.late_etag->bytes();
  return std::move(row.info);
}

BodyRules Store::Impl::rules_of(const BucketInfo& bucket, const PutOptions& put_options) const {
  return {.encrypt = put_options.encrypt.value_or(bucket.encrypts),
          .keys = options.keys,
          .now = clock.now(),
          .late_etag = true};
}

Result<StagedBody> Store::Impl::stage(const ObjectRef& ref, ByteSource& source, const PutOptions& put_options) {
  TRY(check_target(ref, put_options));
  // Before the whole body is read for nothing.
  const BodyRules rules = rules_of(TRY(index.require_bucket(ref.bucket)), put_options);
  return write_body(body_places(), source, put_options, rules);
}

Result<ObjectInfo> Store::put(const ObjectRef& ref, ByteSource& source, const PutOptions& options) {
  StagedBody staged = TRY(impl_->stage(ref, source, options));
  ObjectRow row = make_row(ref, options);
  describe_body(row, staged);
  return impl_->install(ref, std::move(row), std::move(staged), options);
}

// The body of a local file, without a copy if it may be adopted and can.
Result<StagedBody> Store::Impl::stage_file(const FileBody& file, const PutOptions& wanted, const BodyRules& rules) {
  if (is_put_in_parts(file.size_bytes, wanted)) {
    return write_file_in_parts(body_places(), file, wanted, rules);
  }
  if (file.adopt) return adopt_body(body_places(), file.path, wanted);
  FileSource source(TRY(File::open_read(file.path)));
  return write_body(body_places(), source, wanted, rules);
}

Result<ObjectInfo> Store::put_file(const ObjectRef& ref, const std::filesystem::path& path, const PutOptions& options,
                                   Adopt adopt, const FileProgress& progress) {
  TRY(check_target(ref, options));
  const BodyRules rules = impl_->rules_of(TRY(impl_->index.require_bucket(ref.bucket)), options);
  FileBody file{.path = path, .progress = &progress};
  file.size_bytes = TRY(TRY(File::open_read(path)).size_bytes());
  file.adopt = adopt == Adopt::kMove && !rules.encrypt && file.size_bytes > kInlineBytes;
  auto staged = impl_->stage_file(file, options, rules);
  if (!staged && file.adopt && is_worth_copying(staged.error())) {
    file.adopt = false;
    staged = impl_->stage_file(file, options, rules);
  }
  if (!staged) return std::move(staged).error();
  ObjectRow row = make_row(ref, options);
  describe_body(row, *staged);
  ObjectInfo info = TRY(impl_->install(ref, std::move(row), *std::move(staged), options));
  if (adopt == Adopt::kMove) TRY(impl_->blobs.files().remove(path));
  return info;
}

}  // namespace caudal::objects
