// SPDX-License-Identifier: Apache-2.0
// Zstandard (RFC 8878) unpacked as it is read, in bounded memory. Nothing here packs it.
#pragma once

#include <memory>

#include "base/result.h"
#include "objects/byte_source.h"

namespace caudal::transfer {

// What `packed`, which must outlive it, holds: one frame, or several one after the other. Errors: those of the source;
// Errc::bad_zstd, when it is not Zstandard, cut off, or wants a window of more than 128 MB. Not thread-safe.
class UnzstdSource final : public objects::ByteSource {
 public:
  explicit UnzstdSource(objects::ByteSource& packed);
  ~UnzstdSource() override;
  UnzstdSource(const UnzstdSource&) = delete;
  UnzstdSource& operator=(const UnzstdSource&) = delete;
  Result<size_t> read(char* out, size_t size_bytes) override;

 private:
  struct Stream;
  std::unique_ptr<Stream> stream_;
};

}  // namespace caudal::transfer
