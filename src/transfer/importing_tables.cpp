// SPDX-License-Identifier: Apache-2.0
#include "transfer/importing_tables.h"

#include "base/check.h"
#include "transfer/job_rows.h"

namespace caudal::transfer {

Result<std::unique_ptr<ImportingTables>> ImportingTables::open(kv::Store& kv) {
  auto tables = std::make_unique<ImportingTables>();
  kv::Scan scan = kv.scan(TRY(kv.family(kJobsFamily)), kv::Range::all());
  for (; scan.valid(); scan.next()) {
    const Job job = TRY(decode_job(scan.key(), scan.value()));
    if (job.kind == JobKind::kImport && job.state == JobState::kInProgress) tables->add(job.table);
  }
  TRY(scan.status());
  return tables;
}

void ImportingTables::add(const std::string& table) {
  const MutexLock lock(mutex_);
  ++tables_[table];
  ++count_;
}

void ImportingTables::remove(const std::string& table) {
  const MutexLock lock(mutex_);
  const auto found = tables_.find(table);
  CHECK(found != tables_.end(), "a table that is not being imported");
  if (--found->second == 0) tables_.erase(found);
  --count_;
}

bool ImportingTables::contains(std::string_view table) const {
  if (count_ == 0) return false;
  const MutexLock lock(mutex_);
  return tables_.contains(table);
}

}  // namespace caudal::transfer
