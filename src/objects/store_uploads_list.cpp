// SPDX-License-Identifier: Apache-2.0
// Pages of uploads and of their parts.
#include <algorithm>

#include "objects/listing.h"
#include "objects/store_impl.h"
#include "objects/uploads.h"

namespace caudal::objects {
namespace {

// The uploads of a bucket to keys that start with a prefix.
class UploadsCursor {
 public:
  UploadsCursor(const Index& index, const std::string& bucket, const std::string& prefix)
      : bucket_(bucket),
        scan_(index.kv().scan(index.families().uploads,
                              kv::Range::prefix(kv::KeyWriter().text(bucket).text_prefix(prefix).bytes()))) {}
  bool valid() const { return scan_.valid(); }
  Result<UploadInfo> upload() const {
    kv::KeyReader in(scan_.key());
    TRY(in.text());
    const std::string key = TRY(in.text());
    return describe(key, std::string(in.rest()), TRY(decode_upload(scan_.value())));
  }
  void next() { scan_.next(); }
  void skip_key(const std::string& key) { skip(upload_key({bucket_, key}, "")); }
  void skip_prefix(std::string_view prefix) { skip(kv::KeyWriter().text(bucket_).text_prefix(prefix).bytes()); }
  void skip_upload(const std::string& key, const std::string& upload) {
    scan_.seek(upload_key({bucket_, key}, upload) + '\0');
  }
  Result<void> status() const { return scan_.status(); }

 private:
  void skip(std::string_view prefix) {
    if (const auto end = kv::prefix_end(prefix)) scan_.seek(*end);
  }
  std::string bucket_;
  kv::Scan scan_;
};

}  // namespace

Result<std::vector<PartInfo>> Store::list_parts(const ObjectRef& ref, const std::string& upload) const {
  TRY(require_upload(impl_->index, ref, upload));
  std::vector<PartInfo> infos;
  for (auto& [number, part] : TRY(read_parts(impl_->index, upload))) infos.push_back(std::move(part.info));
  return infos;
}

Result<ListPartsPage> Store::list_parts(const ListPartsRequest& request) const {
  ListPartsPage page;
  page.upload =
      describe(request.ref.key, request.upload, TRY(require_upload(impl_->index, request.ref, request.upload)));
  const size_t limit = std::min(request.max_parts, kMaxPage);
  kv::Scan scan = impl_->kv.scan(impl_->index.families().parts, kv::Range::prefix(parts_prefix(request.upload)));
  scan.seek(part_key(request.upload, request.part_marker) + '\0');
  for (; scan.valid(); scan.next()) {
    page.truncated = page.parts.size() == limit;
    if (page.truncated) break;
    kv::KeyReader key(scan.key());
    TRY(key.text());
    const auto number = static_cast<uint32_t>(TRY(key.u64()));
    page.parts.push_back(TRY(decode_part(number, scan.value())).info);
    page.next_part_marker = number;
  }
  TRY(scan.status());
  return page;
}

Result<std::vector<UploadInfo>> Store::list_uploads(const std::string& bucket, const std::string& prefix) const {
  TRY(impl_->index.require_bucket(bucket));
  std::vector<UploadInfo> infos;
  UploadsCursor cursor(impl_->index, bucket, prefix);
  for (; cursor.valid(); cursor.next()) infos.push_back(TRY(cursor.upload()));
  TRY(cursor.status());
  return infos;
}

Result<ListUploadsPage> Store::list_uploads(const ListUploadsRequest& request) const {
  TRY(impl_->index.require_bucket(request.bucket));
  const size_t limit = std::min(request.max_uploads, kMaxPage);
  ListUploadsPage page;
  UploadsCursor cursor(impl_->index, request.bucket, request.prefix);
  if (request.upload_marker && request.key_marker.starts_with(request.prefix)) {
    cursor.skip_upload(request.key_marker, *request.upload_marker);
  } else {
    start_after(cursor, request.key_marker, request.prefix, request.delimiter);
  }
  for (size_t count = 0; cursor.valid() && limit > 0; ++count) {
    page.truncated = count == limit;
    if (page.truncated) break;
    UploadInfo upload = TRY(cursor.upload());
    const std::string_view common = rolled_up(upload.key, request.prefix, request.delimiter);
    if (common.empty()) {
      page.next_key_marker = upload.key;
      page.next_upload_marker = upload.upload;
      page.uploads.push_back(std::move(upload));
      cursor.next();
    } else {
      page.next_key_marker = page.common_prefixes.emplace_back(common);
      page.next_upload_marker.reset();
      cursor.skip_prefix(page.next_key_marker);
    }
  }
  TRY(cursor.status());
  return page;
}

}  // namespace caudal::objects
