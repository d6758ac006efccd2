// SPDX-License-Identifier: Apache-2.0
// Random stagings, publications, rollbacks and collections against a plain model of what they should do, with restarts,
// and with the process killed at random moments.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <set>

#include "base/random.h"
#include "catalog/testing/catalog_fixture.h"

namespace caudal::catalog {
namespace {

using State = std::map<std::string, std::string>;  // month → location

// What the catalog promises, kept the simplest way: every state ever published, whole.
class Model {
 public:
  struct Published {
    std::string id;
    std::string scope;
    State after;
    std::map<std::string, std::string> owners;  // month → the id that moved it last, removals too
    std::set<std::string> moved;
  };
  struct Staged {
    std::string location;  // empty: a removal
    std::string based_on;
  };

  State live() const { return published_.empty() ? State{} : published_.back().after; }
  std::string owner_of_live(const std::string& month) const {
    return live().contains(month) ? published_.back().owners.at(month) : "";
  }
  State with_staged(const std::string& id) const {
    State state = live();
    const auto moves = staged_.find(id);
    if (moves == staged_.end()) return state;
    for (const auto& [month, move] : moves->second) {
      state.erase(month);
      if (!move.location.empty()) state[month] = move.location;
    }
    return state;
  }

  bool is_published(const std::string& id) const { return find(id) != nullptr; }
  void stage(const std::string& id, const std::string& month, const std::string& location) {
    const auto [at, added] = staged_[id].try_emplace(month, Staged{location, owner_of_live(month)});
    if (!added) at->second.location = location;
  }
  void unstage(const std::string& id) { staged_.erase(id); }
  bool can_publish(const std::string& id) const {
    const auto moves = staged_.find(id);
    if (moves == staged_.end()) return true;
    for (const auto& [month, move] : moves->second) {
      if (move.based_on != owner_of_live(month)) return false;
    }
    return true;
  }
  void publish(const std::string& id, const std::string& scope) {
    append(id, scope, with_staged(id));
    staged_.erase(id);
  }

  // The state after a rollback; nothing when another scope stands in the way.
  std::optional<State> rolled_back(const std::string& target_id) const {
    const Published& target = *find(target_id);
    State state = live();
    std::set<std::string> months;
    for (size_t i = index(target_id) + 1; i < published_.size(); ++i) {
      if (published_[i].scope == target.scope) months.insert(published_[i].moved.begin(), published_[i].moved.end());
    }
    for (const std::string& month : months) {
      if (find(published_.back().owners.at(month))->scope != target.scope) return std::nullopt;
      state.erase(month);
      const auto was = target.after.find(month);
      if (was != target.after.end()) state[month] = was->second;
    }
    return state;
  }
  void rollback(const std::string& target, const std::string& id) {
    const State state = *rolled_back(target);
    append(id, find(target)->scope, state);
  }

  const std::vector<Published>& published() const { return published_; }
  const std::map<std::string, std::map<std::string, Staged>>& staged() const { return staged_; }

 private:
  size_t index(const std::string& id) const {
    size_t i = 0;
    while (i < published_.size() && published_[i].id != id) ++i;
    return i;
  }
  const Published* find(const std::string& id) const {
    const size_t i = index(id);
    return i < published_.size() ? &published_[i] : nullptr;
  }
  void append(const std::string& id, const std::string& scope, State after) {
    Published entry{.id = id, .scope = scope, .after = std::move(after), .owners = {}, .moved = {}};
    const State before = live();
    if (!published_.empty()) entry.owners = published_.back().owners;
    const auto moved = [&](const std::string& month) {
      entry.moved.insert(month);
      entry.owners[month] = id;
    };
    const auto staged = staged_.find(id);
    if (staged != staged_.end()) {
      for (const auto& [month, move] : staged->second) {
        if (!move.location.empty() || before.contains(month)) moved(month);
      }
    } else {
      for (const auto& [month, location] : before) {
        const auto now = entry.after.find(month);
        if (now == entry.after.end() || now->second != location) moved(month);
      }
      for (const auto& [month, location] : entry.after) {
        if (!before.contains(month)) moved(month);
      }
    }
    published_.push_back(std::move(entry));
  }

