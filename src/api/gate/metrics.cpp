// SPDX-License-Identifier: Apache-2.0
// The text is prometheus-cpp's. The counting is not: its histograms take a lock for each observation, and every request
// makes one.
#include "api/gate/metrics.h"

#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <limits>
#include <map>
#include <mutex>
#include <shared_mutex>
#include <tuple>
#include <vector>

namespace caudal::api {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;

// From what is answered from memory to what streams for minutes.
constexpr std::array<int64_t, 16> kBoundsUs = {250,       500,       1'000,      2'500,     5'000,   10'000,
                                               25'000,    50'000,    100'000,    250'000,   500'000, 1'000'000,
                                               2'500'000, 5'000'000, 10'000'000, 60'000'000};

using Counter = std::atomic<uint64_t>;
void add(Counter& counter, uint64_t value) { counter.fetch_add(value, std::memory_order_relaxed); }
uint64_t get(const Counter& counter) { return counter.load(std::memory_order_relaxed); }

class Collecting final : public MetricsSink {
 public:
  explicit Collecting(std::vector<MetricFamily>& families) : families_(families) {}
  void counter(std::string_view name, std::string_view help, uint64_t value) override {
    add(name, help, MetricType::Counter).counter.value = static_cast<double>(value);
  }
  void gauge(std::string_view name, std::string_view help, double value) override {
    add(name, help, MetricType::Gauge).gauge.value = value;
  }

 private:
  ClientMetric& add(std::string_view name, std::string_view help, MetricType type) {
    MetricFamily& family = families_.emplace_back();
    family.name = name;
    family.help = help;
    family.type = type;
    return family.metric.emplace_back();
  }
  std::vector<MetricFamily>& families_;
};

// What is counted of one kind of answer.
struct Counts {
  Counter requests = 0;
  Counter bytes_in = 0;
  Counter bytes_out = 0;
  Counter microseconds = 0;
  std::array<Counter, kBoundsUs.size() + 1> took = {};  // by the first bound that is not exceeded; the last: none
};

// Sums of several kinds, and what they are labelled by.
struct Sums {
  uint64_t requests = 0;
  uint64_t bytes_in = 0;
  uint64_t bytes_out = 0;
  uint64_t microseconds = 0;
  std::array<uint64_t, kBoundsUs.size() + 1> took = {};

  void add(const Counts& counts) {
    requests += get(counts.requests);
    bytes_in += get(counts.bytes_in);
    bytes_out += get(counts.bytes_out);
    microseconds += get(counts.microseconds);
    for (size_t n = 0; n < took.size(); ++n) took[n] += get(counts.took[n]);
  }
};

double seconds(uint64_t microseconds) { return static_cast<double>(microseconds) / 1e6; }

prometheus::ClientMetric::Histogram histogram(const Sums& sums) {
  prometheus::ClientMetric::Histogram out;
  out.sample_sum = seconds(sums.microseconds);
  for (size_t n = 0; n < sums.took.size(); ++n) {
    out.sample_count += sums.took[n];
    const bool last = n == kBoundsUs.size();
    out.bucket.push_back(
        {.cumulative_count = out.sample_count,
         .upper_bound = last ? std::numeric_limits<double>::infinity() : seconds(static_cast<uint64_t>(kBoundsUs[n]))});
  }
  return out;
}

// One family, filled label by label.
class Family {
 public:
  Family(std::string name, std::string help, MetricType type) {
    family_.name = std::move(name);
    family_.help = std::move(help);
    family_.type = type;
  }
  ClientMetric& add(std::string_view service, std::string_view operation) {
    ClientMetric& metric = family_.metric.emplace_back();
    metric.label = {{"operation", std::string(operation)}, {"service", std::string(service)}};
    return metric;
  }
  MetricFamily take() { return std::move(family_); }

 private:
  MetricFamily family_;
};

}  // namespace

struct Metrics::Impl {
  using Kind = std::tuple<std::string, std::string, int>;  // service, operation, status
  using KindView = std::tuple<std::string_view, std::string_view, int>;
  struct Less {
    using is_transparent = void;
    static KindView view(const Kind& kind) { return kind; }
    static KindView view(const KindView& kind) { return kind; }
    bool operator()(const auto& a, const auto& b) const { return view(a) < view(b); }
  };

  Counts& counts(const Visit& visit) {
    const KindView kind{visit.record.service, visit.record.operation, visit.record.status};
    {
      std::shared_lock lock(mutex);
      if (const auto found = kinds.find(kind); found != kinds.end()) return found->second;
    }
    std::unique_lock lock(mutex);
    return kinds[Kind(kind)];
  }

  std::vector<MetricFamily> collect() const;

  mutable std::shared_mutex mutex;
  std::map<Kind, Counts, Less> kinds;  // guarded by mutex, as is what follows; the counts are not
  std::vector<std::function<void(MetricsSink&)>> sources;
};

std::vector<MetricFamily> Metrics::Impl::collect() const {
  Family requests("caudal_requests_total", "Requests answered.", MetricType::Counter);
  Family took("caudal_request_duration_seconds",
              "From the end of a request's head to the end of its answer, in seconds.", MetricType::Histogram);
  Family bytes_in("caudal_request_bytes_total", "Bytes of the bodies of requests.", MetricType::Counter);
  Family bytes_out("caudal_response_bytes_total", "Bytes of the bodies of answers.", MetricType::Counter);
  std::map<std::pair<std::string_view, std::string_view>, Sums> operations;
  for (const auto& [kind, counts] : kinds) {
    const auto& [service, operation, status] = kind;
    ClientMetric& metric = requests.add(service, operation);
    metric.label.insert(metric.label.begin(), {"code", std::to_string(status)});
    metric.counter.value = static_cast<double>(get(counts.requests));
    operations[{service, operation}].add(counts);
  }
  for (const auto& [names, sums] : operations) {
    const auto& [service, operation] = names;
    took.add(service, operation).histogram = histogram(sums);
    bytes_in.add(service, operation).counter.value = static_cast<double>(sums.bytes_in);
    bytes_out.add(service, operation).counter.value = static_cast<double>(sums.bytes_out);
  }
  std::vector<MetricFamily> families;
  if (kinds.empty()) return families;
  for (Family* const family : {&requests, &took, &bytes_in, &bytes_out}) families.push_back(family->take());
  return families;
}

Metrics::Metrics() : impl_(std::make_unique<Impl>()) {}
Metrics::~Metrics() = default;

void Metrics::note(const Visit& visit, std::chrono::microseconds duration) {
  Counts& counts = impl_->counts(visit);
  const int64_t microseconds = std::max<int64_t>(0, duration.count());
  add(counts.requests, 1);
  add(counts.bytes_in, visit.record.bytes_in);
  add(counts.bytes_out, visit.record.bytes_out);
  add(counts.microseconds, static_cast<uint64_t>(microseconds));
  add(counts.took[static_cast<size_t>(std::ranges::lower_bound(kBoundsUs, microseconds) - kBoundsUs.begin())], 1);
}

void Metrics::add_source(std::function<void(MetricsSink&)> source) {
  std::unique_lock lock(impl_->mutex);
  impl_->sources.push_back(std::move(source));
}

std::string Metrics::text() const {
  std::shared_lock lock(impl_->mutex);
  std::vector<MetricFamily> families = impl_->collect();
  Collecting sink(families);
  for (const auto& source : impl_->sources) source(sink);
  return prometheus::TextSerializer().Serialize(families);
}

}  // namespace caudal::api
