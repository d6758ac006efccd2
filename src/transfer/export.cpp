// SPDX-License-Identifier: Apache-2.0
#include "transfer/export.h"

#include <fmt/format.h>

#include "base/date.h"
#include "base/digest.h"
#include "base/encoding.h"
#include "items/values/checks.h"
#include "items/values/item_codec.h"
#include "items/values/plain_json.h"
#include "items/values/typed_json.h"
#include "transfer/gzip.h"

namespace caudal::transfer {
namespace {

constexpr size_t kPackAtOnceBytes = size_t{256} << 10;
constexpr size_t kNameDigits = 26;

std::string json_text(std::string_view text) {
  std::string out;
  items::append_plain_json(out, items::Value(text));
  return out;
}

// What is exported, line by line.
class Lines {
 public:
  virtual ~Lines() = default;
  virtual const items::TableInfo& table() const = 0;
  // Passes over one; false after the last.
  virtual Result<bool> next() = 0;
  // Appends the one that was passed over, and tells how large its items are.
  virtual Result<size_t> append(std::string& out) const = 0;
};

class ImageLines final : public Lines {
 public:
  explicit ImageLines(items::TableImage& image) : image_(image) {}
  const items::TableInfo& table() const override { return image_.table(); }
  Result<bool> next() override { return image_.next(); }
  Result<size_t> append(std::string& out) const override {
    out += R"({"Item":)";
    TRY(items::append_stored_as_typed_json(out, image_.item()));
    out += "}\n";
    return image_.size_bytes();
  }

 private:
  items::TableImage& image_;
};

class ChangeLines final : public Lines {
 public:
  explicit ChangeLines(const ChangesExport& what) : changes_(what.changes), with_old_(what.of.with_old) {}
  const items::TableInfo& table() const override { return changes_.table(); }
  Result<bool> next() override { return changes_.next(); }
  Result<size_t> append(std::string& out) const override {
    const auto before = changes_.before();
    const auto after = changes_.after();
    const items::Item item = TRY(items::decode_item(after ? *after : *before));
    out += fmt::format(R"({{"Metadata":{{"WriteTimestampMicros":{{"N":"{}"}}}},"Keys":)",
                       changes_.written().time_since_epoch().count());
    items::append_typed_json(out, items::key_attributes(table().definition.key, item));
    size_t bytes = items::size_bytes(item);
    if (with_old_ && before) {
      out += R"(,"OldImage":)";
      TRY(items::append_stored_as_typed_json(out, *before));
      if (after) bytes += items::size_bytes(TRY(items::decode_item(*before)));
    }
    if (after) {
      out += R"(,"NewImage":)";
      TRY(items::append_stored_as_typed_json(out, *after));
    }
    out += "}\n";
    return bytes;
  }

 private:
  items::TableChanges& changes_;
  const bool with_old_;
};

// One file: lines until it has so many bytes of items, or there are no more.
class FileOfLines final : public objects::ByteSource {
 public:
  FileOfLines(Lines& lines, uint64_t most_bytes, Exported& exported, const ExportProgress& progress)
      : all_(lines), most_bytes_(most_bytes), exported_(exported), progress_(progress) {}

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
      if (!TRY(all_.next())) {
        is_last_ = true;
        break;
      }
      const size_t bytes = TRY(all_.append(lines_));
      ++items_;
      bytes_ += bytes;
      ++exported_.items;
      exported_.bytes += bytes;
    }
    gzip_.add(lines_, packed_);
    is_packed_ = is_last_ || bytes_ >= most_bytes_;
    if (is_packed_) gzip_.finish(packed_);
    if (progress_) return progress_(exported_, nullptr);
    return {};
  }

