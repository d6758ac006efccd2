// SPDX-License-Identifier: Apache-2.0
// One step of flow.yaml, by its kind.
#include "flows/definition/step_read.h"

#include <fmt/format.h>

#include <algorithm>

#include "flows/definition/sql_text.h"

namespace caudal::flows {
namespace {

enum class StepKind { kDeliver, kCurate, kReconcile, kSql, kBook, kDictionary, kDrift, kCollect };

const std::vector<std::pair<const char*, StepKind>>& kinds() {
  static const std::vector<std::pair<const char*, StepKind>> words = {
      {"deliver", StepKind::kDeliver}, {"curate", StepKind::kCurate},  {"reconcile", StepKind::kReconcile},
      {"sql", StepKind::kSql},         {"book", StepKind::kBook},      {"dictionary", StepKind::kDictionary},
      {"drift", StepKind::kDrift},     {"collect", StepKind::kCollect}};
  return words;
}

class StepReader {
 public:
  StepReader(yaml::Mapping& map, FlowFiles& files, Mistakes& mistakes)
      : map_(map), files_(files), mistakes_(mistakes) {}

  StepAction read(StepKind kind) {
    switch (kind) {
      case StepKind::kDeliver: return DeliverStep{map_.text("input").value_or("")};
      case StepKind::kCurate: return curate();
      case StepKind::kReconcile: return reconcile();
      case StepKind::kSql: return sql();
      case StepKind::kBook: return book();
      case StepKind::kDictionary: return dictionary();
      case StepKind::kDrift: return drift();
      case StepKind::kCollect: return collect();
    }
    return DeliverStep{};
  }

  SharedDefinition shared() {
    SharedDefinition made;
    made.place = map_.place();
    made.name = plain_name(map_, "name");
    made.file = map_.text("file").value_or("");
    made.sql = sql_file(made.file);
    made.reads = reads(nullptr);
    return made;
  }

 private:
  std::string plain_name(yaml::Mapping& map, std::string_view key) {
    std::string text = map.text(key).value_or("");
    if (!text.empty() && !is_plain_name(text))
      mistakes_.add(map.place_of(key),
                    fmt::format("'{}' cannot be a name: lower-case letters, digits and _, beginning with a letter",
                                text.substr(0, 80)));
    return text;
  }

  // "database.table".
  TableName table(yaml::Mapping& map, std::string_view key) {
    const auto text = map.text(key);
    if (!text) return {};
    const size_t dot = text->find('.');
    TableName name;
    if (dot != std::string::npos) name = {text->substr(0, dot), text->substr(dot + 1)};
    if (!is_plain_name(name.database) || !is_plain_name(name.table))
      mistakes_.add(map.place_of(key), fmt::format("'{}' must be a table such as curated.tb_faturas, found '{}'", key,
                                                   text->substr(0, 80)));
    return name;
  }

  // A day's own column may have any name; everything else goes by dt_base.
  OutputDefinition day_output() {
    OutputDefinition result;
    const yaml::Node* node = map_.required("output");
    if (node == nullptr) return result;
    yaml::Mapping map(*node, "'output'", mistakes_);
    result.table = {plain_name(map, "database"), plain_name(map, "table")};
    result.partition = plain_name(map, "day");
    map.finish();
    return result;
  }

  OutputDefinition output() {
    OutputDefinition result;
    const yaml::Node* node = map_.required("output");
    if (node == nullptr) return result;
    yaml::Mapping map(*node, "'output'", mistakes_);
    result.table = {plain_name(map, "database"), plain_name(map, "table")};
    if (const yaml::Node* partition = map.optional("partition")) {
      yaml::Mapping columns(*partition, "'partition'", mistakes_);
      columns.optional_text("dt_base");
      columns.finish();
      const auto type = columns.text("dt_base");
      if (type && *type != "date")
        mistakes_.add(columns.place_of("dt_base"), "a table is partitioned by 'dt_base: date', or not at all");
      result.partition = "dt_base";
    }
    map.finish();
    return result;
  }

  // An item names a table and months, or (where `shared` is given) a shared SELECT.
  std::vector<ReadDefinition> reads(std::vector<std::string>* shared) {
    std::vector<ReadDefinition> result;
    for (const yaml::Node& node : map_.list("reads")) {
      yaml::Mapping map(node, "an item of 'reads'", mistakes_);
      if (shared != nullptr) {
        if (const auto name = map.optional_text("shared")) {
          if (std::find(shared->begin(), shared->end(), *name) != shared->end())
            mistakes_.add(map.place(), fmt::format("'{}' is in 'reads' already", name->substr(0, 80)));
          shared->push_back(*name);
          map.finish();
          continue;
        }
      }
      ReadDefinition read;
      read.place = map.place();
      read.table = table(map, "table");
      const yaml::Node* months = map.required("months");
      const bool all = months != nullptr && months->kind() == yaml::Node::Kind::kScalar && months->scalar() == "all";
      if (months != nullptr && !all) {
        if (const auto count = yaml::read_whole(*months, "'months' (or all)", 1, 1200, mistakes_))
          read.months = static_cast<int>(*count);
      }
      map.finish();
      result.push_back(std::move(read));
    }
    return result;
  }

