// SPDX-License-Identifier: Apache-2.0
// What is known of buckets and objects, and what can be asked for.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/checksum.h"
#include "base/clock.h"
#include "objects/buckets.h"
#include "objects/events.h"
#include "objects/names.h"

namespace caudal::objects {

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
  bool is_encrypted = false;  // at rest; sizes, ETags and checksums are of the plain bytes all the same
};

// Conditions on the object that would be replaced, decided in the same instant in which it is replaced. ETags here and
// below are compared without quotes.
struct Preconditions {
  std::optional<std::string> if_match = {};       // an ETag, or "*": there must be one
  std::optional<std::string> if_none_match = {};  // an ETag, or "*": there must be none
};

// Conditions on an object that is read, or copied from, by RFC 9110: a matching if_match makes if_unmodified_since
// moot, a given if_none_match does so to if_modified_since. Times are compared by whole seconds, as HTTP has them.
struct ReadConditions {
  std::vector<std::string> if_match = {};       // one of these ETags, or "*"
  std::vector<std::string> if_none_match = {};  // none of them
  std::optional<Timestamp> if_modified_since = {};
  std::optional<Timestamp> if_unmodified_since = {};
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
  std::optional<uint64_t> max_size_bytes = {};  // more is refused (too_large); S3 takes 5 GiB in one piece
  Preconditions preconditions = {};
  std::optional<bool> encrypt = {};   // at rest; nothing: where the bucket has a setting kEncryption
  EventKind cause = EventKind::kPut;  // or kPost: what is told of it
  // put_file() may make the ETag of small parts, which is a fraction of the work, where nobody compares it with an MD5.
  bool small_parts = false;
};

// What happens to the local file that is put.
enum class Adopt {
  kMove,  // it becomes the body without a copy where the file system allows, and its name is gone afterwards. Nobody
          // may write to it any more
  kCopy,
};

// Told now and then how much of a file was read; an error ends the put.
using FileProgress = std::function<Result<void>(uint64_t done_bytes, uint64_t size_bytes)>;

// Bytes of a body, as HTTP counts: both ends inclusive.
struct ByteRange {
  std::optional<uint64_t> first;  // nothing: the last `last` bytes
  std::optional<uint64_t> last;   // nothing: to the end; beyond the end means to the end

  static ByteRange from(uint64_t first) { return {first, std::nullopt}; }
  static ByteRange between(uint64_t first, uint64_t last) { return {first, last}; }
  static ByteRange suffix(uint64_t size_bytes) { return {std::nullopt, size_bytes}; }
};

// What is read of which version. Not both a range and a part.
struct ReadOptions {
  std::optional<std::string> version = {};
  std::optional<ByteRange> range = {};
  std::optional<uint32_t> part_number = {};  // of an object that was put in one piece: 1 is all of it
  ReadConditions conditions = {};
};

// The answer without the bytes.
struct ReadPlan {
  ObjectInfo info;
  uint64_t first_byte = 0;
  uint64_t length_bytes = 0;
  uint32_t parts_count = 0;  // 0: it was put in one piece
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
  ReadConditions source_conditions = {};
  // Nothing: content type, headers, metadata and tags of the source. Preconditions and expectations of it are those of
  // the target; a copy keeps the checksums of its source, unless `checksum` says otherwise.
  std::optional<PutOptions> replace = {};
  // Whether the copy is encrypted at rest; nothing: as its source is, or where its bucket says so. Unlike the source,
  // its bytes are copied.
  std::optional<bool> encrypt = {};
  // The one checksum that the copy is to have. Where the source does not have it, of all its bytes, they are copied.
  std::optional<ChecksumAlgorithm> checksum = {};
  Preconditions preconditions = {};
};

// One removal; see Store::remove and Store::remove_many.
struct RemoveOptions {
  std::optional<std::string> version = {};
  std::optional<std::string> if_match = {};  // an ETag, or "*", of the current object
};

struct RemoveRequest {
  std::string key;
  RemoveOptions options = {};
};

struct RemoveResult {
  bool existed = false;                     // whether anything was there to be hidden or removed
  std::optional<std::string> version = {};  // of the delete marker that was made, or of the version that was removed
  bool is_delete_marker = false;
};

}  // namespace caudal::objects
