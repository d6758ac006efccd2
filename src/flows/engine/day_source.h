// SPDX-License-Identifier: Apache-2.0
// Rows that come by days from a room above flows: what a collect step publishes. The interface only; whoever puts the
// rooms together hands the sources in, each under the name that flows call it by.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/date.h"
#include "base/result.h"
#include "flows/engine/account.h"
#include "sql/table_source.h"

namespace caudal::flows::engine {

// What a day holds: rows and their sum by the values of the source's group_by; and a digest of every row, whatever
// their order, so that two tallies are equal only when the day's rows are.
struct DayTally {
  std::map<std::vector<std::string>, Tally> groups = {};  // each Tally has one amount
  std::string digest = {};
  bool operator==(const DayTally&) const = default;
};

// Thread-safe. Errors: of what the rows are kept in.
class DaySource {
 public:
  virtual ~DaySource() = default;
  // What its table is for.
  virtual std::string_view description() const = 0;
  // The columns by which a day is tallied, which hold text, and the decimal column that is summed.
  virtual std::vector<std::string> group_by() const = 0;
  virtual std::string amount() const = 0;
  // Of those from `from` to `to`, included, that have something to publish; ascending.
  virtual Result<std::vector<Date>> days(Date from, Date to) = 0;
  // Counted from what the source itself goes by, by another way than rows(): the two are held against each other.
  virtual Result<DayTally> tally(Date day) = 0;
  // The column of text by which people know a row.
  virtual std::string key() const = 0;
  // What is published. Read when they are asked for. `day` itself is no column.
  virtual Result<std::shared_ptr<sql::TableSource>> rows(Date day) = 0;
  // The same columns of the same rows, read from what tally() goes by: the lake is held against these, too.
  virtual Result<std::shared_ptr<sql::TableSource>> kept(Date day) = 0;
};

// By name; all outlive the engine.
using DaySources = std::map<std::string, DaySource*, std::less<>>;

}  // namespace caudal::flows::engine
