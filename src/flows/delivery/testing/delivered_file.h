// SPDX-License-Identifier: Apache-2.0
// A file with given bytes in a folder of its own, for tests that read deliveries.
#pragma once

#include <zlib.h>

#include <filesystem>
#include <string>
#include <string_view>

#include "base/check.h"
#include "base/file.h"
#include "base/testing/result_matchers.h"
#include "base/testing/temporary_directory.h"

namespace caudal::delivery {

class DeliveredFile {
 public:
  explicit DeliveredFile(std::string_view content, std::string_view name = "tb_faturas_202401.csv")
      : path_(folder_.path() / name) {
    rewrite(content);
  }
  void rewrite(std::string_view content) const {
    File file = unwrap(File::create(path_));
    unwrap(file.write(content));
  }
  const std::filesystem::path& path() const { return path_; }
  const std::filesystem::path& folder() const { return folder_.path(); }

 private:
  TemporaryDirectory folder_;
  std::filesystem::path path_;
};

// One gzip member.
inline std::string gzip(std::string_view content) {
  z_stream z = {};
  CHECK(deflateInit2(&z, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) == Z_OK, "deflateInit2");
  std::string out(deflateBound(&z, content.size()) + 64, '\0');
  z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(content.data()));
  z.avail_in = static_cast<uInt>(content.size());
  z.next_out = reinterpret_cast<Bytef*>(out.data());
  z.avail_out = static_cast<uInt>(out.size());
  CHECK(deflate(&z, Z_FINISH) == Z_STREAM_END, "deflate");
  out.resize(z.total_out);
  deflateEnd(&z);
  return out;
}

}  // namespace caudal::delivery
