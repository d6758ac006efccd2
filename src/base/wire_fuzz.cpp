// SPDX-License-Identifier: Apache-2.0
// Reads foreign bytes as a row: the first byte of the input picks the reads. Whatever is accepted must be written back
// to the same bytes, since WireReader takes only what WireWriter makes.
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "base/wire.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 2) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  caudal::WireReader in(bytes);
  caudal::WireWriter out;
  for (unsigned step = 0; !in.at_end(); ++step) {
    bool accepted = false;
    switch ((data[0] + step) % 5) {
      case 0:
        if (const auto value = in.varint()) accepted = true, out.varint(*value);
        break;
      case 1:
        if (const auto value = in.signed_varint()) accepted = true, out.signed_varint(*value);
        break;
      case 2:
        if (const auto value = in.fixed64()) accepted = true, out.fixed64(*value);
        break;
      case 3:
        if (const auto value = in.text()) accepted = true, out.text(*value);
        break;
      default:
        if (const auto value = in.boolean()) accepted = true, out.boolean(*value);
        break;
    }
    if (!accepted) return 0;
  }
  CHECK(out.take() == bytes, "an accepted row is not what a writer makes");
  return 0;
}
