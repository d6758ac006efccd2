// SPDX-License-Identifier: Apache-2.0
// Contract: what a partner's monthly file has to look like, and what becomes of rows that do not. Plain data; read by
// read_contract(), applied by flows/delivery and flows/engine.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/mistakes.h"
#include "base/yaml.h"
#include "flows/definition/column_type.h"
#include "flows/definition/rule.h"

namespace caudal::flows {

enum class Encoding : uint8_t { kAuto, kUtf8, kLatin1 };
enum class DecimalMark : uint8_t { kAuto, kPoint, kComma };
enum class DateOrder : uint8_t { kAuto, kIso, kDayMonthYear };  // 2024-01-31; 31/01/2024
enum class Compression : uint8_t { kAuto, kNone, kGzip };

// How the bytes of a file are to be read. kAuto (and no delimiter) is found out from the file, once for the whole file.
struct FileFormat {
  Encoding encoding = Encoding::kAuto;
  std::optional<char> delimiter = {};  // ',' or ';' or '|' or tab; absent: auto
  DecimalMark decimal = DecimalMark::kAuto;
  DateOrder dates = DateOrder::kAuto;
  Compression compression = Compression::kAuto;
  bool header = true;  // first record names the columns; without it they come in the contract's order
};

struct ContractColumn {
  std::string name = {};  // lower case, as the catalog keeps it
  ColumnType type = {};
  bool required = false;  // an empty value is refused; always true for columns of the key
  std::string description = {};
  TextPlace place = {};
};

// "These columns refer to those columns of that table": a row that finds none is quarantined until its target arrives.
struct Reference {
  std::vector<std::string> columns = {};
  std::string table = {};  // another contract's table, such as tb_faturas
  std::vector<std::string> target_columns = {};
  TextPlace place = {};
};

enum class RuleAction : uint8_t { kFail, kWarn, kQuarantine };
const char* name_of(RuleAction action);

// A rule of the contract and what happens when it does not hold: the run is refused, a warning is recorded, or (for
// row-level rules alone) the rows go to quarantine with the rule's name as their reason.
struct QualityRule {
  std::string name = {};  // unique in the contract; the rule's own text where the user gave none
  Rule rule = {};
  RuleAction action = RuleAction::kFail;
  TextPlace place = {};
};

struct Contract {
  std::string table = {};  // such as tb_faturas: the table's name in curated and in quarantine
  std::string description = {};
  FileFormat file = {};
  std::vector<ContractColumn> columns = {};  // at least one
  std::vector<std::string> key = {};         // at least one; the newest delivery of a key wins
  std::string month_column = {};             // the date column whose month is the row's partition
  std::vector<std::string> amounts = {};     // decimal columns whose sums have to reconcile
  std::vector<Reference> references = {};
  std::vector<QualityRule> rules = {};
  TextPlace place = {};

  const ContractColumn* find(std::string_view column) const;  // nullptr when there is none of that (lower-case) name
};

// Reads one contract. Everything wrong is added to `mistakes`; the contract is whole only if nothing was added.
Contract read_contract(const yaml::Node& root, Mistakes& mistakes);

}  // namespace caudal::flows
