// SPDX-License-Identifier: Apache-2.0
// Goes through the buckets that have a setting kLifecycle and does what their rules say, a bounded batch at a time. How
// far it came is kept, so that it goes on there after a restart; being killed anywhere costs at most a batch done
// again.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "objects/lifecycle.h"
#include "objects/store.h"

namespace caudal::objects {

struct SweepReport {
  uint64_t looked_at = 0;  // versions, delete markers and uploads
  uint64_t hidden = 0;     // current objects, by a delete marker
  uint64_t removed = 0;    // current objects for good, and old versions
  uint64_t removed_markers = 0;
  uint64_t aborted = 0;         // uploads
  std::vector<Error> problems;  // buckets whose rules cannot be read: they are left out
  bool is_finished = false;     // all buckets were gone through; the next step begins again
  SweepReport& operator+=(const SweepReport& more);
};

// Used by one thread; one sweep for a store.
class LifecycleSweep {
 public:
  // The rules in a bucket's document.
  using ReadRules =
      std::function<Result<std::vector<LifecycleRule>>(const std::string& bucket, std::string_view document)>;
  // `store` must outlive it; the time is that of the store's clock.
  LifecycleSweep(Store& store, ReadRules read_rules, size_t batch = 1000);

  // One batch. What was overwritten, read or removed meanwhile by others is looked at again before it goes.
  Result<SweepReport> step();
  // Batches until all buckets were gone through or `stop` is requested.
  Result<SweepReport> run(const std::stop_token& stop);

 private:
  // Where it is: in the versions of a bucket, behind one of them, or in its uploads, behind one of them.
  struct Position {
    std::string bucket = {};
    bool is_in_uploads = false;
    std::string key = {};
    uint64_t sequence = 0;
    std::string upload = {};
    Timestamp modified = {};        // of that version
    uint64_t noncurrent_count = 0;  // of that key so far
  };
  // A version that is due, as it was seen.
  struct Due {
    std::string key;
    uint64_t sequence = 0;
    Texts tags;
    bool is_latest = false;
    bool is_delete_marker = false;
  };
  Result<void> load();
  Result<void> save();
  // The first bucket from the position's on that has rules, and these.
  Result<std::optional<std::string>> next_document();
  Result<void> sweep_versions(const std::vector<LifecycleRule>& rules, SweepReport& report);
  Result<void> sweep_uploads(const std::vector<LifecycleRule>& rules, SweepReport& report);
  // Those that are current, or those that are not, in one commit.
  Result<void> remove(const std::vector<Due>& due, bool latest, SweepReport& report);
  template <class Edit>
  Result<void> remove_latest(Edit& edit, const Due& due, SweepReport& report);
  template <class Edit>
  Result<void> remove_noncurrent(Edit& edit, const Due& due, SweepReport& report);

  Store& store_;
  const ReadRules read_rules_;
  const size_t batch_;
  bool is_loaded_ = false;
  Position position_;
};

}  // namespace caudal::objects
