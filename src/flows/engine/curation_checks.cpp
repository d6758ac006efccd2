// SPDX-License-Identifier: Apache-2.0
// Second part of the curate step: quality rules and references mark rows, repeats are settled.
#include "flows/engine/curation.h"

#include "flows/engine/outputs.h"

namespace caudal::flows::engine {

// Row-level rules first: what they set aside is not measured by the rules over the whole delivery.
Result<void> Curation::check_rules() {
  TRY(rules_.check_rows(*session_));
  TRY(rules_.check_references(*session_));
  TRY(settle_repeats());
  return rules_.check_accepted(*session_, suspects_);
}

// Grouping millions of keys, or looking them up in what is curated, to find that hardly any repeats is most of the work
// of a large delivery; so they are sieved first.
Result<void> Curation::find_suspects() {
  constexpr size_t kMost = 200'000;  // from here on looking at all keys is no worse
  std::vector<uint64_t> hashes;
  std::vector<uint64_t> found;
  std::vector<int64_t> suspects;
  auto stream = TRY(session_->query(sql_.key_hashes(), {}, options()));
  while (const auto chunk = TRY(stream.next())) {
    const auto cells = chunk->cells<int64_t>(0);  // a key has no NULL, and neither has its hash
    hashes.assign(cells.begin(), cells.end());
    found.clear();
    keys_.add(hashes, found);
    for (const uint64_t hash : found) {
      if (suspects.size() <= kMost) suspects.push_back(static_cast<int64_t>(hash));
    }
  }
  if (suspects.size() > kMost) return {};
  TRY(create_suspects(*session_, suspects, options()));
  suspects_ = std::move(suspects);
  return {};
}

Result<void> Curation::settle_repeats() {
  TRY(find_suspects());
  if (TRY(execute(sql_.find_repeated_keys(suspected()))) > 0) TRY(execute(sql_.settle_repeats()));
  return {};
}

// A month that is delivered again finds its keys in that month's partition, whatever else is curated.
Result<void> Curation::compare_with_curated() {
  const TableName& table = request_.action->output;
  if (!TRY(has_rows(table))) {
    TRY(execute("CREATE TABLE replaced AS SELECT * FROM delta WHERE false"));
    return {};
  }
  // The sieve knows the keys of this run alone.
  const bool only_this_run = !TRY(has_partitions(context_.platform.catalog.live(), table));
  TRY(execute(sql_.seek(only_this_run ? suspected() : CurateSql::Keys::kAll)));
  std::vector<Month> months;
  for (const auto& row : TRY(query_rows(*session_, "SELECT DISTINCT _mes FROM accepted ORDER BY _mes", options())))
    months.push_back(month_from_number(whole(row[0])));
  TRY(execute(sql_.find_existing(months)));
  if (TRY(execute(sql_.seek_the_rest())) > 0) TRY(execute(sql_.find_existing_elsewhere(months)));
  TRY(execute(sql_.settle_existing()));
  return {};
}

}  // namespace caudal::flows::engine
