// SPDX-License-Identifier: Apache-2.0
// Rows of uploads and parts.
#include "objects/uploads.h"

#include <fmt/format.h>

#include "objects/errc.h"

namespace caudal::objects {

std::string upload_key(const ObjectRef& ref, std::string_view upload) {
  return kv::KeyWriter().text(ref.bucket).text(ref.key).raw(upload).take();
}

std::string part_key(std::string_view upload, uint32_t number) {
  return kv::KeyWriter().text(upload).u64(number).take();
}

std::string parts_prefix(std::string_view upload) { return kv::KeyWriter().text(upload).take(); }

Result<Parts> read_parts(const Index& index, const std::string& upload) {
  Parts parts;
  kv::Scan scan = index.kv().scan(index.families().parts, kv::Range::prefix(parts_prefix(upload)));
  for (; scan.valid(); scan.next()) {
    kv::KeyReader key(scan.key());
    TRY(key.text());
    const auto number = static_cast<uint32_t>(TRY(key.u64()));
    parts.emplace(number, TRY(decode_part(number, scan.value())));
  }
  TRY(scan.status());
  return parts;
}

Result<UploadRow> require_upload(const Index& index, const ObjectRef& ref, const std::string& upload) {
  const auto bytes = TRY(index.kv().get(index.families().uploads, upload_key(ref, upload)));
  if (!bytes) {
    TRY(index.require_bucket(ref.bucket));
    return Error{Errc::no_such_upload, fmt::format("there is no upload {} to {}; it was completed or given up, or "
                                                   "never begun",
                                                   upload, to_string(ref))};
  }
  return decode_upload(*bytes);
}

Result<void> remove_upload_rows(const Index& index, kv::Batch& batch, const ObjectRef& ref, const std::string& upload) {
  batch.remove(index.families().uploads, upload_key(ref, upload));
  return index.kv().remove_each(batch, index.families().parts, kv::Range::prefix(parts_prefix(upload)));
}

UploadInfo describe(const std::string& key, const std::string& upload, const UploadRow& row) {
  return {.key = key,
          .upload = upload,
          .initiated = row.initiated,
          .algorithms = row.options.put.algorithms,
          .checksum_type = row.options.checksum_type};
}

}  // namespace caudal::objects
