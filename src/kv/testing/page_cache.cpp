// SPDX-License-Identifier: Apache-2.0
#include "kv/testing/page_cache.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <vector>

#include "base/check.h"
#include "base/file.h"
#include "base/testing/result_matchers.h"

namespace caudal::kv {
namespace {

// By mincore, since a read, even one that must not wait, has the kernel read ahead.
bool is_in_memory(const File& file, size_t size_bytes) {
  void* const mapped = mmap(nullptr, size_bytes, PROT_READ, MAP_SHARED, file.descriptor(), 0);
  CHECK(mapped != MAP_FAILED, "a file cannot be mapped");
  const size_t page = static_cast<size_t>(sysconf(_SC_PAGESIZE));
  std::vector<unsigned char> pages((size_bytes + page - 1) / page);
  CHECK(mincore(mapped, size_bytes, pages.data()) == 0, "nothing is told of a file's pages");
  munmap(mapped, size_bytes);
  return std::ranges::any_of(pages, [](unsigned char of_page) { return (of_page & 1) != 0; });
}

}  // namespace

bool drop_from_page_cache(const std::filesystem::path& directory) {
  bool all = true;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(directory)) {
    if (!entry.is_regular_file() || entry.file_size() == 0) continue;
    File file = unwrap(File::open_read(entry.path()));
    unwrap(file.sync());  // what is not written yet stays
    posix_fadvise(file.descriptor(), 0, 0, POSIX_FADV_DONTNEED);
    if (is_in_memory(file, entry.file_size())) all = false;
  }
  return all;
}

bool knows_prompt_reads(const std::filesystem::path& directory) {
  File file = unwrap(File::create(directory / "prompt"));
  unwrap(file.write("x"));
  char byte = 0;
  iovec place = {.iov_base = &byte, .iov_len = 1};
  const bool knows = preadv2(file.descriptor(), &place, 1, 0, RWF_NOWAIT) == 1 || errno == EAGAIN;
  unwrap(remove_file(file.path()));
  return knows;
}

}  // namespace caudal::kv
