// SPDX-License-Identifier: Apache-2.0
// Foreign bytes as a chunked body: the first byte says in pieces of what size they arrive. The pieces must not matter.
#include <cstdint>
#include <string>
#include <string_view>

#include "base/check.h"
#include "http/chunked.h"

using caudal::http::ChunkedDecoder;

namespace {

struct Outcome {
  std::string body = {};
  size_t consumed = 0;
  bool finished = false;
  bool refused = false;
  bool operator==(const Outcome&) const = default;
};

Outcome decode(std::string_view text, size_t step) {
  ChunkedDecoder decoder;
  Outcome outcome;
  while (outcome.consumed < text.size() && !outcome.finished) {
    const std::string_view piece = text.substr(outcome.consumed, step);
    const auto taken = decoder.next(piece);
    if (!taken) return {.body = outcome.body, .refused = true};
    CHECK(taken->consumed > 0 && taken->consumed <= piece.size(), "each step goes forward");
    outcome.body += taken->data;
    outcome.consumed += taken->consumed;
    outcome.finished = taken->finished;
  }
  return outcome;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 2) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  CHECK(decode(text, text.size()) == decode(text, size_t{1} + data[0] % 16), "pieces do not matter");
  return 0;
}
