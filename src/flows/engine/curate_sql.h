// SPDX-License-Identifier: Apache-2.0
// The statements by which a contract's rows are checked, de-duplicated and written. Text only; curation.h runs them.
//
// Tables of the session, by name:
//   delta     the decoder's good rows: the contract's columns, _linha, _arquivo (ordinal of the file) and _mes (yyyymm)
//   marks     rows of delta that go to quarantine: _arquivo, _linha, motivo (several rows where there are several)
//   losers    rows of delta that are repeats of another, or of what is curated already: _arquivo, _linha
//   accepted  delta without both (a view)
//   sought    keys of accepted that are looked for in what is curated
//   existing  curated rows whose key is in accepted;  replaced: those of them whose content differs
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/date.h"
#include "flows/definition/contract.h"
#include "flows/definition/flow.h"

namespace caudal::flows::engine {

class CurateSql {
 public:
  // Borrows both.
  CurateSql(const Contract& contract, const CurateStep& step) : contract_(contract), step_(step) {}

  // Each element is the FROM of one file's good rows, with an optional restriction to some of its lines.
  struct Source {
    std::string function;    // of the session
    std::string only_lines;  // name of a table with _linha, or empty
  };
  std::string create_delta(const std::vector<Source>& sources) const;
  // marks, losers and the views over them, all empty.
  std::string create_marks() const;
  // Marks the rows of delta for which `predicate` is false.
  std::string mark(std::string_view predicate, std::string_view reason) const;
  // Marks the rows whose reference has no target; `target` is the FROM of the referenced table.
  std::string mark_orphans(const Reference& reference, std::string_view target) const;
  // A hash of each row's key, as BIGINT.
  std::string key_hashes() const;
  // Whose keys are looked at where repeats are sought: all, those whose hash is in table kSuspects, or none.
  enum class Keys { kAll, kSuspects, kNone };
  static constexpr const char* kSuspects = "suspects";
  // The keys that stand in several rows of `table`, as table kRepeatedKeys.
  std::string find_repeated_keys(Keys keys, std::string_view table = "delta") const;
  static constexpr const char* kRepeatedKeys = "repeated_keys";
  // Of the rows of those keys, whatever else is wrong with them: unlike ones of one file are marked; a marked row that
  // a newer file has too becomes a loser, or it would win one day, when it leaves quarantine; and of the rest, all but
  // one become losers (the newest file's first line stays).
  std::string settle_repeats() const;
  // Whether the text of a quarantined row's key is the key of a typed row, and whether two texts are one key. A key
  // that is empty is no key.
  std::string is_key_text(std::string_view quarantined, std::string_view row) const;
  std::string is_same_key_text(std::string_view left, std::string_view right) const;
  // The keys of accepted rows that may be curated already, as table sought.
  std::string seek(Keys keys) const;
  // The curated rows of sought keys in the partitions of `months`, as table existing.
  std::string find_existing(std::span<const Month> months) const;
  // Leaves in sought what was not found: a key is curated once.
  std::string seek_the_rest() const;
  // Adds to existing the rows of sought keys in all other partitions.
  std::string find_existing_elsewhere(std::span<const Month> months) const;
  // Of existing rows: same content makes the new row a loser, other content the old one replaced.
  std::string settle_existing() const;
  // What all batches together have staged, as view kDelivered: all rows of `fresh` months, and of `shared` ones those
  // whose keys are in the Parquet files `keys` (a list of literals, or empty).
  std::string create_delivered(std::span<const Month> fresh, std::span<const Month> shared,
                               std::string_view keys) const;
  static constexpr const char* kDelivered = "delivered";
  // _mes and the tally of `table` (accepted or replaced) by month.
  std::string tally_by_month(std::string_view table) const;
  // _arquivo and the tally of `table` by file.
  std::string tally_by_file(std::string_view table) const;
  // The whole new content of one month's partition.
  std::string partition_select(Month month, bool has_curated, bool has_replaced) const;
  // "count(*), sum(a), …" over the contract's amounts, NULL as zero.
  std::string tally_columns() const;

  std::string curated() const;     // "curated"."tb_faturas"
  std::string quarantine() const;  // "quarantine"."tb_faturas"
  std::string columns(std::string_view alias = {}) const;
  std::string key_columns() const;
  // The reason that orphans are marked with begins so.
  static constexpr std::string_view kOrphan = "orfao: ";

 private:
  std::string same_content(std::string_view left, std::string_view right) const;
  std::string select_existing() const;
  std::string where_key_is_of(Keys keys) const;
  const Contract& contract_;
  const CurateStep& step_;
};

std::string quoted(const TableName& table);
// "(ano, mes) IN ((2024, 1), (2024, 2))", which DuckDB looks at before it opens a partition's files; no month is in
// none.
std::string in_months(std::span<const Month> months);
// yyyymm.
int month_number(Month month);
Month month_from_number(int64_t yyyymm);

}  // namespace caudal::flows::engine
