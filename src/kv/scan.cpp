// SPDX-License-Identifier: Apache-2.0
// Snapshots and iterators of RocksDB.
#include "kv/scan.h"

#include "kv/prompt_reads.h"
#include "kv/scan_impl.h"

namespace caudal::kv {

Snapshot::Snapshot(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Snapshot::Snapshot(Snapshot&& other) noexcept = default;
Snapshot& Snapshot::operator=(Snapshot&& other) noexcept = default;
Snapshot::~Snapshot() = default;

Scan::Scan(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Scan::Scan(Scan&& other) noexcept = default;
Scan& Scan::operator=(Scan&& other) noexcept = default;
Scan::~Scan() = default;

bool Scan::valid() const { return impl_->iterator->Valid(); }
std::string_view Scan::key() const { return to_view(impl_->iterator->key()); }
std::string_view Scan::value() const { return to_view(impl_->iterator->value()); }
void Scan::next() {
  const PromptReads prompt(impl_->is_prompt);
  impl_->iterator->Next();
}
void Scan::previous() {
  const PromptReads prompt(impl_->is_prompt);
  impl_->iterator->Prev();
}
void Scan::to_first() {
  const PromptReads prompt(impl_->is_prompt);
  impl_->iterator->SeekToFirst();
}
void Scan::to_last() {
  const PromptReads prompt(impl_->is_prompt);
  impl_->iterator->SeekToLast();
}
// RocksDB clamps a seek below the lower bound to that bound, and one beyond the upper bound to the end; backwards
// likewise.
void Scan::seek(std::string_view key) {
  const PromptReads prompt(impl_->is_prompt);
  impl_->iterator->Seek(to_slice(key));
}
void Scan::seek_backward(std::string_view key) {
  const PromptReads prompt(impl_->is_prompt);
  impl_->iterator->SeekForPrev(to_slice(key));
}

Result<void> Scan::status() const {
  const rocksdb::Status status = impl_->iterator->status();
  if (!status.ok()) return status_error(status, "scan", impl_->directory);
  return {};
}

}  // namespace caudal::kv