  StepAction curate() {
    CurateStep step;
    step.input = map_.text("input").value_or("");
    step.output = table(map_, "output");
    step.quarantine = table(map_, "quarantine");
    return step;
  }

  StepAction reconcile() {
    ReconcileStep step;
    step.collected = map_.optional_texts("collected").value_or(std::vector<std::string>());
    // One of them must be there; who names neither is told of `inputs`.
    auto inputs = step.collected.empty() ? map_.texts("inputs") : map_.optional_texts("inputs");
    step.inputs = std::move(inputs).value_or(std::vector<std::string>());
    return step;
  }

  StepAction collect() {
    CollectStep step;
    step.source = plain_name(map_, "source");
    step.output = day_output();
    step.days_before = static_cast<int>(map_.optional_whole("days_before", 0, 366).value_or(0));
    return step;
  }

  SqlTemplate sql_file(const std::string& file) {
    if (file.empty()) return {};
    auto text = files_.text(file, map_.place_of("file"), mistakes_);
    return text ? SqlTemplate::parse(*std::move(text), {files_.shown(file), 1, 1}, mistakes_) : SqlTemplate();
  }

  StepAction sql() {
    SqlStep step;
    step.file = map_.text("file").value_or("");
    step.sql = sql_file(step.file);
    step.output = output();
    step.reads = reads(&step.shared);
    return step;
  }

  StepAction book() {
    BookStep step;
    step.file = map_.text("file").value_or("");
    if (!step.file.empty()) {
      if (const auto root = files_.yaml(step.file, map_.place_of("file"), mistakes_))
        step.book = read_book(*root, mistakes_);
    }
    step.output = output();
    step.reads = reads(&step.shared);
    return step;
  }

  StepAction dictionary() {
    DictionaryStep step;
    step.book = map_.text("book").value_or("");
    step.output = output();
    return step;
  }

  StepAction drift() {
    DriftDefinition drift;
    drift.book = map_.text("book").value_or("");
    drift.months_before = static_cast<int>(map_.optional_whole("months_before", 1, 120).value_or(1));
    drift.buckets = static_cast<int>(map_.optional_whole("buckets", 2, 100).value_or(10));
    drift.warn_above = map_.optional_number("warn_above", 0, 100).value_or(0.1);
    drift.alert_above = map_.optional_number("alert_above", 0, 100).value_or(0.25);
    if (drift.alert_above < drift.warn_above)
      mistakes_.add(map_.place_of("alert_above"), "'alert_above' must not be less than 'warn_above'");
    drift.variables = map_.optional_texts("variables").value_or(std::vector<std::string>());
    return drift;
  }

  yaml::Mapping& map_;
  FlowFiles& files_;
  Mistakes& mistakes_;
};

}  // namespace

SharedDefinition read_shared(const yaml::Node& node, FlowFiles& files, Mistakes& mistakes) {
  yaml::Mapping map(node, "an item of 'shared'", mistakes);
  SharedDefinition shared = StepReader(map, files, mistakes).shared();
  map.finish();
  return shared;
}

RetryPolicy read_retries(const yaml::Node& node, RetryPolicy defaults, Mistakes& mistakes) {
  yaml::Mapping map(node, "'retries'", mistakes);
  RetryPolicy policy;
  policy.attempts = static_cast<int>(map.optional_whole("attempts", 1, 100).value_or(defaults.attempts));
  policy.first_delay = map.optional_duration("first_delay").value_or(defaults.first_delay);
  policy.factor = map.optional_number("factor", 1, 100).value_or(defaults.factor);
  policy.max_delay = map.optional_duration("max_delay").value_or(std::max(defaults.max_delay, policy.first_delay));
  if (policy.max_delay < policy.first_delay)
    mistakes.add(map.place_of("max_delay"), "'max_delay' must not be less than 'first_delay'");
  map.finish();
  return policy;
}

StepDefinition read_step(const yaml::Node& node, const StepDefaults& defaults, FlowFiles& files, Mistakes& mistakes) {
  yaml::Mapping map(node, "a step", mistakes);
  StepDefinition step;
  step.place = map.place();
  step.name = map.text("name").value_or("");
  if (!step.name.empty() && !is_plain_name(step.name))
    mistakes.add(map.place_of("name"),
                 fmt::format("'{}' cannot be a step's name: lower-case letters, digits and _, beginning with a letter",
                             step.name.substr(0, 80)));
  step.after = map.optional_texts("after").value_or(std::vector<std::string>());
  const yaml::Node* retries = map.optional("retries");
  step.retries = retries == nullptr ? defaults.retries : read_retries(*retries, defaults.retries, mistakes);
  step.timeout = map.optional_duration("timeout").value_or(defaults.timeout);
  const auto kind = map.choice("kind", kinds());
  if (!kind) return step;  // which other keys it may have is unknown
  step.action = StepReader(map, files, mistakes).read(*kind);
  map.finish();
  return step;
}

}  // namespace caudal::flows
