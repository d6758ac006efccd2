// SPDX-License-Identifier: Apache-2.0
// Uploads in parts, and the parts of finished objects: what is known of them, and what can be asked for.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "objects/object.h"

namespace caudal::objects {

// Amazon S3's limits. All parts of an upload but the last need Options::min_part_size_bytes (5 MiB).
inline constexpr uint32_t kMaxPartNumber = 10'000;  // from 1
inline constexpr uint64_t kMaxPartBytes = uint64_t{5} << 30;
inline constexpr uint64_t kMaxObjectBytes = uint64_t{5} << 40;

// The numbers are stored.
enum class ChecksumType : uint8_t {
  kFullObject = 0,  // of all the bytes, as if they had come in one piece
  kComposite = 1,   // of the checksums of the parts
};

// What S3 does when an upload does not say: CRC64NVME of the whole, all others of the parts.
ChecksumType default_checksum_type(ChecksumAlgorithm algorithm);
// CRC64NVME is never composite, SHA-1 and SHA-256 of parts cannot be made into one of the whole.
bool can_have(ChecksumAlgorithm algorithm, ChecksumType type);

struct UploadOptions {
  PutOptions put = {};  // its expectations and preconditions are ignored: those of complete count
  // Nothing: of each algorithm the default one. Else each algorithm must be able to have it.
  std::optional<ChecksumType> checksum_type = {};
};

struct UploadInfo {
  std::string key;
  std::string upload;  // its id
  Timestamp initiated;
  std::vector<ChecksumAlgorithm> algorithms = {};
  std::optional<ChecksumType> checksum_type = {};  // as it was given
};

struct PartInfo {
  uint32_t number = 0;
  uint64_t size_bytes = 0;
  std::string etag = {};  // empty for parts of finished objects
  Timestamp modified = {};
  std::vector<Checksum> checksums = {};
};

// A part that is copied from an object.
struct PartCopyOptions {
  std::optional<std::string> source_version = {};
  std::optional<ByteRange> range = {};  // both ends, and both within the source
  ReadConditions conditions = {};       // on the source
};

struct CopiedPart {
  PartInfo part;
  std::string source_version;
};

// A part as the caller of complete knows it. Empty ETag or no checksums: not compared.
struct CompletedPart {
  uint32_t number = 0;
  std::string etag = {};
  std::vector<Checksum> checksums = {};
};

struct CompleteOptions {
  Preconditions preconditions = {};
  std::vector<Checksum> expected = {};
  std::optional<uint64_t> expected_size_bytes = {};
};

// One page of the parts of an upload, in order of number.
struct ListPartsRequest {
  ObjectRef ref;
  std::string upload;
  uint32_t part_marker = 0;  // only parts beyond this number
  uint32_t max_parts = 1000;
};

struct ListPartsPage {
  UploadInfo upload;
  std::vector<PartInfo> parts;
  bool truncated = false;
  uint32_t next_part_marker = 0;  // the last number of the page
};

// One page of the uploads of a bucket, in order of key, then of beginning.
struct ListUploadsRequest {
  std::string bucket;
  std::string prefix = {};
  std::string delimiter = {};
  std::string key_marker = {};                    // only what follows it: keys beyond it, or,
  std::optional<std::string> upload_marker = {};  // when this is given, also later uploads to it
  uint32_t max_uploads = 1000;
};

struct ListUploadsPage {
  std::vector<UploadInfo> uploads;
  std::vector<std::string> common_prefixes;
  bool truncated = false;  // then the markers for the next page:
  std::string next_key_marker;
  std::optional<std::string> next_upload_marker;  // nothing after a common prefix
};

// One page of the parts that a finished object was made of; none when it was put in one piece.
struct ObjectPartsRequest {
  ObjectRef ref;
  std::optional<std::string> version = {};
  uint32_t part_marker = 0;
  uint32_t max_parts = 1000;
};

struct ObjectPartsPage {
  ObjectInfo info;
  uint32_t total_parts = 0;
  std::vector<PartInfo> parts;
  bool truncated = false;
  uint32_t next_part_marker = 0;
};

}  // namespace caudal::objects
