// SPDX-License-Identifier: Apache-2.0
// Whatever the bytes, reading them as a book ends with mistakes or with a book whose SQL can be written.
#include "base/check.h"
#include "flows/definition/book.h"
#include "flows/definition/book_sql.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace caudal;
  Mistakes mistakes;
  const auto root = yaml::parse({reinterpret_cast<const char*>(data), size}, "b.yaml", mistakes);
  if (!root) return 0;
  const flows::BookDefinition book = flows::read_book(*root, mistakes);
  if (!mistakes.empty()) return 0;
  CHECK(!book.variables.empty() && !book.windows.empty(), "a book without variables passed");
  CHECK(!flows::book_select(book, Date{}).empty() && !flows::book_dictionary(book).empty(), "a book without SQL");
  return 0;
}
