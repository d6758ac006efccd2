// SPDX-License-Identifier: Apache-2.0
// Reading objects, and lending their bytes to local programs.
#include <fmt/format.h>

#include "objects/reader_impl.h"
#include "objects/store_impl.h"

namespace caudal::objects {
namespace {

// A row can be replaced between reading it and reaching its body. More often than this in a row is somebody's loop.
constexpr int kAttempts = 100;

Result<void> write_copy(Reader::Impl& body, BlobFiles& files, const std::filesystem::path& target) {
  const auto out = TRY(files.create(target));
  std::string buffer(kBufferBytes, '\0');
  for (;;) {
    const size_t got = TRY(body.read(buffer.data(), buffer.size()));
    if (got == 0) return {};
    TRY(out->write(std::string_view(buffer).substr(0, got)));
  }
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
      out.inline_bytes = *std::move(bytes);
      return true;
    }
    case BodyKind::kBlob:
    case BodyKind::kParts: break;
  }
  if (!TRY(references.pin(row.body))) return false;
  out.pin = std::make_unique<Pin>(references, row.body.id);
  out.blobs = &blobs;
  if (row.body.kind == BodyKind::kBlob) {
    out.layout = {{.blob = row.body.id, .size_bytes = row.info.size_bytes}};
  } else {
    const auto layout = TRY(kv.get(families.layouts, row.body.id));
    if (!layout) return false;
    out.layout = TRY(decode_layout(*layout));
  }
  return true;
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
      return out;
    }
    missing = row.body.id;
  }
  return Error{Errc::changed_meanwhile, fmt::format("{} is being replaced all the time; try again", to_string(ref))};
}

Result<Reader> Store::get(const ObjectRef& ref, const std::optional<std::string>& version,
                          const std::optional<ByteRange>& range) {
  auto reader = TRY(impl_->open_body(ref, version));
  TRY(reader->select(range));
  return Reader(std::move(reader));
}

Result<ObjectInfo> Store::head(const ObjectRef& ref, const std::optional<std::string>& version) const {
  return TRY(impl_->index.require(ref, version)).info;
}

Result<ObjectInfo> Store::link_to(const ObjectRef& ref, const std::filesystem::path& target,
                                  const std::optional<std::string>& version) {
  auto body = TRY(impl_->open_body(ref, version));
  TRY(body->select(std::nullopt));
  BlobFiles& files = impl_->blobs.files();
  if (body->layout.size() == 1) {
    const auto linked = files.link(impl_->blobs.path_of(body->layout.front().blob), target);
    if (linked) return std::move(body->info);
    // Another file system, or too many links to one file: a copy does as well.
    if (!linked.error().is(ErrorClass::kFailed)) return linked.error();
  }
  const auto written = write_copy(*body, files, target);
  if (!written) {
    const auto removed = files.remove(target);
    Error error = written.error();
    if (!removed) error.context.push_back("removing what was written so far: " + removed.error().message);
    return error;
  }
  return std::move(body->info);
}

Result<void> Store::set_tags(const ObjectRef& ref, const Texts& tags, const std::optional<std::string>& version) {
  TRY(check_tags(tags));
  Impl::Edit edit(*impl_, ref);
  TRY(impl_->begin(edit));
  ObjectRow row = TRY(impl_->index.require(ref, version));
  row.info.tags = tags;
  if (edit.current && edit.current->sequence == row.sequence) {
    impl_->index.put_current(edit.batch, ref, row);
  } else {
    impl_->index.put_archived(edit.batch, ref, row);
  }
  return impl_->commit(edit, nullptr);
}

}  // namespace caudal::objects
