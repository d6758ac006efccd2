// SPDX-License-Identifier: Apache-2.0
#include "flows/delivery/open.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "flows/delivery/detect.h"
#include "flows/delivery/encoding.h"
#include "flows/delivery/errors.h"
#include "flows/delivery/file_name.h"
#include "flows/delivery/header.h"

namespace caudal::delivery {
namespace {

constexpr size_t kSampledPieces = 16;  // spread over the file, so that an odd beginning does not decide alone
constexpr size_t kSampleBytes = size_t{64} << 10;
constexpr size_t kMaxHeaderBytes = size_t{1} << 20;

class Opener {
 public:
  Opener(Schema schema, const OpenOptions& options) : schema_(std::move(schema)), options_(options) {}

  Result<OpenFile> open(const std::filesystem::path& path) {
    std::optional<bool> gzip;
    if (schema_.format.compression != flows::Compression::kAuto) {
      gzip = schema_.format.compression == flows::Compression::kGzip;
    }
    Input input = TRY(Input::open(path, {options_.scratch, gzip, options_.max_unpacked_bytes}));
    name_ = path.filename().string();
    detected_.gzip = input.gzip();
    const Blocks blocks = TRY(scan_blocks(input, options_.block_bytes, options_.threads));
    if (schema_.format.encoding == Encoding::kAuto) {
      detected_.encoding = blocks.is_utf8 ? Encoding::kUtf8 : Encoding::kLatin1;
    } else {
      detected_.encoding = schema_.format.encoding;
    }
    const Start start = TRY(read_start(input));
    detected_.delimiter = start.header.delimiter;
    const RecordLimits limits{detected_.delimiter, options_.max_record_bytes};
    std::vector<Piece> pieces = TRY(cut_into_pieces(input, blocks, limits, start.offset, start.line));
    OpenFile file{std::move(input), schema_, detected_, limits, start.header.column_of_field, std::move(pieces)};
    if (auto decided = decide_formats(file); !decided) return std::move(decided).error();
    return file;
  }

 private:
  // Where the first data record may begin.
  struct Start {
    Header header;
    uint64_t offset = 0;
    uint64_t line = 1;
  };

  Error refuse(Errc code, std::string_view what) const {
    return {code, fmt::format("{}: {}", printable_name(name_), what)};
  }

  Result<Start> read_start(const Input& input) {
    std::string head(std::min<uint64_t>(input.size_bytes(), kMaxHeaderBytes), '\0');
    if (auto read = input.read_at(0, head.data(), head.size()); !read) return std::move(read).error();
    const bool whole = head.size() == input.size_bytes();
    if (head.starts_with("\xFF\xFE") || head.starts_with("\xFE\xFF")) {
      return refuse(Errc::undecodable, "the file is UTF-16, which is not read; ask the sender for UTF-8 or Latin-1");
    }
    size_t at = 0;
    if (head.starts_with("\xEF\xBB\xBF")) {
      detected_.byte_order_mark = true;
      at = 3;
    }
    uint64_t line = 1;
    while (at < head.size() && (head[at] == '\n' || head.substr(at, 2) == "\r\n")) {
      at += head[at] == '\n' ? 1 : 2;
      ++line;
    }
    if (at == head.size()) {
      return refuse(Errc::empty_file,
                    "the file has only blank lines, not even a header; ask the sender to deliver it again");
    }
    return read_first_record(head, at, whole, line);
  }

  Result<Start> read_first_record(std::string_view head, size_t at, bool whole, uint64_t line) const {
    const RecordEnd record =
        read_record(head, at, whole, {schema_.format.delimiter.value_or(','), kMaxHeaderBytes - 8});
    if (!schema_.format.header) {
      const size_t end = record.need_more ? head.size() : record.content_end;
      return Start{header_by_contract(head.substr(at, end - at), schema_), at, line};
    }
    if (record.need_more || record.fault != RecordFault::kNone) {
      return refuse(Errc::undecodable,
                    "the header cannot be read: an unclosed quote, or a line of more than 1 MiB; "
                    "ask the sender to deliver the file again");
    }
    const std::string_view bytes = head.substr(at, record.content_end - at);
    if (bytes.find('\0') != std::string_view::npos) {
      return refuse(Errc::undecodable,
                    "the header holds NUL bytes: the file is UTF-16 or no text at all; ask the sender "
                    "for UTF-8 or Latin-1");
    }
    if (detected_.encoding == Encoding::kUtf8 && !is_utf8(bytes)) {
      return refuse(Errc::undecodable,
                    "the header is not valid UTF-8, which the contract declares; correct `encoding` in "
                    "the contract (latin-1, or auto), or ask the sender");
    }
    Header header = TRY(read_header(to_utf8(bytes, detected_.encoding), schema_, name_));
    return Start{std::move(header), record.next, line + record.lines};
  }

  // Decimal mark and order of dates, for what the contract leaves open.
  Result<void> decide_formats(OpenFile& file) const {
    file.detected.decimal_mark = schema_.format.decimal;
    file.detected.date_order = schema_.format.dates;
    if (schema_.format.decimal != DecimalMark::kAuto && schema_.format.dates != DateOrder::kAuto) return {};
    FormatVotes votes;
    const size_t step = std::max<size_t>(1, file.pieces.size() / kSampledPieces);
    for (size_t i = 0; i < file.pieces.size(); i += step) {
      if (auto sampled = sample(file, file.pieces[i], votes); !sampled) return sampled;
    }
    if (schema_.format.decimal == DecimalMark::kAuto) file.detected.decimal_mark = votes.decimal_mark();
    if (schema_.format.dates == DateOrder::kAuto) file.detected.date_order = votes.date_order();
    return {};
  }

  static Result<void> sample(const OpenFile& file, const Piece& piece, FormatVotes& votes) {
    if (piece.too_long) return {};
    std::string bytes(std::min<uint64_t>(piece.size_bytes, kSampleBytes), '\0');
    if (auto read = file.input.read_at(piece.offset, bytes.data(), bytes.size()); !read) return read;
    const bool whole = bytes.size() == piece.size_bytes;
    std::vector<Field> fields;
    std::string scratch;
    for (size_t at = 0; at < bytes.size();) {
      const RecordEnd record = read_record(bytes, at, whole, file.limits, &fields);
      if (record.need_more) break;
      if (record.fault == RecordFault::kNone && fields.size() == file.column_of_field.size()) {
        for (size_t i = 0; i < fields.size(); ++i) {
          votes.add(field_text(bytes, fields[i], scratch), file.schema.columns[file.column_of_field[i]].type);
        }
      }
      at = record.next;
    }
    return {};
  }

  Schema schema_;
  const OpenOptions& options_;
  std::string name_;
  Detected detected_;
};

}  // namespace

Result<OpenFile> open_file(const std::filesystem::path& path, Schema schema, const OpenOptions& options) {
  return Opener(std::move(schema), options).open(path);
}

}  // namespace caudal::delivery
