// SPDX-License-Identifier: Apache-2.0
// The rows of uploads and their parts. Inside room objects only.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "objects/index.h"

namespace caudal::objects {

std::string upload_key(const ObjectRef& ref, std::string_view upload);
std::string part_key(std::string_view upload, uint32_t number);
std::string parts_prefix(std::string_view upload);

using Parts = std::map<uint32_t, PartRow>;
Result<Parts> read_parts(const Index& index, const std::string& upload);
// Errors: no_such_bucket, no_such_upload.
Result<UploadRow> require_upload(const Index& index, const ObjectRef& ref, const std::string& upload);
// The rows of an upload; not its blobs.
Result<void> remove_upload_rows(const Index& index, kv::Batch& batch, const ObjectRef& ref, const std::string& upload);
UploadInfo describe(const std::string& key, const std::string& upload, const UploadRow& row);

inline Body body_of(const PartRow& part) { return {.kind = BodyKind::kBlob, .id = part.blob}; }

}  // namespace caudal::objects
