// SPDX-License-Identifier: Apache-2.0
// Bytes of a value that are computed when its batch is written, together with those of the batches that are written
// with it: a digest of sixteen texts takes little longer than that of one, and only then are so many at hand.
//
//   class Sum final : public kv::Late { ... };
//   Sum sum(text);                                        // lives until the commit has ended
//   batch.put_late(family, key, value, sum, at);          // what it computes takes the place of bytes from `at` on
//   TRY(store->commit(std::move(batch)));
//   use(sum.bytes());
#pragma once

#include <span>
#include <string_view>

namespace caudal::kv {

class Late {
 public:
  // Computes them all, which were made with this same function. Neither throws nor waits.
  using Compute = void (*)(std::span<Late* const> all);

  explicit Late(Compute compute) : compute_(compute) {}
  Late(const Late&) = delete;
  Late& operator=(const Late&) = delete;
  virtual ~Late() = default;
  // As many before as after they were computed.
  virtual std::string_view bytes() const = 0;

 private:
  friend void compute_all(std::span<Late*> all);
  const Compute compute_;
};

// Computes all, those of one kind together.
void compute_all(std::span<Late*> all);

}  // namespace caudal::kv
