// SPDX-License-Identifier: Apache-2.0
// Any bytes as a file of each format: every record is an item or is told why not, and each comes after the one before.
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "objects/byte_source.h"
#include "transfer/record_reader.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace caudal::transfer;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const caudal::items::TableDefinition table{
      .name = "t", .key = {.partition = {{"id"}}, .sort = {{"at", caudal::items::Type::kNumber}}}};
  for (const Format format : {Format::kPlainJson, Format::kDynamoDbJson, Format::kCsv}) {
    for (const Compression compression : {Compression::kNone, Compression::kGzip, Compression::kZstd}) {
      caudal::objects::TextSource source(bytes);
      const auto reader = RecordReader::open(source, {.format = format, .compression = compression}, table);
      if (!reader) continue;
      uint64_t before = 0;
      for (;;) {
        const auto record = (*reader)->next();
        if (!record || !*record) break;
        CHECK((*record)->line > before, "records come in order");
        before = (*record)->line;
        CHECK((*record)->item || !(*record)->item.error().message.empty(), "what is no item is told why");
      }
    }
  }
  return 0;
}
