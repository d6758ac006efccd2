// SPDX-License-Identifier: Apache-2.0
// Writing and reading of segments' bytes.
#include "access/audit/segment.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstring>

#include "access/audit/errors.h"
#include "base/crc.h"

namespace caudal::audit {
namespace {

namespace fs = std::filesystem;
constexpr std::string_view kMagic = "CAUDALAUDIT1\n";
constexpr std::string_view kNameStart = "audit-";
constexpr std::string_view kNameEnd = ".log";
constexpr size_t kSequenceDigits = 20;
constexpr size_t kLinkBytes = std::tuple_size_v<Link>;
constexpr size_t kHeaderBytes = kMagic.size() + 8 + 8 + kLinkBytes;
constexpr size_t kMaxPayloadBytes = size_t{64} << 20;

template <class T>
void append_number(std::string& to, T value) {
  for (size_t byte = 0; byte < sizeof(T); ++byte) to.push_back(static_cast<char>(value >> (8 * byte) & 0xFF));
}

template <class T>
T read_number(std::string_view bytes) {
  T value = 0;
  for (size_t byte = 0; byte < sizeof(T); ++byte)
    value |= static_cast<T>(static_cast<unsigned char>(bytes[byte])) << (8 * byte);
  return value;
}

uint32_t checksum(std::string_view sizes, std::string_view payload) { return crc32c(crc32c(0, sizes), payload); }

Link read_link(std::string_view bytes) {
  Link link;
  std::memcpy(link.data(), bytes.data(), link.size());
  return link;
}

}  // namespace

std::string encode_header(const SegmentHeader& header) {
  std::string bytes(kMagic);
  append_number<uint64_t>(bytes, header.first_sequence);
  append_number<uint64_t>(bytes, static_cast<uint64_t>(header.created.time_since_epoch().count()));
  bytes += view(header.previous);
  return bytes;
}

Link first_link(std::string_view header_bytes, std::string_view key) { return hmac_sha256(key, header_bytes); }

Link next_link(std::string_view key, const Link& link, std::string_view checked) {
  std::string message(view(link));
  message += checked;
  return hmac_sha256(key, message);
}

std::string encode_frame(std::string_view payload, uint32_t records, std::string_view key, Link& link) {
  std::string bytes;
  bytes.reserve(Frame::kHeadBytes + payload.size() + kLinkBytes);
  append_number<uint32_t>(bytes, static_cast<uint32_t>(payload.size()));
  append_number<uint32_t>(bytes, records);
  append_number<uint32_t>(bytes, checksum(bytes, payload));
  bytes += payload;
  link = next_link(key, link, bytes);
  bytes += view(link);
  return bytes;
}

std::string segment_name(uint64_t first_sequence) {
  return fmt::format("{}{:020}{}", kNameStart, first_sequence, kNameEnd);
}

Result<std::vector<SegmentFile>> list_segments(const fs::path& directory) {
  std::vector<SegmentFile> segments;
  std::error_code error;
  fs::directory_iterator entry(directory, error);
  if (error == std::errc::no_such_file_or_directory) return segments;
  for (; !error && entry != fs::directory_iterator(); entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    if (name.size() != kNameStart.size() + kSequenceDigits + kNameEnd.size()) continue;
    uint64_t sequence = 0;
    const char* digits = name.data() + kNameStart.size();
    if (std::from_chars(digits, digits + kSequenceDigits, sequence).ec != std::errc()) continue;
    if (name == segment_name(sequence)) segments.push_back({entry->path(), sequence});
  }
  if (error) return errno_error(error.value(), "list", directory);
  std::ranges::sort(segments, {}, &SegmentFile::first_sequence);
  return segments;
}

Result<std::string> SegmentReader::read(uint64_t offset, size_t size_bytes) const {
  std::string bytes(size_bytes, '\0');
  size_t filled = 0;
  while (filled < size_bytes) {
    const size_t got = TRY(file_.read_at(offset + filled, bytes.data() + filled, size_bytes - filled));
    if (got == 0) break;
    filled += got;
  }
  bytes.resize(filled);
  return bytes;
}

Result<SegmentReader> SegmentReader::open(const fs::path& path) {
  File file = TRY(File::open_read(path));
  const uint64_t size_bytes = TRY(file.size_bytes());
  SegmentReader reader(std::move(file), size_bytes);
  reader.header_bytes_ = TRY(reader.read(0, kHeaderBytes));
  const std::string_view bytes = reader.header_bytes_;
  if (bytes.size() < kHeaderBytes || !bytes.starts_with(kMagic)) {
    return Error{Errc::corrupt, fmt::format("{} is no segment of an audit log", path.string())};
  }
  reader.header_.first_sequence = read_number<uint64_t>(bytes.substr(kMagic.size()));
  reader.header_.created = Timestamp(
      std::chrono::microseconds(static_cast<int64_t>(read_number<uint64_t>(bytes.substr(kMagic.size() + 8)))));
  reader.header_.previous = read_link(bytes.substr(kMagic.size() + 16));
  reader.offset_ = kHeaderBytes;
  return reader;
}

Result<bool> SegmentReader::is_damaged() const {
  constexpr size_t kLookedAt = size_t{1} << 20;
  const std::string bytes = TRY(read(offset_, std::min<uint64_t>(kLookedAt, torn_bytes())));
  for (size_t at = 0; at + Frame::kHeadBytes + kLinkBytes <= bytes.size(); ++at) {
    const std::string_view rest = std::string_view(bytes).substr(at);
    const size_t payload_bytes = read_number<uint32_t>(rest);
    if (payload_bytes > rest.size() - Frame::kHeadBytes - kLinkBytes) continue;
    // The first cannot be whole; but a file that was grown and never written has zeros here.
    if (at == 0 && payload_bytes > 0) return true;
    const auto crc = read_number<uint32_t>(rest.substr(8));
    if (crc == checksum(rest.substr(0, 8), rest.substr(Frame::kHeadBytes, payload_bytes))) return true;
  }
  return false;
}

Result<std::optional<Frame>> SegmentReader::next() {
  const uint64_t left = size_bytes_ - offset_;
  if (left < Frame::kHeadBytes + kLinkBytes) return std::optional<Frame>();
  const std::string head = TRY(read(offset_, Frame::kHeadBytes));
  if (head.size() < Frame::kHeadBytes) return std::optional<Frame>();
  const size_t payload_bytes = read_number<uint32_t>(head);
  if (payload_bytes > kMaxPayloadBytes || Frame::kHeadBytes + payload_bytes + kLinkBytes > left)
    return std::optional<Frame>();
  const std::string body = TRY(read(offset_ + Frame::kHeadBytes, payload_bytes + kLinkBytes));
  if (body.size() < payload_bytes + kLinkBytes) return std::optional<Frame>();
  Frame frame;
  frame.records = read_number<uint32_t>(std::string_view(head).substr(4));
  const auto crc = read_number<uint32_t>(std::string_view(head).substr(8));
  if (crc != checksum(std::string_view(head).substr(0, 8), std::string_view(body).substr(0, payload_bytes)))
    return std::optional<Frame>();
  frame.link = read_link(std::string_view(body).substr(payload_bytes));
  frame.checked = head + body.substr(0, payload_bytes);
  offset_ += Frame::kHeadBytes + payload_bytes + kLinkBytes;
  return std::optional(std::move(frame));
}

}  // namespace caudal::audit