  std::vector<Published> published_;
  std::map<std::string, std::map<std::string, Staged>> staged_;
};

// One random step, decided by the model alone, so that it can be replayed on a model without a catalog.
struct Step {
  enum class Kind { kStage, kUnstage, kPublish, kRollback, kCollect } kind = Kind::kStage;
  std::string id = {};
  std::string scope = {};
  std::string month = {};
  std::string location = {};
  std::string target = {};
};

Step next_step(Random& random, const Model& model, int number) {
  const std::string scope = random.chance(0.7) ? "invoices" : "purchases";
  Step step{.id = "run-" + std::to_string(random.below(4)) + "-" + std::to_string(number / 12), .scope = scope};
  step.month = std::to_string(10 + random.below(5));
  const uint64_t dice = random.below(100);
  if (dice < 55) {
    if (!random.chance(0.2)) step.location = "s3://lake/t/" + std::to_string(number) + "/";
  } else if (dice < 62) {
    step.kind = Step::Kind::kUnstage;
  } else if (dice < 88) {
    step.kind = Step::Kind::kPublish;
  } else if (dice < 97 && !model.published().empty()) {
    step.kind = Step::Kind::kRollback;
    step.id = "undo-" + std::to_string(number);
    const size_t back = random.below(std::min<size_t>(5, model.published().size()));
    step.target = model.published()[model.published().size() - 1 - back].id;
  } else {
    step.kind = Step::Kind::kCollect;
  }
  return step;
}

// What the step does to the model; false when the catalog must refuse it.
bool apply(const Step& step, Model& model) {
  switch (step.kind) {
    case Step::Kind::kStage:
      if (model.is_published(step.id)) return false;
      model.stage(step.id, step.month, step.location);
      return true;
    case Step::Kind::kUnstage: model.unstage(step.id); return true;
    case Step::Kind::kPublish:
      if (model.is_published(step.id)) return true;
      if (!model.can_publish(step.id)) return false;
      model.publish(step.id, step.scope);
      return true;
    case Step::Kind::kRollback:
      if (!model.rolled_back(step.target)) return false;
      model.rollback(step.target, step.id);
      return true;
    case Step::Kind::kCollect: return true;
  }
  return false;
}

constexpr size_t kKept = 6;  // more than next_step ever rolls back over, in either scope

class Models : public CatalogFixture {
 protected:
  static PartitionMove move_of(const Step& step) {
    PartitionMove move{.database = "curated", .table = "tb_faturas", .values = {"2024", step.month}};
    if (!step.location.empty()) move.target = Partition{.location = step.location};
    return move;
  }

  // Whether the catalog took the step.
  bool perform(const Step& step) {
    const PartitionMove move = move_of(step);
    switch (step.kind) {
      case Step::Kind::kStage: return catalog_->stage(step.id, std::span(&move, 1)).has_value();
      case Step::Kind::kUnstage: return catalog_->unstage(step.id).has_value();
      case Step::Kind::kPublish: return catalog_->publish(step.id, step.scope).has_value();
      case Step::Kind::kRollback: return catalog_->rollback_to(step.target, step.id).has_value();
      case Step::Kind::kCollect: return unwrap(catalog_->collect_garbage(kKept)), true;
    }
    return false;
  }

  static State state_of(const View& view) {
    State state;
    const auto partitions = unwrap(view.partitions("curated", "tb_faturas"));
    for (const Partition& partition : partitions) state[partition.values[1]] = partition.location;
    return state;
  }

  bool agrees(const Model& model) {
    if (state_of(catalog_->live()) != model.live()) return false;
    for (const auto& [id, moves] : model.staged()) {
      if (state_of(catalog_->with_staged(id)) != model.with_staged(id)) return false;
    }
    const auto published = unwrap(catalog_->live().publications());
    if (published.size() != model.published().size()) return false;
    for (size_t i = 0; i < published.size(); ++i) {
      const auto& expected = model.published()[published.size() - 1 - i];
      if (published[i].id != expected.id || published[i].scope != expected.scope) return false;
      if (published[i].moved.size() != expected.moved.size()) return false;
      if (!catalog_->live().publication(expected.id)) return false;
    }
    return unwrap(catalog_->live().staged_ids()).size() == model.staged().size();
  }

