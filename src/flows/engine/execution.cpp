// SPDX-License-Identifier: Apache-2.0
// The order of a run: which steps, which instances of them, what is done already.
#include "flows/engine/execution.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "flows/engine/attempts.h"
#include "flows/engine/contract_tables.h"
#include "flows/engine/deliver_step.h"
#include "flows/engine/errors.h"

namespace caudal::flows::engine {
namespace {

bool is_done(const runs::StepRecord& step) {
  return step.state == runs::StepState::kSucceeded || step.state == runs::StepState::kSkipped;
}

// "book" names book_variaveis and book_cliente too.
bool name_fits(const std::string& asked, const std::string& name) {
  return name == asked || name.starts_with(asked + "_");
}

}  // namespace

Result<void> Execution::run() {
  TRY(prepare());
  for (const StepDefinition& step : context_.flow.steps) TRY(run_step(step));
  TRY(context_.check_stop());
  context_.observer.passed("run.publishing");
  TRY(context_.platform.catalog.publish(context_.publication(), context_.flow.name));
  context_.observer.passed("run.published");
  return {};
}

Result<void> Execution::prepare() {
  const auto bucket = context_.platform.objects.bucket(context_.flow.bucket);
  if (!bucket && bucket.error().is(ErrorClass::kNotFound)) {
    TRY(context_.platform.objects.create_bucket(context_.flow.bucket));
  } else if (!bucket) {
    return bucket.error();
  }
  // Every table of the flow's contracts is there for the run, if empty, so that any statement can name it; and for
  // everybody once a run has published.
  for (const StepDefinition& step : context_.flow.steps) {
    const auto* curates = std::get_if<CurateStep>(&step.action);
    if (curates == nullptr) continue;
    const Contract& contract = context_.flow.find_input(curates->input)->contract;
    TRY(ensure_table(context_, TRY(curated_table(contract, curates->output))));
    TRY(ensure_table(context_, quarantine_table(contract, curates->quarantine)));
  }
  for (runs::StepRecord& step : TRY(context_.platform.runs.steps(context_.run.id))) {
    position_ = std::max(position_, step.position + 1);
    if (is_done(step)) done_.emplace(step.name, std::move(step));
  }
  return {};
}

// A run of single steps does just those, and the dictionary of a book that it makes, or a line more in the book's YAML
// would leave the two apart. --only takes these steps, or those of these inputs, and all that follow from
// them. Anything else does everything.
bool Execution::is_selected(const StepDefinition& step) const {
  if (context_.run.kind == runs::RunKind::kStep) {
    const auto* dictionary = std::get_if<DictionaryStep>(&step.action);
    return is_named(step) || (dictionary != nullptr && is_named(*context_.flow.find_step(dictionary->book)));
  }
  if (context_.run.kind == runs::RunKind::kReplay && std::holds_alternative<DeliverStep>(step.action)) return false;
  if (context_.run.parameters.only_steps.empty() || is_named(step)) return true;
  return std::ranges::any_of(step.after,
                             [&](const std::string& before) { return is_selected(*context_.flow.find_step(before)); });
}

bool Execution::is_named(const StepDefinition& step) const {
  std::string input;
  if (const auto* deliver_step = std::get_if<DeliverStep>(&step.action)) input = deliver_step->input;
  if (const auto* curate_step = std::get_if<CurateStep>(&step.action)) input = curate_step->input;
  return std::ranges::any_of(context_.run.parameters.only_steps, [&](const std::string& asked) {
    return name_fits(asked, step.name) || (!input.empty() && asked == input);
  });
}

Result<void> Execution::run_step(const StepDefinition& step) {
  TRY(context_.check_stop());
  if (!is_selected(step)) return {};
  if (is_derived(step)) return run_derived(step);
  Instance instance{.name = step.name, .step = &step, .work = {}};
  if (const auto* deliver_step = std::get_if<DeliverStep>(&step.action)) {
    instance.work = [this, deliver_step] { return do_deliver(*deliver_step); };
  } else if (const auto* curate_step = std::get_if<CurateStep>(&step.action)) {
    instance.work = [this, &step, curate_step] { return do_curate(step, *curate_step); };
  } else if (const auto* collect_step = std::get_if<CollectStep>(&step.action)) {
    instance.work = [this, collect_step] { return do_collect(*collect_step); };
  } else {
    instance.work = [this, &step] { return do_reconcile(std::get<ReconcileStep>(step.action)); };
  }
  return run_instance(instance);
}

Result<void> Execution::run_derived(const StepDefinition& step) {
  const OutputDefinition* output = output_of(step);
  const bool partitioned = output == nullptr || !output->partition.empty();
  for (const Date dt_base : TRY(dt_bases_for(step))) {
    TRY(context_.check_stop());
    const std::string name = partitioned ? fmt::format("{}[{}]", step.name, to_string(dt_base)) : step.name;
    const bool forced = context_.run.kind == runs::RunKind::kStep || context_.run.parameters.forced;
    if (!done_.contains(name) && !forced && !TRY(is_stale(context_, step, dt_base))) {
      TRY(skip(name, "nothing that it reads has changed"));
    } else {
      TRY(run_instance({name, &step, [this, &step, dt_base] { return do_derive(step, dt_base); }}));
    }
    if (!partitioned) break;
  }
  return {};
}

Result<std::vector<Date>> Execution::dt_bases_for(const StepDefinition& step) const {
  const std::vector<Date> requested = TRY(requested_dt_bases());
  std::set<Date> all(requested.begin(), requested.end());
  // A book that exists already is made again when what it reads has changed; drift follows its book.
  const OutputDefinition* output = output_of(step);
  const auto* drift = std::get_if<DriftDefinition>(&step.action);
  if (drift != nullptr) output = output_of(*context_.flow.find_step(drift->book));
  if (context_.run.kind != runs::RunKind::kStep && output != nullptr) {
    for (const Date date : TRY(existing_dt_bases(context_, *output))) {
      const std::string book_instance = drift ? fmt::format("{}[{}]", drift->book, to_string(date)) : std::string();
      const auto made = done_.find(book_instance);
      const bool follows = made != done_.end() && made->second.state == runs::StepState::kSucceeded;
      if (drift == nullptr || follows) all.insert(date);
    }
  }
  return std::vector<Date>(all.begin(), all.end());
}

Result<std::vector<Date>> Execution::requested_dt_bases() const {
  if (!context_.run.parameters.dt_bases.empty()) return context_.run.parameters.dt_bases;
  // Months that every input delivers: a stray date in one file starts no book.
  std::optional<std::set<Month>> months;
  bool any_curated = false;
  for (const StepDefinition& step : context_.flow.steps) {
    if (!std::holds_alternative<CurateStep>(step.action)) continue;
    const std::string bytes = TRY(result_of(&step));
    if (bytes.empty()) continue;
    any_curated = true;
    std::set<Month> of_input;
    for (const FileAccount& file : TRY(decode_account(bytes)).files)
      of_input.insert(file.months.begin(), file.months.end());
    if (of_input.empty()) continue;
    if (!months) months = of_input;
    std::erase_if(*months, [&](Month month) { return !of_input.contains(month); });
  }
  // A run that delivers nothing is for the months that it was asked for.
  const runs::RunParameters& asked = context_.run.parameters;
  if (!any_curated && asked.from && asked.to) {
    months.emplace();
    for (Month month = *asked.from; month <= *asked.to; month += std::chrono::months(1)) months->insert(month);
  }
  std::vector<Date> dates;
  for (const Month month : months.value_or(std::set<Month>()))
    dates.push_back(first_day(month + std::chrono::months(1)));
  return dates;
}

Result<std::vector<RawDelivery>> Execution::delivered(const std::string& input) const {
  for (const StepDefinition& step : context_.flow.steps) {
    const auto* deliver_step = std::get_if<DeliverStep>(&step.action);
    if (deliver_step == nullptr || deliver_step->input != input) continue;
    const auto done = done_.find(step.name);
    if (done == done_.end()) continue;
    return decode_deliveries(done->second.result);
  }
  return std::vector<RawDelivery>{};
}

Result<void> Execution::skip(const std::string& name, const std::string& why) {
  const Timestamp now = context_.platform.clock.now();
  runs::StepRecord record{.run = context_.run.id,
                          .name = name,
                          .position = position_++,
                          .state = runs::StepState::kSkipped,
                          .started = now,
                          .ended = now,
                          .message = why};
  TRY(context_.platform.runs.update_step(record));
  context_.observer.step_ended(record);
  done_.emplace(name, std::move(record));
  return {};
}

Result<void> Execution::run_instance(const Instance& instance) {
  if (done_.contains(instance.name)) return {};
  runs::StepRecord record{.run = context_.run.id, .name = instance.name};
  const auto earlier = TRY(context_.platform.runs.step(context_.run.id, instance.name));
  record.position = earlier ? earlier->position : position_++;
  const uint32_t earlier_attempts = earlier ? earlier->attempt : 0;
  const Attempts attempts{.policy = instance.step->retries,
                          .timeout = instance.step->timeout,
                          .clock = context_.platform.clock,
                          .random = random_,
                          .on_retry = [&](int number, const Error& error, std::chrono::milliseconds wait) {
                            context_.log(runs::LogLevel::kWarning, instance.name,
                                         fmt::format("attempt {} failed: {}; again in {} s", number, error.to_string(),
                                                     wait.count() / 1000));
                          }};
  const std::stop_token outer = context_.stop;
  const Result<void> result = attempt(attempts, outer, [&](int number, std::stop_token stop) {
    return attempt_instance(instance, record, static_cast<int>(earlier_attempts) + number, stop);
  });
  context_.stop = outer;
  if (!result) return in_step(result.error(), instance.name);
  return {};
}

Result<void> Execution::attempt_instance(const Instance& instance, runs::StepRecord& record, int attempt,
                                         std::stop_token stop) {
  context_.stop = stop;
  record.state = runs::StepState::kRunning;
  record.attempt = static_cast<uint32_t>(attempt);
  record.started = context_.platform.clock.now();
  record.ended.reset();
  TRY(context_.platform.runs.update_step(record));
  context_.observer.step_began(instance.name);
  context_.observer.passed("step.began");
  Result<runs::StepOutcome> outcome = instance.work();
  context_.observer.passed("step.worked");
  if (!outcome) {
    record.state = outcome.error().is(ErrorClass::kRefused) ? runs::StepState::kRefused : runs::StepState::kFailed;
    record.message = outcome.error().message;
    record.ended = context_.platform.clock.now();
    TRY(context_.platform.runs.update_step(record));
    context_.log(runs::LogLevel::kError, instance.name, outcome.error().to_string());
    context_.observer.step_ended(record);
    return outcome.error();
  }
  runs::StepRecord& made = outcome->step;
  made.run = record.run;
  made.name = record.name;
  made.position = record.position;
  made.attempt = record.attempt;
  made.started = record.started;
  made.ended = context_.platform.clock.now();
  if (made.state == runs::StepState::kPending) made.state = runs::StepState::kSucceeded;
  TRY(context_.platform.runs.record(*outcome));
  const bool refused = made.state == runs::StepState::kRefused;
  context_.log(refused ? runs::LogLevel::kError : runs::LogLevel::kInfo, instance.name, made.message);
  context_.observer.step_ended(made);
  context_.observer.passed("step.recorded");
  done_.emplace(made.name, made);
  if (!refused) return {};
  const bool by_rule = std::holds_alternative<CurateStep>(instance.step->action);
  return Error{by_rule ? Errc::rule_failed : Errc::not_reconciled, made.message};
}

}  // namespace caudal::flows::engine
