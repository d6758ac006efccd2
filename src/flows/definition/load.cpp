// SPDX-License-Identifier: Apache-2.0
// flow.yaml itself, and what its parts say about each other.
#include "flows/definition/load.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/cron.h"
#include "flows/definition/flow_files.h"
#include "flows/definition/sql_text.h"
#include "flows/definition/step_read.h"

namespace caudal::flows {
namespace {

constexpr const char* kFlowFile = "flow.yaml";

class FlowReader {
 public:
  FlowReader(const std::filesystem::path& folder, Mistakes& mistakes)
      : folder_(folder), files_(folder), mistakes_(mistakes) {}

  FlowDefinition read() {
    flow_.folder = folder_.string();
    const auto root = files_.yaml(kFlowFile, {files_.shown(kFlowFile)}, mistakes_);
    if (!root) return std::move(flow_);
    yaml::Mapping map(*root, "the flow", mistakes_);
    read_head(map);
    // A flow of collect steps alone waits for no file.
    for (const yaml::Node& node : map.optional_list("inputs")) read_input(node);
    check_references();
    StepDefaults defaults;
    if (const yaml::Node* retries = map.optional("retries"))
      defaults.retries = read_retries(*retries, defaults.retries, mistakes_);
    defaults.timeout = map.optional_duration("timeout").value_or(defaults.timeout);
    if (const yaml::Node* schedule = map.optional("schedule")) read_schedule(*schedule);
    for (const yaml::Node& node : map.optional_list("shared"))
      flow_.shared.push_back(read_shared(node, files_, mistakes_));
    for (const yaml::Node& node : map.list("steps"))
      flow_.steps.push_back(read_step(node, defaults, files_, mistakes_));
    if (const yaml::Node* notices = map.optional("notices")) read_notices(*notices);
    map.finish();
    check_and_order_steps(flow_, mistakes_);
    flow_.version = files_.version();
    return std::move(flow_);
  }

 private:
  void read_head(yaml::Mapping& map) {
    flow_.name = map.text("name").value_or("");
    const std::string folder_name = std::filesystem::absolute(folder_).lexically_normal().filename().string();
    if (!flow_.name.empty() && !is_plain_name(flow_.name))
      mistakes_.add(
          map.place_of("name"),
          fmt::format("'{}' cannot be a flow's name: lower-case letters, digits and _, beginning with a letter",
                      flow_.name.substr(0, 80)));
    else if (!flow_.name.empty() && !folder_name.empty() && folder_name != flow_.name)
      mistakes_.add(map.place_of("name"),
                    fmt::format("the flow is called '{}' but its folder '{}'; rename one", flow_.name, folder_name));
    flow_.description = map.text("description").value_or("");
    flow_.time_zone = map.text("time_zone").value_or("");
    if (!flow_.time_zone.empty() && !TimeZone::find(flow_.time_zone))
      mistakes_.add(
          map.place_of("time_zone"),
          fmt::format("'{}' is no time zone of the IANA database, such as America/Sao_Paulo", flow_.time_zone));
    flow_.is_daily = map.choice<bool>("period", {{"month", false}, {"day", true}}).value_or(false);
    flow_.bucket = map.optional_text("bucket").value_or(flow_.bucket);
    flow_.databases = map.texts("databases").value_or(std::vector<std::string>());
    for (const std::string& name : flow_.databases) {
      if (!is_plain_name(name) || name == "caudal")
        mistakes_.add(map.place_of("databases"), fmt::format("'{}' cannot be a database's name", name.substr(0, 80)));
    }
  }

  void read_input(const yaml::Node& node) {
    yaml::Mapping map(node, "an input", mistakes_);
    InputDefinition input;
    input.place = map.place();
    input.name = map.text("name").value_or("");
    if (const auto file = map.text("contract")) {
      if (const auto root = files_.yaml(*file, map.place_of("contract"), mistakes_))
        input.contract = read_contract(*root, mistakes_);
    }
    if (const auto pattern = map.text("file")) {
      Result<FilePattern> parsed = FilePattern::parse(*pattern);
      if (parsed)
        input.pattern = *std::move(parsed);
      else
        mistakes_.add(map.place_of("file"), parsed.error().message);
    }
    if (const yaml::Node* deadline = map.optional("deadline")) {
      yaml::Mapping fields(*deadline, "'deadline'", mistakes_);
      const auto day = fields.whole("day", 1, 28);
      const auto time = fields.time_of_day("time");
      fields.finish();
      if (day && time) input.deadline = Deadline{static_cast<int>(*day), *time};
    }
    input.settle = map.optional_duration("settle").value_or(input.settle);
    map.finish();
    for (const InputDefinition& other : flow_.inputs) {
      if (other.name == input.name)
        mistakes_.add(input.place,
                      fmt::format("input '{}' is there already, in line {}", input.name, other.place.line));
      else if (!input.contract.table.empty() && other.contract.table == input.contract.table)
        mistakes_.add(input.place,
                      fmt::format("table '{}' is that of input '{}' already", input.contract.table, other.name));
    }
    flow_.inputs.push_back(std::move(input));
  }

