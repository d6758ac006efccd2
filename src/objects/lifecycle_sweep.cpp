// SPDX-License-Identifier: Apache-2.0
// Acting on lifecycle rules. What is due is gathered from a snapshot without locks, and each is looked at again under
// its lock before it goes.
#include "objects/lifecycle_sweep.h"

#include <algorithm>

#include "base/wire.h"
#include "objects/errc.h"
#include "objects/store_impl.h"
#include "objects/uploads.h"
#include "objects/version_cursor.h"

namespace caudal::objects {
namespace {

constexpr uint64_t kFormat = 1;

// In the family of settings, under a bucket that there cannot be.
std::string position_key() { return kv::KeyWriter().text("").raw("lifecycle-position").take(); }

}  // namespace

SweepReport& SweepReport::operator+=(const SweepReport& more) {
  looked_at += more.looked_at;
  hidden += more.hidden;
  removed += more.removed;
  removed_markers += more.removed_markers;
  aborted += more.aborted;
  problems.insert(problems.end(), more.problems.begin(), more.problems.end());
  is_finished = more.is_finished;
  return *this;
}

LifecycleSweep::LifecycleSweep(Store& store, ReadRules read_rules, size_t batch)
    : store_(store), read_rules_(std::move(read_rules)), batch_(batch) {}

Result<void> LifecycleSweep::load() {
  if (is_loaded_) return {};
  const Store::Impl& impl = *store_.impl_;
  if (const auto row = TRY(impl.kv.get(impl.index.families().settings, position_key()))) {
    WireReader in(*row);
    if (TRY(in.varint()) == kFormat) {
      position_.bucket = TRY(in.text());
      position_.is_in_uploads = TRY(in.boolean());
      position_.key = TRY(in.text());
      position_.sequence = TRY(in.varint());
      position_.upload = TRY(in.text());
      position_.modified = Timestamp(std::chrono::microseconds(TRY(in.signed_varint())));
      position_.noncurrent_count = TRY(in.varint());
    }
  }
  is_loaded_ = true;
  return {};
}

Result<void> LifecycleSweep::save() {
  WireWriter out;
  out.varint(kFormat).text(position_.bucket).boolean(position_.is_in_uploads).text(position_.key);
  out.varint(position_.sequence).text(position_.upload);
  out.signed_varint(position_.modified.time_since_epoch().count()).varint(position_.noncurrent_count);
  Store::Impl& impl = *store_.impl_;
  kv::Batch batch;
  batch.put(impl.index.families().settings, position_key(), out.take());
  return impl.kv.commit(std::move(batch), kv::Durability::kRelaxed);
}

Result<std::optional<std::string>> LifecycleSweep::next_document() {
  Store::Impl& impl = *store_.impl_;
  kv::Scan buckets = impl.kv.scan(impl.index.families().buckets, kv::Range{.lower = position_.bucket});
  for (; buckets.valid(); buckets.next()) {
    const std::string bucket(buckets.key());
    if (bucket != position_.bucket) position_ = {.bucket = bucket};
    auto document = store_.get_setting(bucket, settings::kLifecycle);
    if (document && *document) return document;
    if (!document && document.error().code != Errc::no_such_bucket) return document.error();
  }
  TRY(buckets.status());
  return std::optional<std::string>();
}

Result<SweepReport> LifecycleSweep::step() {
  TRY(load());
  SweepReport report;
  const auto document = TRY(next_document());
  if (!document) {
    position_ = {};
    report.is_finished = true;
    TRY(save());
    return report;
  }
  auto rules = read_rules_(position_.bucket, *document);
  if (!rules) {
    Error problem = rules.error();
    problem.context.push_back("reading the lifecycle rules of bucket " + position_.bucket);
    report.problems.push_back(std::move(problem));
    position_ = {.bucket = position_.bucket + '\0'};
  } else if (position_.is_in_uploads) {
    TRY(sweep_uploads(*rules, report));
  } else {
    TRY(sweep_versions(*rules, report));
  }
  TRY(save());
  return report;
}

Result<SweepReport> LifecycleSweep::run(const std::stop_token& stop) {
  SweepReport report;
  while (!stop.stop_requested() && !report.is_finished) report += TRY(step());
  return report;
}

Result<void> LifecycleSweep::sweep_versions(const std::vector<LifecycleRule>& rules, SweepReport& report) {
  Store::Impl& impl = *store_.impl_;
  const Timestamp now = impl.clock.now();
  std::vector<Due> due;
  bool is_at_end = false;
  {
    const kv::Snapshot snapshot = impl.kv.snapshot();
    VersionsCursor cursor(impl.index, position_.bucket, common_prefix(rules), snapshot);
    if (!position_.key.empty()) cursor.resume_behind({position_.bucket, position_.key}, position_.sequence);
    for (size_t count = 0; count < batch_; ++count) {
      const auto key = TRY(cursor.key());
      is_at_end = !key;
      if (is_at_end) break;
      const ObjectRow row = TRY(cursor.take(*key));
      VersionFacts facts{.info = row.info};
      if (row.info.is_latest) {
        position_.noncurrent_count = 0;
      } else {
        facts.noncurrent_since = position_.modified;
        facts.newer_noncurrent = position_.noncurrent_count++;
      }
      if (is_due(rules, facts, now)) {
        due.push_back({*key, row.sequence, row.info.tags, row.info.is_latest, row.info.is_delete_marker});
      }
      position_.key = *key;
      position_.sequence = row.sequence;
      position_.modified = row.info.modified;
      ++report.looked_at;
    }
  }
  TRY(remove(due, false, report));
  TRY(remove(due, true, report));
  if (is_at_end) position_ = {.bucket = position_.bucket, .is_in_uploads = true};
  return {};
}

Result<void> LifecycleSweep::remove(const std::vector<Due>& due, bool latest, SweepReport& report) {
  Store::Impl& impl = *store_.impl_;
  std::vector<std::string> keys;
  for (const Due& one : due) {
    if (one.is_latest == latest) keys.push_back(one.key);
  }
  if (keys.empty()) return {};
  const auto held = impl.locks.lock_many(position_.bucket, keys);
  Store::Impl::Writes writes(impl);
  for (const Due& one : due) {
    if (one.is_latest != latest) continue;
    const ObjectRef ref{position_.bucket, one.key};
    Store::Impl::Edit edit(ref, writes);
    edit.is_by_lifecycle = true;
    const auto begun = impl.begin(edit);
    if (!begun && begun.error().code == Errc::no_such_bucket) return {};  // removed meanwhile, with all that was in it
    TRY(begun);
    TRY(latest ? remove_latest(edit, one, report) : remove_noncurrent(edit, one, report));
  }
  return impl.commit(writes, nullptr);
}

template <class Edit>
Result<void> LifecycleSweep::remove_latest(Edit& edit, const Due& due, SweepReport& report) {
  Store::Impl& impl = *store_.impl_;
  if (due.is_delete_marker) {
    const auto marker = TRY(impl.index.newest_archived(edit.ref));
    if (edit.current || !marker || marker->sequence != due.sequence) return {};
    if (TRY(impl.index.newest_archived(edit.ref, due.sequence))) return {};  // there is something that it hides
    impl.index.remove_archived(edit.batch, edit.ref, *marker);
    TRY(impl.note(edit, EventKind::kRemoved, marker->info));
    ++report.removed_markers;
    return {};
  }
  if (!edit.current || edit.current->sequence != due.sequence || edit.current->info.tags != due.tags) return {};
  TRY(impl.remove_current(edit));
  ++(edit.bucket.versioning == Versioning::kOff ? report.removed : report.hidden);
  return {};
}

template <class Edit>
Result<void> LifecycleSweep::remove_noncurrent(Edit& edit, const Due& due, SweepReport& report) {
  Store::Impl& impl = *store_.impl_;
  const auto row = TRY(impl.index.archived_at(edit.ref, due.sequence));
  if (!row || row->info.tags != due.tags) return {};
  if (!edit.current) {  // then the newest one is the latest
    const auto newest = TRY(impl.index.newest_archived(edit.ref));
    if (newest && newest->sequence == due.sequence) return {};
  }
  edit.change.drop(row->body);
  impl.index.remove_archived(edit.batch, edit.ref, *row);
  TRY(impl.note(edit, EventKind::kRemoved, row->info));
  ++(row->info.is_delete_marker ? report.removed_markers : report.removed);
  return {};
}

Result<void> LifecycleSweep::sweep_uploads(const std::vector<LifecycleRule>& rules, SweepReport& report) {
  const auto limit = static_cast<uint32_t>(std::min<size_t>(batch_, 1000));
  ListUploadsRequest request{.bucket = position_.bucket, .prefix = common_prefix(rules), .max_uploads = limit};
  if (!position_.key.empty()) {
    request.key_marker = position_.key;
    request.upload_marker = position_.upload;
  }
  const ListUploadsPage page = TRY(store_.list_uploads(request));
  const Timestamp now = store_.impl_->clock.now();
  for (const UploadInfo& upload : page.uploads) {
    ++report.looked_at;
    if (!is_due(rules, upload, now)) continue;
    const auto aborted = store_.abort_upload({position_.bucket, upload.key}, upload.upload);
    if (aborted) ++report.aborted;
    if (!aborted && aborted.error().code != Errc::no_such_upload) return aborted.error();
  }
  if (page.truncated) {
    position_.key = page.next_key_marker;
    position_.upload = page.next_upload_marker.value_or("");
  } else {
    position_ = {.bucket = position_.bucket + '\0'};
  }
  return {};
}

}  // namespace caudal::objects
