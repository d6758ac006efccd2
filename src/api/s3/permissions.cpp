// SPDX-License-Identifier: Apache-2.0
#include "api/s3/permissions.h"

#include <array>
#include <utility>

#include "access/decide.h"
#include "api/s3/fields.h"

namespace caudal::api::s3 {
namespace {

struct Permission {
  std::string_view operation;
  std::string_view action;
  std::string_view of_version = {};  // where it is another for one version
};

// Operations whose action has their own name are left out.
constexpr Permission kPermissions[] = {
    {"CompleteMultipartUpload", "PutObject"},
    {"CopyObject", "PutObject"},
    {"CreateMultipartUpload", "PutObject"},
    {"DeleteBucketCors", "PutBucketCORS"},
    {"DeleteBucketEncryption", "PutEncryptionConfiguration"},
    {"DeleteBucketLifecycle", "PutLifecycleConfiguration"},
    {"DeleteBucketOwnershipControls", "PutBucketOwnershipControls"},
    {"DeleteBucketTagging", "PutBucketTagging"},
    {"DeleteObject", "DeleteObject", "DeleteObjectVersion"},
    {"DeleteObjectTagging", "DeleteObjectTagging", "DeleteObjectVersionTagging"},
    {"DeleteObjects", ""},
    {"DeletePublicAccessBlock", "PutBucketPublicAccessBlock"},
    {"GetBucketCors", "GetBucketCORS"},
    {"GetBucketEncryption", "GetEncryptionConfiguration"},
    {"GetBucketLifecycleConfiguration", "GetLifecycleConfiguration"},
    {"GetBucketNotificationConfiguration", "GetBucketNotification"},
    {"GetObject", "GetObject", "GetObjectVersion"},
    {"GetObjectAcl", "GetObjectAcl", "GetObjectVersionAcl"},
    {"GetObjectAttributes", "GetObject", "GetObjectVersion"},
    {"GetObjectTagging", "GetObjectTagging", "GetObjectVersionTagging"},
    {"GetPublicAccessBlock", "GetBucketPublicAccessBlock"},
    {"HeadBucket", "ListBucket"},
    {"HeadObject", "GetObject", "GetObjectVersion"},
    {"ListBuckets", "ListAllMyBuckets"},
    {"ListMultipartUploads", "ListBucketMultipartUploads"},
    {"ListObjectVersions", "ListBucketVersions"},
    {"ListObjects", "ListBucket"},
    {"ListObjectsV2", "ListBucket"},
    {"ListParts", "ListMultipartUploadParts"},
    {"PutBucketCors", "PutBucketCORS"},
    {"PutBucketEncryption", "PutEncryptionConfiguration"},
    {"PutBucketLifecycleConfiguration", "PutLifecycleConfiguration"},
    {"PutBucketNotificationConfiguration", "PutBucketNotification"},
    {"PutObjectAcl", "PutObjectAcl", "PutObjectVersionAcl"},
    {"PutObjectTagging", "PutObjectTagging", "PutObjectVersionTagging"},
    {"PutPublicAccessBlock", "PutBucketPublicAccessBlock"},
    {"UploadPart", "PutObject"},
    {"UploadPartCopy", "PutObject"},
};

constexpr std::array<std::pair<std::string_view, std::string_view>, 4> kParameters = {{
    {"prefix", "s3:prefix"},
    {"delimiter", "s3:delimiter"},
    {"max-keys", "s3:max-keys"},
    {"versionId", "s3:VersionId"},
}};

constexpr std::array<std::pair<std::string_view, std::string_view>, 7> kHeaders = {{
    {"x-amz-acl", "s3:x-amz-acl"},
    {"x-amz-copy-source", "s3:x-amz-copy-source"},
    {"x-amz-metadata-directive", "s3:x-amz-metadata-directive"},
    {"x-amz-server-side-encryption", "s3:x-amz-server-side-encryption"},
    {"x-amz-storage-class", "s3:x-amz-storage-class"},
    {"x-amz-website-redirect-location", "s3:x-amz-website-redirect-location"},
    {"x-amz-content-sha256", "s3:x-amz-content-sha256"},
}};

}  // namespace

std::string action_of(std::string_view operation, bool of_version) {
  for (const Permission& permission : kPermissions) {
    if (permission.operation != operation) continue;
    if (permission.action.empty()) return {};
    return std::string("s3:").append(of_version && !permission.of_version.empty() ? permission.of_version
                                                                                  : permission.action);
  }
  return std::string("s3:").append(operation);
}

std::string resource_of(const aws::RestRequest& request) {
  switch (request.level()) {
    case aws::Level::kService: return "arn:aws:s3:::*";
    case aws::Level::kBucket: return access::bucket_arn(request.bucket);
    case aws::Level::kObject: return access::object_arn(request.bucket, request.key);
  }
  return "arn:aws:s3:::*";
}

void add_circumstances(const aws::RestRequest& request, access::Circumstances& circumstances) {
  for (const auto& [name, value] : request.parameters) {
    for (const auto& [parameter, key] : kParameters) {
      if (name == parameter) circumstances.add(key, value);
    }
  }
  for (const auto& [header, key] : kHeaders) {
    if (const auto value = request.head.header(header)) circumstances.add(key, std::string(*value));
  }
  if (const auto tagging = request.head.header("x-amz-tagging")) {
    // What cannot be read is refused later, by whoever would store it.
    if (const auto tags = parse_tagging(*tagging)) {
      for (const auto& [name, value] : *tags) {
        circumstances.add("s3:RequestObjectTag/" + name, value);
        circumstances.add("s3:RequestObjectTagKeys", name);
      }
    }
  }
}

}  // namespace caudal::api::s3
