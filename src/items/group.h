// SPDX-License-Identifier: Apache-2.0
// What has been decided together and is written together. Inside room items only: the committer's.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "items/committer.h"
#include "kv/batch.h"
#include "kv/key.h"

namespace caudal::items {

// What has been written but is perhaps not on disk; nothing: removed.
using Overlay = std::unordered_map<std::string, std::optional<std::string>>;
// A row, and what it is to be; nothing: removed.
using RowWrite = std::pair<std::string, std::optional<std::string>>;

struct OtherWrite {
  kv::Family family;
  std::string key = {};
  std::optional<std::string> value = {};  // nothing: removed
  std::optional<kv::Range> range = {};    // all of it is removed, instead of a key
};

// What one decision writes.
struct Writes {
  Overlay rows = {};
  std::vector<RowWrite> entries = {};  // of indexes
  std::vector<OtherWrite> others = {};
  std::vector<OtherWrite> ranges = {};   // after all others
  std::map<Space, Volume> volumes = {};  // by how much they change
};

class Group {
 public:
  struct Decided {
    std::unique_ptr<Decision> decision;
    Result<void> outcome;
  };

  // What a decision wrote, if it was not refused, and what its answer holds in memory.
  void add(Decided decided, Writes writes, size_t held_bytes);
  void add(OtherWrite write);
  bool empty() const { return decided_.empty(); }
  bool is_full() const;
  // By what keys are, so that what is written next to each other is put next to each other; of a row that was written
  // several times the last. What else there is comes after it, in its order: of a space that is dropped nothing is
  // written any more.
  kv::Batch batch(kv::Family rows) const;
  void complete();

  const Overlay& overlay() const { return writes_.rows; }
  const std::map<Space, Volume>& volumes() const { return writes_.volumes; }
  std::vector<Decided>& decided() { return decided_; }

  bool is_alone = false;

 private:
  Writes writes_;
  std::vector<Decided> decided_;
  size_t written_bytes_ = 0;  // keys and values
  size_t held_bytes_ = 0;     // by the answers
};

}  // namespace caudal::items
