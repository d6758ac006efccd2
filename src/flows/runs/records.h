// SPDX-License-Identifier: Apache-2.0
// What is kept about a run: the run, its steps, and what they found. Plain values, no behaviour; RunStore keeps them.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/date.h"
#include "base/decimal.h"
#include "flows/runs/run_id.h"

namespace caudal::runs {

enum class RunKind : uint8_t { kMonth = 1, kBackfill, kStep, kReplay, kRollback };
enum class Trigger : uint8_t { kCommand = 1, kSchedule, kSensor };
enum class RunState : uint8_t {
  kRunning = 1,
  kSucceeded,
  kFailed,       // for a reason that another attempt may overcome
  kRefused,      // the data broke a rule that stops the flow
  kCancelled,    // by a person, or by a time-out
  kSuperseded,   // given up because another run does its work
  kInterrupted,  // its process ended without a word; found when the store was next opened
};
enum class StepState : uint8_t { kPending = 1, kRunning, kSucceeded, kFailed, kSkipped, kRefused };
enum class RuleOutcome : uint8_t { kPassed = 1, kFailed, kSkipped };
enum class LogLevel : uint8_t { kDebug = 1, kInfo, kWarning, kError };

// As shown to people and in SQL: "month", "sensor", "running", ...
std::string_view to_string(RunKind kind);
std::string_view to_string(Trigger trigger);
std::string_view to_string(RunState state);
std::string_view to_string(StepState state);
std::string_view to_string(RuleOutcome outcome);
std::string_view to_string(LogLevel level);
// For filters such as `--state failed`. Errors: kUsage, listing the words that are known.
Result<RunState> parse_run_state(std::string_view text);

// Whether `resume` may take the run up again.
bool is_resumable(RunState state);

// What a run was asked to do. Which fields count depends on the kind.
struct RunParameters {
  std::optional<Month> from = {};  // first and last month, inclusive
  std::optional<Month> to = {};
  std::vector<std::string> files = {};  // as named by the caller
  std::vector<Date> dt_bases = {};
  std::vector<std::string> only_steps = {};
  bool forced = false;
  std::string rollback_to = {};  // run id, for kRollback

  bool operator==(const RunParameters&) const = default;
};

struct RunRecord {
  RunId id = {};  // given by RunStore::begin
  std::string flow = {};
  RunKind kind = RunKind::kMonth;
  RunParameters parameters = {};
  Trigger trigger = Trigger::kCommand;
  // Names the work itself: two runs with one key do the same (for a month: see month_work_key). May be empty. The
  // scheduler asks by it whether something was run already, whoever started it.
  std::string work_key = {};
  RunState state = RunState::kRunning;  // given by RunStore
  Timestamp started = {};               // of the first attempt; given by RunStore::begin
  std::optional<Timestamp> ended = {};
  uint32_t attempt = 1;  // 1, plus one for each resume; given by RunStore
  std::string error = {};
  std::string error_class = {};   // name of the ErrorClass, such as "no space"
  std::string flow_version = {};  // hash of the flow's files
  int64_t host_pid = 0;           // given by RunStore
  uint64_t warnings = 0;
  bool details_pruned = false;  // its steps, results and log were dropped to keep the store small

  bool operator==(const RunRecord&) const = default;
};

// One instance of a step: `book_cliente[2024-02-01]`.
struct StepRecord {
  RunId run = {};
  std::string name = {};
  uint32_t position = 0;  // order in which the steps of a run are listed
  StepState state = StepState::kPending;
  uint32_t attempt = 0;
  std::optional<Timestamp> started = {};
  std::optional<Timestamp> ended = {};
  uint64_t rows_in = 0;
  uint64_t rows_out = 0;
  uint64_t bytes_in = 0;
  uint64_t bytes_out = 0;
  std::string message = {};
  std::string result = {};  // opaque bytes, for the engine to resume from

  bool operator==(const StepRecord&) const = default;
};

// The outcome of one rule of a contract.
struct QualityRecord {
  std::string table = {};
  std::string rule = {};    // the DQDL text
  std::string name = {};    // as the contract names it, or empty
  std::string action = {};  // "fail", "warn" or "quarantine"
  RuleOutcome outcome = RuleOutcome::kPassed;
  std::string measured = {};  // what was measured, such as "0.9987"; empty when the rule measures nothing
  uint64_t rows_failed = 0;
  uint64_t rows_total = 0;

  bool operator==(const QualityRecord&) const = default;
};

// One edge: this input went into that partition.
struct LineageRecord {
  // "s3://lake/raw/…", or "curated.tb_faturas/ano=2024/mes=01" for a partition of a table.
  std::string input = {};
  std::string input_version = {};  // version id of the object, or publication of the partition
  std::string output_table = {};
  std::string output_partition = {};  // "ano=2024/mes=01"
  uint64_t rows = 0;

  bool operator==(const LineageRecord&) const = default;
};

// rows read = rows curated + rows quarantined + duplicates removed, and amounts likewise, for one file. A file with
// several reconciled columns has one record for each; with none, one whose amount_column is empty.
struct ReconciliationRecord {
  std::string table = {};
  std::string file = {};
  uint64_t rows_read = 0;
  uint64_t rows_curated = 0;
  uint64_t rows_quarantined = 0;
  uint64_t rows_duplicated = 0;
  std::string amount_column = {};
  Decimal amount_read = {};
  Decimal amount_curated = {};
  Decimal amount_quarantined = {};
  Decimal amount_duplicated = {};
  uint64_t amounts_unreadable = 0;  // rows (quarantined) whose amount is no number, so is in no sum
  bool balanced = false;            // as the engine judged it

  bool operator==(const ReconciliationRecord&) const = default;
};

// Population stability index of one variable of a book between two dates.
struct DriftRecord {
  std::string table = {};
  std::string variable = {};
  Date base = {};
  Date current = {};
  double psi = 0;
  std::string level = {};  // "stable", "moderate", "strong": as the flow's thresholds say

  bool operator==(const DriftRecord&) const = default;
};

// Everything one step instance left behind. Recording it again replaces all that the same step of the same run had
// recorded before, so that a step may be run again.
struct StepOutcome {
  StepRecord step = {};
  std::vector<QualityRecord> quality = {};
  std::vector<LineageRecord> lineage = {};
  std::vector<ReconciliationRecord> reconciliation = {};
  std::vector<DriftRecord> drift = {};
};

struct LogLine {
  uint64_t number = 0;  // from 0, per run; given by RunStore
  Timestamp at = {};    // given by RunStore
  LogLevel level = LogLevel::kInfo;
  std::string step = {};  // empty for the run itself
  std::string text = {};

  bool operator==(const LogLine&) const = default;
};

// A delivered file as far as it decides whether a month was already processed.
struct DeliveredFile {
  std::string input = {};     // name of the flow's input
  std::string uri = {};       // "s3://lake/raw/ingestion/tb_faturas_202401.csv"
  std::string identity = {};  // see delivery_identity
};

// Changes with every delivery of an object, also when the same bytes come again.
std::string delivery_identity(std::string_view version, std::string_view etag, Timestamp modified);

// The work_key of processing `month` from exactly these deliveries, in whatever order they are given. The engine sets
// it on month runs whatever triggered them; the sensor then leaves alone what a person ran by hand.
std::string month_work_key(Month month, std::vector<DeliveredFile> files);

}  // namespace caudal::runs
