// SPDX-License-Identifier: Apache-2.0
// Copies that share the body of their source.
#include <fmt/format.h>

#include "objects/errc.h"
#include "objects/store_impl.h"

namespace caudal::objects {
namespace {

constexpr int kAttempts = 100;

// What the copy says of itself; what it is, it has from the source.
ObjectRow copied_row(const ObjectRef& target, const ObjectRow& source, const CopyOptions& options) {
  ObjectRow row = source;
  row.info.key = target.key;
  row.info.is_latest = true;
  if (options.replace) {
    row.info.content_type = options.replace->content_type;
    row.info.headers = options.replace->headers;
    row.info.metadata = options.replace->metadata;
    row.info.tags = options.replace->tags;
  }
  return row;
}

}  // namespace

// Nothing: the source was replaced meanwhile.
Result<std::optional<ObjectInfo>> Store::Impl::copy_row(const ObjectRow& source, const ObjectRef& target,
                                                        const CopyOptions& wanted) {
  std::optional<std::string> inline_bytes;
  if (source.body.kind == BodyKind::kInline) {
    inline_bytes = TRY(kv.get(index.families().bodies, source.body.id));
    if (!inline_bytes) return std::optional<ObjectInfo>();
  }
  Edit edit(*this, target);
  TRY(begin(edit));
  TRY(check_preconditions(target, edit.current, wanted.preconditions));
  ObjectRow row = copied_row(target, source, wanted);
  if (inline_bytes) {
    row.body.id = new_body_id();
    edit.change.create_inline(edit.batch, row.body.id, *inline_bytes);
  } else {
    edit.change.hold(row.body);
  }
  TRY(supersede(edit, row));
  note(edit, EventKind::kCopied, row.info);
  const Result<void> committed = commit(edit, nullptr);
  if (!committed && committed.error().code == Errc::changed_meanwhile) return std::optional<ObjectInfo>();
  if (!committed) return committed.error();
  return std::optional<ObjectInfo>(std::move(row.info));
}

Result<ObjectInfo> Store::copy(const ObjectRef& source, const ObjectRef& target, const CopyOptions& options) {
  TRY(check_target(target, options.replace.value_or(PutOptions{})));
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    const ObjectRow row = TRY(impl_->index.require(source, options.source_version));
    TRY(check_source_conditions(source, row.info, options.source_conditions));
    auto copied = TRY(impl_->copy_row(row, target, options));
    if (copied) return *std::move(copied);
  }
  return Error{Errc::changed_meanwhile, fmt::format("{} is being replaced all the time; try again", to_string(source))};
}

}  // namespace caudal::objects
