// SPDX-License-Identifier: Apache-2.0
#include "app/serve/housekeeping.h"

#include <fmt/format.h>

#include "api/s3/lifecycle.h"
#include "objects/lifecycle_sweep.h"

namespace caudal::app {

Housekeeping::Housekeeping(objects::Store& store, Clock& clock, std::chrono::seconds every,
                           std::function<void(std::string_view)> log)
    : store_(store), clock_(clock), every_(every), log_(std::move(log)), thread_([this](const std::stop_token& stop) {
        run(stop);
      }) {}

void Housekeeping::run(const std::stop_token& stop) {
  objects::LifecycleSweep sweep(store_, api::s3::read_rules);
  do {
    const auto report = sweep.run(stop);
    if (!report) {
      log_(fmt::format("lifecycle rules could not be kept: {}; the next attempt is in {} s", report.error().to_string(),
                       every_.count()));
      continue;
    }
    for (const Error& problem : report->problems) log_(problem.to_string());
    const uint64_t changed = report->hidden + report->removed + report->removed_markers + report->aborted;
    if (changed == 0) continue;
    log_(
        fmt::format("lifecycle: {} objects expired, {} versions and objects removed, {} delete markers removed, {} "
                    "uploads aborted",
                    report->hidden, report->removed, report->removed_markers, report->aborted));
  } while (clock_.wait_until(clock_.now() + every_, stop));
}

}  // namespace caudal::app
