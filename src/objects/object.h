// SPDX-License-Identifier: Apache-2.0
// What is known of buckets and objects, and what can be asked for.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/checksum.h"
#include "base/clock.h"
#include "objects/names.h"

namespace caudal::objects {

// The numbers are stored.
enum class Versioning : uint8_t { kOff = 0, kEnabled = 1, kSuspended = 2 };

struct BucketInfo {
  std::string name;
  Timestamp created;
  Versioning versioning = Versioning::kOff;
};

using Texts = std::map<std::string, std::string>;

// The version of objects that were written while versioning was off or suspended.
inline constexpr std::string_view kNullVersion = "null";

struct ObjectInfo {
  std::string key;
  std::string version;  // kNullVersion, or 32 hexadecimal digits
  bool is_latest = true;
  bool is_delete_marker = false;  // then there is no body, and nothing below but `modified`
  uint64_t size_bytes = 0;
  std::string etag;  // lower-case hexadecimal without quotes; of a multipart object "...-N"
  Timestamp modified;
  std::string content_type;
  Texts headers;   // other headers kept as given: cache-control, content-encoding, ...
  Texts metadata;  // the user's x-amz-meta-*, without that prefix
  Texts tags;
  std::vector<Checksum> checksums;
};

// Conditions on the object that would be replaced, decided in the same instant in which it is replaced.
struct Preconditions {
  std::optional<std::string> if_match;       // an ETag, or "*": there must be one
  std::optional<std::string> if_none_match;  // an ETag, or "*": there must be none
};

// Limits, as S3's: metadata 2 KiB of names and values together; at most 10 tags, names up to 128 and values up to 256
// characters.
struct PutOptions {
  std::string content_type = "binary/octet-stream";
  Texts headers = {};
  Texts metadata = {};
  Texts tags = {};
  std::vector<ChecksumAlgorithm> algorithms = {ChecksumAlgorithm::kCrc64Nvme};  // computed and kept
  std::vector<Checksum> expected = {};           // verified before anything becomes visible, and kept
  std::optional<std::string> expected_md5 = {};  // 16 raw bytes
  std::optional<uint64_t> expected_size_bytes = {};
  Preconditions preconditions = {};
};

// What happens to the local file that is put.
enum class Adopt {
  kMove,  // it becomes the body without a copy where the file system allows, and its name is gone afterwards. Nobody
          // may write to it any more
  kCopy,
};

// Bytes of a body, as HTTP counts: both ends inclusive.
struct ByteRange {
  std::optional<uint64_t> first;  // nothing: the last `last` bytes
  std::optional<uint64_t> last;   // nothing: to the end; beyond the end means to the end

  static ByteRange from(uint64_t first) { return {first, std::nullopt}; }
  static ByteRange between(uint64_t first, uint64_t last) { return {first, last}; }
  static ByteRange suffix(uint64_t size_bytes) { return {std::nullopt, size_bytes}; }
};

// One page of the current objects of a bucket in the order of the bytes of their keys.
struct ListRequest {
  std::string bucket;
  std::string prefix = {};
  // Keys that hold it after the prefix are rolled up into one common prefix, which ends with it.
  std::string delimiter = {};
  std::string start_after = {};                  // only keys beyond this one
  std::optional<std::string> continuation = {};  // ListPage::next of the page before
  uint32_t max_keys = 1000;                      // objects and common prefixes together; at most 1000
};

struct ListPage {
  std::vector<ObjectInfo> objects;
  std::vector<std::string> common_prefixes;
  std::optional<std::string> next;  // nothing: this was the last page
};

// All versions and delete markers, newest first within a key.
struct ListVersionsRequest {
  std::string bucket;
  std::string prefix = {};
  std::string delimiter = {};
  std::string key_marker = {};                     // only what follows it: keys beyond it, or,
  std::optional<std::string> version_marker = {};  // when this is given, also older versions of it
  uint32_t max_keys = 1000;
};

struct ListVersionsPage {
  std::vector<ObjectInfo> versions;
  std::vector<std::string> common_prefixes;
  bool truncated = false;  // then the markers for the next page:
  std::string next_key_marker;
  std::optional<std::string> next_version_marker;
};

struct CopyOptions {
  std::optional<std::string> source_version = {};
  // Nothing: content type, headers, metadata and tags of the source. Preconditions and expectations of it are those of
  // the target; a copy keeps the checksums of its source.
  std::optional<PutOptions> replace = {};
  Preconditions preconditions = {};
};

struct RemoveResult {
  bool existed = false;                     // whether anything was there to be hidden or removed
  std::optional<std::string> version = {};  // of the delete marker that was made, or of the version that was removed
  bool is_delete_marker = false;
};

struct UploadInfo {
  std::string key;
  std::string upload;  // its id
  Timestamp initiated;
};

// Parts are numbered from 1 to 10,000; all but the last must have 5 MiB.
inline constexpr uint32_t kMaxPartNumber = 10'000;

struct PartInfo {
  uint32_t number = 0;
  uint64_t size_bytes = 0;
  std::string etag = {};
  Timestamp modified = {};
  std::vector<Checksum> checksums = {};
};

// A part as the caller of complete knows it. Empty ETag or no checksums: not compared.
struct CompletedPart {
  uint32_t number = 0;
  std::string etag = {};
  std::vector<Checksum> checksums = {};
};

struct UploadOptions {
  PutOptions put = {};  // its expectations and preconditions are ignored: those of complete count
  // Whether the checksum of the completed object is one of the part's checksums. CRC64NVME is never, SHA-256 always.
  bool composite_checksum = false;
};

struct CompleteOptions {
  Preconditions preconditions = {};
  std::vector<Checksum> expected = {};
};

}  // namespace caudal::objects
