// SPDX-License-Identifier: Apache-2.0
// The counting and the text are prometheus-cpp's. Looking a label up takes a lock there, so the children of each
// operation are kept.
#include "api/gate/metrics.h"

#include <prometheus/counter.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <map>
#include <mutex>
#include <shared_mutex>
#include <tuple>
#include <vector>

namespace caudal::api {
namespace {

using prometheus::MetricFamily;

// Seconds: from what is answered from memory to what streams for minutes.
const prometheus::Histogram::BucketBoundaries kSeconds = {0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05,
                                                          0.1,     0.25,   0.5,   1,      2.5,   5,    10,    60};

class Collecting final : public MetricsSink {
 public:
  explicit Collecting(std::vector<MetricFamily>& families) : families_(families) {}
  void counter(std::string_view name, std::string_view help, uint64_t value) override {
    add(name, help, prometheus::MetricType::Counter).counter.value = static_cast<double>(value);
  }
  void gauge(std::string_view name, std::string_view help, double value) override {
    add(name, help, prometheus::MetricType::Gauge).gauge.value = value;
  }

 private:
  prometheus::ClientMetric& add(std::string_view name, std::string_view help, prometheus::MetricType type) {
    MetricFamily& family = families_.emplace_back();
    family.name = name;
    family.help = help;
    family.type = type;
    return family.metric.emplace_back();
  }
  std::vector<MetricFamily>& families_;
};

// What one kind of answer is counted by.
struct Children {
  prometheus::Counter* requests;
  prometheus::Histogram* seconds;
  prometheus::Counter* bytes_in;
  prometheus::Counter* bytes_out;
};

}  // namespace

struct Metrics::Impl {
  using Kind = std::tuple<std::string, std::string, int>;  // service, operation, status

  Children* children(const Visit& visit) {
    const Kind kind{visit.record.service, visit.record.operation, visit.record.status};
    {
      std::shared_lock lock(mutex);
      if (const auto found = kinds.find(kind); found != kinds.end()) return &found->second;
    }
    const prometheus::Labels operation = {{"service", std::get<0>(kind)}, {"operation", std::get<1>(kind)}};
    prometheus::Labels code = operation;
    code["code"] = std::to_string(visit.record.status);
    std::unique_lock lock(mutex);
    const Children made{.requests = &requests.Add(code),
                        .seconds = &seconds.Add(operation, kSeconds),
                        .bytes_in = &bytes_in.Add(operation),
                        .bytes_out = &bytes_out.Add(operation)};
    return &kinds.emplace(kind, made).first->second;
  }

  prometheus::Registry registry;
  prometheus::Family<prometheus::Counter>& requests =
      prometheus::BuildCounter().Name("caudal_requests_total").Help("Requests answered.").Register(registry);
  prometheus::Family<prometheus::Histogram>& seconds =
      prometheus::BuildHistogram()
          .Name("caudal_request_duration_seconds")
          .Help("From the end of a request's head to the end of its answer, in seconds.")
          .Register(registry);
  prometheus::Family<prometheus::Counter>& bytes_in = prometheus::BuildCounter()
                                                          .Name("caudal_request_bytes_total")
                                                          .Help("Bytes of the bodies of requests.")
                                                          .Register(registry);
  prometheus::Family<prometheus::Counter>& bytes_out = prometheus::BuildCounter()
                                                           .Name("caudal_response_bytes_total")
                                                           .Help("Bytes of the bodies of answers.")
                                                           .Register(registry);
  std::shared_mutex mutex;
  std::map<Kind, Children> kinds;  // guarded by mutex, as is what follows
  std::vector<std::function<void(MetricsSink&)>> sources;
};

Metrics::Metrics() : impl_(std::make_unique<Impl>()) {}
Metrics::~Metrics() = default;

void Metrics::note(const Visit& visit, std::chrono::microseconds duration) {
  Children& children = *impl_->children(visit);
  children.requests->Increment();
  children.seconds->Observe(std::chrono::duration<double>(duration).count());
  children.bytes_in->Increment(static_cast<double>(visit.record.bytes_in));
  children.bytes_out->Increment(static_cast<double>(visit.record.bytes_out));
}

void Metrics::add_source(std::function<void(MetricsSink&)> source) {
  std::unique_lock lock(impl_->mutex);
  impl_->sources.push_back(std::move(source));
}

std::string Metrics::text() const {
  std::vector<MetricFamily> families = impl_->registry.Collect();
  {
    std::shared_lock lock(impl_->mutex);
    Collecting sink(families);
    for (const auto& source : impl_->sources) source(sink);
  }
  return prometheus::TextSerializer().Serialize(families);
}

}  // namespace caudal::api
