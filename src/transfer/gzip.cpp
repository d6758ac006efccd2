// SPDX-License-Identifier: Apache-2.0
#include "transfer/gzip.h"

#include <zlib.h>

#include <array>

#include "base/check.h"
#include "transfer/errors.h"

namespace caudal::transfer {
namespace {

constexpr size_t kPieceBytes = size_t{64} << 10;
constexpr int kGzipWindow = 15 + 16;
constexpr int kMemoryLevel = 8;

Bytef* bytes_of(char* bytes) { return reinterpret_cast<Bytef*>(bytes); }

}  // namespace

struct GunzipSource::Stream {
  explicit Stream(objects::ByteSource& source) : packed(source), buffer(kPieceBytes, '\0') {
    CHECK(inflateInit2(&z, kGzipWindow) == Z_OK, "no memory to unpack gzip");
  }
  ~Stream() { inflateEnd(&z); }
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  objects::ByteSource& packed;
  std::string buffer;
  z_stream z = {};
  bool is_between = false;  // of two members, or after the last
};

GunzipSource::GunzipSource(objects::ByteSource& packed) : stream_(std::make_unique<Stream>(packed)) {}
GunzipSource::~GunzipSource() = default;

Result<size_t> GunzipSource::read(char* out, size_t size_bytes) {
  z_stream& z = stream_->z;
  z.next_out = bytes_of(out);
  z.avail_out = static_cast<uInt>(size_bytes);
  while (z.avail_out == size_bytes) {
    if (z.avail_in == 0) {
      z.avail_in = static_cast<uInt>(TRY(stream_->packed.read(stream_->buffer.data(), stream_->buffer.size())));
      z.next_in = bytes_of(stream_->buffer.data());
      if (z.avail_in == 0) {
        if (stream_->is_between) return 0;
        return Error{Errc::bad_gzip, "the gzip data is cut off; fetch or write the file again"};
      }
    }
    if (stream_->is_between) inflateReset(&z);
    stream_->is_between = false;
    const int state = inflate(&z, Z_NO_FLUSH);
    if (state != Z_OK && state != Z_STREAM_END) {
      return Error{Errc::bad_gzip, "the data is not gzip, or damaged"};
    }
    stream_->is_between = state == Z_STREAM_END;
  }
  return size_bytes - z.avail_out;
}

struct Gzip::Stream {
  Stream() {
    CHECK(deflateInit2(&z, Z_DEFAULT_COMPRESSION, Z_DEFLATED, kGzipWindow, kMemoryLevel, Z_DEFAULT_STRATEGY) == Z_OK,
          "no memory to pack gzip");
  }
  ~Stream() { deflateEnd(&z); }
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;
  z_stream z = {};
};

Gzip::Gzip() : stream_(std::make_unique<Stream>()) {}
Gzip::~Gzip() = default;

void Gzip::pack(std::string_view bytes, bool is_last, std::string& out) {
  std::array<char, kPieceBytes> piece;
  z_stream& z = stream_->z;
  z.next_in = bytes_of(const_cast<char*>(bytes.data()));
  z.avail_in = static_cast<uInt>(bytes.size());
  do {
    z.next_out = bytes_of(piece.data());
    z.avail_out = piece.size();
    const int state = deflate(&z, is_last ? Z_FINISH : Z_NO_FLUSH);
    CHECK(state != Z_STREAM_ERROR, "gzip was asked for more after its end");
    out.append(piece.data(), piece.size() - z.avail_out);
  } while (z.avail_out == 0);
}

void Gzip::add(std::string_view bytes, std::string& out) { pack(bytes, false, out); }
void Gzip::finish(std::string& out) { pack({}, true, out); }

}  // namespace caudal::transfer
