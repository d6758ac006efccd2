// SPDX-License-Identifier: Apache-2.0
// Where the bytes of a body come from.
#pragma once

#include <string>
#include <string_view>

#include "base/file.h"
#include "base/result.h"

namespace caudal::objects {

class ByteSource {
 public:
  virtual ~ByteSource() = default;
  // Up to `size_bytes` (> 0) more bytes; 0 only at the end. Blocks. An error ends the put that reads from here, of
  // which nothing remains.
  virtual Result<size_t> read(char* out, size_t size_bytes) = 0;
};

// The bytes must outlive it.
class TextSource final : public ByteSource {
 public:
  explicit TextSource(std::string_view bytes) : rest_(bytes) {}
  Result<size_t> read(char* out, size_t size_bytes) override {
    const size_t got = rest_.copy(out, size_bytes);
    rest_.remove_prefix(got);
    return got;
  }

 private:
  std::string_view rest_;
};

class FileSource final : public ByteSource {
 public:
  explicit FileSource(File file) : file_(std::move(file)) {}
  Result<size_t> read(char* out, size_t size_bytes) override { return file_.read(out, size_bytes); }

 private:
  File file_;
};

// Everything that is left, for small bodies.
Result<std::string> read_all(ByteSource& source);

}  // namespace caudal::objects
