// SPDX-License-Identifier: Apache-2.0
#include "http/server_context.h"

#include <fmt/format.h>

#include "base/encoding.h"

namespace caudal::http {
namespace {

Response plain_refusal(const Refusal& refusal) {
  Response response;
  response.head.status = refusal.status;
  response.head.headers.add("Content-Type", "text/plain; charset=utf-8");
  if (refusal.kind == Refusal::Kind::kOverloaded) response.head.headers.add("Retry-After", "1");
  response.body.append(refusal.why).append("\n");
  return response;
}

}  // namespace

Response ServerContext::refuse(const Refusal& refusal) noexcept {
  try {
    if (options.refusal) {
      Response response = options.refusal(refusal);
      std::string scratch;
      if (append_head(scratch, response.head, {}, clock.now())) return response;
      log("a refusal has a head that HTTP cannot carry; the plain one is sent");
    }
  } catch (const std::exception& e) {
    log(fmt::format("the wording of a refusal threw: {}", e.what()));
  } catch (...) {
    log("the wording of a refusal threw something that is no exception");
  }
  return plain_refusal(refusal);
}

std::optional<uint64_t> ServerContext::async_limit(const Request& request) const noexcept {
  if (!handlers.takes_async) return std::nullopt;
  try {
    return handlers.takes_async(request);
  } catch (const std::exception& e) {
    log(fmt::format("request {}: the choice of its handler threw: {}", request.id, e.what()));
  } catch (...) {
    log(fmt::format("request {}: the choice of its handler threw something that is no exception", request.id));
  }
  return std::nullopt;
}

void ServerContext::log(std::string_view line) const noexcept {
  if (!options.log) return;
  try {
    options.log(line);
  } catch (...) {  // NOLINT(bugprone-empty-catch): there is nobody left to tell
  }
}

std::string ServerContext::next_request_id() {
  // Not a secret; only unlike the others, of this process and of the one before.
  return to_hex_id(Random(last_request.fetch_add(1, std::memory_order_relaxed)).next());
}

}  // namespace caudal::http
