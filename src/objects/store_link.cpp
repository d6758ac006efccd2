// SPDX-License-Identifier: Apache-2.0
// Lending the bytes of objects to local programs.
#include "base/check.h"
#include "objects/errc.h"
#include "objects/reader_impl.h"
#include "objects/store_impl.h"

namespace caudal::objects {
namespace {

// All of `body` to where `write` brings it.
template <class Write>
Result<void> pour(Reader::Impl& body, const Write& write) {
  std::string buffer(kBufferBytes, '\0');
  for (;;) {
    const size_t got = TRY(body.read(buffer.data(), buffer.size()));
    if (got == 0) return {};
    TRY(write(std::string_view(buffer).substr(0, got)));
  }
}

Result<void> write_copy(Reader::Impl& body, BlobFiles& files, const std::filesystem::path& target) {
  const auto out = TRY(files.create(target));
  return pour(body, [&](std::string_view bytes) { return out->write(bytes); });
}

bool is_one_plain_blob(const Reader::Impl& body) {
  return body.layout.size() == 1 && body.layout.front().wrapped_key.empty();
}

}  // namespace

void Store::Impl::put_back(Edit& edit, const ObjectRow& row) {
  if (edit.current && edit.current->sequence == row.sequence) {
    index.put_current(edit.batch, edit.ref, row);
  } else {
    index.put_archived(edit.batch, edit.ref, row);
  }
}

// Parts of an upload lie in files of their own, which cannot be lent as one. They are written as one blob once, and the
// object refers to that from then on; so who asks again gets it without a copy.
Result<void> Store::Impl::join_parts(const ObjectRef& ref, const std::optional<std::string>& version,
                                     Reader::Impl& body) {
  const auto staged = TRY(blobs.begin());
  TRY(pour(body, [&](std::string_view bytes) { return staged->write(bytes); }));
  TRY(staged->finish());
  Edit edit(*this, ref);
  TRY(begin(edit));
  ObjectRow row = TRY(index.require(ref, version));
  if (row.body.id != body.body.id) return {};  // replaced meanwhile
  Layout parts = body.layout;
  for (LayoutPart& part : parts) part.blob.clear();
  edit.change.drop(row.body);
  row.body = {.kind = BodyKind::kSplit, .id = staged->id()};
  edit.change.create_split(edit.batch, staged->id(), parts);
  put_back(edit, row);
  return commit(edit, staged.get());
}

Result<ObjectInfo> Store::link_to(const ObjectRef& ref, const std::filesystem::path& target,
                                  const std::optional<std::string>& version) {
  auto body = TRY(impl_->open_body(ref, version));
  body->select({0, body->info.size_bytes});
  if (body->layout.size() > 1 && !body->info.is_encrypted) {
    TRY(impl_->join_parts(ref, version, *body));
    body = TRY(impl_->open_body(ref, version));
    body->select({0, body->info.size_bytes});
  }
  BlobFiles& files = impl_->blobs.files();
  if (is_one_plain_blob(*body)) {
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

}  // namespace caudal::objects
