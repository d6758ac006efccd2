// SPDX-License-Identifier: Apache-2.0
// Copies that share the body of their source.
#include <fmt/format.h>

#include <algorithm>

#include "objects/errc.h"
#include "objects/store_impl.h"

namespace caudal::objects {
namespace {

constexpr int kAttempts = 100;

// Whether the source has the checksum that the copy is to have.
bool has_checksum(const ObjectInfo& source, std::optional<ChecksumAlgorithm> wanted) {
  return !wanted || std::ranges::any_of(source.checksums, [&](const Checksum& checksum) {
    return checksum.algorithm == *wanted && checksum.parts == 0;
  });
}

// What the copy says of itself; what it is, it has from the source.
ObjectRow copied_row(const ObjectRef& target, const ObjectRow& source, const CopyOptions& options) {
  ObjectRow row = source;
  row.info.key = target.key;
  row.info.is_latest = true;
  if (options.checksum) {
    std::erase_if(row.info.checksums, [&](const Checksum& one) { return one.algorithm != *options.checksum; });
  }
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
  TRY(note(edit, EventKind::kCopied, row.info));
  const Result<void> committed = commit(edit, nullptr);
  if (!committed && committed.error().code == Errc::changed_meanwhile) return std::optional<ObjectInfo>();
  if (!committed) return committed.error();
  return std::optional<ObjectInfo>(std::move(row.info));
}

// Its ETag becomes that of a put.
Result<ObjectInfo> Store::Impl::copy_bytes(Reader source, const ObjectRef& target, const CopyOptions& wanted,
                                           bool encrypt) {
  const ObjectInfo& info = source.info();
  PutOptions put = wanted.replace.value_or(PutOptions{
      .content_type = info.content_type, .headers = info.headers, .metadata = info.metadata, .tags = info.tags});
  put.algorithms.clear();
  if (wanted.checksum) {
    put.algorithms.push_back(*wanted.checksum);
  } else {
    for (const Checksum& checksum : info.checksums) put.algorithms.push_back(checksum.algorithm);
  }
  put.encrypt = encrypt;
  const BodyRules rules{.encrypt = encrypt, .keys = options.keys, .now = clock.now()};
  put.expected.clear();
  put.expected_md5.reset();
  put.expected_size_bytes = info.size_bytes;
  put.preconditions = wanted.preconditions;
  put.cause = EventKind::kCopied;
  StagedBody staged = TRY(write_body(body_places(), source, put, rules));
  ObjectRow row = make_row(target, put);
  describe_body(row, staged);
  return install(target, std::move(row), std::move(staged), put);
}

Result<ObjectInfo> Store::copy(const ObjectRef& source, const ObjectRef& target, const CopyOptions& options) {
  TRY(check_target(target, options.replace.value_or(PutOptions{})));
  const BucketInfo bucket = TRY(impl_->index.require_bucket(target.bucket));
  const std::optional<bool> asked = options.encrypt || !options.replace ? options.encrypt : options.replace->encrypt;
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    const ObjectRow row = TRY(impl_->index.require(source, options.source_version));
    TRY(check_source_conditions(source, row.info, options.source_conditions));
    const bool encrypt = asked.value_or(row.info.is_encrypted || bucket.encrypts);
    if (encrypt != row.info.is_encrypted || !has_checksum(row.info, options.checksum)) {
      Reader reader = TRY(get(source, options.source_version));
      TRY(check_source_conditions(source, reader.info(), options.source_conditions));
      return impl_->copy_bytes(std::move(reader), target, options, encrypt);
    }
    auto copied = TRY(impl_->copy_row(row, target, options));
    if (copied) return *std::move(copied);
  }
  return Error{Errc::changed_meanwhile, fmt::format("{} is being replaced all the time; try again", to_string(source))};
}

}  // namespace caudal::objects
