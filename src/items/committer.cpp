// SPDX-License-Identifier: Apache-2.0
// The queue, the group that is being decided, and the group that is being written.
#include "items/committer.h"

#include <array>
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <new>
#include <shared_mutex>
#include <thread>
#include <vector>

#include "base/prompt_thread.h"
#include "items/group.h"
#include "items/read_ahead.h"

namespace caudal::items {
namespace {

// While a group is being written, the decider sleeps until so many have come.
constexpr size_t kWorthWaking = 16;

// What one decision writes, joined to its group when it succeeds.
class OneChange final : public Changes {
 public:
  OneChange(const kv::Store& kv, const Families& families, const Group& group, const Group* before, ReadAhead& ahead)
      : kv_(kv),
        families_(families),
        group_(group),
        before_(before != nullptr ? &before->overlay() : nullptr),
        ahead_(ahead) {}

  Result<std::optional<std::string>> row(const std::string& key) override {
    const std::array<const Overlay*, 3> newest_first = {&writes_.rows, &group_.overlay(), before_};
    for (const Overlay* const overlay : newest_first) {
      if (overlay == nullptr) continue;
      if (const auto found = overlay->find(key); found != overlay->end()) return found->second;
    }
    if (auto found = ahead_.take(key)) return *std::move(found);
    return kv_.get(families_.rows, key);
  }
  void put_row(const std::string& key, std::string value) override { writes_.rows[key] = std::move(value); }
  void remove_row(const std::string& key) override { writes_.rows[key] = std::nullopt; }
  void put_entry(std::string key, std::string value) override {
    writes_.entries.emplace_back(std::move(key), std::move(value));
  }
  void remove_entry(std::string key) override { writes_.entries.emplace_back(std::move(key), std::nullopt); }
  void put(kv::Family family, std::string key, std::string value) override {
    writes_.others.push_back({.family = family, .key = std::move(key), .value = std::move(value)});
  }
  void remove(kv::Family family, std::string key) override {
    writes_.others.push_back({.family = family, .key = std::move(key)});
  }
  void remove_range(kv::Family family, kv::Range range) override {
    writes_.ranges.push_back({.family = family, .range = std::move(range)});
  }
  void add_volume(Space space, const Volume& volume) override { writes_.volumes[space] += volume; }

  Writes take() { return std::move(writes_); }

 private:
  const kv::Store& kv_;
  const Families& families_;
  const Group& group_;
  const Overlay* before_;  // of the group before, which is perhaps not on disk; nullptr: there is none
  ReadAhead& ahead_;
  Writes writes_;
};

}  // namespace

struct Committer::Impl {
  Impl(kv::Store& store, const Families& of) : kv(store), families(of), ahead(store, families) {}
  ~Impl() { stop(); }

  void start();
  void stop();
  void decide_all();
  void write_all();
  bool take(std::unique_lock<std::mutex>& lock, std::deque<std::unique_ptr<Decision>>& taken);
  void decide(std::unique_ptr<Decision> decision);
  void hand_over(std::unique_lock<std::mutex>& lock);
  void wait_until_written(std::unique_lock<std::mutex>& lock);
  void begin_again();
  void add_volumes(Group& group);
  void keep_volumes(const Group& group);

  kv::Store& kv;
  const Families families;

  std::mutex mutex;
  std::condition_variable queued;  // for the decider: something came, or the writer is free, or it is to stop
  std::condition_variable handed;  // for the writer
  std::deque<std::unique_ptr<Decision>> queue;  // guarded by mutex
  std::shared_ptr<Group> being_written;         // guarded by mutex; the decider reads its overlay without: it stays
  bool is_writing = false;                      // guarded by mutex
  bool has_failed = false;                      // guarded by mutex: what the decider holds stands on nothing
  bool stopping = false;                        // guarded by mutex
  bool is_decided = false;                      // guarded by mutex: the decider has ended

  std::shared_ptr<Group> group = std::make_shared<Group>();  // of the decider
  std::shared_ptr<Group> before;                             // the one written last, or being written: the decider's
  ReadAhead ahead;                                           // of the decider

  mutable std::shared_mutex volumes_mutex;
  std::map<Space, Volume> volumes;  // guarded by volumes_mutex: as on disk

