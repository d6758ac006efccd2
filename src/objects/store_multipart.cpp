// SPDX-License-Identifier: Apache-2.0
// Multipart uploads: parts are blobs with rows of their own until complete makes them one body.
#include <fmt/format.h>

#include <algorithm>

#include "base/encoding.h"
#include "objects/body_cipher.h"
#include "objects/completed_uploads.h"
#include "objects/errc.h"
#include "objects/store_impl.h"
#include "objects/uploads.h"

namespace caudal::objects {
namespace {

Result<void> check_checksum_type(const UploadOptions& options) {
  if (!options.checksum_type) return {};
  for (const ChecksumAlgorithm algorithm : options.put.algorithms) {
    if (can_have(algorithm, *options.checksum_type)) continue;
    const bool composite = *options.checksum_type == ChecksumType::kComposite;
    return Error{Errc::invalid_argument,
                 fmt::format("{} of an object in parts cannot be of type {}; use {}", to_string(algorithm),
                             composite ? "COMPOSITE" : "FULL_OBJECT", composite ? "FULL_OBJECT" : "COMPOSITE")};
  }
  return {};
}

Result<void> check_copied_range(const ObjectRef& source, const ObjectInfo& info,
                                const std::optional<ByteRange>& range) {
  if (!range) return {};
  if (range->first && range->last && *range->first <= *range->last && *range->last < info.size_bytes) return {};
  return Error{Errc::invalid_range,
               fmt::format("the range to be copied does not lie within {}, which has {} bytes; give its first and last "
                           "byte",
                           to_string(source), info.size_bytes)};
}

}  // namespace

Result<std::string> Store::create_upload(const ObjectRef& ref, const UploadOptions& options) {
  TRY(check_target(ref, options.put));
  TRY(check_checksum_type(options));
  Impl::Edit edit(*impl_, ref);
  TRY(impl_->begin(edit));
  UploadRow row{.initiated = impl_->clock.now(), .options = options};
  const BodyRules rules = impl_->rules_of(edit.bucket, options.put);
  if (rules.encrypt) TRY(BodyCipher::make(rules.keys));  // before parts come that cannot be kept
  row.options.put.encrypt = rules.encrypt;
  std::string upload = make_version(static_cast<uint64_t>(row.initiated.time_since_epoch().count()));
  edit.batch.put(impl_->index.families().uploads, upload_key(ref, upload), encode(row));
  TRY(impl_->commit(edit, nullptr));
  return upload;
}

Result<PartInfo> Store::upload_part(const ObjectRef& ref, const std::string& upload, uint32_t number,
                                    ByteSource& source, const PutOptions& options) {
  if (number < 1 || number > kMaxPartNumber) {
    return Error{Errc::invalid_argument,
                 fmt::format("{} is not the number of a part; those go from 1 to {}", number, kMaxPartNumber)};
  }
  PutOptions wanted = options;
  const uint64_t limit = impl_->options.max_part_size_bytes;
  wanted.max_size_bytes = std::min(wanted.max_size_bytes.value_or(limit), limit);
  const PutOptions of_upload = TRY(require_upload(impl_->index, ref, upload)).options.put;
  wanted.algorithms = of_upload.algorithms;
  const BodyRules rules{
      .inlining = Inlining::kNever, .encrypt = of_upload.encrypt.value_or(false), .keys = impl_->options.keys};
  const StagedBody staged = TRY(write_body(impl_->body_places(), source, wanted, rules));
  PartRow row{.info = {.number = number, .size_bytes = staged.size_bytes}, .blob = staged.body.id};
  row.wrapped_key = staged.body.wrapped_key;
  row.md5 = staged.digests.md5;
  row.info.etag = to_hex(row.md5);
  row.info.modified = impl_->clock.now();
  row.info.checksums = staged.digests.checksums;

  Impl::Edit edit(*impl_, ref);
  TRY(require_upload(impl_->index, ref, upload));  // again: it may have been completed meanwhile
  const Families& families = impl_->index.families();
  const std::string key = part_key(upload, number);
  if (const auto before = TRY(impl_->kv.get(families.parts, key))) {
    edit.change.drop(body_of(TRY(decode_part(number, *before))));
  }
  edit.change.create_blob(edit.batch, row.blob);
  edit.batch.put(families.parts, key, encode(row));
  TRY(impl_->commit(edit, staged.blob.get()));
  return row.info;
}

Result<CopiedPart> Store::upload_part_copy(const ObjectRef& ref, const std::string& upload, uint32_t number,
                                           const ObjectRef& source, const PartCopyOptions& options) {
  TRY(require_upload(impl_->index, ref, upload));
  Reader reader = TRY(get(source, options.source_version));
  TRY(check_source_conditions(source, reader.info(), options.conditions));
  TRY(check_copied_range(source, reader.info(), options.range));
  if (options.range) reader.impl_->select(TRY(extent_of(reader.info(), options.range)));
  PutOptions put;
  put.expected_size_bytes = reader.length_bytes();
  CopiedPart copied{.part = TRY(upload_part(ref, upload, number, reader, put)), .source_version = {}};
  copied.source_version = reader.info().version;
  return copied;
}

Result<void> Store::abort_upload(const ObjectRef& ref, const std::string& upload) {
  Impl::Edit edit(*impl_, ref);
  TRY(require_upload(impl_->index, ref, upload));
  for (const auto& [number, part] : TRY(read_parts(impl_->index, upload))) edit.change.drop(body_of(part));
  TRY(remove_upload_rows(impl_->index, edit.batch, ref, upload));
  return impl_->commit(edit, nullptr);
}

Result<void> Store::Impl::drop_uploads(const std::string& bucket, kv::Batch& batch, References::Change& change) {
  const std::string all = kv::KeyWriter().text(bucket).take();
  kv::Scan scan = kv.scan(index.families().uploads, kv::Range::prefix(all));
  for (; scan.valid(); scan.next()) {
    kv::KeyReader in(scan.key());
    TRY(in.text());
    const ObjectRef ref{bucket, TRY(in.text())};
    const std::string upload(in.rest());
    for (const auto& [number, part] : TRY(read_parts(index, upload))) change.drop(body_of(part));
    TRY(remove_upload_rows(index, batch, ref, upload));
  }
  TRY(forget_completed(index, batch, bucket));
  return scan.status();
}

}  // namespace caudal::objects
