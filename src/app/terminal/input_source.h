// SPDX-License-Identifier: Apache-2.0
// Standard input as the body of an object or the text of a statement; a stop ends a wait for more of it.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <stop_token>

#include "base/file.h"
#include "objects/byte_source.h"

namespace caudal::app {

// Not thread-safe.
class InputSource final : public objects::ByteSource {
 public:
  // `descriptor` stays the caller's.
  static Result<std::unique_ptr<InputSource>> open(std::stop_token stop, int descriptor = 0);
  ~InputSource() override;
  InputSource(const InputSource&) = delete;
  InputSource& operator=(const InputSource&) = delete;

  // Errors: kCancelled when the stop was requested.
  Result<size_t> read(char* out, size_t size_bytes) override;

 private:
  InputSource(std::stop_token stop, int descriptor, int wake);
  int descriptor_;
  int wake_;  // eventfd that the stop makes readable
  std::optional<std::stop_callback<std::function<void()>>> on_stop_;
};

}  // namespace caudal::app
