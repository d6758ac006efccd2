// SPDX-License-Identifier: Apache-2.0
// Removing objects, versions and delete markers.
#include "objects/store_impl.h"

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
    TRY(promote(edit, std::nullopt));
  } else {
    const auto row = TRY(index.archived(edit.ref, version));
    if (!row) return RemoveResult{.existed = false, .version = version};
    result.is_delete_marker = row->info.is_delete_marker;
    edit.change.drop(row->body);
    index.remove_archived(edit.batch, edit.ref, *row);
    // Without a current row the newest one is a delete marker; when that goes, the one below it shows again.
    if (!edit.current) {
      const auto newest = TRY(index.newest_archived(edit.ref));
      if (newest && newest->sequence == row->sequence) TRY(promote(edit, row->sequence));
    }
  }
  TRY(commit(edit, nullptr));
  return result;
}

Result<RemoveResult> Store::Impl::hide(Edit& edit) {
  ObjectRow marker;
  marker.info.key = edit.ref.key;
  marker.info.is_delete_marker = true;
  RemoveResult result{.existed = edit.current.has_value(), .is_delete_marker = true};
  TRY(supersede(edit, marker));
  result.version = marker.info.version;
  TRY(commit(edit, nullptr));
  return result;
}

Result<RemoveResult> Store::remove(const ObjectRef& ref, const std::optional<std::string>& version) {
  TRY(check_key(ref.key));
  Impl::Edit edit(*impl_, ref);
  TRY(impl_->begin(edit));
  if (version) return impl_->remove_version(edit, *version);
  if (edit.bucket.versioning != Versioning::kOff) return impl_->hide(edit);
  if (!edit.current) return RemoveResult{};
  edit.change.drop(edit.current->body);
  impl_->index.remove_current(edit.batch, ref);
  TRY(impl_->commit(edit, nullptr));
  return RemoveResult{.existed = true};
}

}  // namespace caudal::objects
