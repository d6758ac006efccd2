// SPDX-License-Identifier: Apache-2.0
#include "objects/late_etag.h"

#include <algorithm>

#include "base/checksum.h"
#include "base/encoding.h"
#include "base/md5.h"

namespace caudal::objects {

LateEtag::LateEtag(std::string_view body) : kv::Late(compute), body_(body) { hex_.fill('0'); }

void LateEtag::compute(std::span<kv::Late* const> all) {
  while (!all.empty()) {
    const std::span<kv::Late* const> some = all.first(std::min(all.size(), Md5::kLanes));
    std::array<Md5, Md5::kLanes> streams;
    std::array<Md5::Piece, Md5::kLanes> pieces;
    for (size_t n = 0; n < some.size(); ++n) {
      pieces[n] = {.stream = &streams[n], .bytes = static_cast<const LateEtag*>(some[n])->body_};
    }
    Md5::update_all(std::span(pieces).first(some.size()));
    for (size_t n = 0; n < some.size(); ++n) {
      to_hex(streams[n].finish()).copy(static_cast<LateEtag*>(some[n])->hex_.data(), kHexBytes);
    }
    all = all.subspan(some.size());
  }
}

std::string LateEtag::of(std::string_view body) { return to_hex(md5_of(body)); }

}  // namespace caudal::objects
