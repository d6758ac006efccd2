// SPDX-License-Identifier: Apache-2.0
// Listing page by page, and putting.
#include "flows/schedule/object_files.h"

#include "flows/runs/records.h"

namespace caudal::schedule {

Result<std::vector<ListedFile>> ObjectFiles::list(const std::string& bucket, const std::string& prefix) {
  std::vector<ListedFile> files;
  objects::ListRequest request{.bucket = bucket, .prefix = prefix};
  do {
    const auto page = store_.list(request);
    // A lake into which nothing was ever put.
    if (!page && page.error().code == objects::make_error_code(objects::Errc::no_such_bucket)) return files;
    if (!page) return page.error();
    for (const objects::ObjectInfo& object : page->objects) {
      files.push_back({.key = object.key,
                       .identity = runs::delivery_identity(object.version, object.etag, object.modified),
                       .size_bytes = object.size_bytes,
                       .modified = object.modified});
    }
    request.continuation = page->next;
  } while (request.continuation);
  return files;
}

Result<void> ObjectFiles::import(const std::filesystem::path& file, const std::string& bucket, const std::string& key) {
  const auto known = store_.bucket(bucket);
  if (!known && known.error().code == objects::make_error_code(objects::Errc::no_such_bucket)) {
    const auto made = store_.create_bucket(bucket);
    // Somebody else may have been quicker.
    if (!made && !made.error().is(ErrorClass::kConflict)) return made;
  }
  TRY(store_.put_file({.bucket = bucket, .key = key}, file, {}, objects::Adopt::kCopy));
  return {};
}

}  // namespace caudal::schedule
