// SPDX-License-Identifier: Apache-2.0
// Several processes that work on the same payments, each with a clock of its own that is wrong, through an unreliable
// store and an unreliable transaction service, and die at any call. All by one thread and one seed. What stands between
// them and the store, or the service, can be a real connection (SimulationParts).
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/testing/manual_clock.h"
#include "payments/hand_over.h"
#include "payments/testing/unreliable_service.h"
#include "payments/testing/unreliable_store.h"

namespace caudal::payments {

struct SimulationOptions {
  uint64_t seed = 1;
  size_t payments = 1000;
  size_t batch = 60;  // inserted together
  int workers = 3;
  bool service_forgets = false;  // a canary: then money moves twice
};

// All must outlive the simulation.
struct SimulationParts {
  items::Store& real;               // where the tables are made, and what is looked at in the end
  items::Store* through = nullptr;  // by which the processes come to it; nullptr: they are there
  // How the processes come to the bank; nothing: it is there. Called once.
  std::function<std::unique_ptr<TransactionService>(UnreliableService& bank)> to_bank = {};
  std::function<void()> calm = {};  // called before all comes to its end: the connections above have no more trouble
};

struct SimulationCounts {
  size_t archived = 0;
  size_t failed = 0;
  size_t cancelled = 0;
  size_t attempts = 0;
  size_t deaths = 0;
  size_t actions = 0;
};

class Simulation {
 public:
  Simulation(SimulationParts parts, const SimulationOptions& options);
  ~Simulation();

  // Until everything that was asked for is inserted, and all has come to its end without further trouble.
  void run();
  // Everything that must hold, compared with what really happened; empty: it does.
  std::vector<std::string> violations();
  const SimulationCounts& counts() const { return counts_; }

 private:
  struct Worker;
  void act(Worker& worker);
  void insert_some(Worker& worker);
  void cancel_one(Worker& worker);
  void deliver(Worker& worker);
  void start(Worker& worker);
  void move_clocks();
  void note(const Result<Report>& report);
  void come_to_rest();
  void check_payment(const NewPayment& asked, std::vector<std::string>& violations);
  void check_journal(const Payment& payment, std::vector<std::string>& violations);
  NewPayment asked_for(size_t number) const;

  const SimulationParts parts_;
  const SimulationOptions options_;
  Random random_;
  Random bank_random_;  // of its own: the bank may be asked on another thread
  StoreTroubles store_troubles_;
  MessageTroubles message_troubles_;
  UnreliableService service_;
  std::unique_ptr<TransactionService> to_bank_;
  std::vector<std::unique_ptr<Worker>> workers_;
  std::unique_ptr<Payments> truth_;  // reads the store as it is
  size_t inserted_ = 0;              // that were answered for
  bool is_nested_ = false;
  std::vector<std::string> problems_;
  std::map<std::string, Decimal> moved_;  // by currency, as the payments say
  SimulationCounts counts_;
};

}  // namespace caudal::payments
