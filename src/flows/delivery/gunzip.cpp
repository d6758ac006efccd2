// SPDX-License-Identifier: Apache-2.0
#include "flows/delivery/gunzip.h"

#include <fmt/format.h>
#include <zlib.h>

#include <vector>

#include "base/check.h"
#include "flows/delivery/errors.h"

namespace caudal::delivery {
namespace {

constexpr size_t kBufferBytes = size_t{256} << 10;
constexpr int kGzipOnly = 15 + 16;  // the largest window, and a gzip header is required

// Owns zlib's state for one file.
class Inflater {
 public:
  Inflater() { CHECK(inflateInit2(&stream_, kGzipOnly) == Z_OK, "zlib cannot allocate its window"); }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;
  ~Inflater() { inflateEnd(&stream_); }
  z_stream& stream() { return stream_; }
  void next_member() { CHECK(inflateReset(&stream_) == Z_OK, "zlib refuses to be reset"); }

 private:
  z_stream stream_ = {};
};

Error bad(const File& packed, std::string_view what) {
  return {Errc::bad_gzip,
          fmt::format("{}: {}; ask the sender to deliver the file again", packed.path().filename().string(), what)};
}

}  // namespace

bool is_gzip(const char* first_two_bytes) { return first_two_bytes[0] == '\x1F' && first_two_bytes[1] == '\x8B'; }

Result<uint64_t> gunzip(const File& packed, File& out, uint64_t max_bytes) {
  Inflater inflater;
  z_stream& z = inflater.stream();
  std::vector<char> in(kBufferBytes);
  std::vector<char> unpacked(kBufferBytes);
  uint64_t read_bytes = 0;
  uint64_t written_bytes = 0;
  bool in_member = true;
  for (;;) {
    if (z.avail_in == 0) {
      const size_t got = TRY(packed.read_at(read_bytes, in.data(), in.size()));
      if (got == 0) break;
      read_bytes += got;
      z.next_in = reinterpret_cast<Bytef*>(in.data());
      z.avail_in = static_cast<uInt>(got);
    }
    if (!in_member) {
      inflater.next_member();
      in_member = true;
    }
    z.next_out = reinterpret_cast<Bytef*>(unpacked.data());
    z.avail_out = static_cast<uInt>(unpacked.size());
    const int code = inflate(&z, Z_NO_FLUSH);
    if (code != Z_OK && code != Z_STREAM_END && code != Z_BUF_ERROR) {
      return bad(packed, fmt::format("the gz file is corrupt near byte {} ({})", read_bytes - z.avail_in,
                                     z.msg != nullptr ? z.msg : "bad data"));
    }
    const size_t size = unpacked.size() - z.avail_out;
    written_bytes += size;
    if (written_bytes > max_bytes) {
      return bad(packed, fmt::format("the gz file unpacks to more than {} bytes, which is the limit", max_bytes));
    }
    if (auto written = out.write({unpacked.data(), size}); !written) return std::move(written).error();
    if (code == Z_STREAM_END) in_member = false;
  }
  if (in_member)
    return bad(packed, fmt::format("the gz file is truncated: it ends after {} bytes, within its content", read_bytes));
  return written_bytes;
}

}  // namespace caudal::delivery
