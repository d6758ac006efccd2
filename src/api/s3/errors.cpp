// SPDX-License-Identifier: Apache-2.0
#include "api/s3/errors.h"

#include <fmt/format.h>

#include <array>
#include <utility>

#include "http/errors.h"
#include "objects/errc.h"

namespace caudal::api::s3 {
namespace {

using objects::Errc;

struct Words {
  Errc errc;
  int status;
  const char* code;
  const char* message;  // nullptr: the room's own
};

constexpr Words kWords[] = {
    {Errc::no_such_bucket, 404, "NoSuchBucket", "The specified bucket does not exist"},
    {Errc::no_such_key, 404, "NoSuchKey", "The specified key does not exist."},
    {Errc::no_such_version, 404, "NoSuchVersion", "The specified version does not exist."},
    {Errc::no_such_upload, 404, "NoSuchUpload",
     "The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or "
     "completed."},
    {Errc::is_delete_marker, 405, "MethodNotAllowed", "The specified method is not allowed against this resource."},
    {Errc::bucket_exists, 409, "BucketAlreadyOwnedByYou",
     "Your previous request to create the named bucket succeeded and you already own it."},
    {Errc::bucket_not_empty, 409, "BucketNotEmpty", "The bucket you tried to delete is not empty"},
    {Errc::invalid_bucket_name, 400, "InvalidBucketName", "The specified bucket is not valid."},
    {Errc::invalid_argument, 400, "InvalidArgument", nullptr},
    {Errc::metadata_too_large, 400, "MetadataTooLarge",
     "Your metadata headers exceed the maximum allowed metadata size"},
    {Errc::too_many_tags, 400, "BadRequest", "Object tags cannot be greater than 10"},
    {Errc::invalid_tag, 400, "InvalidTag", nullptr},
    {Errc::invalid_range, 416, "InvalidRange", "The requested range is not satisfiable"},
    {Errc::invalid_part, 400, "InvalidPart",
     "One or more of the specified parts could not be found.  The part may not have been uploaded, or the specified "
     "entity tag may not match the part's entity tag."},
    {Errc::invalid_part_order, 400, "InvalidPartOrder",
     "The list of parts was not in ascending order. Parts must be ordered by part number."},
    {Errc::part_too_small, 400, "EntityTooSmall", "Your proposed upload is smaller than the minimum allowed size"},
    {Errc::too_large, 400, "EntityTooLarge", "Your proposed upload exceeds the maximum allowed size"},
    {Errc::invalid_part_number, 416, "InvalidPartNumber", "The requested partnumber is not satisfiable"},
    {Errc::precondition_failed, 412, "PreconditionFailed",
     "At least one of the pre-conditions you specified did not hold"},
    {Errc::checksum_mismatch, 400, "BadDigest", nullptr},
    {Errc::changed_meanwhile, 409, "OperationAborted",
     "A conflicting conditional operation is currently in progress against this resource. Please try again."},
};

constexpr std::pair<http::Errc, std::pair<int, std::array<const char*, 2>>> kBodyWords[] = {
    {http::Errc::malformed_body,
     {400,
      {"IncompleteBody", "The request body terminated unexpectedly, or its framing is not that of the HTTP headers"}}},
    {http::Errc::peer_gone,
     {400, {"IncompleteBody", "You did not provide the number of bytes specified by the Content-Length HTTP header"}}},
    {http::Errc::body_too_large, {400, {"EntityTooLarge", "Your proposed upload exceeds the maximum allowed size"}}},
};

constexpr std::array<const char*, 2> kTimeout = {
    "RequestTimeout",
    "Your socket connection to the server was not read from or written to within the timeout period. Idle connections "
    "will be closed."};

void add(ServiceError& error, const char* name, std::string_view value) {
  if (!value.empty()) error.members.emplace_back(name, std::string(value));
}

// The elements that S3 adds to these codes.
void add_subject(ServiceError& error, Errc errc, const Subject& subject) {
  switch (errc) {
    case Errc::no_such_bucket:
    case Errc::bucket_exists:
    case Errc::bucket_not_empty:
    case Errc::invalid_bucket_name: return add(error, "BucketName", subject.bucket);
    case Errc::no_such_key: return add(error, "Key", subject.key);
    case Errc::no_such_version: add(error, "Key", subject.key); return add(error, "VersionId", subject.version);
    case Errc::no_such_upload: return add(error, "UploadId", subject.upload);
    default: return;
  }
}

ServiceError invalid_key(std::string_view key) {
  constexpr size_t kMaxKeyBytes = 1024;
  if (key.size() <= kMaxKeyBytes) {
    ServiceError error{.code = "InvalidURI", .status = 400, .message = "Couldn't parse the specified URI."};
    return error;
  }
  return {.code = "KeyTooLongError",
          .status = 400,
          .message = "Your key is too long",
          .members = {{"Size", fmt::to_string(key.size())}, {"MaxSizeAllowed", fmt::to_string(kMaxKeyBytes)}}};
}

ServiceError internal_error() {
  return {.code = "InternalError", .status = 500, .message = "We encountered an internal error. Please try again."};
}

}  // namespace

ServiceError in_s3_words(const Error& error, const Subject& subject) {
  if (error.code == Errc::invalid_key) return invalid_key(subject.key);
  for (const Words& words : kWords) {
    if (error.code != words.errc) continue;
    ServiceError out{.code = words.code,
                     .status = words.status,
                     .message = words.message != nullptr ? words.message : error.message};
    add_subject(out, words.errc, subject);
    return out;
  }
  for (const auto& [errc, words] : kBodyWords) {
    if (error.code == errc) return {.code = words.second[0], .status = words.first, .message = words.second[1]};
  }
  if (error.is(ErrorClass::kCancelled)) return {.code = kTimeout[0], .status = 400, .message = kTimeout[1]};
  if (error.is(ErrorClass::kNoSpace)) {
    return {.code = "InsufficientStorage",
            .status = 507,
            .message = "The disk of the server is full. Nothing was stored; try again when there is room."};
  }
  return internal_error();
}

bool is_internal(const ServiceError& error) { return error.code == "InternalError"; }

ServiceError access_denied() { return {.code = "AccessDenied", .status = 403, .message = "Access Denied"}; }

ServiceError invalid_argument(std::string message, std::string_view name, std::string_view value) {
  return {.code = "InvalidArgument",
          .status = 400,
          .message = std::move(message),
          .members = {{"ArgumentName", std::string(name)}, {"ArgumentValue", std::string(value)}}};
}

ServiceError invalid_request(std::string message) {
  return {.code = "InvalidRequest", .status = 400, .message = std::move(message)};
}

ServiceError malformed_xml() {
  return {.code = "MalformedXML",
          .status = 400,
          .message = "The XML you provided was not well-formed or did not validate against our published schema"};
}

ServiceError not_modified() { return {.code = "NotModified", .status = 304, .message = "Not Modified"}; }

ServiceError precondition_failed(std::string_view condition) {
  return {.code = "PreconditionFailed",
          .status = 412,
          .message = "At least one of the pre-conditions you specified did not hold",
          .members = {{"Condition", std::string(condition)}}};
}

ServiceError not_offered(std::string_view what) {
  return {.code = "NotImplemented",
          .status = 501,
          .message = fmt::format("A header you provided implies functionality that is not implemented: {}", what)};
}

}  // namespace caudal::api::s3
