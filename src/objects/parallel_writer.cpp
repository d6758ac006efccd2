// SPDX-License-Identifier: Apache-2.0
// Several threads that each read, hash and write one part after the other.
#include "objects/parallel_writer.h"

#include <fmt/format.h>

#include <algorithm>
#include <thread>

#include "base/ordered_work.h"
#include "objects/body_cipher.h"
#include "objects/errc.h"
#include "objects/part_digests.h"

namespace caudal::objects {
namespace {

constexpr uint64_t kPartBytes = uint64_t{16} << 20;
// As many as can be hashed side by side. Most of them wait for who hashes for all.
constexpr size_t kThreads = Md5::kLanes;

// As few bytes as the number of parts allows; the same for every file of that size, so that so is its ETag.
uint64_t part_bytes_of(uint64_t size_bytes) {
  uint64_t part_bytes = kPartBytes;
  while (size_bytes / part_bytes >= kMaxPartNumber) part_bytes *= 2;
  return part_bytes;
}

// What the threads share; each has a worker of its own.
struct Task {
  const FileBody& file;
  Md5Group& group;
  StagedBlob& blob;
  std::vector<ChecksumAlgorithm> algorithms;
  std::string wrapped_key = {};  // empty: not encrypted
  KeyRing* keys = nullptr;
  uint64_t part_bytes = 0;
};

class PartWorker {
 public:
  static Result<std::shared_ptr<PartWorker>> open(const Task& task) {
    auto worker = std::make_shared<PartWorker>(task);
    worker->source_ = TRY(File::open_read(task.file.path));
    if (!task.wrapped_key.empty()) worker->cipher_ = TRY(BodyCipher::open(task.keys, task.wrapped_key));
    return worker;
  }
  explicit PartWorker(const Task& task) : task_(task), buffer_(new_buffer()) {}

  Result<DigestedPart> work(size_t item, const std::stop_token& halt) {
    const uint64_t begin = item * task_.part_bytes;
    const uint64_t end = std::min(begin + task_.part_bytes, task_.file.size_bytes);
    Md5 md5;
    std::vector<RunningChecksum> checksums(task_.algorithms.begin(), task_.algorithms.end());
    for (uint64_t at = begin; at < end && !halt.stop_requested();) {
      const std::string_view bytes = TRY(read(at, std::min<uint64_t>(end - at, kBufferBytes)));
      task_.group.update(md5, bytes);
      for (RunningChecksum& checksum : checksums) checksum.update(bytes);
      if (!task_.file.adopt) TRY(write(at, bytes));
      at += bytes.size();
    }
    DigestedPart part{.size_bytes = end - begin, .md5 = md5.finish(), .checksums = {}};
    for (RunningChecksum& checksum : checksums) part.checksums.push_back(checksum.finish());
    return part;
  }

 private:
  Result<std::string_view> read(uint64_t at, uint64_t size_bytes) {
    size_t filled = 0;
    while (filled < size_bytes) {
      const size_t got = TRY(source_.read_at(at + filled, buffer_.get() + filled, size_bytes - filled));
      if (got == 0) {
        return Error{Errc::changed_meanwhile,
                     fmt::format("{} became shorter while it was read; try again", task_.file.path.string())};
      }
      filled += got;
    }
    return std::string_view(buffer_.get(), filled);
  }
  // Parts and buffers are whole chunks of the cipher.
  Result<void> write(uint64_t at, std::string_view bytes) {
    if (!cipher_) return task_.blob.write_at(at, bytes);
    const uint64_t chunk = at / kCipherChunkBytes;
    return task_.blob.write_at(chunk * kSealedChunkBytes, cipher_->seal(chunk, bytes));
  }

  const Task& task_;
  Buffer buffer_;
  File source_;
  std::optional<BodyCipher> cipher_;
};
static_assert(kPartBytes % kBufferBytes == 0 && kBufferBytes % kCipherChunkBytes == 0);

Result<std::vector<DigestedPart>> work_side_by_side(const Task& task) {
  const auto parts = static_cast<size_t>((task.file.size_bytes + task.part_bytes - 1) / task.part_bytes);
  std::vector<OrderedWork<DigestedPart>::Worker> workers;
  for (size_t i = 0; i < std::min(kThreads, parts); ++i) {
    // Shared because a std::function must be copyable.
    std::shared_ptr<PartWorker> worker = TRY(PartWorker::open(task));
    workers.emplace_back([worker](size_t item, const std::stop_token& halt) { return worker->work(item, halt); });
  }
  OrderedWork<DigestedPart> work(parts, std::move(workers));
  std::vector<DigestedPart> digested;
  uint64_t done = 0;
  for (size_t i = 0; i < parts; ++i) {
    digested.push_back(TRY(work.take()));
    done += digested.back().size_bytes;
    if (task.file.progress != nullptr && *task.file.progress) TRY((*task.file.progress)(done, task.file.size_bytes));
  }
  return digested;
}

}  // namespace

bool can_be_in_parts(const PutOptions& options) {
  const auto is_of_a_stream = [](ChecksumAlgorithm algorithm) {
    return !can_have(algorithm, ChecksumType::kFullObject);
  };
  return !options.expected_md5 && std::none_of(options.algorithms.begin(), options.algorithms.end(), is_of_a_stream) &&
         std::none_of(options.expected.begin(), options.expected.end(),
                      [&](const Checksum& checksum) { return is_of_a_stream(checksum.algorithm); });
}

Result<StagedBody> write_file_in_parts(const BodyPlaces& places, const FileBody& file, const PutOptions& options,
                                       const BodyRules& rules) {
  StagedBody staged;
  staged.blob = file.adopt ? TRY(places.blobs.adopt(file.path)) : TRY(places.blobs.begin());
  staged.size_bytes = file.size_bytes;
  Task task{.file = file,
            .group = places.threads.md5(),
            .blob = *staged.blob,
            .algorithms = wanted_algorithms(options),
            .keys = rules.keys,
            .part_bytes = part_bytes_of(file.size_bytes)};
  if (rules.encrypt) task.wrapped_key = TRY(BodyCipher::make(rules.keys)).wrapped_key();
  const std::vector<DigestedPart> parts = TRY(work_side_by_side(task));
  TRY(staged.blob->finish());
  staged.body = {.kind = BodyKind::kSplit, .id = staged.blob->id(), .wrapped_key = task.wrapped_key};
  for (const DigestedPart& part : parts) {
    staged.parts.push_back({.blob = {},
                            .size_bytes = part.size_bytes,
                            .number = static_cast<uint32_t>(staged.parts.size() + 1),
                            .wrapped_key = {},
                            .checksums = part.checksums});
  }
  staged.etag = etag_of(parts);
  for (const ChecksumAlgorithm algorithm : task.algorithms) {
    staged.digests.checksums.push_back(whole_checksum(parts, algorithm, ChecksumType::kFullObject));
  }
  TRY(check_expectations(staged, options));
  return staged;
}

}  // namespace caudal::objects
