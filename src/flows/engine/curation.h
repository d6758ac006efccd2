// SPDX-License-Identifier: Apache-2.0
// The curate step: takes an input's delivered files through its contract into curated and quarantine. What it writes is
// staged under the run and seen by nobody else until the run publishes.
//
// A row ends in exactly one place: curated, quarantined, or removed as a repeat; CurateAccount says how many and how
// much. Of one key the newest delivery wins: a later file of the run, the run over what is curated. Invariant: a row in
// quarantine is newer than a curated row of the same key, because a delivery of a key takes older rows of that key out
// of quarantine; so a row that leaves quarantine (its invoice has come, or the contract was mended) wins too.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "flows/definition/contract.h"
#include "flows/delivery/delivery.h"
#include "flows/engine/account.h"
#include "flows/engine/curate_sql.h"
#include "flows/engine/delivery_rules.h"
#include "flows/engine/key_filter.h"
#include "flows/engine/raw_delivery.h"
#include "flows/engine/run_context.h"
#include "flows/engine/session_rows.h"

namespace caudal::flows::engine {

struct CurateRequest {
  std::string step;  // its name
  const InputDefinition* input = nullptr;
  const CurateStep* action = nullptr;
  std::vector<RawDelivery> deliveries;  // oldest first
  // Input name to the curated table that its rows are in, for references between inputs.
  std::map<std::string, TableName> curated_tables;
  // Also take up every quarantined row again, not only orphans whose target has come.
  bool replay_all = false;
};

struct CurateResult {
  CurateAccount account;
  std::vector<runs::QualityRecord> quality;
  std::vector<runs::LineageRecord> lineage;
  uint64_t bytes_in = 0;
  uint64_t bytes_out = 0;
  uint64_t warnings = 0;
  std::string refusal = {};  // which rules of action fail did not hold; then nothing of this may be published
};

// One batch of files, small enough to be held by the session (which spills to disk beyond its memory limit).
class Curation {
 public:
  // `keys` knows the keys of the batches before; `rules` gathers what holds and what does not.
  Curation(RunContext& context, const CurateRequest& request, size_t batch, KeyFilter& keys, DeliveryRules& rules);
  // Stages the batch's partitions, of curated and of quarantine; none when the rules refuse the run. Errors:
  // Errc::file_refused (the file's record is in quarantine.arquivos), and those of the rooms below.
  Result<CurateResult> run(const std::vector<RawDelivery>& deliveries);

 private:
  // A file of the batch. Ordinals grow from older to newer; rows that leave quarantine come before this run's files.
  struct OpenFile {
    RawDelivery delivery;
    int32_t ordinal = 0;
    std::unique_ptr<delivery::Delivery> rows;
    std::string only_lines;  // table of the lines taken; empty: all
    bool replayed() const { return !only_lines.empty(); }
  };

  // curation_load.cpp
  Result<void> open_tables();
  Result<void> open_replays();
  Result<void> open_replay(const std::string& uri);
  Result<void> open_files(const std::vector<RawDelivery>& deliveries);
  // Lends itself to several threads.
  Result<std::unique_ptr<delivery::Delivery>> open_delivery(const RawDelivery& raw, int32_t ordinal,
                                                            size_t threads) const;
  static int32_t ordinal_of(size_t place) { return static_cast<int32_t>(place + 1); }
  Result<void> refuse_file(const RawDelivery& raw, size_t number, const Error& why);
  Result<void> load();
  Result<void> load_refused(const OpenFile& file);
  // curation_checks.cpp
  Result<void> check_rules();
  Result<void> find_suspects();
  Result<void> settle_repeats();
  Result<void> compare_with_curated();
  // curation_write.cpp
  Result<void> write_partitions();
  Result<void> write_quarantine();
  Result<void> fetch_marked_text();
  Result<void> name_files();
  Result<void> release_quarantined();
  Result<void> release_earlier();
  std::string staying(const std::string& run) const;
  Result<void> rewrite_quarantine(const std::string& run);
  Result<void> take_account();
  Result<void> take_lineage();
  Result<void> take_file_accounts();
  Result<void> add_decoder_totals(const OpenFile& file, FileAccount& account);
  Result<void> add_refused_replays(const OpenFile& file, FileAccount& account);

  CurateSql::Keys suspected() const { return suspects_ ? CurateSql::Keys::kSuspects : CurateSql::Keys::kAll; }
  Result<bool> has_rows(const TableName& table) const;  // live, or staged by this run
  sql::QueryOptions options() const { return {.stop = context_.stop}; }
  Result<uint64_t> execute(const std::string& statements) { return session_->run(statements, options()); }

  RunContext& context_;
  const CurateRequest& request_;
  const Contract& contract_;
  CurateSql sql_;
  size_t batch_;
  KeyFilter& keys_;
  DeliveryRules& rules_;
  // Hashes of keys that may have come before; none when there are too many to look at.
  std::optional<std::vector<int64_t>> suspects_;
  std::filesystem::path folder_;
  std::vector<OpenFile> files_;
  std::unique_ptr<queries::Session> session_;  // goes before files_, which its sources read
  std::vector<catalog::PartitionMove> moves_;
  std::vector<std::string> released_;  // runs of which rows leave quarantine
  CurateResult result_;
};

// The whole step: batches of files, one after the other, each staged before the next begins.
Result<CurateResult> curate(RunContext& context, const CurateRequest& request);

}  // namespace caudal::flows::engine
