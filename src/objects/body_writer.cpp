// SPDX-License-Identifier: Apache-2.0
// Streams into staged bodies.
#include "objects/body_writer.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/encoding.h"
#include "objects/errc.h"
#include "objects/hashing.h"
#include "objects/store.h"

namespace caudal::objects {
namespace {

std::vector<ChecksumAlgorithm> wanted_algorithms(const PutOptions& options) {
  std::vector<ChecksumAlgorithm> wanted = options.algorithms;
  for (const Checksum& checksum : options.expected) wanted.push_back(checksum.algorithm);
  std::sort(wanted.begin(), wanted.end());
  wanted.erase(std::unique(wanted.begin(), wanted.end()), wanted.end());
  return wanted;
}

Error mismatch(std::string_view what, std::string_view expected, std::string_view got) {
  return {Errc::checksum_mismatch,
          fmt::format("the body is not what was announced: its {} is {}, not {}; send it again", what, got, expected)};
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

// The first chunk filled its buffer, so there may be much more: hash beside writing.
Result<void> write_large(StagedBody& staged, ByteSource& source, Chunk first, const PutOptions& options) {
  HashingThread hashing{Digester(wanted_algorithms(options))};
  for (Chunk chunk = std::move(first); chunk.size_bytes > 0;) {
    const std::string_view bytes = hashing.add(std::move(chunk));
    TRY(staged.blob->write(bytes));
    staged.size_bytes += bytes.size();
    TRY(check_limit(staged.size_bytes, options));
    chunk = {.buffer = hashing.take_buffer()};
    TRY(fill(chunk, source, kBufferBytes));
  }
  TRY(staged.blob->finish());
  staged.digests = hashing.finish();
  return {};
}

}  // namespace

Result<StagedBody> write_body(Blobs& blobs, ByteSource& source, const PutOptions& options, Inlining inlining) {
  TRY(check_limit(options.expected_size_bytes.value_or(0), options));
  StagedBody staged;
  // First just beyond what fits inline, so that small bodies never cost a large buffer.
  Chunk chunk;
  TRY(fill(chunk, source, kInlineBytes + 1));
  const bool is_inline = inlining == Inlining::kAllowed && chunk.size_bytes <= kInlineBytes;
  if (!is_inline) {
    if (chunk.size_bytes > kInlineBytes) TRY(fill(chunk, source, kBufferBytes));
    staged.blob = TRY(blobs.begin());
    staged.body = {.kind = BodyKind::kBlob, .id = staged.blob->id()};
  }
  if (chunk.size_bytes == kBufferBytes) {
    TRY(write_large(staged, source, std::move(chunk), options));
  } else {
    const std::string_view bytes = chunk.bytes();
    Digester digester(wanted_algorithms(options));
    digester.update(bytes);
    staged.digests = digester.finish();
    staged.size_bytes = bytes.size();
    TRY(check_limit(staged.size_bytes, options));
    if (!is_inline) {
      TRY(staged.blob->write(bytes));
      TRY(staged.blob->finish());
    } else if (!bytes.empty()) {
      staged.body = {.kind = BodyKind::kInline, .id = new_body_id()};
      staged.inline_bytes = bytes;
    }
  }
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
