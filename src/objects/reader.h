// SPDX-License-Identifier: Apache-2.0
// The bytes of one object as they were when it was asked for.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "objects/byte_source.h"
#include "objects/object.h"

namespace caudal::objects {

// Movable; not thread-safe. Keeps the body readable while it lives, and must be gone before its Store is.
class Reader final : public ByteSource {
 public:
  struct Impl;  // of the store's own files
  Reader(Reader&& other) noexcept;
  Reader& operator=(Reader&& other) noexcept;
  ~Reader() override;

  const ObjectInfo& info() const;
  // The range that is read: of the whole object 0 and info().size_bytes.
  uint64_t first_byte() const;
  uint64_t length_bytes() const;
  // Of the whole object; 0 when it was put in one piece.
  uint32_t parts_count() const;

  // The next bytes of the range. Errors: corrupt when the body has fewer than it should.
  Result<size_t> read(char* out, size_t size_bytes) override;
  // All of the range, if it is the whole body and in memory already; then nothing is left to read.
  std::optional<std::string> take_whole();

 private:
  friend class Store;
  explicit Reader(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace caudal::objects
