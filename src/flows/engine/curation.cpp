// SPDX-License-Identifier: Apache-2.0
// The curate step from end to end.
#include "flows/engine/curation.h"

#include <fmt/format.h>

#include <algorithm>

#include "flows/engine/errors.h"

namespace caudal::flows::engine {
namespace {

// Files are taken together up to a share of the session's memory, so that what a batch needs (its rows, and then their
// keys in a hash table) is not written to disk and read again; and not to less, since every batch looks its references
// up in all that is curated.
constexpr uint64_t kBatchShare = 4;

std::vector<std::vector<RawDelivery>> batches_of(const std::vector<RawDelivery>& deliveries, uint64_t batch_bytes) {
  std::vector<std::vector<RawDelivery>> batches(1);
  uint64_t bytes = 0;
  for (const RawDelivery& delivery : deliveries) {
    if (bytes > 0 && bytes + delivery.size_bytes > batch_bytes) {
      batches.emplace_back();
      bytes = 0;
    }
    batches.back().push_back(delivery);
    bytes += delivery.size_bytes;
  }
  return batches;
}

// About how many rows the files hold. Too few makes the filter suspect more.
uint64_t expected_keys(const std::vector<RawDelivery>& deliveries) {
  constexpr uint64_t kRowBytes = 40;
  constexpr uint64_t kPacking = 5;
  uint64_t bytes = 0;
  for (const RawDelivery& delivery : deliveries) {
    bytes += delivery.size_bytes * (delivery.name.ends_with(".gz") ? kPacking : 1);
  }
  return bytes / kRowBytes;
}

void append(CurateResult& all, CurateResult&& one) {
  std::ranges::move(one.account.files, std::back_inserter(all.account.files));
  std::ranges::move(one.account.partitions, std::back_inserter(all.account.partitions));
  std::ranges::move(one.lineage, std::back_inserter(all.lineage));
  all.bytes_in += one.bytes_in;
  all.bytes_out += one.bytes_out;
  all.warnings += one.warnings;
}

}  // namespace

Curation::Curation(RunContext& context, const CurateRequest& request, size_t batch, KeyFilter& keys,
                   DeliveryRules& rules)
    : context_(context),
      request_(request),
      contract_(request.input->contract),
      sql_(request.input->contract, *request.action),
      batch_(batch),
      keys_(keys),
      rules_(rules) {}

Result<CurateResult> Curation::run(const std::vector<RawDelivery>& deliveries) {
  folder_ = TRY(context_.fresh_folder(request_.step));
  session_ = TRY(context_.session());
  TRY(open_tables());
  TRY(open_replays());
  TRY(open_files(deliveries));
  if (files_.empty()) return std::move(result_);
  TRY(load());
  TRY(check_rules());
  if (!rules_.refusal().empty()) return std::move(result_);
  TRY(compare_with_curated());
  TRY(take_account());
  TRY(write_partitions());
  TRY(write_quarantine());
  TRY(context_.platform.catalog.stage(context_.publication(), moves_));
  context_.observer.passed("curate.staged");
  return std::move(result_);
}

Result<CurateResult> curate(RunContext& context, const CurateRequest& request) {
  // Whatever an earlier attempt at this step has staged is not built upon.
  for (const TableName& table : {request.action->output, request.action->quarantine}) {
    TRY(context.platform.catalog.unstage_table(context.publication(), table.database, table.table));
  }
  CurateResult all;
  size_t batch = 0;
  KeyFilter keys(expected_keys(request.deliveries));
  const auto batches = batches_of(request.deliveries, context.platform.session_memory_bytes / kBatchShare);
  const auto rules = TRY(DeliveryRules::open(context, request, batches.size()));
  for (const std::vector<RawDelivery>& deliveries : batches) {
    Curation curation(context, request, batch++, keys, *rules);
    append(all, TRY(curation.run(deliveries)));
  }
  TRY(rules->conclude());
  all.quality = rules->take_records();
  all.warnings += rules->warnings();
  all.refusal = rules->refusal();
  return all;
}

}  // namespace caudal::flows::engine
