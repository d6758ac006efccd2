// SPDX-License-Identifier: Apache-2.0
// Every row begins with its format, so that a later Caudal can read it.
#include "objects/rows.h"

#include "base/encoding.h"
#include "base/wire.h"
#include "objects/errc.h"

namespace caudal::objects {
namespace {

constexpr uint64_t kBucketFormat = 2;  // 1 had neither owner, region nor events
constexpr uint64_t kObjectFormat = 2;  // 1 is still written for what is not encrypted: rows are what listing costs
constexpr uint64_t kLayoutFormat = 3;  // 1 had neither numbers nor checksums of parts, 2 no keys
constexpr uint64_t kUploadFormat = 2;  // 1 had no encryption
constexpr uint64_t kPartFormat = 2;    // 1 had no key

Result<uint64_t> read_format(WireReader& in, uint64_t newest) {
  const uint64_t format = TRY(in.varint());
  if (format < 1 || format > newest) {
    return Error{Errc::corrupt, "a row of the object store has an unknown format; upgrade Caudal or restore a backup"};
  }
  return format;
}

Timestamp to_timestamp(int64_t microseconds) { return Timestamp(std::chrono::microseconds(microseconds)); }
int64_t to_number(Timestamp time) { return time.time_since_epoch().count(); }

void write_texts(WireWriter& out, const Texts& texts) {
  out.varint(texts.size());
  for (const auto& [name, value] : texts) out.text(name).text(value);
}

Result<Texts> read_texts(WireReader& in) {
  Texts texts;
  for (size_t left = TRY(in.count()); left > 0; --left) {
    std::string name(TRY(in.text()));
    texts.emplace(std::move(name), TRY(in.text()));
  }
  return texts;
}

void write_checksums(WireWriter& out, const std::vector<Checksum>& checksums) {
  out.varint(checksums.size());
  for (const Checksum& checksum : checksums) {
    out.varint(static_cast<uint64_t>(checksum.algorithm)).text(checksum.value).varint(checksum.parts);
  }
}

Result<std::vector<Checksum>> read_checksums(WireReader& in) {
  std::vector<Checksum> checksums;
  for (size_t left = TRY(in.count()); left > 0; --left) {
    Checksum checksum;
    checksum.algorithm = static_cast<ChecksumAlgorithm>(TRY(in.varint()));
    checksum.value = TRY(in.text());
    checksum.parts = static_cast<uint32_t>(TRY(in.varint()));
    checksums.push_back(std::move(checksum));
  }
  return checksums;
}

constexpr uint64_t kDefaultType = 2;

uint64_t encode(std::optional<ChecksumType> type) { return type ? static_cast<uint64_t>(*type) : kDefaultType; }

std::optional<ChecksumType> decode_checksum_type(uint64_t number) {
  if (number == kDefaultType) return std::nullopt;
  return static_cast<ChecksumType>(number);
}

}  // namespace

std::string encode(const BucketInfo& bucket) {
  WireWriter out;
  out.varint(kBucketFormat).signed_varint(to_number(bucket.created)).varint(static_cast<uint64_t>(bucket.versioning));
  out.text(bucket.owner).text(bucket.region).boolean(bucket.keeps_events).boolean(bucket.encrypts);
  return out.take();
}

Result<BucketInfo> decode_bucket(std::string_view name, std::string_view bytes) {
  WireReader in(bytes);
  const uint64_t format = TRY(read_format(in, kBucketFormat));
  BucketInfo bucket;
  bucket.name = name;
  bucket.created = to_timestamp(TRY(in.signed_varint()));
  bucket.versioning = static_cast<Versioning>(TRY(in.varint()));
  if (format >= 2) {
    bucket.owner = TRY(in.text());
    bucket.region = TRY(in.text());
    bucket.keeps_events = TRY(in.boolean());
    if (!in.at_end()) bucket.encrypts = TRY(in.boolean());
  }
  TRY(in.finish());
  return bucket;
}

std::string encode(const ObjectRow& row) { return encode(row, row.info.etag).bytes; }

EncodedObject encode(const ObjectRow& row, std::string_view etag) {
  EncodedObject encoded;
  const ObjectInfo& info = row.info;
  WireWriter out;
  const uint64_t format = info.is_encrypted ? kObjectFormat : 1;
  out.varint(format).text(info.version).varint(row.sequence).boolean(info.is_delete_marker);
  out.varint(info.size_bytes).text(etag);
  encoded.etag_at = out.size_bytes() - etag.size();
  out.signed_varint(to_number(info.modified));
  out.varint(static_cast<uint64_t>(row.body.kind)).text(row.body.id).text(info.content_type);
  write_texts(out, info.headers);
  write_texts(out, info.metadata);
  write_texts(out, info.tags);
  write_checksums(out, info.checksums);
  if (info.is_encrypted) out.text(row.body.wrapped_key);
  encoded.bytes = out.take();
  return encoded;
}

Result<ObjectRow> decode_object(std::string_view key, std::string_view bytes) {
  WireReader in(bytes);
  const uint64_t format = TRY(read_format(in, kObjectFormat));
  ObjectRow row;
  ObjectInfo& info = row.info;
  info.key = key;
  info.version = TRY(in.text());
  row.sequence = TRY(in.varint());
  info.is_delete_marker = TRY(in.boolean());
  info.size_bytes = TRY(in.varint());
  info.etag = TRY(in.text());
  info.modified = to_timestamp(TRY(in.signed_varint()));
  row.body.kind = static_cast<BodyKind>(TRY(in.varint()));
  row.body.id = TRY(in.text());
  info.content_type = TRY(in.text());
  info.headers = TRY(read_texts(in));
  info.metadata = TRY(read_texts(in));
  info.tags = TRY(read_texts(in));
  info.checksums = TRY(read_checksums(in));
  info.is_encrypted = format >= 2;
  if (info.is_encrypted) row.body.wrapped_key = TRY(in.text());
  TRY(in.finish());
  return row;
}

std::string encode(const Layout& layout) {
  WireWriter out;
  out.varint(kLayoutFormat).varint(layout.size());
  for (const LayoutPart& part : layout) {
    out.text(part.blob).varint(part.size_bytes).varint(part.number).text(part.wrapped_key);
    write_checksums(out, part.checksums);
  }
  return out.take();
}

Result<Layout> decode_layout(std::string_view bytes) {
  WireReader in(bytes);
  const uint64_t format = TRY(read_format(in, kLayoutFormat));
  Layout layout;
  for (size_t left = TRY(in.count()); left > 0; --left) {
    LayoutPart part;
    part.blob = TRY(in.text());
    part.size_bytes = TRY(in.varint());
    part.number = static_cast<uint32_t>(layout.size() + 1);
    if (format >= 2) {
      part.number = static_cast<uint32_t>(TRY(in.varint()));
      if (format >= 3) part.wrapped_key = TRY(in.text());
      part.checksums = TRY(read_checksums(in));
    }
    layout.push_back(std::move(part));
  }
  TRY(in.finish());
  return layout;
}

std::string encode(const UploadRow& row) {
  const PutOptions& put = row.options.put;
  WireWriter out;
  out.varint(kUploadFormat).signed_varint(to_number(row.initiated)).varint(encode(row.options.checksum_type));
  out.text(put.content_type);
  write_texts(out, put.headers);
  write_texts(out, put.metadata);
  write_texts(out, put.tags);
  out.varint(put.algorithms.size());
  for (const ChecksumAlgorithm algorithm : put.algorithms) out.varint(static_cast<uint64_t>(algorithm));
  out.boolean(put.encrypt.value_or(false));
  return out.take();
}

Result<UploadRow> decode_upload(std::string_view bytes) {
  WireReader in(bytes);
  const uint64_t format = TRY(read_format(in, kUploadFormat));
  UploadRow row;
  row.initiated = to_timestamp(TRY(in.signed_varint()));
  row.options.checksum_type = decode_checksum_type(TRY(in.varint()));
  PutOptions& put = row.options.put;
  put.content_type = TRY(in.text());
  put.headers = TRY(read_texts(in));
  put.metadata = TRY(read_texts(in));
  put.tags = TRY(read_texts(in));
  put.algorithms.clear();
  for (size_t left = TRY(in.count()); left > 0; --left) {
    put.algorithms.push_back(static_cast<ChecksumAlgorithm>(TRY(in.varint())));
  }
  put.encrypt = format >= 2 ? TRY(in.boolean()) : false;
  TRY(in.finish());
  return row;
}

std::string encode(const PartRow& row) {
  WireWriter out;
  out.varint(kPartFormat).text(row.blob).varint(row.info.size_bytes).text(row.md5);
  out.signed_varint(to_number(row.info.modified));
  write_checksums(out, row.info.checksums);
  out.text(row.wrapped_key);
  return out.take();
}

Result<PartRow> decode_part(uint32_t number, std::string_view bytes) {
  WireReader in(bytes);
  const uint64_t format = TRY(read_format(in, kPartFormat));
  PartRow row;
  row.info.number = number;
  row.blob = TRY(in.text());
  row.info.size_bytes = TRY(in.varint());
  row.md5 = TRY(in.text());
  row.info.etag = to_hex(row.md5);
  row.info.modified = to_timestamp(TRY(in.signed_varint()));
  row.info.checksums = TRY(read_checksums(in));
  if (format >= 2) row.wrapped_key = TRY(in.text());
  TRY(in.finish());
  return row;
}

}  // namespace caudal::objects
