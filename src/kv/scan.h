// SPDX-License-Identifier: Apache-2.0
// Reading in key order, and reading one state of the store.
#pragma once

#include <memory>
#include <string_view>

#include "base/result.h"

namespace caudal::kv {

class Store;

// One state of the store, kept readable until this is gone. Movable. Hold it briefly: what was overwritten or removed
// since cannot be dropped meanwhile.
class Snapshot {
 public:
  Snapshot(Snapshot&& other) noexcept;
  Snapshot& operator=(Snapshot&& other) noexcept;
  ~Snapshot();

 private:
  friend class Store;
  struct Impl;
  explicit Snapshot(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

// A place in a range of keys. Movable; not thread-safe. A failing disk looks like the end: check status() after a loop.
class Scan {
 public:
  Scan(Scan&& other) noexcept;
  Scan& operator=(Scan&& other) noexcept;
  ~Scan();

  // False past either end of the range and after an error.
  bool valid() const;
  // Only while valid(); the views live until the scan moves.
  std::string_view key() const;
  std::string_view value() const;

  void next();
  void previous();
  // To the first key of the range that is ≥ `key`, or the last that is ≤ `key`.
  void seek(std::string_view key);
  void seek_backward(std::string_view key);
  void to_first();
  void to_last();

  // Whether the reads so far went well. Errors: corrupt, failed.
  Result<void> status() const;

 private:
  friend class Store;
  struct Impl;
  explicit Scan(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace caudal::kv
