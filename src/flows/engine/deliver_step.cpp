// SPDX-License-Identifier: Apache-2.0
// Finding deliveries and copying them to raw.
#include "flows/engine/deliver_step.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <tuple>

#include "base/ordered_work.h"
#include "flows/delivery/file_name.h"
#include "flows/engine/errors.h"
#include "flows/engine/outputs.h"

namespace caudal::flows::engine {
namespace {

std::string_view last_part(std::string_view path) { return path.substr(path.rfind('/') + 1); }

// How well a caller's file fits an input, worst first. Its whole key says most; its name alone is what a file of some
// other folder has; a name that only begins with the input's and '.', '_' or '-' may hold many months.
enum class Fit { kNone, kBeginning, kName, kKey };
struct Belonging {
  Fit fit = Fit::kNone;
  size_t length = 0;  // of the input's name, where that is all that fits: the longer name says more
  std::optional<Month> month;
  bool is_worse_than(const Belonging& other) const { return std::tie(fit, length) < std::tie(other.fit, other.length); }
};

Belonging fit_of(const InputDefinition& input, const std::string& file) {
  if (file.starts_with("s3://")) {
    const auto ref = objects::parse_s3_uri(file);
    const auto month = ref ? input.pattern.match(ref->key) : std::nullopt;
    if (month) return {Fit::kKey, 0, month};
  }
  const std::string folder(input.pattern.text().substr(0, input.pattern.text().rfind('/') + 1));
  const std::string_view name = last_part(file);
  if (const auto month = input.pattern.match(folder + std::string(name))) return {Fit::kName, 0, month};
  const bool begins = name.starts_with(input.name) && name.size() > input.name.size() &&
                      std::string_view("._-").find(name[input.name.size()]) != std::string_view::npos;
  if (begins) return {Fit::kBeginning, input.name.size(), std::nullopt};
  return {};
}

// A file is of the input that it fits best.
bool belongs(const FlowDefinition& flow, const Belonging& belonging, const std::string& file) {
  return belonging.fit != Fit::kNone && std::ranges::none_of(flow.inputs, [&](const InputDefinition& other) {
           return belonging.is_worse_than(fit_of(other, file));
         });
}

RawDelivery from_object(const RunContext& context, const InputDefinition& input, const objects::ObjectInfo& object,
                        std::optional<Month> month) {
  return {.input = input.name,
          .source = context.uri(object.key),
          .name = std::string(last_part(object.key)),
          .month = month,
          .identity = runs::delivery_identity(object.version, object.etag, object.modified),
          .size_bytes = object.size_bytes};
}

// Oldest first, as the scheduler orders what has come: a key's name says nothing of which file is newer.
Result<std::vector<RawDelivery>> list_months(const RunContext& context, const InputDefinition& input) {
  std::vector<std::pair<Month, objects::ObjectInfo>> found;
  objects::ListRequest request{.bucket = context.flow.bucket, .prefix = input.pattern.prefix()};
  do {
    const auto listed = context.platform.objects.list(request);
    if (!listed && listed.error().code == objects::Errc::no_such_bucket) break;  // nothing was ever delivered
    objects::ListPage page = TRY(listed);
    for (objects::ObjectInfo& object : page.objects) {
      const auto month = input.pattern.match(object.key);
      const bool wanted = month && *month >= *context.run.parameters.from && *month <= *context.run.parameters.to;
      if (wanted) found.emplace_back(*month, std::move(object));
    }
    request.continuation = page.next;
  } while (request.continuation);
  std::ranges::sort(found, [](const auto& left, const auto& right) {
    return std::tie(left.first, left.second.modified, left.second.key) <
           std::tie(right.first, right.second.modified, right.second.key);
  });
  std::vector<RawDelivery> deliveries;
  for (const auto& [month, object] : found) deliveries.push_back(from_object(context, input, object, month));
  return deliveries;
}

Result<void> check_every_month_is_there(const RunContext& context, const InputDefinition& input,
                                        const std::vector<RawDelivery>& found) {
  for (Month month = *context.run.parameters.from; month <= *context.run.parameters.to;
       month += std::chrono::months(1)) {
    if (std::ranges::any_of(found, [&](const RawDelivery& delivery) { return delivery.month == month; })) continue;
    const std::string expected = context.uri(input.pattern.expected_key(month));
    return Error{Errc::no_delivery, fmt::format("the file of {} for {} is not there: expected {}; deliver it with "
                                                "`caudal objects put FILE {}`",
                                                input.name, to_string(month), expected, expected)};
  }
  return {};
}

Result<RawDelivery> from_file(const RunContext& context, const InputDefinition& input, const std::string& file,
                              std::optional<Month> month) {
  if (file.starts_with("s3://")) {
    const objects::ObjectRef ref = TRY(objects::parse_s3_uri(file));
    RawDelivery delivery = from_object(context, input, TRY(context.platform.objects.head(ref)), month);
    delivery.source = file;
    return delivery;
  }
  const File opened = TRY(File::open_read(file));
  return RawDelivery{.input = input.name,
                     .source = file,
                     .name = std::string(last_part(file)),
                     .month = month,
                     .size_bytes = TRY(opened.size_bytes())};
}

// `repeat` tells files of one name apart: 0 for the first of them. A run's id has no '.', so that no name can look so.
std::string raw_key(const RunContext& context, const RawDelivery& delivery, size_t repeat) {
  const std::string place =
      delivery.month ? catalog::partition_path(month_keys(), month_values(*delivery.month)) : std::string("varios");
  const std::string number = repeat == 0 ? std::string() : fmt::format(".{}", repeat + 1);
  return fmt::format("raw/{}/{}/{}{}-{}", delivery.input, place, context.publication(), number, delivery.name);
}

// Copies a delivery to raw; what is known of it from then on.
Result<RawDelivery> lay_down(const RunContext& context, RawDelivery delivery, const std::string& key) {
  objects::Store& store = context.platform.objects;
  const objects::ObjectRef raw{context.flow.bucket, key};
  if (delivery.source.starts_with("s3://")) {
    TRY(store.copy(TRY(objects::parse_s3_uri(delivery.source)), raw));
  } else {
    const objects::ObjectInfo stored =
        TRY(store.put_file(raw, delivery.source, {.small_parts = true}, objects::Adopt::kCopy));
    delivery.identity = stored.etag;
    delivery.size_bytes = stored.size_bytes;
  }
  delivery.raw_uri = objects::to_string(raw);
  return delivery;
}

}  // namespace

Result<void> check_files(const FlowDefinition& flow, const std::vector<std::string>& files) {
  for (const std::string& file : files) {
    if (std::ranges::any_of(flow.inputs,
                            [&](const InputDefinition& input) { return fit_of(input, file).fit != Fit::kNone; })) {
      continue;
    }
    std::string known;
    for (const InputDefinition& input : flow.inputs) {
      known += fmt::format("{}{} (such as {})", known.empty() ? "" : ", ", input.name, last_part(input.pattern.text()));
    }
    return Error{Errc::unknown_input,
                 fmt::format("{} is of no input of flow {}: its name has to begin with the input's "
                             "name. Inputs are {}",
                             delivery::printable_name(file), flow.name, known)};
  }
  return {};
}

Result<std::vector<RawDelivery>> find_deliveries(const RunContext& context, const InputDefinition& input) {
  std::vector<RawDelivery> found;
  if (!context.run.parameters.files.empty()) {
    for (const std::string& file : context.run.parameters.files) {
      const Belonging belonging = fit_of(input, file);
      if (!belongs(context.flow, belonging, file)) continue;
      found.push_back(TRY(from_file(context, input, file, belonging.month)));
    }
  } else if (context.run.parameters.from) {
    found = TRY(list_months(context, input));
    TRY(check_every_month_is_there(context, input, found));
  }
  // Equal months keep their order: of two files of one month the one named later is newer.
  std::multimap<Month, RawDelivery> by_month;
  for (RawDelivery& delivery : found) by_month.emplace(delivery.month.value_or(Month{}), std::move(delivery));
  found.clear();
  for (auto& [month, delivery] : by_month) found.push_back(std::move(delivery));
  return found;
}

Result<void> deliver(RunContext& context, std::vector<RawDelivery>& deliveries) {
  // The deliveries are in one order however often a run is taken up again, and so are their keys.
  std::map<std::string, size_t> same_key;
  std::vector<std::string> raw_keys;
  for (const RawDelivery& delivery : deliveries) {
    TRY(delivery::check_file_name(delivery.name));
    raw_keys.push_back(raw_key(context, delivery, same_key[raw_key(context, delivery, 0)]++));
  }
  // What one file waits for the disk to be durable the other uses to be read and hashed.
  constexpr size_t kAtOnce = 2;
  const std::vector<OrderedWork<RawDelivery>::Worker> workers(
      std::min(kAtOnce, deliveries.size()), [&](size_t i, const std::stop_token&) -> Result<RawDelivery> {
        TRY(context.check_stop());
        return lay_down(context, deliveries[i], raw_keys[i]);
      });
  OrderedWork<RawDelivery> work(deliveries.size(), workers);
  for (RawDelivery& delivery : deliveries) {
    RawDelivery laid_down = TRY(work.take());
    delivery = std::move(laid_down);
    context.observer.passed("deliver.copied");
  }
  return {};
}

std::string work_key(Month month, const std::vector<RawDelivery>& deliveries) {
  std::vector<runs::DeliveredFile> files;
  for (const RawDelivery& delivery : deliveries) files.push_back({delivery.input, delivery.source, delivery.identity});
  return runs::month_work_key(month, std::move(files));
}

}  // namespace caudal::flows::engine
