// SPDX-License-Identifier: Apache-2.0
// GetObject, HeadObject and GetObjectAttributes.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "api/s3/conditions.h"
#include "api/s3/fields.h"
#include "api/s3/operations.h"
#include "aws/generated/s3/objects.h"
#include "aws/times.h"

namespace caudal::api::s3 {
namespace {

std::optional<std::string> kept(const objects::ObjectInfo& info, const char* header) {
  const auto found = info.headers.find(header);
  return found == info.headers.end() ? std::nullopt : std::optional(found->second);
}

// What the client may change in the answer, on a signed request.
template <class In>
bool overrides_any(const In& in) {
  return in.response_cache_control || in.response_content_disposition || in.response_content_encoding ||
         in.response_content_language || in.response_content_type || in.response_expires;
}

template <class Out, class In>
void fill(Out& out, const objects::ObjectInfo& info, const In& in) {
  const auto either = [](const std::optional<std::string>& wanted, std::optional<std::string> stored) {
    return wanted ? wanted : std::move(stored);
  };
  out.accept_ranges = "bytes";
  out.last_modified = info.modified;
  out.etag = etag_text(info.etag);
  if (info.version != objects::kNullVersion || in.version_id) out.version_id = info.version;
  out.content_type = either(in.response_content_type, info.content_type);
  out.cache_control = either(in.response_cache_control, kept(info, "cache-control"));
  out.content_disposition = either(in.response_content_disposition, kept(info, "content-disposition"));
  out.content_encoding = either(in.response_content_encoding, kept(info, "content-encoding"));
  out.content_language = either(in.response_content_language, kept(info, "content-language"));
  out.expires = kept(info, "expires");
  if (in.response_expires) out.expires = aws::to_http_date(*in.response_expires);
  out.website_redirect_location = kept(info, "x-amz-website-redirect-location");
  out.server_side_encryption = encryption_of(info);
  out.storage_class = kept(info, "x-amz-storage-class");
  if (!info.metadata.empty()) out.metadata.emplace(info.metadata.begin(), info.metadata.end());
  if (!info.tags.empty()) out.tag_count = static_cast<int32_t>(info.tags.size());
}

ServiceError unsatisfiable(std::string_view range, uint64_t size_bytes) {
  return {.code = "InvalidRange",
          .status = 416,
          .message = "The requested range is not satisfiable",
          .members = {{"RangeRequested", std::string(range)}, {"ActualObjectSize", fmt::to_string(size_bytes)}}};
}

// What a cache needs to go on with what it has.
void tell_validators(Call& call, const objects::ObjectInfo& info) {
  call.headers.emplace_back("ETag", etag_text(info.etag));
  call.headers.emplace_back("Last-Modified", aws::to_http_date(info.modified));
  if (const auto control = kept(info, "cache-control")) call.headers.emplace_back("Cache-Control", *control);
  if (const auto expires = kept(info, "expires")) call.headers.emplace_back("Expires", *expires);
}

ServiceError hidden(Call& call, const std::optional<std::string>& version) {
  if (!version) {
    ServiceError answer = call.absent();
    // Who may not know what is absent does not learn that it was there once.
    if (answer.status == 404) call.headers.emplace_back("x-amz-delete-marker", "true");
    return answer;
  }
  call.headers.emplace_back("x-amz-delete-marker", "true");
  call.headers.emplace_back("x-amz-version-id", *version);
  call.headers.emplace_back("Allow", "DELETE");
  return in_s3_words({objects::Errc::is_delete_marker, ""}, {});
}

// Why there is nothing to read. A delete marker is told from what never was, by a header.
ServiceError unread(Call& call, const Error& error, const objects::ReadOptions& options, std::string_view range) {
  using objects::Errc;
  if (error.code == Errc::is_delete_marker) return hidden(call, options.version);
  if (error.code == Errc::no_such_key) {
    const auto marker = call.store.hiding_marker(call.ref());
    if (!marker || !*marker) return call.absent();
    const ServiceError answer = hidden(call, std::nullopt);
    if (answer.status == 404) call.headers.emplace_back("x-amz-version-id", (*marker)->version);
    return answer;
  }
  if (error.code == Errc::precondition_failed) {
    return precondition_failed(options.conditions.if_match.empty() ? "If-Unmodified-Since" : "If-Match");
  }
  if (error.code == Errc::not_modified || error.code == Errc::invalid_range) {
    const auto info = call.store.head(call.ref(), options.version);
    if (!info) return call.refused(info.error(), options.version.value_or(""));
    if (error.code == Errc::invalid_range) return unsatisfiable(range, info->size_bytes);
    tell_validators(call, *info);
    return not_modified();
  }
  return call.refused(error, options.version.value_or(""));
}

// If-Range (RFC 9110, 13.1.5): whether the range is of this very object. What is neither a strong ETag nor a date names
// none.
bool is_same(std::string_view condition, const objects::ObjectInfo& info) {
  const auto seconds = [](Timestamp time) { return std::chrono::floor<std::chrono::seconds>(time); };
  if (condition.starts_with('"')) return condition == etag_text(info.etag);
  const auto at = aws::parse_http_date(condition);
  return at && seconds(*at) == seconds(info.modified);
}

// Reads the range, or all where If-Range says that it is of another object: decided on what is read, so that nobody
// goes on with one object where another began. `read` answers with what `info_of` tells the object of.
template <class Read, class InfoOf>
auto read_as_meant(Call& call, objects::ReadOptions& options, const Read& read, const InfoOf& info_of) {
  auto part = read(options);
  const auto condition = call.header("If-Range");
  if (!condition || !options.range) return part;
  const bool is_beyond = !part && part.error().code == objects::Errc::invalid_range;
  if (!is_beyond && (!part || is_same(*condition, info_of(*part)))) return part;
  objects::ReadOptions all = options;
  all.range.reset();
  auto whole = read(all);
  if (whole && is_beyond && is_same(*condition, info_of(*whole))) return part;
  options = std::move(all);
  return whole;
}

template <class In>
Outcome<objects::ReadOptions> read_options(const Call& call, const In& in) {
  if (in.sse_customer_algorithm || in.sse_customer_key) TRY(check_encryption({}, true));
  if (overrides_any(in) && call.caller.anonymous()) {
    return invalid_request("Request specific response headers cannot be used for anonymous GET requests.");
  }
  if (in.range && in.part_number) {
    return invalid_request("Cannot specify both Range header and partNumber query parameter.");
  }
  for (const auto* value : {&in.response_cache_control, &in.response_content_disposition, &in.response_content_encoding,
                            &in.response_content_language, &in.response_content_type}) {
    if (*value) TRY(check_header_value("response-*", **value));
  }
  objects::ReadOptions options{.version = in.version_id, .conditions = read_conditions(in)};
  if (in.range) options.range = parse_range(*in.range);
  if (in.part_number) {
    if (*in.part_number < 1 || *in.part_number > static_cast<int32_t>(objects::kMaxPartNumber)) {
      return invalid_argument("Part number must be an integer between 1 and 10000, inclusive", "partNumber",
                              std::to_string(*in.part_number));
    }
    options.part_number = static_cast<uint32_t>(*in.part_number);
  }
  return options;
}

// What will be read, or would be.
struct Plan {
  const objects::ObjectInfo& info;
  uint64_t first_byte;
  uint64_t length_bytes;
  uint32_t parts_count;
};

template <class Out, class In>
Out answer(Call& call, const In& in, const objects::ReadOptions& options, const Plan& plan) {
  Out out;
  fill(out, plan.info, in);
  if (!options.version) out.expiration = call.expiration_of(plan.info);
  const bool part_of_many = options.part_number && plan.parts_count > 0;
  if (part_of_many) out.parts_count = static_cast<int32_t>(plan.parts_count);
  if (options.range || (options.part_number && plan.length_bytes > 0)) {
    call.status = 206;
    out.content_range =
        fmt::format("bytes {}-{}/{}", plan.first_byte, plan.first_byte + plan.length_bytes - 1, plan.info.size_bytes);
  }
  const bool whole = plan.length_bytes == plan.info.size_bytes;
  if (whole && in.checksum_mode && *in.checksum_mode == "ENABLED") fill_checksums(out, plan.info.checksums);
  return out;
}

Outcome<wire::GetObjectOutput> get_object(Call& call, const wire::GetObjectRequest& in) {
  objects::ReadOptions options = TRY(read_options(call, in));
  auto reader = read_as_meant(
      call, options, [&](const objects::ReadOptions& as) { return call.store.read(call.ref(), as); },
      [](const objects::Reader& found) -> const objects::ObjectInfo& { return found.info(); });
  if (!reader) return unread(call, reader.error(), options, in.range.value_or(""));
  auto out = answer<wire::GetObjectOutput>(call, in, options,
                                           {.info = reader->info(),
                                            .first_byte = reader->first_byte(),
                                            .length_bytes = reader->length_bytes(),
                                            .parts_count = reader->parts_count()});
  call.content.emplace(*std::move(reader));
  return out;
}

Outcome<wire::HeadObjectOutput> head_object(Call& call, const wire::HeadObjectRequest& in) {
  objects::ReadOptions options = TRY(read_options(call, in));
  const auto plan = read_as_meant(
      call, options, [&](const objects::ReadOptions& as) { return call.store.stat(call.ref(), as); },
      [](const objects::ReadPlan& found) -> const objects::ObjectInfo& { return found.info; });
  if (!plan) return unread(call, plan.error(), options, in.range.value_or(""));
  call.content_length = plan->length_bytes;
  return answer<wire::HeadObjectOutput>(call, in, options,
                                        {.info = plan->info,
                                         .first_byte = plan->first_byte,
                                         .length_bytes = plan->length_bytes,
                                         .parts_count = plan->parts_count});
}

constexpr int32_t kMostParts = 1000;

Outcome<wire::GetObjectAttributesParts> parts(Call& call, const wire::GetObjectAttributesRequest& in) {
  const auto most = std::clamp(in.max_parts.value_or(kMostParts), 0, kMostParts);
  const objects::ObjectPartsPage page =
      TRY(call.said(call.store.object_parts({.ref = call.ref(),
                                             .version = in.version_id,
                                             .part_marker = static_cast<uint32_t>(in.part_number_marker.value_or(0)),
                                             .max_parts = static_cast<uint32_t>(most)}),
                    in.version_id.value_or("")));
  wire::GetObjectAttributesParts out{.total_parts_count = static_cast<int32_t>(page.total_parts),
                                     .part_number_marker = in.part_number_marker.value_or(0),
                                     .max_parts = most,
                                     .is_truncated = page.truncated};
  if (page.truncated) out.next_part_number_marker = static_cast<int32_t>(page.next_part_marker);
  for (const objects::PartInfo& part : page.parts) {
    // S3 lists the parts only where they have checksums of their own.
    if (part.checksums.empty()) continue;
    if (!out.parts) out.parts.emplace();
    wire::ObjectPart& told = out.parts->emplace_back(wire::ObjectPart{.part_number = static_cast<int32_t>(part.number),
                                                                      .size = static_cast<int64_t>(part.size_bytes)});
    fill_checksums(told, part.checksums);
  }
  return out;
}

Outcome<wire::GetObjectAttributesOutput> attributes(Call& call, const wire::GetObjectAttributesRequest& in) {
  static constexpr std::array<std::string_view, 5> kKnown = {"ETag", "Checksum", "ObjectParts", "StorageClass",
                                                             "ObjectSize"};
  for (const std::string& name : in.object_attributes) {
    if (std::ranges::find(kKnown, name) == kKnown.end()) {
      return invalid_argument("Invalid attribute name specified.", "x-amz-object-attributes", name);
    }
  }
  if (in.object_attributes.empty()) {
    return invalid_request(
        "The x-amz-object-attributes header specifying the attributes to be retrieved is either missing or empty");
  }
  TRY(call.require(in.version_id ? "GetObjectVersionAttributes" : "GetObjectAttributes"));
  const auto wanted = [&](std::string_view name) {
    return std::ranges::find(in.object_attributes, name) != in.object_attributes.end();
  };
  const objects::ReadOptions options{.version = in.version_id};
  const auto plan = call.store.stat(call.ref(), options);
  if (!plan) return unread(call, plan.error(), options, "");
  const objects::ObjectInfo& info = plan->info;
  wire::GetObjectAttributesOutput out{.last_modified = info.modified};
  if (info.version != objects::kNullVersion) out.version_id = info.version;
  if (wanted("ETag")) out.etag = info.etag;
  if (wanted("ObjectSize")) out.object_size = static_cast<int64_t>(info.size_bytes);
  if (wanted("StorageClass")) out.storage_class = kept(info, "x-amz-storage-class").value_or("STANDARD");
  if (wanted("Checksum") && !info.checksums.empty()) fill_checksums(out.checksum.emplace(), info.checksums);
  if (wanted("ObjectParts") && plan->parts_count > 0) out.object_parts = TRY(parts(call, in));
  return out;
}

}  // namespace

void offer_reads(Dispatcher& dispatcher) {
  dispatcher.on(operations::kGetObject, get_object);
  dispatcher.on(operations::kHeadObject, head_object);
  dispatcher.on(operations::kGetObjectAttributes, attributes);
}

}  // namespace caudal::api::s3
