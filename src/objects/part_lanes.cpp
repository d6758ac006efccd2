// SPDX-License-Identifier: Apache-2.0
#include "objects/part_lanes.h"

#include <fmt/format.h>

#include <algorithm>

#include "objects/errc.h"

namespace caudal::objects {
namespace {

// Those of all lanes fit into a core's own cache.
constexpr size_t kPieceBytes = size_t{32} << 10;
static_assert(PartLanes::kLaneBytes % kPieceBytes == 0 && PartLanes::kLaneBytes % kCipherChunkBytes == 0);

}  // namespace

Result<PartLanes> PartLanes::open(const PartsTask& task, size_t lanes) {
  PartLanes opened(task);
  for (size_t i = 0; i < lanes; ++i) {
    // Each with a descriptor of its own, so that what it reads ahead is its own too.
    opened.lanes_.push_back({.source = TRY(File::open_read(task.path)), .buffer = new_buffer(kLaneBytes)});
  }
  if (!task.wrapped_key.empty()) opened.cipher_ = TRY(BodyCipher::open(task.keys, task.wrapped_key));
  return opened;
}

void PartLanes::begin(Lane& lane, size_t part) {
  lane.at = part * task_->part_bytes;
  lane.end = std::min(lane.at + task_->part_bytes, task_->size_bytes);
  lane.md5 = Md5();
  lane.checksums = {task_->algorithms.begin(), task_->algorithms.end()};
}

Result<std::vector<DigestedPart>> PartLanes::work(size_t first, size_t count, const std::stop_token& halt,
                                                  const std::function<void(uint64_t)>& moved) {
  const std::span<Lane> lanes(lanes_.data(), count);
  for (size_t i = 0; i < count; ++i) begin(lanes[i], first + i);
  for (uint64_t step = 1; step > 0;) {
    if (halt.stop_requested()) return Error{caudal::Errc::cancelled, "nobody waits for it any more"};
    TRY(take_in(lanes));
    step = 0;
    for (Lane& lane : lanes) {
      step += lane.filled;
      TRY(write(lane));
    }
    if (step > 0) moved(step);
  }
  std::vector<DigestedPart> digested;
  for (size_t i = 0; i < count; ++i) {
    const uint64_t begin = (first + i) * task_->part_bytes;
    DigestedPart part{.size_bytes = lanes[i].end - begin, .md5 = lanes[i].md5.finish(), .checksums = {}};
    for (RunningChecksum& checksum : lanes[i].checksums) part.checksums.push_back(checksum.finish());
    digested.push_back(std::move(part));
  }
  return digested;
}

Result<void> PartLanes::take_in(std::span<Lane> lanes) {
  std::vector<Md5::Piece> pieces;
  for (size_t filled = 0; filled < kLaneBytes; filled += kPieceBytes) {
    pieces.clear();
    for (Lane& lane : lanes) {
      const uint64_t left = lane.end - lane.at - lane.filled;
      const auto size_bytes = static_cast<size_t>(std::min<uint64_t>(left, kPieceBytes));
      if (size_bytes == 0) continue;
      TRY(read(lane, size_bytes));
      const std::string_view piece(lane.buffer.get() + lane.filled - size_bytes, size_bytes);
      for (RunningChecksum& checksum : lane.checksums) checksum.update(piece);
      pieces.push_back({.stream = &lane.md5, .bytes = piece});
    }
    if (pieces.empty()) return {};
    Md5::update_all(pieces);
  }
  return {};
}

Result<void> PartLanes::read(Lane& lane, size_t size_bytes) {
  const size_t end = lane.filled + size_bytes;
  while (lane.filled < end) {
    const size_t got =
        TRY(lane.source.read_at(lane.at + lane.filled, lane.buffer.get() + lane.filled, end - lane.filled));
    if (got == 0) {
      return Error{Errc::changed_meanwhile,
                   fmt::format("{} became shorter while it was read; try again", task_->path.string())};
    }
    lane.filled += got;
  }
  return {};
}

// Parts and buffers are whole chunks of the cipher.
Result<void> PartLanes::write(Lane& lane) {
  const std::string_view bytes(lane.buffer.get(), lane.filled);
  const uint64_t at = lane.at;
  lane.at += lane.filled;
  lane.filled = 0;
  if (bytes.empty() || task_->blob == nullptr) return {};
  if (!cipher_) return task_->blob->write_at(at, bytes);
  const uint64_t chunk = at / kCipherChunkBytes;
  return task_->blob->write_at(chunk * kSealedChunkBytes, cipher_->seal(chunk, bytes));
}

}  // namespace caudal::objects
