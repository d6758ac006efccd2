// SPDX-License-Identifier: Apache-2.0
// Streams into staged bodies.
#include "objects/body_writer.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/encoding.h"
#include "objects/body_cipher.h"
#include "objects/body_pipeline.h"
#include "objects/errc.h"
#include "objects/store.h"

namespace caudal::objects {
namespace {

Error mismatch(std::string_view what, std::string_view expected, std::string_view got) {
  return {Errc::checksum_mismatch,
          fmt::format("the body is not what was announced: its {} is {}, not {}; send it again", what, got, expected)};
}

// Fills `out`, of which `held` bytes are filled already, up to `size_bytes` or with what is left of the source: how
// many are filled then.
Result<size_t> fill(char* out, size_t held, size_t size_bytes, ByteSource& source) {
  while (held < size_bytes) {
    const size_t got = TRY(source.read(out + held, size_bytes - held));
    if (got == 0) break;
    held += got;
  }
  return held;
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

// What is done with the bytes of a body that is no inline one.
class BodyWork {
 public:
  // `blob` may be nothing: the bytes are there already. All but the algorithms must outlive it.
  BodyWork(Md5Group& group, StagedBlob* blob, std::optional<BodyCipher>& cipher,
           const std::vector<ChecksumAlgorithm>& algorithms)
      : group_(group), writes_(blob != nullptr) {
    for (const ChecksumAlgorithm algorithm : algorithms) checksums_.emplace_back(algorithm);
    if (writes_) sink_.emplace(*blob, cipher);
  }
  // One beside the other. MD5 takes longer than all the rest together, so it has a lane of its own.
  std::vector<BodyPipeline::Lane> lanes() {
    std::vector<BodyPipeline::Lane> all;
    all.emplace_back([this](std::string_view bytes) { return hash(bytes); });
    if (!checksums_.empty()) all.emplace_back([this](std::string_view bytes) { return sum(bytes); });
    if (writes_) all.emplace_back([this](std::string_view bytes) { return sink_->write(bytes); });
    return all;
  }
  // The same one after the other.
  Result<void> all(std::string_view bytes) {
    TRY(hash(bytes));
    TRY(sum(bytes));
    return writes_ ? sink_->write(bytes) : Result<void>();
  }
  Digests finish() {
    Digests digests{.md5 = md5_.finish(), .checksums = {}};
    for (RunningChecksum& checksum : checksums_) digests.checksums.push_back(checksum.finish());
    return digests;
  }

 private:
  Result<void> hash(std::string_view bytes) {
    group_.update(md5_, bytes);
    return {};
  }
  Result<void> sum(std::string_view bytes) {
    for (RunningChecksum& checksum : checksums_) checksum.update(bytes);
    return {};
  }
  Md5Group& group_;
  bool writes_;
  Md5 md5_;
  std::vector<RunningChecksum> checksums_;
  std::optional<BlobSink> sink_;
};

// `begun`: what was read of the source already. A body of less than one buffer is not worth other threads.
Result<void> take_body(StagedBody& staged, std::string_view begun, ByteSource& source, const PutOptions& options,
                       BodyThreads& threads, BodyWork& work) {
  BodyPipeline pipeline(threads, work.lanes());
  size_t held = begun.copy(TRY(pipeline.room()), begun.size());
  for (bool first = true;; first = false) {
    char* room = TRY(pipeline.room());
    held = TRY(fill(room, held, kBufferBytes, source));
    staged.size_bytes += held;
    TRY(check_limit(staged.size_bytes, options));
    if (first && held < kBufferBytes) return work.all({room, held});
    if (held > 0) pipeline.push(held);
    if (held < kBufferBytes) return pipeline.finish();
    held = 0;
  }
}

void digest_inline(StagedBody& staged, std::string_view bytes, const PutOptions& options) {
  const std::vector<ChecksumAlgorithm> algorithms = wanted_algorithms(options);
  if (staged.lacks_etag) {
    for (const auto algorithm : algorithms) staged.digests.checksums.push_back(checksum_of(algorithm, bytes));
    return;
  }
  Digester digester(algorithms);
  digester.update(bytes);
  staged.digests = digester.finish();
}

Result<void> stage_inline(StagedBody& staged, std::string_view bytes, const PutOptions& options, const BodyRules& rules,
                          std::optional<BodyCipher>& cipher) {
  staged.lacks_etag = rules.late_etag && !cipher && !options.expected_md5 && !bytes.empty();
  digest_inline(staged, bytes, options);
  staged.size_bytes = bytes.size();
  TRY(check_limit(staged.size_bytes, options));
  if (bytes.empty()) return {};
  staged.body = {.kind = BodyKind::kInline, .id = new_row_id(rules.now)};
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

Result<StagedBody> write_body(const BodyPlaces& places, ByteSource& source, const PutOptions& options,
                              const BodyRules& rules) {
  TRY(check_limit(options.expected_size_bytes.value_or(0), options));
  StagedBody staged;
  std::optional<BodyCipher> cipher;
  if (rules.encrypt) cipher = TRY(BodyCipher::make(rules.keys));
  // First just beyond what fits inline, so that small bodies never cost a large buffer.
  const auto begun = std::make_unique_for_overwrite<char[]>(kInlineBytes + 1);
  const uint64_t expected = std::min<uint64_t>(options.expected_size_bytes.value_or(kInlineBytes), kInlineBytes);
  size_t held = TRY(fill(begun.get(), 0, expected + 1, source));
  if (held > expected) held = TRY(fill(begun.get(), held, kInlineBytes + 1, source));
  if (rules.inlining == Inlining::kAllowed && held <= kInlineBytes) {
    TRY(stage_inline(staged, {begun.get(), held}, options, rules, cipher));
  } else {
    staged.blob = TRY(places.blobs.begin());
    staged.body = {.kind = BodyKind::kBlob, .id = staged.blob->id()};
    BodyWork work(places.threads.md5(), staged.blob.get(), cipher, wanted_algorithms(options));
    TRY(take_body(staged, {begun.get(), held}, source, options, places.threads, work));
    TRY(staged.blob->finish());
    staged.digests = work.finish();
  }
  if (cipher) staged.body.wrapped_key = cipher->wrapped_key();
  TRY(check_expectations(staged, options));
  return staged;
}

Result<StagedBody> adopt_body(const BodyPlaces& places, const std::filesystem::path& path, const PutOptions& options) {
  StagedBody staged;
  File file = TRY(File::open_read(path));
  staged.blob = TRY(places.blobs.adopt(path));
  staged.body = {.kind = BodyKind::kBlob, .id = staged.blob->id()};
  FileSource source(std::move(file));
  std::optional<BodyCipher> none;
  BodyWork work(places.threads.md5(), nullptr, none, wanted_algorithms(options));
  TRY(take_body(staged, {}, source, options, places.threads, work));
  TRY(staged.blob->finish());
  staged.digests = work.finish();
  TRY(check_expectations(staged, options));
  return staged;
}

}  // namespace caudal::objects
