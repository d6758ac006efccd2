// SPDX-License-Identifier: Apache-2.0
// Any body is refused as malformed or read; what was read and written again reads back to the same.
#include <cstddef>
#include <cstdint>
#include <string>

#include "aws/generated/s3/buckets.h"
#include "aws/generated/s3/multipart.h"
#include "aws/generated/s3/objects.h"
#include "aws/generated/s3/settings.h"
#include "aws/xml/xml_codec.h"
#include "base/check.h"

namespace {

using namespace caudal::aws;

template <class T>
void check(std::string_view body) {
  T value;
  const auto read = decode_xml(body, shape_of<T>(), &value);
  if (!read) {
    CHECK(read.error().code == "MalformedXML", "there is one complaint");
    return;
  }
  const std::string text = to_xml("Root", "urn:x", value);
  T again;
  CHECK(decode_xml(text, shape_of<T>(), &again).has_value(), "what was written can be read");
  CHECK(to_xml("Root", "urn:x", again) == text, "and says the same");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view body(reinterpret_cast<const char*>(data), size);
  check<s3::Delete>(body);
  check<s3::CompletedMultipartUpload>(body);
  check<s3::BucketLifecycleConfiguration>(body);
  check<s3::AccessControlPolicy>(body);
  check<s3::CORSConfiguration>(body);
  check<s3::NotificationConfiguration>(body);
  return 0;
}