  // No garbage is live, staged, or part of a state that can still be rolled back to.
  static void expect_unused(const std::vector<std::string>& garbage, const Model& model) {
    const std::set<std::string> set(garbage.begin(), garbage.end());
    for (const auto& [month, location] : model.live()) EXPECT_FALSE(set.contains(location)) << location;
    for (const auto& [id, moves] : model.staged()) {
      for (const auto& [month, move] : moves) EXPECT_FALSE(set.contains(move.location)) << move.location;
    }
  }

  // CAUDAL_SEED when it is given, else a new one; printed, so that a failure can be repeated.
  static uint64_t choose_seed() {
    const char* const fixed = std::getenv("CAUDAL_SEED");
    const uint64_t seed = fixed != nullptr ? std::strtoull(fixed, nullptr, 10) : secure_random_u64() % 1'000'000'000;
    std::printf("seed %llu (CAUDAL_SEED=%llu repeats it)\n", static_cast<unsigned long long>(seed),
                static_cast<unsigned long long>(seed));
    return seed;
  }
};

TEST_F(Models, RandomStepsDoWhatTheModelSays) {
  const uint64_t seed = choose_seed();
  Random random(seed);
  Model model;
  for (int number = 0; number < 400; ++number) {
    const Step step = next_step(random, model, number);
    ASSERT_EQ(perform(step), apply(step, model)) << "step " << number << " id " << step.id << " target " << step.target;
    ASSERT_TRUE(agrees(model)) << "step " << number;
    if (number % 50 == 49) expect_unused(unwrap(catalog_->collect_garbage(kKept)), model);
    if (number % 100 == 99) reopen();
  }
}

// The child takes steps and tells the parent of each that returned; the parent kills it. After that the catalog must be
// what the model is after the steps told, or with the one under way.
class KilledCatalog : public Models {
 protected:
  [[noreturn]] void child(uint64_t seed, int pipe_fd) {
    reopen();
    Random random(seed);
    Model model;
    for (int number = 0; number < 10'000; ++number) {
      const Step step = next_step(random, model, number);
      if (perform(step) != apply(step, model)) ::_exit(3);
      if (::write(pipe_fd, "x", 1) != 1) ::_exit(4);
    }
    ::_exit(5);
  }

  int kill_after(uint64_t seed, int steps) {
    int ends[2];
    CHECK(::pipe(ends) == 0, "pipe");
    catalog_.reset();
    store_.reset();
    const pid_t pid = ::fork();
    if (pid == 0) child(seed, ends[1]);
    ::close(ends[1]);
    int told = 0;
    char byte = 0;
    while (told < steps && ::read(ends[0], &byte, 1) == 1) ++told;
    // Anywhere inside the next steps, not only at their beginnings.
    const auto moment = std::chrono::steady_clock::now() + std::chrono::microseconds(Random(seed).below(6000));
    while (std::chrono::steady_clock::now() < moment) continue;
    ::kill(pid, SIGKILL);
    while (::read(ends[0], &byte, 1) == 1) ++told;
    ::close(ends[0]);
    int status = 0;
    ::waitpid(pid, &status, 0);
    EXPECT_TRUE(WIFSIGNALED(status)) << "the child ended by itself with " << WEXITSTATUS(status);
    return told;
  }
};

TEST_F(KilledCatalog, IsWhatItWasBeforeOrAfterTheStepUnderWay) {
  const uint64_t first_seed = choose_seed();
  for (uint64_t round = 0; round < 25; ++round) {
    const uint64_t seed = first_seed + round;
    SCOPED_TRACE("round " + std::to_string(round));
    catalog_.reset();
    store_.reset();
    std::filesystem::remove_all(directory_.path() / "kv");
    reopen();
    unwrap(catalog_->create_database({.name = "curated"}));
    unwrap(catalog_->create_table(invoices()));
    const int told = kill_after(seed, static_cast<int>(Random(seed).below(40)));
    reopen();
    Random random(seed);
    Model model;
    for (int number = 0; number < told; ++number) apply(next_step(random, model, number), model);
    if (!agrees(model)) {
      apply(next_step(random, model, told), model);
      ASSERT_TRUE(agrees(model)) << "after " << told << " steps";
    }
  }
}

}  // namespace
}  // namespace caudal::catalog
