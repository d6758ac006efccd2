// SPDX-License-Identifier: Apache-2.0
#include "transfer/export.h"

#include <fmt/format.h>

#include "base/date.h"
#include "base/encoding.h"
#include "base/random.h"
#include "items/values/plain_json.h"
#include "items/values/typed_json.h"
#include "transfer/gzip.h"

namespace caudal::transfer {
namespace {

constexpr size_t kPackAtOnceBytes = size_t{256} << 10;
constexpr size_t kNameRandomBytes = 13;

std::string json_text(std::string_view text) {
  std::string out;
  items::append_plain_json(out, items::Value(text));
  return out;
}

// One file: items until it has so many bytes of them, or there are no more.
class FileOfItems final : public objects::ByteSource {
 public:
  FileOfItems(items::TableImage& image, uint64_t most_bytes, Exported& exported, const ExportProgress& progress)
      : image_(image), most_bytes_(most_bytes), exported_(exported), progress_(progress) {}

  Result<size_t> read(char* out, size_t size_bytes) override {
    while (at_ == packed_.size() && !is_packed_) TRY(pack_more());
    const size_t got = std::string_view(packed_).substr(at_).copy(out, size_bytes);
    at_ += got;
    return got;
  }
  uint64_t items() const { return items_; }
  bool is_last() const { return is_last_; }

 private:
  Result<void> pack_more() {
    packed_.clear();
    at_ = 0;
    lines_.clear();
    while (lines_.size() < kPackAtOnceBytes && bytes_ < most_bytes_ && !is_last_) {
      if (!TRY(image_.next())) {
        is_last_ = true;
        break;
      }
      lines_ += R"({"Item":)";
      TRY(items::append_stored_as_typed_json(lines_, image_.item()));
      lines_ += "}\n";
      ++items_;
      bytes_ += image_.size_bytes();
      ++exported_.items;
      exported_.bytes += image_.size_bytes();
    }
    gzip_.add(lines_, packed_);
    is_packed_ = is_last_ || bytes_ >= most_bytes_;
    if (is_packed_) gzip_.finish(packed_);
    if (progress_) return progress_(exported_);
    return {};
  }

  items::TableImage& image_;
  const uint64_t most_bytes_;
  Exported& exported_;
  const ExportProgress& progress_;
  Gzip gzip_;
  std::string lines_;
  std::string packed_;
  size_t at_ = 0;
  uint64_t items_ = 0;
  uint64_t bytes_ = 0;
  bool is_last_ = false;
  bool is_packed_ = false;
};

Result<objects::ObjectInfo> put_text(objects::Store& objects, const ExportPlan& plan, const std::string& name,
                                     std::string_view text) {
  objects::TextSource source(text);
  return objects.put({plan.bucket, export_folder(plan) + name}, source, {.content_type = "application/json"});
}

// The MD5 that an ETag of one piece is.
std::string md5_of(const objects::ObjectInfo& object) { return to_base64(from_hex(object.etag).value_or("")); }

Result<void> put_manifest(objects::Store& objects, const ExportPlan& plan, const std::string& name,
                          std::string_view text) {
  const objects::ObjectInfo put = TRY(put_text(objects, plan, name + ".json", text));
  TRY(put_text(objects, plan, name + ".md5", md5_of(put)));
  return {};
}

std::string summary(const items::TableImage& image, const ExportPlan& plan, const Exported& exported, Timestamp ended) {
  return fmt::format(
      R"({{"version":"2020-06-30","exportArn":{},"startTime":"{}","endTime":"{}","tableArn":{},"tableId":"{}",)"
      R"("exportTime":"{}","s3Bucket":{},"s3Prefix":{},"s3SseAlgorithm":"AES256","s3SseKmsKeyId":null,)"
      R"("manifestFilesS3Key":{},"billedSizeBytes":{},"itemCount":{},"outputFormat":"DYNAMODB_JSON",)"
      R"("exportType":"FULL_EXPORT"}})",
      json_text(plan.table_arn + "/export/" + plan.id), to_string(plan.started), to_string(ended),
      json_text(plan.table_arn), image.table().id, to_string(image.moment()), json_text(plan.bucket),
      plan.prefix.empty() ? "null" : json_text(plan.prefix), json_text(export_folder(plan) + "manifest-files.json"),
      exported.bytes, exported.items);
}

}  // namespace

std::string export_folder(const ExportPlan& plan) {
  std::string prefix = plan.prefix;
  if (!prefix.empty() && !prefix.ends_with('/')) prefix += '/';
  return prefix + "AWSDynamoDB/" + plan.id + "/";
}

std::string summary_key(const ExportPlan& plan) { return export_folder(plan) + "manifest-summary.json"; }

Result<Exported> export_table(items::TableImage& image, objects::Store& objects, const Clock& clock,
                              const ExportPlan& plan, const ExportProgress& progress) {
  TRY(put_text(objects, plan, "_started", ""));
  Exported exported;
  std::string files;
  for (bool is_last = false; !is_last;) {
    FileOfItems file(image, plan.file_bytes, exported, progress);
    const std::string key = export_folder(plan) + "data/" + secure_random_hex(kNameRandomBytes) + ".json.gz";
    const objects::ObjectInfo put =
        TRY(objects.put({plan.bucket, key}, file, {.content_type = "application/octet-stream"}));
    files += fmt::format(R"({{"itemCount":{},"md5Checksum":"{}","etag":"{}","dataFileS3Key":{}}})", file.items(),
                         md5_of(put), put.etag, json_text(key));
    files += '\n';
    is_last = file.is_last();
  }
  TRY(put_manifest(objects, plan, "manifest-files", files));
  TRY(put_manifest(objects, plan, "manifest-summary", summary(image, plan, exported, clock.now())));
  return exported;
}

}  // namespace caudal::transfer
