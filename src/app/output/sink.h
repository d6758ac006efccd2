// SPDX-License-Identifier: Apache-2.0
// Where a command's data goes: standard output, a file that appears only when complete, or memory in tests.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace caudal::app {

// Not thread-safe.
class Sink {
 public:
  virtual ~Sink() = default;
  // Errors: Errc::output_closed when a reader of a pipe went away; those of writing a file.
  virtual Result<void> write(std::string_view bytes) = 0;
  // Hands over what is buffered; for a file, gives it its name. A sink that is dropped unfinished leaves no file.
  virtual Result<void> finish() = 0;
};

// A descriptor that somebody else owns, buffered. Blocking.
std::unique_ptr<Sink> descriptor_sink(int descriptor);
// `path` is replaced, durably, at finish().
Result<std::unique_ptr<Sink>> file_sink(const std::filesystem::path& path);

// Keeps what was written.
class StringSink final : public Sink {
 public:
  Result<void> write(std::string_view bytes) override {
    text_ += bytes;
    return {};
  }
  Result<void> finish() override { return {}; }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

}  // namespace caudal::app
