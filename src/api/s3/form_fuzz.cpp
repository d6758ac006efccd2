// SPDX-License-Identifier: Apache-2.0
// Any bytes as a browser's form, in pieces of any size: refused as the client's mistake, or read the same whatever the
// pieces; and the policy that it brings is refused or can be asked.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "api/s3/form.h"
#include "api/s3/post_object.h"
#include "api/s3/post_policy.h"

namespace {

using namespace caudal;
using namespace caudal::api::s3;

class Pieces final : public objects::ByteSource {
 public:
  Pieces(std::string_view text, size_t piece_bytes) : rest_(text), piece_bytes_(piece_bytes) {}
  Result<size_t> read(char* out, size_t size_bytes) override {
    const size_t got = rest_.copy(out, std::min(size_bytes, piece_bytes_));
    rest_.remove_prefix(got);
    return got;
  }

 private:
  std::string_view rest_;
  size_t piece_bytes_;
};

// Everything that comes out of it, as one text.
std::string read(std::string_view text, size_t piece_bytes) {
  Pieces source(text, piece_bytes);
  FormReader form(source, "b");
  const auto fields = form.read_fields();
  if (!fields) {
    if (fields.error().status != 400) std::abort();
    return fields.error().code;
  }
  std::string out = form.file_name();
  for (const auto& [name, value] : *fields) out.append("|").append(name).append("=").append(value);
  if (const auto policy = field(*fields, "policy")) {
    if (const auto parsed = PostPolicy::parse(*policy)) (void)parsed->check(*fields, {});
  }
  (void)form_key(*fields, form.file_name());
  char buffer[37];
  for (;;) {
    const auto got = form.read(buffer, sizeof buffer);
    if (!got) {
      if (!form.refusal() || form.refusal()->status != 400) std::abort();
      return out + "!" + form.refusal()->code;
    }
    if (*got == 0) return out;
    out.append(buffer, *got);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size_bytes) {
  const std::string_view text(reinterpret_cast<const char*>(data), size_bytes);
  const std::string whole = read(text, size_bytes + 1);
  // Pieces change where a form that is too long is noticed, and nothing else.
  const std::string pieces = read(text, 1 + size_bytes % 5);
  if (whole != pieces && size_bytes < FormReader::kMostFieldBytes) std::abort();
  (void)PostPolicy::parse(text);
  (void)form_boundary(text);
  return 0;
}
