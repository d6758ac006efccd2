// SPDX-License-Identifier: Apache-2.0
// Checks over all steps of a flow, and their order.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <set>

#include "flows/definition/step_read.h"

namespace caudal::flows {
namespace {

class StepChecker {
 public:
  StepChecker(FlowDefinition& flow, Mistakes& mistakes) : flow_(flow), mistakes_(mistakes) {}

  void run() {
    if (!check_names() || !order()) return;  // what follows needs a sound order
    collect_writers();
    check_shared_names();
    for (const StepDefinition& step : flow_.steps) check_action(step);
  }

 private:
  void refuse(const StepDefinition& step, std::string problem) {
    mistakes_.add(step.place, fmt::format("step '{}': {}", step.name, problem));
  }

  bool check_names() {
    bool sound = true;
    std::map<std::string, int> lines;
    std::vector<std::string> names;
    for (const StepDefinition& step : flow_.steps) {
      const auto [seen, is_new] = lines.emplace(step.name, step.place.line);
      names.push_back(step.name);
      if (is_new) continue;
      refuse(step, fmt::format("the name is taken by the step in line {}", seen->second));
      sound = false;
    }
    for (const StepDefinition& step : flow_.steps) {
      for (const std::string& name : step.after) {
        if (name == step.name || lines.contains(name)) continue;
        refuse(step, fmt::format("'after' names '{}', which is no step{}", name, did_you_mean(name, names)));
        sound = false;
      }
    }
    return sound;
  }

  // Takes, again and again, the first step whose predecessors all stand already.
  bool order() {
    std::vector<StepDefinition> left = std::move(flow_.steps);
    flow_.steps.clear();
    std::set<std::string> placed;
    while (!left.empty()) {
      const auto ready = std::find_if(left.begin(), left.end(), [&](const StepDefinition& step) {
        return std::all_of(step.after.begin(), step.after.end(),
                           [&](const std::string& name) { return placed.contains(name); });
      });
      if (ready == left.end()) {
        report_cycle(left);
        std::move(left.begin(), left.end(), std::back_inserter(flow_.steps));
        return false;
      }
      placed.insert(ready->name);
      std::set<std::string>& before = ancestors_[ready->name];
      for (const std::string& name : ready->after) {
        before.insert(name);
        before.insert(ancestors_[name].begin(), ancestors_[name].end());
      }
      flow_.steps.push_back(std::move(*ready));
      left.erase(ready);
    }
    return true;
  }

  // Every step left waits for another of them: following one from each must come round.
  void report_cycle(const std::vector<StepDefinition>& left) {
    const auto by_name = [&](const std::string& name) {
      return std::find_if(left.begin(), left.end(), [&](const StepDefinition& step) { return step.name == name; });
    };
    std::vector<std::string> path = {left.front().name};
    while (true) {
      const auto step = by_name(path.back());
      const auto next = std::find_if(step->after.begin(), step->after.end(),
                                     [&](const std::string& name) { return by_name(name) != left.end(); });
      const auto seen = std::find(path.begin(), path.end(), *next);
      if (seen != path.end()) {
        path.erase(path.begin(), seen);
        path.push_back(*next);
        break;
      }
      path.push_back(*next);
    }
    refuse(*by_name(path.front()), fmt::format("waits for itself: {}", fmt::join(path, " after ")));
  }

  void collect_writers() {
    for (const StepDefinition& step : flow_.steps) {
      for (const TableName& table : written_by(step)) {
        if (table.database.empty() || table.table.empty()) continue;  // said already
        const auto [seen, is_new] = writers_.emplace(table, step.name);
        if (!is_new) refuse(step, fmt::format("{} is written by step '{}' already", table.to_string(), seen->second));
        if (std::find(flow_.databases.begin(), flow_.databases.end(), table.database) == flow_.databases.end())
          refuse(step, fmt::format("database '{}' is not among the flow's 'databases'{}", table.database,
                                   did_you_mean(table.database, flow_.databases)));
      }
    }
  }

  static std::vector<TableName> written_by(const StepDefinition& step) {
    if (const auto* curate = std::get_if<CurateStep>(&step.action)) return {curate->output, curate->quarantine};
    if (const auto* sql = std::get_if<SqlStep>(&step.action)) return {sql->output.table};
    if (const auto* book = std::get_if<BookStep>(&step.action)) return {book->output.table};
    if (const auto* dictionary = std::get_if<DictionaryStep>(&step.action)) return {dictionary->output.table};
    if (const auto* collect = std::get_if<CollectStep>(&step.action)) return {collect->output.table};
    return {};
  }

