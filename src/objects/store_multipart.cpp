// SPDX-License-Identifier: Apache-2.0
// Multipart uploads: parts are blobs with rows of their own until complete makes them one body.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/check.h"
#include "base/encoding.h"
#include "objects/errc.h"
#include "objects/store_impl.h"

namespace caudal::objects {
namespace {

std::string upload_key(const ObjectRef& ref, std::string_view upload) {
  return kv::KeyWriter().text(ref.bucket).text(ref.key).raw(upload).take();
}

std::string part_key(std::string_view upload, uint32_t number) {
  return kv::KeyWriter().text(upload).u64(number).take();
}

std::string parts_prefix(std::string_view upload) { return kv::KeyWriter().text(upload).take(); }

Error invalid_part(const ObjectRef& ref, uint32_t number, std::string_view why) {
  return {Errc::invalid_part, fmt::format("part {} of the upload to {} {}", number, to_string(ref), why)};
}

using Parts = std::map<uint32_t, PartRow>;

Result<Parts> read_parts(const Index& index, const std::string& upload) {
  Parts parts;
  kv::Scan scan = index.kv().scan(index.families().parts, kv::Range::prefix(parts_prefix(upload)));
  for (; scan.valid(); scan.next()) {
    kv::KeyReader key(scan.key());
    TRY(key.text());
    const auto number = static_cast<uint32_t>(TRY(key.u64()));
    parts.emplace(number, TRY(decode_part(number, scan.value())));
  }
  TRY(scan.status());
  return parts;
}

Result<UploadRow> require_upload(const Index& index, const ObjectRef& ref, const std::string& upload) {
  const auto bytes = TRY(index.kv().get(index.families().uploads, upload_key(ref, upload)));
  if (!bytes) {
    TRY(index.require_bucket(ref.bucket));
    return Error{Errc::no_such_upload, fmt::format("there is no upload {} to {}; it was completed or given up, or "
                                                   "never begun",
                                                   upload, to_string(ref))};
  }
  return decode_upload(*bytes);
}

// The rows of an upload; not its blobs.
void remove_upload_rows(const Index& index, kv::Batch& batch, const ObjectRef& ref, const std::string& upload) {
  batch.remove(index.families().uploads, upload_key(ref, upload));
  batch.remove_range(index.families().parts, kv::Range::prefix(parts_prefix(upload)));
}

Body body_of(const PartRow& part) { return {.kind = BodyKind::kBlob, .id = part.blob}; }

// The rows of the parts named, in order.
Result<std::vector<PartRow>> choose_parts(const ObjectRef& ref, const Parts& stored,
                                          const std::vector<CompletedPart>& named, uint64_t min_size_bytes) {
  if (named.empty()) return Error{Errc::invalid_part, fmt::format("no parts were named for {}", to_string(ref))};
  std::vector<PartRow> chosen;
  for (const CompletedPart& part : named) {
    if (!chosen.empty() && part.number <= chosen.back().info.number) {
      return Error{Errc::invalid_part_order,
                   fmt::format("the parts of {} are not named in ascending order: {} after {}", to_string(ref),
                               part.number, chosen.back().info.number)};
    }
    if (!chosen.empty() && chosen.back().info.size_bytes < min_size_bytes) {
      return Error{Errc::part_too_small, fmt::format("part {} of {} has {} bytes; all but the last need at least {}",
                                                     chosen.back().info.number, to_string(ref),
                                                     chosen.back().info.size_bytes, min_size_bytes)};
    }
    const auto found = stored.find(part.number);
    if (found == stored.end()) return invalid_part(ref, part.number, "was never uploaded");
    const PartInfo& info = found->second.info;
    if (!part.etag.empty() && part.etag != info.etag) return invalid_part(ref, part.number, "has another ETag");
    for (const Checksum& checksum : part.checksums) {
      if (std::find(info.checksums.begin(), info.checksums.end(), checksum) == info.checksums.end()) {
        return invalid_part(ref, part.number, "has another checksum");
      }
    }
    chosen.push_back(found->second);
  }
  return chosen;
}

const Checksum& checksum_of_part(const PartRow& part, ChecksumAlgorithm algorithm) {
  const auto found = std::find_if(part.info.checksums.begin(), part.info.checksums.end(),
                                  [&](const Checksum& checksum) { return checksum.algorithm == algorithm; });
  CHECK(found != part.info.checksums.end(), "a part lacks a checksum of its upload");
  return *found;
}

Checksum whole_checksum(const std::vector<PartRow>& parts, ChecksumAlgorithm algorithm, bool composite) {
  if (algorithm == ChecksumAlgorithm::kSha256 || algorithm == ChecksumAlgorithm::kSha1) composite = true;
  if (algorithm == ChecksumAlgorithm::kCrc64Nvme) composite = false;
  if (composite) {
    std::string values;
    for (const PartRow& part : parts) values += checksum_of_part(part, algorithm).value;
    Checksum checksum = checksum_of(algorithm, values);
    checksum.parts = static_cast<uint32_t>(parts.size());
    return checksum;
  }
  Checksum checksum = checksum_of_part(parts.front(), algorithm);
  for (size_t i = 1; i < parts.size(); ++i) {
    checksum = combine(checksum, checksum_of_part(parts[i], algorithm), parts[i].info.size_bytes);
  }
  return checksum;
}

// Size, ETag and checksums of the object that the parts make.
Result<ObjectRow> completed_row(const ObjectRef& ref, const UploadOptions& upload, const std::vector<PartRow>& parts,
                                const std::vector<Checksum>& expected) {
  ObjectRow row = make_row(ref, upload.put);
  std::string md5s;
  for (const PartRow& part : parts) {
    row.info.size_bytes += part.info.size_bytes;
    md5s += part.md5;
  }
  row.info.etag = fmt::format("{}-{}", to_hex(md5_of(md5s)), parts.size());
  for (const ChecksumAlgorithm algorithm : upload.put.algorithms) {
    row.info.checksums.push_back(whole_checksum(parts, algorithm, upload.composite_checksum));
  }
  for (const Checksum& wanted : expected) {
    const auto& got = row.info.checksums;
    if (std::find(got.begin(), got.end(), wanted) == got.end()) {
      return Error{Errc::checksum_mismatch, fmt::format("the parts of {} do not make the announced {}; send them again",
                                                        to_string(ref), to_string(wanted.algorithm))};
    }
  }
  return row;
}

}  // namespace

Result<std::string> Store::create_upload(const ObjectRef& ref, const UploadOptions& options) {
  TRY(check_target(ref, options.put));
  Impl::Edit edit(*impl_, ref);
  TRY(impl_->begin(edit));
  const UploadRow row{.initiated = impl_->clock.now(), .options = options};
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
  wanted.algorithms = TRY(require_upload(impl_->index, ref, upload)).options.put.algorithms;
  const StagedBody staged = TRY(write_body(impl_->blobs, source, wanted, Inlining::kNever));
  PartRow row{.info = {.number = number, .size_bytes = staged.size_bytes}, .blob = staged.body.id};
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

Result<ObjectInfo> Store::complete_upload(const ObjectRef& ref, const std::string& upload,
                                          const std::vector<CompletedPart>& parts, const CompleteOptions& options) {
  Impl::Edit edit(*impl_, ref);
  const UploadRow upload_row = TRY(require_upload(impl_->index, ref, upload));
  TRY(impl_->begin(edit));
  Parts stored = TRY(read_parts(impl_->index, upload));
  const auto chosen = TRY(choose_parts(ref, stored, parts, impl_->options.min_part_size_bytes));
  ObjectRow row = TRY(completed_row(ref, upload_row.options, chosen, options.expected));
  TRY(check_preconditions(ref, edit.current, options.preconditions));
  if (chosen.size() == 1) {
    row.body = body_of(chosen.front());  // takes over the reference of the part's row
  } else {
    Layout layout;
    for (const PartRow& part : chosen) layout.push_back({.blob = part.blob, .size_bytes = part.info.size_bytes});
    row.body = {.kind = BodyKind::kParts, .id = new_body_id()};
    edit.change.create_layout(edit.batch, row.body.id, layout);
  }
  for (const PartRow& part : chosen) stored.erase(part.info.number);
  for (const auto& [number, part] : stored) edit.change.drop(body_of(part));
  remove_upload_rows(impl_->index, edit.batch, ref, upload);
  TRY(impl_->supersede(edit, row));
  TRY(impl_->commit(edit, nullptr));
  return std::move(row.info);
}

Result<void> Store::abort_upload(const ObjectRef& ref, const std::string& upload) {
  Impl::Edit edit(*impl_, ref);
  TRY(require_upload(impl_->index, ref, upload));
  for (const auto& [number, part] : TRY(read_parts(impl_->index, upload))) edit.change.drop(body_of(part));
  remove_upload_rows(impl_->index, edit.batch, ref, upload);
  return impl_->commit(edit, nullptr);
}

Result<std::vector<PartInfo>> Store::list_parts(const ObjectRef& ref, const std::string& upload) const {
  TRY(require_upload(impl_->index, ref, upload));
  std::vector<PartInfo> infos;
  for (auto& [number, part] : TRY(read_parts(impl_->index, upload))) infos.push_back(std::move(part.info));
  return infos;
}

Result<std::vector<UploadInfo>> Store::list_uploads(const std::string& bucket, const std::string& prefix) const {
  TRY(impl_->index.require_bucket(bucket));
  std::vector<UploadInfo> infos;
  const std::string from = kv::KeyWriter().text(bucket).text_prefix(prefix).take();
  kv::Scan scan = impl_->kv.scan(impl_->index.families().uploads, kv::Range::prefix(from));
  for (; scan.valid(); scan.next()) {
    kv::KeyReader in(scan.key());
    TRY(in.text());
    UploadInfo info;
    info.key = TRY(in.text());
    info.upload = in.rest();
    info.initiated = TRY(decode_upload(scan.value())).initiated;
    infos.push_back(std::move(info));
  }
  TRY(scan.status());
  return infos;
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
    remove_upload_rows(index, batch, ref, upload);
  }
  return scan.status();
}

}  // namespace caudal::objects
