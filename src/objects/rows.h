// SPDX-License-Identifier: Apache-2.0
// The rows of the object store and their bytes. Inside room objects only.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "objects/blobs.h"
#include "objects/multipart.h"

namespace caudal::objects {

// The numbers are stored.
enum class BodyKind : uint8_t {
  kNone = 0,    // empty
  kInline = 1,  // a value of family bodies
  kBlob = 2,
  kParts = 3,  // several blobs, named by a row of family layouts
  kSplit = 4,  // one blob, and a row of family layouts that only tells of which parts it was made
};

struct Body {
  BodyKind kind = BodyKind::kNone;
  BodyId id = {};
  std::string wrapped_key = {};  // of an encrypted blob or inline body; those of parts are in the layout
};

// One version of an object, or a delete marker.
struct ObjectRow {
  ObjectInfo info;        // without key and is_latest, which the place of the row says
  uint64_t sequence = 0;  // grows with every version of one key
  Body body = {};
};

// The blobs that are one body, in order, and what is told of the parts that they were.
struct LayoutPart {
  BodyId blob;
  uint64_t size_bytes = 0;
  uint32_t number = 1;
  std::string wrapped_key = {};  // empty: it is not encrypted
  std::vector<Checksum> checksums = {};
};
using Layout = std::vector<LayoutPart>;

struct UploadRow {
  Timestamp initiated;
  UploadOptions options;
};

struct PartRow {
  PartInfo info = {};  // without its number, which the key says
  BodyId blob = {};    // always a file: only the last part may be small
  std::string md5 = {};
  std::string wrapped_key = {};  // empty: it is not encrypted
};

std::string encode(const BucketInfo& bucket);
std::string encode(const ObjectRow& row);
// With another ETag, and where that begins.
struct EncodedObject {
  std::string bytes;
  size_t etag_at = 0;
};
EncodedObject encode(const ObjectRow& row, std::string_view etag);
std::string encode(const Layout& layout);
std::string encode(const UploadRow& row);
std::string encode(const PartRow& row);

// Errors: base's corrupt.
Result<BucketInfo> decode_bucket(std::string_view name, std::string_view bytes);
Result<ObjectRow> decode_object(std::string_view key, std::string_view bytes);
Result<Layout> decode_layout(std::string_view bytes);
Result<UploadRow> decode_upload(std::string_view bytes);
Result<PartRow> decode_part(uint32_t number, std::string_view bytes);

}  // namespace caudal::objects
