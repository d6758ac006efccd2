// SPDX-License-Identifier: Apache-2.0
// The ETag of a small body, computed when its row is written, together with those of other puts: MD5 is the most
// expensive thing about a put of 4 KiB, and sixteen cost hardly more than one. Inside room objects only.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "kv/late.h"

namespace caudal::objects {

class LateEtag final : public kv::Late {
 public:
  // `body` must live as long.
  explicit LateEtag(std::string_view body);
  std::string_view bytes() const override { return {hex_.data(), hex_.size()}; }
  // For whoever needs it before.
  static std::string of(std::string_view body);

 private:
  static constexpr size_t kHexBytes = 32;
  static void compute(std::span<kv::Late* const> all);

  std::string_view body_;
  std::array<char, kHexBytes> hex_;
};

}  // namespace caudal::objects
