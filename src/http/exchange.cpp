// SPDX-License-Identifier: Apache-2.0
#include "http/exchange.h"

#include <fmt/format.h>

#include <algorithm>

#include "http/errors.h"

namespace caudal::http {

Result<std::string> read_all(BodyReader& body, uint64_t limit_bytes) {
  constexpr size_t kStep = 64 * 1024;
  std::string all;
  size_t filled = 0;
  while (true) {
    // One byte beyond the limit tells a body that is too large from one that just fits.
    const size_t room = static_cast<size_t>(std::min<uint64_t>(kStep - 1, limit_bytes - filled)) + 1;
    all.resize(filled + room);
    const size_t count = TRY(body.read(all.data() + filled, room));
    filled += count;
    if (filled > limit_bytes) {
      return Error{Errc::body_too_large, fmt::format("the body is larger than {} bytes", limit_bytes)};
    }
    if (count == 0) break;
  }
  all.resize(filled);
  return all;
}

void run_on_pool(std::unique_ptr<Exchange> exchange, Handler handler) {
  Exchange& same = *exchange;
  same.move_to_pool(std::move(exchange), std::move(handler));
}

}  // namespace caudal::http
