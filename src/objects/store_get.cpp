// SPDX-License-Identifier: Apache-2.0
// Reading objects, and their tags.
#include <fmt/format.h>

#include <algorithm>

#include "objects/errc.h"
#include "objects/reader_impl.h"
#include "objects/store_impl.h"

namespace caudal::objects {
namespace {

// A row can be replaced between reading it and reaching its body. More often than this in a row is somebody's loop.
constexpr int kAttempts = 100;
constexpr uint32_t kMaxPage = 1000;

Result<std::string> open_inline(const ObjectRow& row, std::string_view sealed, KeyRing* keys) {
  std::string plain(row.info.size_bytes, '\0');
  if (sealed.size() != plain.size() + kTagBytes) {
    return Error{Errc::corrupt, fmt::format("the body of {} is cut off; restore it from a backup", row.info.key)};
  }
  BodyCipher cipher = TRY(BodyCipher::open(keys, row.body.wrapped_key));
  TRY(cipher.open(0, sealed, plain.data()));
  return plain;
}

Result<Extent> extent_of(const ObjectInfo& info, const Layout& layout, const ReadOptions& options) {
  if (options.part_number) return extent_of_part(info, layout, *options.part_number);
  return extent_of(info, options.range);
}

}  // namespace

// False: the row was replaced meanwhile.
Result<bool> Store::Impl::reach_body(const ObjectRow& row, Reader::Impl& out) {
  const Families& families = index.families();
  switch (row.body.kind) {
    case BodyKind::kNone: return true;
    case BodyKind::kInline: {
      auto bytes = TRY(kv.get(families.bodies, row.body.id));
      if (!bytes) return false;
      out.inline_bytes = row.body.wrapped_key.empty() ? *std::move(bytes) : TRY(open_inline(row, *bytes, options.keys));
      return true;
    }
    case BodyKind::kBlob:
    case BodyKind::kSplit:
    case BodyKind::kParts: break;
  }
  if (!TRY(references.pin(row.body))) return false;
  out.pin = std::make_unique<Pin>(references, row.body.id);
  out.blobs = &blobs;
  out.keys = options.keys;
  auto layout = TRY(layout_of(row.body, row.info.size_bytes));
  if (!layout) return false;
  out.layout = *std::move(layout);
  return true;
}

Result<std::optional<Layout>> Store::Impl::layout_of(const Body& body, uint64_t size_bytes) const {
  if (body.kind != BodyKind::kParts) {
    return std::optional<Layout>({{.blob = body.id, .size_bytes = size_bytes, .wrapped_key = body.wrapped_key}});
  }
  const auto layout = TRY(kv.get(index.families().layouts, body.id));
  if (!layout) return std::optional<Layout>();
  return std::optional<Layout>(TRY(decode_layout(*layout)));
}

Result<std::optional<Layout>> Store::Impl::parts_of(const Body& body, uint64_t size_bytes) const {
  if (body.kind != BodyKind::kSplit) return layout_of(body, size_bytes);
  const auto parts = TRY(kv.get(index.families().layouts, body.id));
  if (!parts) return std::optional<Layout>();
  return std::optional<Layout>(TRY(decode_layout(*parts)));
}

Result<std::unique_ptr<Reader::Impl>> Store::Impl::open_body(const ObjectRef& ref,
                                                             const std::optional<std::string>& version) {
  std::string missing;  // the body that was not there
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    ObjectRow row = TRY(index.require(ref, version));
    if (!missing.empty() && row.body.id == missing) {
      return Error{Errc::corrupt, fmt::format("the body of {} is missing; restore it from a backup", to_string(ref))};
    }
    auto out = std::make_unique<Reader::Impl>();
    if (TRY(reach_body(row, *out))) {
      out->info = std::move(row.info);
      out->body = std::move(row.body);
      return out;
    }
    missing = row.body.id;
  }
  return Error{Errc::changed_meanwhile, fmt::format("{} is being replaced all the time; try again", to_string(ref))};
}

