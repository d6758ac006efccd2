// SPDX-License-Identifier: Apache-2.0
// Streams into staged bodies.
#include "objects/body_writer.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/encoding.h"
#include "objects/body_cipher.h"
#include "objects/errc.h"
#include "objects/hashing.h"
#include "objects/store.h"

namespace caudal::objects {
namespace {

Error mismatch(std::string_view what, std::string_view expected, std::string_view got) {
  return {Errc::checksum_mismatch,
          fmt::format("the body is not what was announced: its {} is {}, not {}; send it again", what, got, expected)};
}

// Fills `chunk` from where it ends up to `size_bytes` in all, or with what is left of the source.
Result<void> fill(Chunk& chunk, ByteSource& source, size_t size_bytes) {
  if (chunk.buffer.size() < size_bytes) chunk.buffer.resize(size_bytes);
  while (chunk.size_bytes < size_bytes) {
    const size_t got = TRY(source.read(chunk.buffer.data() + chunk.size_bytes, size_bytes - chunk.size_bytes));
    if (got == 0) break;
    chunk.size_bytes += got;
  }
  return {};
}

Result<void> check_limit(uint64_t size_bytes, const PutOptions& options) {
  if (!options.max_size_bytes || size_bytes <= *options.max_size_bytes) return {};
  return Error{Errc::too_large,
               fmt::format("the body has more than the {} bytes that are allowed in one piece; send it "
                           "in parts",
                           *options.max_size_bytes)};
}

// Where the bytes of a blob go, encrypted or not. All pieces but the last are whole chunks of the cipher.
class BlobSink {
 public:
  BlobSink(StagedBlob& blob, std::optional<BodyCipher>& cipher) : blob_(blob), cipher_(cipher) {}
  Result<void> write(std::string_view bytes) {
    if (!cipher_) return blob_.write(bytes);
    const std::string sealed = cipher_->seal(next_chunk_, bytes);
    next_chunk_ += bytes.size() / kCipherChunkBytes;
    return blob_.write(sealed);
  }

 private:
  StagedBlob& blob_;
  std::optional<BodyCipher>& cipher_;
  uint64_t next_chunk_ = 0;
};
static_assert(kBufferBytes % kCipherChunkBytes == 0);

// The first chunk filled its buffer, so there may be much more: hash beside writing.
Result<void> write_large(StagedBody& staged, ByteSource& source, Chunk first, const PutOptions& options,
                         BlobSink sink) {
  HashingThread hashing{Digester(wanted_algorithms(options))};
  for (Chunk chunk = std::move(first); chunk.size_bytes > 0;) {
    const std::string_view bytes = hashing.add(std::move(chunk));
    TRY(sink.write(bytes));
    staged.size_bytes += bytes.size();
    TRY(check_limit(staged.size_bytes, options));
    chunk = {.buffer = hashing.take_buffer()};
    TRY(fill(chunk, source, kBufferBytes));
  }
  TRY(staged.blob->finish());
  staged.digests = hashing.finish();
  return {};
}

// All of the body is in `chunk`.
Result<void> write_small(StagedBody& staged, const Chunk& chunk, const PutOptions& options, Timestamp now,
                         std::optional<BodyCipher>& cipher) {
  const std::string_view bytes = chunk.bytes();
  Digester digester(wanted_algorithms(options));
  digester.update(bytes);
  staged.digests = digester.finish();
  staged.size_bytes = bytes.size();
  TRY(check_limit(staged.size_bytes, options));
  if (staged.blob != nullptr) {
    TRY(BlobSink(*staged.blob, cipher).write(bytes));
    return staged.blob->finish();
  }
  if (bytes.empty()) return {};
  staged.body = {.kind = BodyKind::kInline, .id = new_row_id(now)};
  staged.inline_bytes = cipher ? cipher->seal(0, bytes) : std::string(bytes);
  return {};
}

}  // namespace

std::vector<ChecksumAlgorithm> wanted_algorithms(const PutOptions& options) {
  std::vector<ChecksumAlgorithm> wanted = options.algorithms;
  for (const Checksum& checksum : options.expected) wanted.push_back(checksum.algorithm);
  std::sort(wanted.begin(), wanted.end());
  wanted.erase(std::unique(wanted.begin(), wanted.end()), wanted.end());
  return wanted;
}

Result<void> check_expectations(const StagedBody& staged, const PutOptions& options) {
  if (options.expected_size_bytes && *options.expected_size_bytes != staged.size_bytes) {
    return mismatch("size in bytes", std::to_string(*options.expected_size_bytes), std::to_string(staged.size_bytes));
  }
  if (options.expected_md5 && *options.expected_md5 != staged.digests.md5) {
    return mismatch("MD5", to_hex(*options.expected_md5), to_hex(staged.digests.md5));
  }
  for (const Checksum& expected : options.expected) {
    for (const Checksum& got : staged.digests.checksums) {
      if (got.algorithm == expected.algorithm && got.value != expected.value) {
        return mismatch(to_string(got.algorithm), to_hex(expected.value), to_hex(got.value));
      }
    }
  }
  return {};
}

Result<StagedBody> write_body(Blobs& blobs, ByteSource& source, const PutOptions& options, const BodyRules& rules) {
  TRY(check_limit(options.expected_size_bytes.value_or(0), options));
  StagedBody staged;
  std::optional<BodyCipher> cipher;
  if (rules.encrypt) cipher = TRY(BodyCipher::make(rules.keys));
  // First just beyond what fits inline, so that small bodies never cost a large buffer.
  Chunk chunk;
  const uint64_t expected = std::min<uint64_t>(options.expected_size_bytes.value_or(kInlineBytes), kInlineBytes);
  TRY(fill(chunk, source, expected + 1));
  if (chunk.size_bytes > expected) TRY(fill(chunk, source, kInlineBytes + 1));
  const bool is_inline = rules.inlining == Inlining::kAllowed && chunk.size_bytes <= kInlineBytes;
  if (!is_inline) {
    if (chunk.size_bytes > kInlineBytes) TRY(fill(chunk, source, kBufferBytes));
    staged.blob = TRY(blobs.begin());
    staged.body = {.kind = BodyKind::kBlob, .id = staged.blob->id()};
  }
  if (chunk.size_bytes == kBufferBytes) {
    TRY(write_large(staged, source, std::move(chunk), options, BlobSink(*staged.blob, cipher)));
  } else {
    TRY(write_small(staged, chunk, options, rules.now, cipher));
  }
  if (cipher) staged.body.wrapped_key = cipher->wrapped_key();
  TRY(check_expectations(staged, options));
  return staged;
}

Result<StagedBody> adopt_body(Blobs& blobs, const std::filesystem::path& path, const PutOptions& options) {
  StagedBody staged;
  File file = TRY(File::open_read(path));
  staged.blob = TRY(blobs.adopt(path));
  staged.body = {.kind = BodyKind::kBlob, .id = staged.blob->id()};
  FileSource source(std::move(file));
  HashingThread hashing{Digester(wanted_algorithms(options))};
  for (;;) {
    Chunk chunk{.buffer = hashing.take_buffer()};
    TRY(fill(chunk, source, kBufferBytes));
    if (chunk.size_bytes == 0) break;
    staged.size_bytes += hashing.add(std::move(chunk)).size();
  }
  TRY(staged.blob->finish());
  staged.digests = hashing.finish();
  TRY(check_expectations(staged, options));
  return staged;
}

}  // namespace caudal::objects