  Lines& all_;
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

// The same each time, so that a file that is written again takes its own place.
std::string file_name(const ExportPlan& plan, uint64_t number) {
  return to_hex(view(sha256(fmt::format("{}/{}", plan.id, number)))).substr(0, kNameDigits) + ".json.gz";
}

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

// What manifests of both kinds say; `own`: what only one of them does.
std::string summary(const items::TableInfo& table, const ExportPlan& plan, const Exported& exported,
                    std::string_view own, Timestamp ended) {
  return fmt::format(R"("exportArn":{},"startTime":"{}","endTime":"{}","tableArn":{},"tableId":"{}",)"
                     R"({},"s3Bucket":{},"s3Prefix":{},"s3SseAlgorithm":"AES256","s3SseKmsKeyId":null,)"
                     R"("manifestFilesS3Key":{},"billedSizeBytes":{},"itemCount":{},"outputFormat":"DYNAMODB_JSON")",
                     json_text(plan.table_arn + "/export/" + plan.id), to_string(plan.started), to_string(ended),
                     json_text(plan.table_arn), table.id, own, json_text(plan.bucket),
                     plan.prefix.empty() ? "null" : json_text(plan.prefix),
                     json_text(export_folder(plan) + "manifest-files.json"), exported.bytes, exported.items);
}

// All that is exported, into files of this folder.
Result<Exported> export_lines(Lines& lines, objects::Store& objects, const std::string& folder, const ExportPlan& plan,
                              const ExportProgress& progress) {
  TRY(put_text(objects, plan, "_started", ""));
  ExportPlace place = plan.from;
  for (uint64_t n = 0; n < place.exported.items; ++n) {
    if (!TRY(lines.next())) break;
  }
  Exported exported = place.exported;
  for (bool is_last = false; !is_last;) {
    FileOfLines file(lines, plan.file_bytes, exported, progress);
    const std::string key = folder + file_name(plan, place.files);
    const objects::ObjectInfo put =
        TRY(objects.put({plan.bucket, key}, file, {.content_type = "application/octet-stream"}));
    place.manifest += fmt::format(R"({{"itemCount":{},"md5Checksum":"{}","etag":"{}","dataFileS3Key":{}}})",
                                  file.items(), md5_of(put), put.etag, json_text(key));
    place.manifest += '\n';
    ++place.files;
    place.exported = exported;
    is_last = file.is_last();
    if (progress && !is_last) TRY(progress(exported, &place));
  }
  TRY(put_manifest(objects, plan, "manifest-files", place.manifest));
  return exported;
}

std::string folder_of_all(const ExportPlan& plan) {
  const bool needs_slash = !plan.prefix.empty() && !plan.prefix.ends_with('/');
  return plan.prefix + (needs_slash ? "/" : "") + "AWSDynamoDB/";
}

}  // namespace

std::string export_folder(const ExportPlan& plan) { return folder_of_all(plan) + plan.id + "/"; }

std::string summary_key(const ExportPlan& plan) { return export_folder(plan) + "manifest-summary.json"; }

Result<Exported> export_table(items::TableImage& image, objects::Store& objects, const Clock& clock,
                              const ExportPlan& plan, const ExportProgress& progress) {
  ImageLines lines(image);
  const Exported exported = TRY(export_lines(lines, objects, export_folder(plan) + "data/", plan, progress));
  const std::string text = R"({"version":"2020-06-30",)" +
                           summary(image.table(), plan, exported,
                                   fmt::format(R"("exportTime":"{}")", to_string(image.moment())), clock.now()) +
                           R"(,"exportType":"FULL_EXPORT"})";
  TRY(put_manifest(objects, plan, "manifest-summary", text));
  return exported;
}

Result<Exported> export_changes(const ChangesExport& what, objects::Store& objects, const Clock& clock,
                                const ExportPlan& plan, const ExportProgress& progress) {
  ChangeLines lines(what);
  const Exported exported = TRY(export_lines(lines, objects, folder_of_all(plan) + "data/", plan, progress));
  const std::string times =
      fmt::format(R"("exportFromTime":"{}","exportToTime":"{}")", to_string(what.of.from), to_string(what.of.to));
  const std::string text = R"({"version":"2023-08-01",)" +
                           summary(what.changes.table(), plan, exported, times, clock.now()) +
                           fmt::format(R"(,"outputView":"{}","exportType":"INCREMENTAL_EXPORT"}})",
                                       what.of.with_old ? "NEW_AND_OLD_IMAGES" : "NEW_IMAGE");
  TRY(put_manifest(objects, plan, "manifest-summary", text));
  return exported;
}

}  // namespace caudal::transfer