  void check_references() {
    for (const InputDefinition& input : flow_.inputs) {
      for (const Reference& reference : input.contract.references) check_reference(input, reference);
    }
  }

  void check_reference(const InputDefinition& input, const Reference& reference) {
    std::vector<std::string> tables;
    for (const InputDefinition& other : flow_.inputs) {
      tables.push_back(other.contract.table);
      if (other.contract.table != reference.table) continue;
      for (size_t i = 0; i < reference.target_columns.size() && i < reference.columns.size(); ++i)
        check_reference_column(input, reference, other, i);
      return;
    }
    mistakes_.add(reference.place, fmt::format("'{}' is the table of no input of this flow{}", reference.table,
                                               did_you_mean(reference.table, tables)));
  }

  void check_reference_column(const InputDefinition& input, const Reference& reference, const InputDefinition& target,
                              size_t i) {
    const ContractColumn* to = target.contract.find(reference.target_columns[i]);
    const ContractColumn* from = input.contract.find(reference.columns[i]);
    if (to == nullptr)
      mistakes_.add(reference.place,
                    fmt::format("{} has no column '{}'", reference.table, reference.target_columns[i]));
    else if (from != nullptr && !(from->type == to->type))
      mistakes_.add(reference.place, fmt::format("'{}' is {} but {}.{} is {}", from->name, from->type.to_string(),
                                                 reference.table, to->name, to->type.to_string()));
  }

  void read_schedule(const yaml::Node& node) {
    yaml::Mapping map(node, "'schedule'", mistakes_);
    const auto cron = map.text("cron");
    map.finish();
    if (!cron) return;
    const auto parsed = Cron::parse(*cron);
    if (!parsed) mistakes_.add(map.place_of("cron"), parsed.error().message);
    flow_.schedule = ScheduleDefinition{*cron, map.place_of("cron")};
  }

  void read_notices(const yaml::Node& node) {
    yaml::Mapping map(node, "'notices'", mistakes_);
    const std::vector<std::string> known = {"email", "chat", "log"};
    for (const NoticeEvent event : {NoticeEvent::kSucceeded, NoticeEvent::kFailed, NoticeEvent::kRefused,
                                    NoticeEvent::kLate, NoticeEvent::kRecovered}) {
      const auto channels = map.optional_texts(name_of(event));
      if (!channels) continue;
      for (const std::string& channel : *channels) {
        if (std::find(known.begin(), known.end(), channel) == known.end())
          mistakes_.add(map.place_of(name_of(event)), fmt::format("'{}' is no channel; known are email, chat, log{}",
                                                                  channel.substr(0, 40), did_you_mean(channel, known)));
      }
      flow_.notices.channels[event] = *channels;
    }
    map.finish();
  }

  std::filesystem::path folder_;
  FlowFiles files_;
  Mistakes& mistakes_;
  FlowDefinition flow_;
};

}  // namespace

FlowDefinition load_flow(const std::filesystem::path& folder, Mistakes& mistakes) {
  return FlowReader(folder, mistakes).read();
}

Result<FlowDefinition> load_flow(const std::filesystem::path& folder) {
  Mistakes mistakes;
  FlowDefinition flow = load_flow(folder, mistakes);
  if (!mistakes.empty()) return mistakes.to_error();
  return flow;
}

std::vector<std::filesystem::path> find_flows(const std::filesystem::path& flows) {
  std::vector<std::filesystem::path> found;
  std::error_code error;  // a folder that cannot be listed holds no flows that could be run
  for (auto entry = std::filesystem::directory_iterator(flows, error);
       !error && entry != std::filesystem::directory_iterator(); entry.increment(error)) {
    std::error_code none;
    if (std::filesystem::is_regular_file(entry->path() / kFlowFile, none)) found.push_back(entry->path());
  }
  std::sort(found.begin(), found.end());
  return found;
}

}  // namespace caudal::flows
