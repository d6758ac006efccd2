// SPDX-License-Identifier: Apache-2.0
// Moving payments from status to status: put under the new sort key, deleted under the old one, written down in the
// journal, all in one transaction under the condition that nobody was quicker.
#include <fmt/format.h>

#include "payments/conditions.h"
#include "payments/payment_item.h"
#include "payments/payments.h"

namespace caudal::payments {
namespace {

constexpr size_t kMostWrites = 100;  // of a transaction

size_t writes_of(const Move& move) {
  const size_t removed = move.before.status != move.after.status ? 1 : 0;
  return 2 + removed + (move.to_long_term ? 1 : 0);
}

}  // namespace

void Payments::add_writes(const Move& move, Timestamp at, std::vector<items::Write>& writes) const {
  const TableNames& tables = options_.tables;
  const bool stays = move.before.status == move.after.status;
  items::Item key = key_of(move.before.id, move.before.status);
  if (stays) {
    writes.push_back({.action = items::UpdateItem{tables.payments, std::move(key)},
                      .expressions = change_of(*move.before.stored, move.after.stored),
                      .as_read = as_read(move.before.stored)});
  } else {
    writes.push_back({.action = items::PutItem{tables.payments, *move.after.stored}, .expressions = no_item_});
    writes.push_back(
        {.action = items::DeleteItem{tables.payments, std::move(key)}, .as_read = as_read(move.before.stored)});
  }
  writes.push_back({.action = items::PutItem{tables.journal, journal_row(&move.before, move.after, move.because, at)},
                    .expressions = no_item_});
  if (!move.to_long_term) return;
  writes.push_back({.action = items::PutItem{tables.processed, to_long_term(move.before, options_.shards)},
                    .expressions = no_archived_item_});
}

// Those of [begin, end), until all of them are done or overtaken.
Result<std::vector<Moved>> Payments::move_group(const std::vector<Move>& moves, size_t begin, size_t end) {
  std::vector<Moved> outcomes(end - begin, Moved::kDone);
  for (;;) {
    std::vector<items::Write> writes;
    std::vector<size_t> of_write;  // which move it belongs to
    for (size_t n = begin; n < end; ++n) {
      if (outcomes[n - begin] != Moved::kDone) continue;
      add_writes(moves[n], clock_.now(), writes);
      of_write.resize(writes.size(), n);
    }
    if (writes.empty()) return outcomes;
    const auto transacted = TRY(store_.transact(std::move(writes)));
    if (transacted.done()) return outcomes;
    for (size_t w = 0; w < transacted.reasons.size(); ++w) {
      const items::ReasonOf& reason = transacted.reasons[w];
      if (reason.reason == items::Reason::kNone) continue;
      Moved& outcome = outcomes[of_write[w] - begin];
      if (outcome != Moved::kImpossible) {
        outcome = reason.reason == items::Reason::kInvalid ? Moved::kImpossible : Moved::kOvertaken;
      }
    }
  }
}

Result<std::vector<Moved>> Payments::move_all(std::vector<Move>& moves) {
  std::vector<Moved> outcomes;
  for (Move& move : moves) {
    move.after.stored = std::make_shared<const items::Item>(to_item(move.after, options_.shards));
  }
  outcomes.reserve(moves.size());
  for (size_t begin = 0; begin < moves.size();) {
    size_t end = begin;
    for (size_t writes = 0; end < moves.size() && writes + writes_of(moves[end]) <= kMostWrites; ++end) {
      writes += writes_of(moves[end]);
    }
    for (const Moved moved : TRY(move_group(moves, begin, end))) outcomes.push_back(moved);
    begin = end;
  }
  return outcomes;
}

Result<Payment> Payments::cancel(const PaymentId& id, const Because& because, std::optional<uint64_t> version) {
  const Payment before = TRY(find(id));
  if (before.status == Status::kCancelled) return before;
  if (version && *version != before.version) {
    return Error{Errc::changed, fmt::format("payment {} is at version {} by now, not {}; look at it again", id.text(),
                                            before.version, *version)};
  }
  if (before.status != Status::kScheduled) {
    return Error{Errc::too_late, fmt::format("payment {} is {}; only what is SCHEDULED can be cancelled", id.text(),
                                             to_string(before.status))};
  }
  std::vector<Move> moves;
  Move& move = moves.emplace_back(Move{.before = before, .after = before, .because = because});
  move.after.status = Status::kCancelled;
  move.after.not_before.reset();
  ++move.after.version;
  const auto moved = TRY(move_all(moves));
  if (moved.front() == Moved::kDone) return std::move(moves.front().after);
  return Error{Errc::changed, fmt::format("payment {} changed meanwhile; look at it again", id.text())};
}

}  // namespace caudal::payments
