// SPDX-License-Identifier: Apache-2.0
// Completing an upload: which parts, in which order, and what the object that they make is called by its digests.
#include <fmt/format.h>

#include <algorithm>

#include "objects/completed_uploads.h"
#include "objects/errc.h"
#include "objects/part_digests.h"
#include "objects/store_impl.h"
#include "objects/uploads.h"

namespace caudal::objects {
namespace {

Error invalid_part(const ObjectRef& ref, uint32_t number, std::string_view why) {
  return {Errc::invalid_part, fmt::format("part {} of the upload to {} {}", number, to_string(ref), why)};
}

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

Result<void> check_expected(const ObjectRef& ref, const ObjectInfo& info, const std::vector<Checksum>& expected) {
  for (const Checksum& wanted : expected) {
    const auto is_wanted = [&](const Checksum& got) {
      return got.algorithm == wanted.algorithm && got.value == wanted.value &&
             (wanted.parts == 0 || wanted.parts == got.parts);
    };
    if (std::none_of(info.checksums.begin(), info.checksums.end(), is_wanted)) {
      return Error{Errc::checksum_mismatch, fmt::format("the parts of {} do not make the announced {}; send them again",
                                                        to_string(ref), to_string(wanted.algorithm))};
    }
  }
  return {};
}

// Size, ETag and checksums of the object that the parts make.
ObjectRow completed_row(const ObjectRef& ref, const UploadOptions& upload, const std::vector<PartRow>& parts) {
  ObjectRow row = make_row(ref, upload.put);
  row.info.is_encrypted = upload.put.encrypt.value_or(false);
  std::vector<DigestedPart> digested;
  for (const PartRow& part : parts) {
    row.info.size_bytes += part.info.size_bytes;
    digested.push_back({part.info.size_bytes, part.md5, part.info.checksums});
  }
  row.info.etag = etag_of(digested);
  for (const ChecksumAlgorithm algorithm : upload.put.algorithms) {
    const ChecksumType type = upload.checksum_type.value_or(default_checksum_type(algorithm));
    row.info.checksums.push_back(whole_checksum(digested, algorithm, type));
  }
  return row;
}

Result<void> check_size(const ObjectRef& ref, uint64_t size_bytes, uint64_t max_bytes,
                        const std::optional<uint64_t>& expected_bytes) {
  if (size_bytes > max_bytes) {
    return Error{Errc::too_large, fmt::format("the parts of {} have {} bytes; an object has at most {}", to_string(ref),
                                              size_bytes, max_bytes)};
  }
  if (expected_bytes && *expected_bytes != size_bytes) {
    return Error{Errc::checksum_mismatch, fmt::format("the parts of {} have {} bytes, not the {} that were announced",
                                                      to_string(ref), size_bytes, *expected_bytes)};
  }
  return {};
}

Result<void> check_announced(const ObjectRef& ref, const ObjectInfo& info, uint64_t max_bytes,
                             const CompleteOptions& options) {
  TRY(check_expected(ref, info, options.expected));
  return check_size(ref, info.size_bytes, max_bytes, options.expected_size_bytes);
}

std::vector<CompletedPart> names_of(const std::vector<PartRow>& parts) {
  std::vector<CompletedPart> names;
  for (const PartRow& part : parts) names.push_back({.number = part.info.number, .etag = part.info.etag});
  return names;
}

Layout layout_of_parts(const std::vector<PartRow>& parts) {
  Layout layout;
  for (const PartRow& part : parts) {
    layout.push_back({.blob = part.blob,
                      .size_bytes = part.info.size_bytes,
                      .number = part.info.number,
                      .wrapped_key = part.wrapped_key,
                      .checksums = part.info.checksums});
  }
  return layout;
}

}  // namespace

ChecksumType default_checksum_type(ChecksumAlgorithm algorithm) {
  return algorithm == ChecksumAlgorithm::kCrc64Nvme ? ChecksumType::kFullObject : ChecksumType::kComposite;
}

bool can_have(ChecksumAlgorithm algorithm, ChecksumType type) {
  if (type == ChecksumType::kComposite) return algorithm != ChecksumAlgorithm::kCrc64Nvme;
  return algorithm != ChecksumAlgorithm::kSha1 && algorithm != ChecksumAlgorithm::kSha256;
}

uint64_t Store::min_part_size_bytes() const { return impl_->options.min_part_size_bytes; }

Result<ObjectInfo> Store::complete_upload(const ObjectRef& ref, const std::string& upload,
                                          const std::vector<CompletedPart>& parts, const CompleteOptions& options) {
  Impl::Edit edit(*impl_, ref);
  const uint64_t max_bytes = impl_->options.max_object_size_bytes;
  const auto upload_row = require_upload(impl_->index, ref, upload);
  if (!upload_row) {
    if (upload_row.error().code != Errc::no_such_upload) return upload_row.error();
    auto before = TRY(recall_completed(impl_->index, ref, upload, parts, impl_->clock.now()));
    if (!before) return upload_row.error();
    TRY(check_announced(ref, *before, max_bytes, options));
    return *std::move(before);
  }
  TRY(impl_->begin(edit));
  Parts stored = TRY(read_parts(impl_->index, upload));
  const auto chosen = TRY(choose_parts(ref, stored, parts, impl_->options.min_part_size_bytes));
  ObjectRow row = completed_row(ref, upload_row->options, chosen);
  TRY(check_announced(ref, row.info, max_bytes, options));
  TRY(check_preconditions(ref, edit.current, options.preconditions));
  // Also of one part, since its number and checksums are asked for later.
  row.body = {.kind = BodyKind::kParts, .id = new_body_id()};
  edit.change.create_layout(edit.batch, row.body.id, layout_of_parts(chosen));
  for (const PartRow& part : chosen) stored.erase(part.info.number);
  for (const auto& [number, part] : stored) edit.change.drop(body_of(part));
  TRY(remove_upload_rows(impl_->index, edit.batch, ref, upload));
  TRY(impl_->supersede(edit, row));
  TRY(remember_completed(impl_->index, edit.batch, ref, upload, names_of(chosen), row));
  TRY(impl_->note(edit, EventKind::kCompleted, row.info));
  TRY(impl_->commit(edit, nullptr));
  return std::move(row.info);
}

}  // namespace caudal::objects
