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
  while (outcome.consumed < text.size() && !decoder.finished()) {
    const std::string_view piece = text.substr(outcome.consumed, step);
    const auto framing = decoder.take_framing(piece);
    if (!framing) return {.body = outcome.body, .refused = true};
    const auto data = piece.substr(*framing, decoder.data_left());
    CHECK(*framing + data.size() > 0, "each step goes forward");
    if (!data.empty()) decoder.took_data(data.size());
    outcome.body += data;
    outcome.consumed += *framing + data.size();
  }
  outcome.finished = decoder.finished();
  return outcome;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 2) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  CHECK(decode(text, text.size()) == decode(text, size_t{1} + data[0] % 16), "pieces do not matter");
  return 0;
}
