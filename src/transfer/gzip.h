// SPDX-License-Identifier: Apache-2.0
// gzip (RFC 1952) piece by piece, in constant memory: bytes unpacked as they are read, and packed as they are written.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "objects/byte_source.h"

namespace caudal::transfer {

// What `packed`, which must outlive it, holds: one member, or several one after the other. Errors: those of the source;
// Errc::bad_gzip, when it is not gzip, or cut off. Not thread-safe.
class GunzipSource final : public objects::ByteSource {
 public:
  explicit GunzipSource(objects::ByteSource& packed);
  ~GunzipSource() override;
  GunzipSource(const GunzipSource&) = delete;
  GunzipSource& operator=(const GunzipSource&) = delete;
  Result<size_t> read(char* out, size_t size_bytes) override;

 private:
  struct Stream;
  std::unique_ptr<Stream> stream_;
};

// Not thread-safe.
class Gzip {
 public:
  Gzip();
  ~Gzip();
  Gzip(const Gzip&) = delete;
  Gzip& operator=(const Gzip&) = delete;
  // Appends to `out` what is packed by now.
  void add(std::string_view bytes, std::string& out);
  // The rest. Nothing comes after it.
  void finish(std::string& out);

 private:
  struct Stream;
  void pack(std::string_view bytes, bool is_last, std::string& out);
  std::unique_ptr<Stream> stream_;
};

}  // namespace caudal::transfer