  std::thread decider;
  std::thread writer;
};

void Committer::Impl::start() {
  decider = std::thread([this] {
    make_this_thread_prompt();
    decide_all();
  });
  writer = std::thread([this] {
    make_this_thread_prompt();
    write_all();
  });
}

void Committer::Impl::stop() {
  {
    const std::lock_guard lock(mutex);
    stopping = true;
  }
  queued.notify_all();
  if (decider.joinable()) decider.join();
  handed.notify_all();
  if (writer.joinable()) writer.join();
}

// False: it is time to end, and there is nothing left.
bool Committer::Impl::take(std::unique_lock<std::mutex>& lock, std::deque<std::unique_ptr<Decision>>& taken) {
  // While a group waits for the writer there is nothing to do, also when it is time to stop.
  queued.wait(lock, [&] { return !queue.empty() || (!group->empty() && !is_writing) || (stopping && group->empty()); });
  if (has_failed) begin_again();
  taken.swap(queue);
  return !taken.empty() || !group->empty() || !stopping;
}

// What was decided since the failure goes back to the head of the queue, in its order.
void Committer::Impl::begin_again() {
  has_failed = false;
  ahead.forget();
  before.reset();
  for (auto one = group->decided().rbegin(); one != group->decided().rend(); ++one) {
    queue.push_front(std::move(one->decision));
  }
  group = std::make_shared<Group>();
}

// What a decision holds in memory depends on what clients ask for: when it is too much, that request fails, not all.
static Result<void> attempt(Decision& decision, Changes& changes) {
  try {
    return decision.decide(changes);
  } catch (const std::bad_alloc&) {
    return Error{caudal::Errc::no_space, "there is not enough memory for this request"};
  }
}

void Committer::Impl::decide(std::unique_ptr<Decision> decision) {
  OneChange change(kv, families, *group, before.get(), ahead);
  Result<void> outcome = attempt(*decision, change);
  Writes writes = outcome ? change.take() : Writes();
  const size_t held_bytes = decision->held_bytes();
  group->add({std::move(decision), std::move(outcome)}, std::move(writes), held_bytes);
}

void Committer::Impl::hand_over(std::unique_lock<std::mutex>& lock) {
  if (group->empty() || is_writing || has_failed) return;
  add_volumes(*group);
  being_written = group;
  before = std::move(group);
  ahead.forget();
  group = std::make_shared<Group>();
  is_writing = true;
  lock.unlock();
  handed.notify_one();
  lock.lock();
}

void Committer::Impl::wait_until_written(std::unique_lock<std::mutex>& lock) {
  queued.wait(lock, [&] { return !is_writing; });
}

void Committer::Impl::decide_all() {
  std::unique_lock lock(mutex);
  std::deque<std::unique_ptr<Decision>> taken;
  for (;;) {
    if (!take(lock, taken)) break;
    while (!taken.empty()) {
      const bool is_alone = taken.front()->is_alone();
      if (is_alone || group->is_full()) {
        wait_until_written(lock);
        hand_over(lock);
        if (is_alone) wait_until_written(lock);
      }
      if (has_failed) break;
      lock.unlock();
      ahead.begin(taken);
      std::unique_ptr<Decision> next = std::move(taken.front());
      taken.pop_front();
      decide(std::move(next));
      lock.lock();
      if (is_alone) {
        group->is_alone = true;
        hand_over(lock);
        wait_until_written(lock);
      }
    }
    // What was not come to stays the next in line.
    while (!taken.empty()) {
      queue.push_front(std::move(taken.back()));
      taken.pop_back();
    }
    hand_over(lock);
  }
  is_decided = true;
}

void Committer::Impl::add_volumes(Group& of) {
  const std::shared_lock lock(volumes_mutex);
  for (const auto& [space, change] : of.volumes()) {
    const auto found = volumes.find(space);
    Volume now = found != volumes.end() ? found->second : Volume();
    now += change;
    std::string key(kSpaceBytes, '\0');
    for (size_t n = 0; n < kSpaceBytes; ++n) key[n] = static_cast<char>(space >> (8 * (kSpaceBytes - 1 - n)));
    of.add({.family = families.volumes, .key = std::move(key), .value = encode(now)});
  }
}

void Committer::Impl::keep_volumes(const Group& of) {
  if (of.volumes().empty()) return;
  const std::unique_lock lock(volumes_mutex);
  for (const auto& [space, change] : of.volumes()) volumes[space] += change;
}

void Committer::Impl::write_all() {
  std::unique_lock lock(mutex);
  for (;;) {
    handed.wait(lock, [&] { return is_writing || is_decided; });
    if (!is_writing) return;
    const std::shared_ptr<Group> mine = being_written;
    lock.unlock();
    Result<void> written;
    kv::Batch batch = mine->batch(families.rows);
    if (!batch.empty()) written = kv.commit(std::move(batch));
    if (written) keep_volumes(*mine);
    // Also who was refused: perhaps on a state that never came true.
    if (!written) {
      for (Group::Decided& one : mine->decided()) one.outcome = written.error();
    }
    // What comes after one that is alone sees what it has changed in memory, too.
    if (mine->is_alone) mine->complete();
    lock.lock();
    is_writing = false;
    if (!written) has_failed = true;
    lock.unlock();
    queued.notify_one();
    if (!mine->is_alone) mine->complete();
    lock.lock();
  }
}

Committer::Committer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Committer::~Committer() = default;

Result<std::unique_ptr<Committer>> Committer::open(kv::Store& kv, const Families& families) {
  auto impl = std::make_unique<Impl>(kv, families);
  kv::Scan scan = kv.scan(families.volumes, kv::Range::all());
  for (; scan.valid(); scan.next()) {
    Space space = 0;
    for (const char byte : scan.key()) space = space << 8 | static_cast<uint8_t>(byte);
    impl->volumes.emplace(space, TRY(decode_volume(scan.value())));
  }
  TRY(scan.status());
  impl->start();
  return std::unique_ptr<Committer>(new Committer(std::move(impl)));
}

void Committer::add(std::unique_ptr<Decision> decision) {
  bool wakes = false;
  {
    const std::lock_guard lock(impl_->mutex);
    impl_->queue.push_back(std::move(decision));
    // While the disk is busy there is no hurry: the decider is woken for several at once, or by the writer.
    wakes = !impl_->is_writing || impl_->queue.size() % kWorthWaking == 0;
  }
  if (wakes) impl_->queued.notify_one();
}

void Committer::add(std::vector<std::unique_ptr<Decision>> decisions) {
  if (decisions.empty()) return;
  {
    const std::lock_guard lock(impl_->mutex);
    for (auto& decision : decisions) impl_->queue.push_back(std::move(decision));
  }
  impl_->queued.notify_one();
}

Volume Committer::volume(Space space) const {
  const std::shared_lock lock(impl_->volumes_mutex);
  const auto found = impl_->volumes.find(space);
  return found != impl_->volumes.end() ? found->second : Volume();
}

void Committer::forget_volume(Space space) {
  const std::unique_lock lock(impl_->volumes_mutex);
  impl_->volumes.erase(space);
}

}  // namespace caudal::items
