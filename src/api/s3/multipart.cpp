// SPDX-License-Identifier: Apache-2.0
// Uploads in parts.
#include <fmt/format.h>

#include <algorithm>

#include "api/s3/conditions.h"
#include "api/s3/copy_source.h"
#include "api/s3/fields.h"
#include "api/s3/operations.h"
#include "api/s3/upload.h"
#include "aws/generated/s3/multipart.h"

namespace caudal::api::s3 {
namespace {

constexpr int32_t kMostOnPage = 1000;

Outcome<uint32_t> part_number(int32_t number) {
  if (number >= 1 && number <= static_cast<int32_t>(objects::kMaxPartNumber)) return static_cast<uint32_t>(number);
  return invalid_argument("Part number must be an integer between 1 and 10000, inclusive", "partNumber",
                          std::to_string(number));
}

Outcome<uint32_t> page_size(const std::optional<int32_t>& wanted, std::string_view name) {
  if (wanted.value_or(0) >= 0) return static_cast<uint32_t>(std::min(wanted.value_or(kMostOnPage), kMostOnPage));
  return invalid_argument(fmt::format("Argument {} must be an integer between 0 and 2147483647", name), name,
                          std::to_string(*wanted));
}

std::string_view to_string(objects::ChecksumType type) {
  return type == objects::ChecksumType::kComposite ? "COMPOSITE" : "FULL_OBJECT";
}

// Of the first algorithm that an upload has; S3 knows one at most.
template <class Out>
void tell_checksum(Out& out, const objects::UploadInfo& upload) {
  if (upload.algorithms.empty()) return;
  const ChecksumAlgorithm algorithm = upload.algorithms.front();
  out.checksum_algorithm = std::string(caudal::to_string(algorithm));
  out.checksum_type = std::string(to_string(upload.checksum_type.value_or(objects::default_checksum_type(algorithm))));
}

Outcome<wire::CreateMultipartUploadOutput> create(Call& call, const wire::CreateMultipartUploadRequest& in) {
  objects::UploadOptions options{.put = TRY(put_options(in))};
  wire::CreateMultipartUploadOutput out{.bucket = in.bucket, .key = in.key};
  if (in.checksum_algorithm) {
    options.put.algorithms = {TRY(checksum_algorithm(*in.checksum_algorithm))};
    out.checksum_algorithm = in.checksum_algorithm;
  }
  if (in.checksum_type) {
    if (*in.checksum_type != "COMPOSITE" && *in.checksum_type != "FULL_OBJECT") {
      return invalid_request(fmt::format("Value for x-amz-checksum-type header is invalid."));
    }
    if (!in.checksum_algorithm) {
      return invalid_request(
          "The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm header.");
    }
    options.checksum_type =
        *in.checksum_type == "COMPOSITE" ? objects::ChecksumType::kComposite : objects::ChecksumType::kFullObject;
    if (!objects::can_have(options.put.algorithms.front(), *options.checksum_type)) {
      return invalid_request(fmt::format("The {} checksum type cannot be used with the {} checksum algorithm.",
                                         *in.checksum_type, *in.checksum_algorithm));
    }
  }
  if (in.checksum_algorithm) {
    out.checksum_type = std::string(
        to_string(options.checksum_type.value_or(objects::default_checksum_type(options.put.algorithms.front()))));
  }
  out.upload_id = TRY(call.said(call.store.create_upload(call.ref(), options)));
  return out;
}

Outcome<wire::UploadPartOutput> upload_part(Call& call, const wire::UploadPartRequest& in) {
  objects::PutOptions options;
  TRY(check_encryption({}, in.sse_customer_algorithm || in.sse_customer_key));
  TRY(expect_announced(call, in.checksum_algorithm, options));
  const uint32_t number = TRY(part_number(in.part_number));
  const objects::PartInfo part =
      TRY(stored(call, call.store.upload_part(call.ref(), in.upload_id, number, call.body, options), in.upload_id));
  wire::UploadPartOutput out{.etag = etag_text(part.etag)};
  fill_checksums(out, part.checksums);
  return out;
}

Outcome<objects::ByteRange> copy_range(std::string_view text) {
  const auto range = parse_range(text);
  if (range && range->first && range->last) return *range;
  return invalid_argument(
      "The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the zero-based "
      "offsets of the first and last bytes to copy",
      "x-amz-copy-source-range", text);
}

Outcome<wire::UploadPartCopyOutput> upload_part_copy(Call& call, const wire::UploadPartCopyRequest& in) {
  const CopySource source = TRY(authorised_source(call, in.copy_source));
  TRY(check_encryption({}, in.sse_customer_algorithm || in.sse_customer_key || in.copy_source_sse_customer_algorithm ||
                               in.copy_source_sse_customer_key));
  const uint32_t number = TRY(part_number(in.part_number));
  const objects::ObjectInfo from = TRY(source_info(call, source));
  objects::PartCopyOptions options{.source_version = source.version, .conditions = source_conditions(in)};
  if (in.copy_source_range) {
    options.range = TRY(copy_range(*in.copy_source_range));
    if (*options.range->last >= from.size_bytes) {
      return invalid_argument(
          fmt::format("Range specified is not valid for source object of size: {}", from.size_bytes),
          "x-amz-copy-source-range", *in.copy_source_range);
    }
  }
  TRY(check_copied_size(options.range ? *options.range->last - *options.range->first + 1 : from.size_bytes));
  const objects::CopiedPart copied = TRY(
      call.said(call.store.upload_part_copy(call.ref(), in.upload_id, number, source.ref, options), "", in.upload_id));
  wire::UploadPartCopyOutput out{.copy_part_result = wire::CopyPartResult{.etag = etag_text(copied.part.etag),
                                                                          .last_modified = copied.part.modified}};
  fill_checksums(*out.copy_part_result, copied.part.checksums);
  if (copied.source_version != objects::kNullVersion) out.copy_source_version_id = copied.source_version;
  return out;
}

Outcome<std::vector<objects::CompletedPart>> completed_parts(const wire::CompleteMultipartUploadRequest& in) {
  if (!in.multipart_upload || !in.multipart_upload->parts || in.multipart_upload->parts->empty()) {
    return malformed_xml();
  }
  std::vector<objects::CompletedPart> parts;
  for (const wire::CompletedPart& part : *in.multipart_upload->parts) {
    if (!part.part_number || !part.etag) return malformed_xml();
    objects::CompletedPart& known = parts.emplace_back();
    known.number = TRY(part_number(*part.part_number));
    known.etag = etag_of(*part.etag);
    known.checksums = TRY(checksums_of(part));
  }
  return parts;
}

// S3 says which part it is, and its ETag without the quotes.
ServiceError part_too_small(Call& call, const std::string& upload, const std::vector<objects::CompletedPart>& named) {
  ServiceError error = in_s3_words({objects::Errc::part_too_small, ""}, {});
  const auto stored = call.store.list_parts(call.ref(), upload);
  if (!stored) return error;
  for (size_t n = 0; n + 1 < named.size(); ++n) {
    const auto part = std::ranges::find(*stored, named[n].number, &objects::PartInfo::number);
    if (part == stored->end() || part->size_bytes >= call.store.min_part_size_bytes()) continue;
    error.members = {{"ProposedSize", std::to_string(part->size_bytes)},
                     {"MinSizeAllowed", std::to_string(call.store.min_part_size_bytes())},
                     {"PartNumber", std::to_string(part->number)},
                     {"ETag", part->etag}};
    break;
  }
  return error;
}

Outcome<wire::CompleteMultipartUploadOutput> complete(Call& call, const wire::CompleteMultipartUploadRequest& in) {
  const auto parts = TRY(completed_parts(in));
  if (in.if_match) TRY(call.require("GetObject"));
  objects::CompleteOptions options{.preconditions = TRY(write_conditions(in.if_match, in.if_none_match)),
                                   .expected = TRY(checksums_of(in))};
  if (in.mpu_object_size) options.expected_size_bytes = static_cast<uint64_t>(*in.mpu_object_size);
  auto completed = call.store.complete_upload(call.ref(), in.upload_id, parts, options);
  if (!completed && completed.error().code == objects::Errc::checksum_mismatch && options.expected.empty()) {
    return in_s3_words({objects::Errc::invalid_part, ""}, {});
  }
  if (!completed && completed.error().code == objects::Errc::part_too_small) {
    return part_too_small(call, in.upload_id, parts);
  }
  const objects::ObjectInfo info = TRY(call.said(std::move(completed), "", in.upload_id));
  wire::CompleteMultipartUploadOutput out{
      .location = call.location(), .bucket = in.bucket, .key = in.key, .etag = etag_text(info.etag)};
  if (info.version != objects::kNullVersion) out.version_id = info.version;
  out.expiration = call.expiration_of(info);
  out.server_side_encryption = encryption_of(info);
  fill_checksums(out, info.checksums);
  return out;
}

Outcome<wire::AbortMultipartUploadOutput> abort(Call& call, const wire::AbortMultipartUploadRequest& in) {
  if (in.if_match_initiated_time) return not_offered("x-amz-if-match-initiated-time");
  TRY(call.said(call.store.abort_upload(call.ref(), in.upload_id), "", in.upload_id));
  return wire::AbortMultipartUploadOutput{};
}

Outcome<wire::ListPartsOutput> list_parts(Call& call, const wire::ListPartsRequest& in) {
  const uint32_t most = TRY(page_size(in.max_parts, "max-parts"));
  const int32_t marker = std::max(0, in.part_number_marker.value_or(0));
  const objects::ListPartsPage page = TRY(call.said(
      call.store.list_parts(
          {.ref = call.ref(), .upload = in.upload_id, .part_marker = static_cast<uint32_t>(marker), .max_parts = most}),
      "", in.upload_id));
  wire::ListPartsOutput out{.bucket = in.bucket,
                            .key = in.key,
                            .upload_id = in.upload_id,
                            .part_number_marker = marker,
                            .max_parts = static_cast<int32_t>(most),
                            .is_truncated = page.truncated,
                            .initiator = wire::Initiator{.id = owner().id, .display_name = owner().display_name},
                            .owner = owner(),
                            .storage_class = "STANDARD"};
  // Paginators of some SDKs go on for as long as there is a marker, and at 0 they begin anew.
  if (page.truncated) out.next_part_number_marker = static_cast<int32_t>(page.next_part_marker);
  tell_checksum(out, page.upload);
  for (const objects::PartInfo& part : page.parts) {
    if (!out.parts) out.parts.emplace();
    wire::Part& told = out.parts->emplace_back(wire::Part{.part_number = static_cast<int32_t>(part.number),
                                                          .last_modified = part.modified,
                                                          .etag = etag_text(part.etag),
                                                          .size = static_cast<int64_t>(part.size_bytes)});
    fill_checksums(told, part.checksums);
  }
  return out;
}

Outcome<wire::ListMultipartUploadsOutput> list_uploads(Call& call, const wire::ListMultipartUploadsRequest& in) {
  const KeyText text = TRY(KeyText::of(in.encoding_type));
  const uint32_t most = TRY(page_size(in.max_uploads, "max-uploads"));
  objects::ListUploadsRequest request{.bucket = in.bucket,
                                      .prefix = in.prefix.value_or(""),
                                      .delimiter = in.delimiter.value_or(""),
                                      .key_marker = in.key_marker.value_or(""),
                                      .max_uploads = most};
  if (in.key_marker && in.upload_id_marker && !in.upload_id_marker->empty()) {
    request.upload_marker = in.upload_id_marker;
  }
  const objects::ListUploadsPage page = TRY(call.said(call.store.list_uploads(request)));
  wire::ListMultipartUploadsOutput out{.bucket = in.bucket,
                                       .key_marker = text(in.key_marker.value_or("")),
                                       .upload_id_marker = in.upload_id_marker.value_or(""),
                                       .prefix = text(in.prefix.value_or("")),
                                       .max_uploads = static_cast<int32_t>(most),
                                       .is_truncated = page.truncated,
                                       .encoding_type = in.encoding_type};
  if (in.delimiter && !in.delimiter->empty()) out.delimiter = text(*in.delimiter);
  if (page.truncated) {
    out.next_key_marker = text(page.next_key_marker);
    out.next_upload_id_marker = page.next_upload_marker.value_or("");
  }
  for (const objects::UploadInfo& upload : page.uploads) {
    if (!out.uploads) out.uploads.emplace();
    wire::MultipartUpload& told = out.uploads->emplace_back(
        wire::MultipartUpload{.upload_id = upload.upload,
                              .key = text(upload.key),
                              .initiated = upload.initiated,
                              .storage_class = "STANDARD",
                              .owner = owner(),
                              .initiator = wire::Initiator{.id = owner().id, .display_name = owner().display_name}});
    tell_checksum(told, upload);
  }
  for (const std::string& prefix : page.common_prefixes) {
    if (!out.common_prefixes) out.common_prefixes.emplace();
    out.common_prefixes->push_back({.prefix = text(prefix)});
  }
  return out;
}

}  // namespace

void offer_multipart(Dispatcher& dispatcher) {
  dispatcher.on(operations::kCreateMultipartUpload, create);
  dispatcher.on(operations::kUploadPart, upload_part);
  dispatcher.on(operations::kUploadPartCopy, upload_part_copy);
  dispatcher.on(operations::kCompleteMultipartUpload, complete);
  dispatcher.on(operations::kAbortMultipartUpload, abort);
  dispatcher.on(operations::kListParts, list_parts);
  dispatcher.on(operations::kListMultipartUploads, list_uploads);
}

}  // namespace caudal::api::s3
