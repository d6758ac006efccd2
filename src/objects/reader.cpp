// SPDX-License-Identifier: Apache-2.0
// Reading ranges of bodies.
#include "objects/reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "objects/errc.h"
#include "objects/reader_impl.h"

namespace caudal::objects {

Reader::Reader(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Reader::Reader(Reader&& other) noexcept = default;
Reader& Reader::operator=(Reader&& other) noexcept = default;
Reader::~Reader() = default;

const ObjectInfo& Reader::info() const { return impl_->info; }
uint64_t Reader::first_byte() const { return impl_->first_byte; }
uint64_t Reader::length_bytes() const { return impl_->length_bytes; }
uint32_t Reader::parts_count() const { return parts_count_of(impl_->info); }
Result<size_t> Reader::read(char* out, size_t size_bytes) { return impl_->read(out, size_bytes); }

std::optional<std::string> Reader::take_whole() {
  const bool whole = impl_->position == 0 && impl_->length_bytes == impl_->inline_bytes.size();
  if (impl_->pin != nullptr || !whole) return std::nullopt;
  impl_->position = impl_->length_bytes;
  return std::move(impl_->inline_bytes);
}

Result<Extent> extent_of(const ObjectInfo& info, const std::optional<ByteRange>& range) {
  const uint64_t size = info.size_bytes;
  if (!range) return Extent{0, size};
  uint64_t first = 0;
  uint64_t end = size;
  if (range->first) {
    first = *range->first;
    if (range->last && *range->last < size) end = *range->last + 1;
  } else {
    first = size - std::min(size, range->last.value_or(size));
  }
  if (first >= end) {
    return Error{Errc::invalid_range, fmt::format("the range holds no byte of {}, which has {} bytes", info.key, size)};
  }
  return Extent{first, end - first};
}

Result<Extent> extent_of_part(const ObjectInfo& info, const Layout& layout, uint32_t number) {
  const uint32_t count = parts_count_of(info);
  if (count == 0 && number == 1) return Extent{0, info.size_bytes};
  uint64_t first = 0;
  for (const LayoutPart& part : layout) {
    if (part.number == number && count > 0) return Extent{first, part.size_bytes};
    first += part.size_bytes;
  }
  return Error{Errc::invalid_part_number,
               fmt::format("{} has no part {}; it has {}", info.key, number, std::max<uint32_t>(count, 1))};
}

uint32_t parts_count_of(const ObjectInfo& info) {
  uint32_t count = 0;
  const size_t dash = info.etag.find('-');
  if (dash != std::string::npos) {
    std::from_chars(info.etag.data() + dash + 1, info.etag.data() + info.etag.size(), count);
  }
  return count;
}

void Reader::Impl::select(const Extent& extent) {
  first_byte = extent.first_byte;
  position = extent.first_byte;
  length_bytes = extent.length_bytes;
}

Result<void> Reader::Impl::seek_part() {
  const bool is_open = file.descriptor() >= 0;
  if (is_open && position < part_start + layout[part].size_bytes) return {};
  while (position >= part_start + layout[part].size_bytes) part_start += layout[part++].size_bytes;
  file = TRY(blobs->open(layout[part].blob));
  window.clear();
  cipher.reset();
  const std::string& key = layout[part].wrapped_key;
  if (!key.empty()) cipher = TRY(BodyCipher::open(keys, key));
  return {};
}

Result<size_t> Reader::Impl::read_part(uint64_t offset, char* out, size_t size_bytes) {
  if (!cipher) return file.read_at(offset, out, size_bytes);
  if (offset < window_start || offset >= window_start + window.size()) {
    const uint64_t end = std::min(first_byte + length_bytes - part_start, layout[part].size_bytes);
    TRY(open_window(offset, end - 1));
  }
  return window.copy(out, size_bytes, offset - window_start);
}

Result<void> Reader::Impl::open_window(uint64_t offset, uint64_t last) {
  constexpr uint64_t kMaxChunks = 16;
  const uint64_t first_chunk = offset / kCipherChunkBytes;
  const uint64_t chunks = std::min(last / kCipherChunkBytes - first_chunk + 1, kMaxChunks);
  window_start = first_chunk * kCipherChunkBytes;
  const uint64_t plain = std::min(chunks * kCipherChunkBytes, layout[part].size_bytes - window_start);
  std::string sealed(plain + chunks * kTagBytes, '\0');
  size_t filled = 0;
  while (filled < sealed.size()) {
    const uint64_t place = first_chunk * kSealedChunkBytes + filled;
    const size_t got = TRY(file.read_at(place, sealed.data() + filled, sealed.size() - filled));
    if (got == 0) break;
    filled += got;
  }
  window.resize(plain);
  const auto opened = filled == sealed.size() ? cipher->open(first_chunk, sealed, window.data())
                                              : Result<size_t>(Error{Errc::corrupt, "an encrypted body is cut off"});
  if (opened) return {};
  window.clear();
  Error error = opened.error();
  error.context.push_back("reading " + info.key);
  return error;
}

Result<size_t> Reader::Impl::read(char* out, size_t size_bytes) {
  const uint64_t left = first_byte + length_bytes - position;
  size_t wanted = static_cast<size_t>(std::min<uint64_t>(size_bytes, left));
  if (wanted == 0) return size_t{0};
  if (pin == nullptr) {
    wanted = inline_bytes.copy(out, wanted, position);
  } else {
    TRY(seek_part());
    const uint64_t offset = position - part_start;
    wanted = static_cast<size_t>(std::min<uint64_t>(wanted, layout[part].size_bytes - offset));
    wanted = TRY(read_part(offset, out, wanted));
  }
  if (wanted == 0) {
    return Error{Errc::corrupt, fmt::format("the body of {} ends at byte {} of {}; restore it from a backup", info.key,
                                            position, info.size_bytes)};
  }
  position += wanted;
  return wanted;
}

}  // namespace caudal::objects
