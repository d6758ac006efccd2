// SPDX-License-Identifier: Apache-2.0
#include "flows/delivery/delivery.h"

#include <fmt/format.h>

#include <algorithm>

#include "flows/delivery/delivery_impl.h"
#include "flows/delivery/errors.h"
#include "flows/delivery/open.h"
#include "flows/delivery/sources.h"

namespace caudal::delivery {

void Delivery::Impl::finish_piece(size_t piece, const Totals& totals) {
  const MutexLock lock(mutex);
  if (piece_totals[piece]) return;
  piece_totals[piece] = totals;
}

Result<Totals> Delivery::Impl::totals_of(size_t piece) {
  {
    const MutexLock lock(mutex);
    if (piece_totals[piece]) return *piece_totals[piece];
  }
  PieceDecoder decoder(file, false);
  if (auto started = decoder.start(file.pieces[piece]); !started) return std::move(started).error();
  Batch batch(file.schema);
  while (decoder.next(batch)) {
  }
  finish_piece(piece, decoder.totals());
  return decoder.totals();
}

Delivery::Delivery(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}
Delivery::~Delivery() = default;

Result<std::unique_ptr<Delivery>> Delivery::open(const std::filesystem::path& path, const flows::Contract& contract,
                                                 OpenOptions options) {
  OpenFile file = TRY(open_file(path, schema_of(contract), options));
  auto impl = std::make_shared<Impl>(std::move(file), options.file_ordinal);
  return std::unique_ptr<Delivery>(new Delivery(std::move(impl)));
}

std::shared_ptr<sql::TableSource> Delivery::rows() { return make_good_rows(impl_); }
std::shared_ptr<sql::TableSource> Delivery::refused_rows() { return make_refused_rows(impl_); }

Result<Totals> Delivery::totals() {
  Totals sum = empty_totals(impl_->file.schema);
  for (size_t i = 0; i < impl_->file.pieces.size(); ++i) add_totals(TRY(impl_->totals_of(i)), sum);
  if (auto same = impl_->file.input.check_unchanged(); !same) return std::move(same).error();
  return sum;
}

Result<std::vector<RawRecord>> Delivery::extract(std::span<const uint64_t> lines) const {
  const OpenFile& file = impl_->file;
  std::vector<RawRecord> records;
  for (size_t next = 0; next < lines.size();) {
    // The last piece that begins at this line or before it.
    auto piece = std::upper_bound(file.pieces.begin(), file.pieces.end(), lines[next],
                                  [](uint64_t line, const Piece& p) { return line < p.first_line; });
    const size_t asked = next;
    if (piece != file.pieces.begin()) {
      --piece;
      next += TRY(impl_->extract_from(*piece, lines.subspan(next), records));
    }
    if (next == asked) {
      return Error{Errc::no_such_line,
                   fmt::format("{}: no record begins at line {}", file.input.path().filename().string(), lines[next])};
    }
  }
  return records;
}

Result<size_t> Delivery::Impl::extract_from(const Piece& piece, std::span<const uint64_t> lines,
                                            std::vector<RawRecord>& records) const {
  std::string bytes(piece.too_long ? std::min<uint64_t>(piece.size_bytes, kTooLongKeptBytes) : piece.size_bytes, '\0');
  if (auto read = file.input.read_at(piece.offset, bytes.data(), bytes.size()); !read) return std::move(read).error();
  std::vector<Field> fields;
  std::string scratch;
  size_t found = 0;
  uint64_t line = piece.first_line;
  for (size_t at = 0; at < bytes.size() && found < lines.size();) {
    const RecordEnd record = read_record(bytes, at, true, file.limits, &fields);
    const bool blank = record.content_end == at;
    if (line == lines[found] && !blank) {
      const std::string_view text = std::string_view(bytes).substr(at, record.content_end - at);
      RawRecord& raw = records.emplace_back(line, to_utf8(text, file.detected.encoding), std::vector<std::string>{});
      if (!piece.too_long && record.fault == RecordFault::kNone && fields.size() == file.column_of_field.size()) {
        raw.fields.resize(fields.size());
        for (size_t i = 0; i < fields.size(); ++i) {
          raw.fields[file.column_of_field[i]] = to_utf8(field_text(bytes, fields[i], scratch), file.detected.encoding);
        }
      }
      ++found;
    }
    line += record.lines;
    at = record.next;
  }
  return found;
}

const Schema& Delivery::schema() const { return impl_->file.schema; }
const Detected& Delivery::detected() const { return impl_->file.detected; }
uint64_t Delivery::size_bytes() const { return impl_->file.input.delivered_bytes(); }

}  // namespace caudal::delivery
