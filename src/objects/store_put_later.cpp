// SPDX-License-Identifier: Apache-2.0
// Puts that hold no thread while the disk writes.
#include "objects/store_impl.h"

namespace caudal::objects {
namespace {

// Beyond so many that wait for the disk, whoever puts waits as well: their bodies are in memory.
constexpr size_t kMostWaiting = 1024;

}  // namespace

// All that a put is until it is committed. Its locks are given back by the thread that commits.
struct Store::Impl::LaterPut {
  LaterPut(ObjectRef the_ref, StagedBody the_body, PutDone the_done)
      : ref(std::move(the_ref)), staged(std::move(the_body)), done(std::move(the_done)) {}
  ObjectRef ref;
  StagedBody staged;
  PutDone done;
  ObjectRow row = {};
  std::unique_ptr<Edit> edit = {};
};

void Store::put_later(const ObjectRef& ref, ByteSource& source, const PutOptions& options, PutDone done) {
  auto staged = impl_->stage(ref, source, options);
  if (!staged) return done(std::move(staged).error());
  auto put = std::make_unique<Impl::LaterPut>(ref, *std::move(staged), std::move(done));
  put->row = make_row(put->ref, options);
  describe_body(put->row, put->staged);
  put->edit = std::make_unique<Impl::Edit>(*impl_, put->ref);
  Result<void> prepared = impl_->prepare(*put->edit, put->row, put->staged, options);
  if (prepared) prepared = put->edit->change.add_to(put->edit->batch);
  if (prepared) return impl_->commit_later(std::move(put));
  put->edit.reset();
  put->done(std::move(prepared).error());
}

void Store::Impl::commit_later(std::unique_ptr<LaterPut> put) {
  kv::Batch batch = std::move(put->edit->batch);
  const bool wait = put->staged.blob != nullptr || put->edit->change.must_wait() ||
                    later_puts.load(std::memory_order_relaxed) >= kMostWaiting;
  if (wait) return end_later(*put, kv.commit(std::move(batch)));
  later_puts.fetch_add(1, std::memory_order_relaxed);
  kv.commit_later(std::move(batch), [this, put = std::move(put)](Result<void> committed) {
    later_puts.fetch_sub(1, std::memory_order_relaxed);
    end_later(*put, std::move(committed));
  });
}

// Nothing of the store is touched once `done` is told: it may be gone by then.
void Store::Impl::end_later(LaterPut& put, Result<void> committed) {
  committed = conclude(put.edit->writes, put.staged.blob.get(), std::move(committed));
  if (put.edit->writes.late_etag) put.row.info.etag = put.edit->writes.late_etag->bytes();
  put.edit.reset();
  put.staged.blob.reset();
  if (!committed) return put.done(std::move(committed).error());
  put.done(std::move(put.row.info));
}

}  // namespace caudal::objects