  void check_action(const StepDefinition& step) {
    if (const auto* deliver = std::get_if<DeliverStep>(&step.action)) {
      check_input(step, deliver->input);
    } else if (const auto* curate = std::get_if<CurateStep>(&step.action)) {
      if (check_input(step, curate->input)) check_after_kind<DeliverStep>(step, curate->input, "deliver");
    } else if (const auto* reconcile = std::get_if<ReconcileStep>(&step.action)) {
      for (const std::string& input : reconcile->inputs) {
        if (check_input(step, input)) check_after_kind<CurateStep>(step, input, "curate");
      }
      for (const std::string& name : reconcile->collected) check_collected(step, name);
    } else if (const auto* sql = std::get_if<SqlStep>(&step.action)) {
      check_reads(step, sql->reads);
      check_shared(step, sql->shared);
      if (sql->output.partition.empty()) refuse(step, "'output' needs 'partition: {dt_base: date}'");
    } else if (const auto* book = std::get_if<BookStep>(&step.action)) {
      check_reads(step, book->reads);
      check_shared(step, book->shared);
      if (book->output.partition.empty()) refuse(step, "'output' needs 'partition: {dt_base: date}'");
    } else if (const auto* dictionary = std::get_if<DictionaryStep>(&step.action)) {
      check_book(step, dictionary->book);
      if (!dictionary->output.partition.empty()) refuse(step, "a dictionary's 'output' is not partitioned");
    } else if (const auto* drift = std::get_if<DriftDefinition>(&step.action)) {
      check_drift(step, *drift);
    }
  }

  bool check_input(const StepDefinition& step, const std::string& input) {
    if (input.empty() || flow_.find_input(input) != nullptr) return !input.empty();
    std::vector<std::string> names;
    for (const InputDefinition& known : flow_.inputs) names.push_back(known.name);
    refuse(step, fmt::format("'{}' is no input{}", input, did_you_mean(input, names)));
    return false;
  }

  // That a step of kind `Kind` for the same input stands before.
  template <class Kind>
  void check_after_kind(const StepDefinition& step, const std::string& input, std::string_view kind) {
    for (const StepDefinition& other : flow_.steps) {
      const auto* action = std::get_if<Kind>(&other.action);
      if (action != nullptr && action->input == input && ancestors_[step.name].contains(other.name)) return;
    }
    refuse(step, fmt::format("must stand 'after' the step that does '{}' for input '{}'", kind, input));
  }

  void check_collected(const StepDefinition& step, const std::string& name) {
    const StepDefinition* other = flow_.find_step(name);
    if (other == nullptr || !std::holds_alternative<CollectStep>(other->action))
      refuse(step, fmt::format("'{}' is no step of kind collect", name));
    else if (!ancestors_[step.name].contains(name))
      refuse(step, fmt::format("must stand 'after' step '{}'", name));
  }

  void check_shared_names() {
    for (auto shared = flow_.shared.begin(); shared != flow_.shared.end(); ++shared) {
      const auto same =
          std::find_if(flow_.shared.begin(), shared, [&](const auto& other) { return other.name == shared->name; });
      if (same != shared)
        mistakes_.add(shared->place, fmt::format("'{}' is there already, in line {}", shared->name, same->place.line));
    }
  }

  // What a step reads by a shared SELECT it reads itself.
  void check_shared(const StepDefinition& step, const std::vector<std::string>& names) {
    for (const std::string& name : names) {
      if (const SharedDefinition* shared = flow_.find_shared(name)) {
        check_reads(step, shared->reads);
        continue;
      }
      std::vector<std::string> known;
      for (const SharedDefinition& shared : flow_.shared) known.push_back(shared.name);
      refuse(step, fmt::format("'{}' is none of the flow's 'shared'{}", name, did_you_mean(name, known)));
    }
  }

  void check_reads(const StepDefinition& step, const std::vector<ReadDefinition>& reads) {
    for (const ReadDefinition& read : reads) {
      const auto writer = writers_.find(read.table);
      if (writer == writers_.end() || ancestors_[step.name].contains(writer->second)) continue;
      mistakes_.add(read.place, fmt::format("step '{}' reads {}, so it must stand 'after' step '{}', which writes it",
                                            step.name, read.table.to_string(), writer->second));
    }
  }

  const BookStep* check_book(const StepDefinition& step, const std::string& name) {
    const StepDefinition* other = flow_.find_step(name);
    const BookStep* book = other == nullptr ? nullptr : std::get_if<BookStep>(&other->action);
    if (book == nullptr) {
      if (!name.empty()) refuse(step, fmt::format("'{}' is no step of kind book", name));
    } else if (!ancestors_[step.name].contains(name)) {
      refuse(step, fmt::format("must stand 'after' step '{}'", name));
    }
    return book;
  }

  void check_drift(const StepDefinition& step, const DriftDefinition& drift) {
    const BookStep* book = check_book(step, drift.book);
    if (book == nullptr || book->book.variables.empty()) return;
    std::vector<std::string> names;
    for (const BookVariable& variable : book->book.variables) names.push_back(variable.name);
    for (const std::string& wanted : drift.variables) {
      if (std::find(names.begin(), names.end(), wanted) == names.end())
        refuse(step, fmt::format("'{}' is no variable of '{}'{}", wanted, drift.book, did_you_mean(wanted, names)));
    }
  }

  FlowDefinition& flow_;
  Mistakes& mistakes_;
  std::map<std::string, std::set<std::string>> ancestors_;  // by step: all that it stands after
  std::map<TableName, std::string> writers_;
};

}  // namespace

void check_and_order_steps(FlowDefinition& flow, Mistakes& mistakes) { StepChecker(flow, mistakes).run(); }

}  // namespace caudal::flows
