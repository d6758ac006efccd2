// SPDX-License-Identifier: Apache-2.0
// One thread that decides, one that writes. Whatever changes items queues here and is decided in the order in which it
// came, against the state that all before it have made, whether that is on disk yet or not; what has been decided
// while the disk was busy is written together, with one fsync. So transactions are serialisable without locks, and a
// hundred clients cost one fsync.
//
// When a write fails, what it held is answered with the error, and what was decided meanwhile, on a state that never
// came true, is decided again. Inside room items only.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "items/rows.h"
#include "items/table.h"
#include "kv/store.h"

namespace caudal::items {

// What a decision reads and writes: the rows as they will be when everything before it is on disk.
class Changes {
 public:
  virtual ~Changes() = default;
  // The number of the first row that this decision puts into journals (see journal.h), so that what it did happened at
  // once; 0: none yet. EventLog's.
  uint64_t first_journaled = 0;
  Timestamp journaled_at = {};  // when that was
  // The row of items.rows as it is now, with what this decision wrote itself.
  virtual Result<std::optional<std::string>> row(const std::string& key) = 0;
  virtual void put_row(const std::string& key, std::string value) = 0;
  virtual void remove_row(const std::string& key) = 0;
  // Rows of items.rows that nobody asks for by row(): entries of indexes that are not being filled.
  virtual void put_entry(std::string key, std::string value) = 0;
  virtual void remove_entry(std::string key) = 0;
  // Of any family; not seen by row().
  virtual void put(kv::Family family, std::string key, std::string value) = 0;
  virtual void remove(kv::Family family, std::string key) = 0;
  virtual void remove_range(kv::Family family, kv::Range range) = 0;
  // How much a space grows or shrinks.
  virtual void add_volume(Space space, const Volume& volume) = 0;
};

class Decision {
 public:
  virtual ~Decision() = default;
  // On the deciding thread. May be asked again, when what came before it could not be written; it begins from nothing
  // then. What it wrote is dropped when it answers an error, which complete() is called with once all before it is on
  // disk.
  virtual Result<void> decide(Changes& changes) = 0;
  // Once, when it is on disk, or refused by itself or by the disk. Must not block.
  virtual void complete(Result<void> outcome) = 0;
  // The keys of the rows that it will ask for, in this order, as far as they are known: they are read with those of its
  // neighbours. They must stay where they are until complete().
  virtual void add_rows(std::vector<std::string_view>& /*keys*/) const {}
  // What its answer holds in memory from when it is decided until it is complete, as items are counted.
  virtual size_t held_bytes() const { return 0; }
  // Whether everything before it must be on disk when it decides, and nothing after it be decided until it is: for what
  // changes tables.
  virtual bool is_alone() const { return false; }
};

// Thread-safe.
class Committer {
 public:
  // `kv` must outlive it.
  static Result<std::unique_ptr<Committer>> open(kv::Store& kv, const Families& families);
  // Everything queued is decided and written first.
  ~Committer();

  void add(std::unique_ptr<Decision> decision);
  // One after the other, without any of another caller's between them.
  void add(std::vector<std::unique_ptr<Decision>> decisions);
  // What is on disk.
  Volume volume(Space space) const;
  void forget_volume(Space space);

 private:
  struct Impl;
  explicit Committer(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace caudal::items
