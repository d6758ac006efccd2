// SPDX-License-Identifier: Apache-2.0
// Where each row of the record of runs lies. In family `runs` the first byte of a key tells its kind:
//   r id                     the run
//   f flow id                the runs of a flow, in the order in which they began
//   w flow work-key id       the runs that did one work
//   l flow                   the live run of a flow (value: its id)
//   k flow id                the runs of a flow whose details are kept
//   s|q|e|c|d id step [n]    details: steps, quality, lineage edges, reconciliation, drift
//   m                        the largest scale of an amount
// In family `run_logs`: id n, the lines of a log.
#pragma once

#include <string>
#include <string_view>

#include "flows/runs/run_id.h"
#include "kv/key.h"

namespace caudal::runs::keys {

enum class Detail : char {
  kStep = 's',
  kQuality = 'q',
  kLineage = 'e',
  kReconciliation = 'c',
  kDrift = 'd',
};

inline kv::KeyWriter tagged(char tag) {
  kv::KeyWriter key;
  key.raw(std::string_view(&tag, 1));
  return key;
}

inline std::string run(const RunId& id) { return tagged('r').raw(id.text()).take(); }
inline std::string runs() { return "r"; }
inline std::string flow_runs(std::string_view flow) { return tagged('f').text(flow).take(); }
inline std::string flow_run(std::string_view flow, const RunId& id) { return flow_runs(flow) + id.text(); }
inline std::string works(std::string_view flow, std::string_view work_key) {
  return tagged('w').text(flow).text(work_key).take();
}
inline std::string work(std::string_view flow, std::string_view work_key, const RunId& id) {
  return works(flow, work_key) + id.text();
}
inline std::string live(std::string_view flow) { return tagged('l').text(flow).take(); }
inline std::string lives() { return "l"; }
inline std::string kept_runs(std::string_view flow) { return tagged('k').text(flow).take(); }
inline std::string kept_run(std::string_view flow, const RunId& id) { return kept_runs(flow) + id.text(); }
inline std::string details(Detail kind, const RunId& id) {
  return tagged(static_cast<char>(kind)).raw(id.text()).take();
}
inline std::string details_of_step(Detail kind, const RunId& id, std::string_view step) {
  return tagged(static_cast<char>(kind)).raw(id.text()).text(step).take();
}
inline std::string detail(Detail kind, const RunId& id, std::string_view step, uint64_t n) {
  return tagged(static_cast<char>(kind)).raw(id.text()).text(step).u64(n).take();
}
inline std::string amount_scale() { return "m"; }
inline std::string log_lines(const RunId& id) { return id.text(); }
inline std::string log_line(const RunId& id, uint64_t number) {
  return kv::KeyWriter().raw(id.text()).u64(number).take();
}

// The id that ends a key of runs by flow, by work or kept.
inline std::string_view id_at_end(std::string_view key) {
  return key.size() < RunId::kSize ? std::string_view() : key.substr(key.size() - RunId::kSize);
}

}  // namespace caudal::runs::keys
