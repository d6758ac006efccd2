// SPDX-License-Identifier: Apache-2.0
// Shared SELECTs as Parquet files that nobody but the run's own sessions reads.
#include "flows/engine/shared_rows.h"

#include <fmt/format.h>

#include "base/file.h"
#include "flows/engine/fingerprint.h"

namespace caudal::flows::engine {

Result<void> SharedRows::bring(RunContext& context, queries::Session& session, const SharedDefinition& shared,
                               Date dt_base) {
  const std::string select = shared.sql.render(dt_base);
  const auto reads =
      TRY(read_partitions(context.platform.catalog.with_staged(context.publication()), shared.reads, dt_base));
  const std::string identity = fingerprint(select, reads);
  // The session's own link, in its sandbox.
  const std::filesystem::path file = session.scratch_directory() / (shared.name + ".parquet");
  const auto found = made_.find(identity);
  std::error_code cannot_link;  // then it is computed once more
  if (found != made_.end()) std::filesystem::create_hard_link(found->second, file, cannot_link);
  if (found == made_.end() || cannot_link) {
    const queries::Materialized made = TRY(session.materialize(
        select, file, {.any_order = true, .compression = "snappy", .differences = true, .stop = context.stop}));
    TRY(keep(context, identity, file, made.bytes));
    context.observer.passed("shared.made");
  }
  TRY(session.run(fmt::format("CREATE VIEW {} AS SELECT * FROM read_parquet({}, hive_partitioning = false)",
                              sql::quote_identifier(shared.name), sql::quote_literal(file.string()))));
  return {};
}

Result<void> SharedRows::keep(const RunContext& context, const std::string& identity, const std::filesystem::path& file,
                              uint64_t bytes) {
  if (kept_bytes_ + bytes > most_kept_bytes_) return {};
  const std::filesystem::path folder = context.folder() / "shared";
  TRY(caudal::create_directories(folder));
  const std::filesystem::path kept = folder / (identity + ".parquet");
  std::error_code error;
  std::filesystem::remove(kept, error);  // a killed process may have left one
  std::filesystem::create_hard_link(file, kept, error);
  if (error) return {};  // the next step computes its own
  made_.insert_or_assign(identity, kept);
  kept_bytes_ += bytes;
  return {};
}

}  // namespace caudal::flows::engine