Result<Reader> Store::get(const ObjectRef& ref, const std::optional<std::string>& version,
                          const std::optional<ByteRange>& range) {
  return read(ref, {.version = version, .range = range});
}

Result<Reader> Store::read(const ObjectRef& ref, const ReadOptions& options) {
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    auto reader = TRY(impl_->open_body(ref, options.version));
    TRY(check_conditions(ref, reader->info, options.conditions));
    std::optional<Layout> parts = Layout();
    if (options.part_number) parts = TRY(impl_->parts_of(reader->body, reader->info.size_bytes));
    if (!parts) continue;  // replaced meanwhile
    reader->select(TRY(extent_of(reader->info, *parts, options)));
    return Reader(std::move(reader));
  }
  return Error{Errc::changed_meanwhile, fmt::format("{} is being replaced all the time; try again", to_string(ref))};
}

Result<ReadPlan> Store::stat(const ObjectRef& ref, const ReadOptions& options) const {
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    ObjectRow row = TRY(impl_->index.require(ref, options.version));
    TRY(check_conditions(ref, row.info, options.conditions));
    std::optional<Layout> layout = Layout();
    if (options.part_number) layout = TRY(impl_->parts_of(row.body, row.info.size_bytes));
    if (!layout) continue;  // replaced meanwhile
    const Extent extent = TRY(extent_of(row.info, *layout, options));
    const uint32_t parts_count = parts_count_of(row.info);
    return ReadPlan{std::move(row.info), extent.first_byte, extent.length_bytes, parts_count};
  }
  return Error{Errc::changed_meanwhile, fmt::format("{} is being replaced all the time; try again", to_string(ref))};
}

Result<ObjectPartsPage> Store::object_parts(const ObjectPartsRequest& request) const {
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    ObjectRow row = TRY(impl_->index.require(request.ref, request.version));
    auto layout = TRY(impl_->parts_of(row.body, row.info.size_bytes));
    if (!layout) continue;
    ObjectPartsPage page;
    page.info = std::move(row.info);
    page.total_parts = parts_count_of(page.info);
    if (page.total_parts == 0) return page;
    const size_t limit = std::min(request.max_parts, kMaxPage);
    for (LayoutPart& part : *layout) {
      if (part.number <= request.part_marker) continue;
      page.truncated = page.parts.size() == limit;
      if (page.truncated) break;
      page.next_part_marker = part.number;
      page.parts.push_back(
          {.number = part.number, .size_bytes = part.size_bytes, .checksums = std::move(part.checksums)});
    }
    return page;
  }
  return Error{Errc::changed_meanwhile,
               fmt::format("{} is being replaced all the time; try again", to_string(request.ref))};
}

Result<std::optional<ObjectInfo>> Store::hiding_marker(const ObjectRef& ref) const {
  if (TRY(impl_->index.current(ref))) return std::optional<ObjectInfo>();
  auto newest = TRY(impl_->index.newest_archived(ref));
  if (!newest || !newest->info.is_delete_marker) return std::optional<ObjectInfo>();
  newest->info.is_latest = true;
  return std::optional<ObjectInfo>(std::move(newest->info));
}

Result<ObjectInfo> Store::head(const ObjectRef& ref, const std::optional<std::string>& version) const {
  return TRY(impl_->index.require(ref, version)).info;
}

Result<void> Store::set_tags(const ObjectRef& ref, const Texts& tags, const std::optional<std::string>& version) {
  TRY(check_tags(tags));
  Impl::Edit edit(*impl_, ref);
  TRY(impl_->begin(edit));
  ObjectRow row = TRY(impl_->index.require(ref, version));
  row.info.tags = tags;
  impl_->put_back(edit, row);
  TRY(impl_->note(edit, tags.empty() ? EventKind::kUntagged : EventKind::kTagged, row.info));
  return impl_->commit(edit, nullptr);
}

}  // namespace caudal::objects
