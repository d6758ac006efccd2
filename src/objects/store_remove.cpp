// SPDX-License-Identifier: Apache-2.0
// Removing objects, versions and delete markers.
#include <fmt/format.h>

#include <map>

#include "objects/errc.h"
#include "objects/store_impl.h"
#include "objects/version_name.h"

namespace caudal::objects {

// The newest version that is left becomes current again, unless it is a delete marker.
Result<void> Store::Impl::promote(Edit& edit, std::optional<uint64_t> older_than) {
  const auto newest = TRY(index.newest_archived(edit.ref, older_than));
  if (!newest || newest->info.is_delete_marker) return {};
  index.remove_archived(edit.batch, edit.ref, *newest);
  index.put_current(edit.batch, edit.ref, *newest);
  return {};
}

Result<RemoveResult> Store::Impl::remove_version(Edit& edit, const std::string& version) {
  RemoveResult result{.existed = true, .version = version};
  if (edit.current && edit.current->info.version == version) {
    edit.change.drop(edit.current->body);
    index.remove_current(edit.batch, edit.ref);
    TRY(note(edit, EventKind::kRemoved, edit.current->info));
    TRY(promote(edit, std::nullopt));
  } else {
    const auto row = TRY(index.archived(edit.ref, version));
    if (!row) return RemoveResult{.existed = false, .version = version};
    result.is_delete_marker = row->info.is_delete_marker;
    edit.change.drop(row->body);
    index.remove_archived(edit.batch, edit.ref, *row);
    TRY(note(edit, EventKind::kRemoved, row->info));
    // Without a current row the newest one is a delete marker; when that goes, the one below it shows again.
    if (!edit.current) {
      const auto newest = TRY(index.newest_archived(edit.ref));
      if (newest && newest->sequence == row->sequence) TRY(promote(edit, row->sequence));
    }
  }
  return result;
}

Result<RemoveResult> Store::Impl::hide(Edit& edit) {
  ObjectRow marker;
  marker.info.key = edit.ref.key;
  marker.info.is_delete_marker = true;
  RemoveResult result{.existed = edit.current.has_value(), .is_delete_marker = true};
  TRY(supersede(edit, marker));
  result.version = marker.info.version;
  TRY(note(edit, EventKind::kMarkerMade, marker.info));
  return result;
}

Result<RemoveResult> Store::Impl::remove_one(Edit& edit, const RemoveOptions& wanted) {
  TRY(begin(edit));
  if (wanted.version) TRY(check_version(*wanted.version));
  // The condition is on what would be removed: that version, or the current object.
  const bool is_old = wanted.version && (!edit.current || edit.current->info.version != *wanted.version);
  if (wanted.if_match && is_old) {
    const auto row = TRY(index.archived(edit.ref, *wanted.version));
    TRY(check_preconditions(edit.ref, row, {.if_match = wanted.if_match}));
  } else if (wanted.if_match) {
    TRY(check_removal(edit, *wanted.if_match));
  }
  if (wanted.version) return remove_version(edit, *wanted.version);
  return remove_current(edit);
}

Result<RemoveResult> Store::Impl::remove_current(Edit& edit) {
  if (edit.bucket.versioning != Versioning::kOff) return hide(edit);
  if (!edit.current) return RemoveResult{};
  edit.change.drop(edit.current->body);
  index.remove_current(edit.batch, edit.ref);
  TRY(note(edit, EventKind::kRemoved, edit.current->info));
  return RemoveResult{.existed = true};
}

// Of an object that a delete marker hides, S3 says that it is another one, not that it is not there.
Result<void> Store::Impl::check_removal(const Edit& edit, const std::string& if_match) const {
  if (!edit.current && TRY(index.newest_archived(edit.ref))) {
    return Error{Errc::precondition_failed, fmt::format("{} is removed already", to_string(edit.ref))};
  }
  return check_preconditions(edit.ref, edit.current, {.if_match = if_match});
}

Result<RemoveResult> Store::remove(const ObjectRef& ref, const std::optional<std::string>& version) {
  return remove(ref, RemoveOptions{.version = version});
}

Result<RemoveResult> Store::remove(const ObjectRef& ref, const RemoveOptions& options) {
  TRY(check_key(ref.key));
  Impl::Edit edit(*impl_, ref);
  RemoveResult result = TRY(impl_->remove_one(edit, options));
  TRY(impl_->commit(edit, nullptr));
  return result;
}

namespace {

// Requests by rounds: of each key the first one, then the second, ..., since a round sees what those before it wrote.
std::vector<std::vector<size_t>> rounds_of(const std::vector<RemoveRequest>& requests) {
  std::vector<std::vector<size_t>> rounds;
  std::map<std::string_view, size_t> seen;
  for (size_t i = 0; i < requests.size(); ++i) {
    const size_t round = seen[requests[i].key]++;
    if (round == rounds.size()) rounds.emplace_back();
    rounds[round].push_back(i);
  }
  return rounds;
}

// What concerns one request of many, and not the disk or the bucket.
bool is_of_one(const Error& error) {
  return error.code == Errc::precondition_failed || error.code == Errc::no_such_key ||
         error.code == Errc::invalid_key || error.code == Errc::invalid_argument;
}

}  // namespace

Result<std::vector<Result<RemoveResult>>> Store::remove_many(const std::string& bucket,
                                                             const std::vector<RemoveRequest>& requests) {
  TRY(impl_->index.require_bucket(bucket));
  std::vector<std::string> keys;
  for (const RemoveRequest& request : requests) keys.push_back(request.key);
  const auto held = impl_->locks.lock_many(bucket, keys);
  std::vector<Result<RemoveResult>> answers(requests.size(), RemoveResult{});
  for (const std::vector<size_t>& round : rounds_of(requests)) {
    Impl::Writes writes(*impl_);
    for (const size_t i : round) {
      const ObjectRef ref{bucket, requests[i].key};
      const Result<void> checked = check_key(ref.key);
      if (!checked) {
        answers[i] = checked.error();
        continue;
      }
      Impl::Edit edit(ref, writes);
      answers[i] = impl_->remove_one(edit, requests[i].options);
      if (!answers[i] && !is_of_one(answers[i].error())) return answers[i].error();
    }
    TRY(impl_->commit(writes, nullptr));
  }
  return answers;
}

}  // namespace caudal::objects
