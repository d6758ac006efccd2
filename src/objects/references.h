// SPDX-License-Identifier: Apache-2.0
// Who still needs a body: counts of the rows that name it, durable in kv, and pins of readers, in memory. When both are
// gone, so are its files. Inside room objects only.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/thread_annotations.h"
#include "objects/blobs.h"
#include "objects/index.h"
#include "objects/locks.h"

namespace caudal::objects {

// Thread-safe.
class References {
 public:
  References(const Index& index, Blobs& blobs) : index_(index), blobs_(blobs) {}

  // The changes that one commit makes. Not thread-safe.
  //   Change change(references);
  //   change.drop(old_row.body);
  //   TRY(change.add_to(batch));           // from here on the counts are locked
  //   TRY(kv.commit(std::move(batch)));
  //   change.committed();
  class Change {
   public:
    explicit Change(References& references) : references_(references) {}
    // One more, or one fewer, row names it.
    void hold(const Body& body);
    void drop(const Body& body);
    // A body that is new with this commit and named by one row.
    void create_blob(kv::Batch& batch, const BodyId& blob);
    void create_inline(kv::Batch& batch, const BodyId& body, std::string_view bytes);
    // As create_blob, with what is told of the parts of it.
    void create_split(kv::Batch& batch, const BodyId& blob, const Layout& parts);
    // Of blobs that have their one reference already, from the parts of an upload.
    void create_layout(kv::Batch& batch, const BodyId& body, const Layout& layout);
    // Errors: changed_meanwhile when a body to hold is gone.
    Result<void> add_to(kv::Batch& batch);
    // Whether committed() has more to do than a moment's work, or must be called by the thread that called add_to():
    // the commit is to be waited for.
    bool must_wait() const { return !held_.empty() || !dead_.empty(); }
    // Removes what nobody needs any more.
    void committed();

   private:
    struct Delta {
      BodyKind kind;
      int64_t rows;
    };
    Result<void> add_delta(kv::Batch& batch, const BodyId& id, const Delta& delta);
    References& references_;
    std::map<BodyId, Delta> deltas_;
    std::vector<std::unique_lock<std::mutex>> held_;
    std::map<BodyId, std::vector<BodyId>> dead_;  // body → its blobs
  };

  // While pinned, the files of a body stay. A body whose last row went before the pin is not alive: unpin and look
  // again. False: not alive.
  Result<bool> pin(const Body& body);
  void unpin(const BodyId& body);

  // Until as many release() have followed, no file is removed: what would go waits for the last of them, or for the
  // sweep after a crash.
  void hold();
  void release();

  // What a crash left: files without a row, rows of garbage. Before anything else uses the store.
  Result<void> sweep();

 private:
  struct Pins {
    uint64_t readers = 0;
    std::vector<BodyId> doomed;  // blobs to remove with the last reader
  };
  // Removes them now, or leaves them to the last reader of `body`, or to the last release().
  void retire(const BodyId& body, std::vector<BodyId> blobs);
  void remove_files(const std::vector<BodyId>& blobs);
  // Keeps them for release(), if somebody holds files.
  bool is_kept(const std::vector<BodyId>& blobs) CAUDAL_REQUIRES(pins_mutex_);
  const Index& index_;
  Blobs& blobs_;
  StripedLocks<std::mutex, 256> locks_;
  Mutex pins_mutex_;
  std::unordered_map<BodyId, Pins> pins_ CAUDAL_GUARDED_BY(pins_mutex_);
  uint64_t holds_ CAUDAL_GUARDED_BY(pins_mutex_) = 0;
  std::vector<BodyId> held_ CAUDAL_GUARDED_BY(pins_mutex_);  // blobs to remove with the last release()
};

}  // namespace caudal::objects
