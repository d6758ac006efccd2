// SPDX-License-Identifier: Apache-2.0
// A transaction service that keeps its word, at the end of a network that loses, delays, repeats and reorders every
// message both ways. Its ledger, a map, is what really happened to the money.
#pragma once

#include <map>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "base/random.h"
#include "payments/transaction_service.h"

namespace caudal::payments {

struct MessageTroubles {
  double is_lost = 0;      // each way
  double is_late = 0;      // comes some day, after others
  double is_repeated = 0;  // and once more, later
};

// One call at a time, from whatever thread; the ledger is looked at when nobody calls. `random` and `troubles` must
// outlive it, and are its own while it is called.
class UnreliableService final : public TransactionService {
 public:
  struct Entry {
    Instruction instruction;
    bool has_moved_money = false;
    size_t movements = 0;
    std::string transaction = {};
    bool may_retry = false;
  };

  UnreliableService(Random& random, const MessageTroubles& troubles) : random_(random), troubles_(troubles) {}

  Result<std::vector<Answer>> submit(const std::vector<Instruction>& instructions) override {
    const std::lock_guard lock(mutex_);
    std::vector<Answer> answers;
    for (const Instruction& instruction : instructions) {
      if (random_.chance(troubles_.is_repeated)) late_instructions_.push_back(instruction);
      if (random_.chance(troubles_.is_lost)) continue;
      if (random_.chance(troubles_.is_late))
        late_instructions_.push_back(instruction);
      else
        send(execute(instruction), answers);
    }
    if (random_.chance(troubles_.is_lost)) return Error{caudal::Errc::io, "the connection was lost"};
    return shuffled(std::move(answers));
  }

  Result<std::vector<Answer>> ask(const std::vector<AttemptId>& attempts) override {
    const std::lock_guard lock(mutex_);
    std::vector<Answer> answers;
    for (const AttemptId& attempt : attempts) {
      const auto found = ledger_.find(attempt);
      if (found == ledger_.end())
        answers.push_back({.attempt = attempt, .outcome = Outcome::kNeverSeen});
      else if (random_.chance(troubles_.is_late))
        answers.push_back({.attempt = attempt, .outcome = Outcome::kUnderWay});
      else
        send(answer_of(found->second), answers);
    }
    if (random_.chance(troubles_.is_lost)) return Error{caudal::Errc::io, "the connection was lost"};
    return shuffled(std::move(answers));
  }

  // Some of what is late comes now: instructions here, answers to whoever takes them.
  std::vector<Answer> deliver() {
    const std::lock_guard lock(mutex_);
    std::vector<Answer> answers;
    for (const Instruction& instruction : some_of(late_instructions_)) send(execute(instruction), answers);
    for (Answer& answer : some_of(late_answers_)) answers.push_back(std::move(answer));
    return shuffled(std::move(answers));
  }
  bool has_late_messages() const { return !late_instructions_.empty() || !late_answers_.empty(); }
  // A service that does not keep its word: what comes again moves money again.
  void forget_attempts() { forgets_ = true; }
  const std::map<AttemptId, Entry>& ledger() const { return ledger_; }

 private:
  Answer execute(const Instruction& instruction) {
    auto found = ledger_.find(instruction.attempt);
    if (found == ledger_.end()) {
      Entry entry{.instruction = instruction, .has_moved_money = !random_.chance(0.2)};
      if (entry.has_moved_money)
        entry.transaction = "tx-" + std::to_string(ledger_.size());
      else
        entry.may_retry = random_.chance(0.7);
      entry.movements = entry.has_moved_money ? 1 : 0;
      found = ledger_.emplace(instruction.attempt, std::move(entry)).first;
    } else if (forgets_ && found->second.has_moved_money) {
      ++found->second.movements;
    }
    return answer_of(found->second);
  }
  static Answer answer_of(const Entry& entry) {
    Answer answer{.attempt = entry.instruction.attempt,
                  .outcome = entry.has_moved_money ? Outcome::kDone : Outcome::kRefused};
    if (entry.has_moved_money) {
      if (auto transaction = TransactionId::parse(entry.transaction)) answer.transaction = *transaction;
    } else {
      answer.reason = "refused";
      answer.may_retry = entry.may_retry;
    }
    return answer;
  }
  void send(const Answer& answer, std::vector<Answer>& answers) {
    if (random_.chance(troubles_.is_repeated)) late_answers_.push_back(answer);
    if (random_.chance(troubles_.is_repeated)) answers.push_back(answer);
    if (random_.chance(troubles_.is_lost)) return;
    if (random_.chance(troubles_.is_late))
      late_answers_.push_back(answer);
    else
      answers.push_back(answer);
  }
  template <class T>
  std::vector<T> some_of(std::vector<T>& waiting) {
    std::vector<T> taken;
    std::vector<T> left;
    for (T& one : waiting) (random_.chance(0.5) ? taken : left).push_back(std::move(one));
    waiting = std::move(left);
    return taken;
  }
  std::vector<Answer> shuffled(std::vector<Answer> answers) {
    for (size_t n = answers.size(); n > 1; --n) std::swap(answers[n - 1], answers[random_.below(n)]);
    return answers;
  }

  std::mutex mutex_;
  Random& random_;
  const MessageTroubles& troubles_;
  bool forgets_ = false;
  std::map<AttemptId, Entry> ledger_;
  std::vector<Instruction> late_instructions_;
  std::vector<Answer> late_answers_;
};

}  // namespace caudal::payments
