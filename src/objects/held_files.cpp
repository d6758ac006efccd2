// SPDX-License-Identifier: Apache-2.0
// Which files the rows of a store need.
#include "objects/held_files.h"

#include "objects/index.h"

namespace caudal::objects {
namespace {

// A body in several parts has a count as well, but no file of its own: the parts have.
Result<bool> is_file(kv::Store& kv, const Families& families, std::string_view body) {
  const auto layout = TRY(kv.get(families.layouts, body));
  if (!layout) return true;
  for (const LayoutPart& part : TRY(decode_layout(*layout))) {
    if (!part.blob.empty()) return false;
  }
  return true;
}

}  // namespace

Result<void> each_body_file(kv::Store& kv, const std::function<Result<void>(const std::filesystem::path&)>& each) {
  const Families families = TRY(Families::open(kv));
  kv::Scan counts = kv.scan(families.references, kv::Range::all());
  for (; counts.valid(); counts.next()) {
    if (TRY(is_file(kv, families, counts.key()))) TRY(each(file_of(BodyId(counts.key()))));
  }
  return counts.status();
}

}  // namespace caudal::objects
