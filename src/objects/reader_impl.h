// SPDX-License-Identifier: Apache-2.0
// What a reader holds: the bytes of an inline body, or a pin on blobs that it opens one after the other. Inside room
// objects only.
#pragma once

#include <optional>
#include <string>

#include "base/file.h"
#include "objects/body_cipher.h"
#include "objects/reader.h"
#include "objects/references.h"
#include "objects/rows.h"

namespace caudal::objects {

// A pin that is let go by the destructor.
class Pin {
 public:
  Pin(References& references, BodyId body) : references_(&references), body_(std::move(body)) {}
  Pin(const Pin&) = delete;
  Pin& operator=(const Pin&) = delete;
  ~Pin() { references_->unpin(body_); }

 private:
  References* references_;
  BodyId body_;
};

struct Extent {
  uint64_t first_byte = 0;
  uint64_t length_bytes = 0;
};
// Errors: invalid_range.
Result<Extent> extent_of(const ObjectInfo& info, const std::optional<ByteRange>& range);
// Errors: invalid_part_number.
Result<Extent> extent_of_part(const ObjectInfo& info, const Layout& layout, uint32_t number);
// As its ETag tells; 0: it was put in one piece.
uint32_t parts_count_of(const ObjectInfo& info);

struct Reader::Impl {
  ObjectInfo info;
  Body body;
  uint64_t first_byte = 0;
  uint64_t length_bytes = 0;
  uint64_t position = 0;  // within the object; up to first_byte + length_bytes

  std::string inline_bytes;  // plain; or, when there is a pin:
  std::unique_ptr<Pin> pin;
  const Blobs* blobs = nullptr;
  Layout layout;            // a single blob is a layout of one
  size_t part = 0;          // the one that `file` is
  uint64_t part_start = 0;  // where it begins in the object
  File file;
  KeyRing* keys = nullptr;
  std::optional<BodyCipher> cipher;  // of the part, when it is encrypted
  std::string window;                // plain bytes of it, from window_start on
  uint64_t window_start = 0;

  void select(const Extent& extent);
  // Makes `part` the one that holds `position`, with its file open.
  Result<void> seek_part();
  Result<size_t> read(char* out, size_t size_bytes);
  // From the open part.
  Result<size_t> read_part(uint64_t offset, char* out, size_t size_bytes);
  // Opens the chunks from that of `offset` on up to that of `last`, or as many as fit.
  Result<void> open_window(uint64_t offset, uint64_t last);
};

}  // namespace caudal::objects
