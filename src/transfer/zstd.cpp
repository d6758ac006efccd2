// SPDX-License-Identifier: Apache-2.0
#include "transfer/zstd.h"

#include <fmt/format.h>
#include <zstd.h>

#include <string>

#include "base/check.h"
#include "transfer/errors.h"

namespace caudal::transfer {
namespace {

constexpr int kLargestWindowLog = 27;  // what the zstd program takes unless it is told otherwise

}  // namespace

struct UnzstdSource::Stream {
  explicit Stream(objects::ByteSource& source)
      : packed(source), buffer(ZSTD_DStreamInSize(), '\0'), z(ZSTD_createDCtx()) {
    CHECK(z != nullptr, "no memory to unpack zstd");
    CHECK(ZSTD_isError(ZSTD_DCtx_setParameter(z, ZSTD_d_windowLogMax, kLargestWindowLog)) == 0,
          "zstd takes no bound of its window");
  }
  ~Stream() { ZSTD_freeDCtx(z); }
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  objects::ByteSource& packed;
  std::string buffer;
  ZSTD_inBuffer in = {};
  ZSTD_DCtx* z;
  bool is_between = false;  // of two frames, or after the last
};

UnzstdSource::UnzstdSource(objects::ByteSource& packed) : stream_(std::make_unique<Stream>(packed)) {}
UnzstdSource::~UnzstdSource() = default;

Result<size_t> UnzstdSource::read(char* out, size_t size_bytes) {
  Stream& s = *stream_;
  ZSTD_outBuffer to{.dst = out, .size = size_bytes, .pos = 0};
  while (to.pos == 0 && size_bytes > 0) {
    bool is_at_end = false;
    if (s.in.pos == s.in.size) {
      const size_t got = TRY(s.packed.read(s.buffer.data(), s.buffer.size()));
      s.in = {.src = s.buffer.data(), .size = got, .pos = 0};
      is_at_end = got == 0;
      if (is_at_end && s.is_between) return 0;
    }
    const size_t left = ZSTD_decompressStream(s.z, &to, &s.in);
    if (ZSTD_isError(left) != 0) {
      return Error{Errc::bad_zstd, fmt::format("the data is not zstd, or damaged ({})", ZSTD_getErrorName(left))};
    }
    s.is_between = left == 0;
    // What it still holds back comes before the end does.
    if (is_at_end && to.pos == 0 && !s.is_between) {
      return Error{Errc::bad_zstd, "the zstd data is cut off; fetch or write the file again"};
    }
  }
  return to.pos;
}

}  // namespace caudal::transfer
