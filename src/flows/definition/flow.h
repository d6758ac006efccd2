// SPDX-License-Identifier: Apache-2.0
// FlowDefinition: all that a flow's folder says, read and checked. Plain data, immutable once loaded; what runs it is
// flows/engine, what starts it is flows/schedule.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/date.h"
#include "base/mistakes.h"
#include "flows/definition/book.h"
#include "flows/definition/contract.h"
#include "flows/definition/file_pattern.h"
#include "flows/definition/sql_template.h"

namespace caudal::flows {

// A table by its database and name, both lower case, as in the catalog.
struct TableName {
  std::string database = {};
  std::string table = {};

  std::string to_string() const { return database + "." + table; }
  auto operator<=>(const TableName&) const = default;
};

// The moment of the following month by which a month's file is due, on the local clocks of the flow's zone.
struct Deadline {
  int day = 1;  // 1 to 28
  std::chrono::minutes time = {};
  // 2024-01 with day 3, 09:00 is 2024-02-03 09:00.
  Timestamp instant(Month month, const TimeZone& zone) const;
};

struct InputDefinition {
  std::string name = {};  // tb_faturas, as the steps call it
  Contract contract = {};
  FilePattern pattern;
  std::optional<Deadline> deadline = {};
  std::chrono::seconds settle = std::chrono::seconds(0);  // how long a file must lie unchanged before it is taken
  TextPlace place = {};
};

// Attempts after a failure. Attempt n (from 2) waits first_delay × factor^(n−2), at most max_delay.
struct RetryPolicy {
  int attempts = 1;  // in all, the first included
  std::chrono::seconds first_delay = std::chrono::seconds(30);
  double factor = 2.0;
  std::chrono::seconds max_delay = std::chrono::minutes(30);
};

struct ScheduleDefinition {
  std::string cron = {};  // five fields, on the clocks of the flow's zone
  TextPlace place = {};
};

enum class NoticeEvent : uint8_t { kSucceeded, kFailed, kRefused, kLate, kRecovered };
const char* name_of(NoticeEvent event);

// Which channels (email, chat, log) hear of which event.
struct NoticeRules {
  std::map<NoticeEvent, std::vector<std::string>> channels = {};
};

// A table that a step's statement reads: the partitions of the `months` months before dt_base, or all before it.
// A month that changes makes stale every dt_base whose reads cover it.
struct ReadDefinition {
  TableName table = {};
  std::optional<int> months = {};  // absent: all
  TextPlace place = {};

  // Whether a book of dt_base depends on `month`.
  bool covers(Date dt_base, Month month) const;
};

// A SELECT with a name, by which statements of steps read its rows like a table's: FROM faturas_pagas. A run computes
// it once for a dt_base, however many steps read it. For engines without Caudal it is WITH faturas_pagas AS (...).
struct SharedDefinition {
  std::string name = {};
  std::string file = {};  // relative to the flow's folder
  SqlTemplate sql = {};
  std::vector<ReadDefinition> reads = {};
  TextPlace place = {};
};

struct OutputDefinition {
  TableName table = {};
  // The partition column, typed date and holding dt_base, or the day of a collect step; empty: not partitioned.
  std::string partition = {};
};

// Copies the delivered bytes of an input to raw/<table>/ano=YYYY/mes=MM/<delivery>.
struct DeliverStep {
  std::string input = {};
};
// Applies the input's contract: typed, de-duplicated rows to `output`, refused ones to `quarantine`.
struct CurateStep {
  std::string input = {};
  TableName output = {};
  TableName quarantine = {};
};
// Stops the run unless, for each file of the inputs, rows and amounts add up; and for each day that a collect step
// looked at, the lake holds what its source does.
struct ReconcileStep {
  std::vector<std::string> inputs = {};
  std::vector<std::string> collected = {};  // names of collect steps
};
struct SqlStep {
  std::string file = {};  // relative to the flow's folder
  SqlTemplate sql = {};
  OutputDefinition output = {};
  std::vector<ReadDefinition> reads = {};  // besides what the shared SELECTs read
  std::vector<std::string> shared = {};    // names of shared SELECTs that the statement reads
};
struct BookStep {
  std::string file = {};
  BookDefinition book = {};
  OutputDefinition output = {};
  std::vector<ReadDefinition> reads = {};
  std::vector<std::string> shared = {};
};
// Writes the data dictionary of the book made by step `book`.
struct DictionaryStep {
  std::string book = {};
  OutputDefinition output = {};
};
// Compares each variable of a book's table between dt_base and an earlier dt_base by its population stability index.
struct DriftDefinition {
  std::string book = {};    // name of a book step
  int months_before = 1;    // the other dt_base is that many months earlier
  int buckets = 10;         // quantiles of the earlier one
  double warn_above = 0.1;  // usual reading: below 0.1 stable, above 0.25 shifted
  double alert_above = 0.25;
  std::vector<std::string> variables = {};  // empty: all
};

// Publishes the days of a source, such as the payments that came to their end: a partition for each day.
struct CollectStep {
  std::string source = {};       // as the platform calls it
  OutputDefinition output = {};  // with a partition
  int days_before = 0;           // of the first month of a run are looked at as well: what came late
};

using StepAction = std::variant<DeliverStep, CurateStep, ReconcileStep, SqlStep, BookStep, DictionaryStep,
                                DriftDefinition, CollectStep>;

struct StepDefinition {
  std::string name = {};
  std::vector<std::string> after = {};  // names of steps that must have succeeded
  StepAction action = {};
  RetryPolicy retries = {};           // the step's own, or the flow's
  std::chrono::seconds timeout = {};  // the step's own, or the flow's; zero: none
  TextPlace place = {};

  const char* kind() const;  // "deliver", "curate", "reconcile", "sql", "book", "dictionary", "drift", "collect"
};

struct FlowDefinition {
  std::string name = {};  // also the folder's name
  std::string description = {};
  std::string folder = {};  // as given to load_flow
  std::string time_zone = {};
  bool is_daily = false;  // a slot of the schedule is for the month that it is in, not for the one before
  std::string bucket = "lake";
  std::vector<std::string> databases = {};  // created when missing
  std::vector<InputDefinition> inputs = {};
  std::optional<ScheduleDefinition> schedule = {};
  std::vector<SharedDefinition> shared = {};
  std::vector<StepDefinition> steps = {};  // in an order in which each stands after all it depends on
  NoticeRules notices = {};
  std::string version = {};  // hash of all files of the folder that the definition was made of

  const InputDefinition* find_input(std::string_view name) const;
  const StepDefinition* find_step(std::string_view name) const;
  const SharedDefinition* find_shared(std::string_view name) const;
};

}  // namespace caudal::flows
