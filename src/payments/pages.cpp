// SPDX-License-Identifier: Apache-2.0
// Payments page by page, as keys order them. A cursor is the last key and, where there are shards, which one.
#include <fmt/format.h>

#include "base/encoding.h"
#include "items/values/plain_json.h"
#include "payments/payment_item.h"
#include "payments/payments.h"

namespace caudal::payments {
namespace {

using items::Item;
using items::SortOperator;
using items::Value;

constexpr const char* kShardAttribute = "#shard";  // beside the attributes of the key

struct Position {
  uint32_t shard = 0;
  std::optional<Item> start_after = {};
};

std::string encode(const Position& position) {
  Item item = position.start_after.value_or(Item());
  item.set(kShardAttribute, Value(items::Number(position.shard)));
  std::string json;
  items::append_plain_json(json, item);
  return to_base64(json);
}

Error invalid_cursor() {
  return {Errc::invalid_cursor, "the cursor is none of this question's; ask for the first page again"};
}

Result<Position> decode(const std::string& cursor) {
  if (cursor.empty()) return Position();
  const auto json = from_base64(cursor);
  if (!json) return invalid_cursor();
  auto item = items::PlainJsonReader().read(*json);
  if (!item) return invalid_cursor();
  const Value* shard = item->find(kShardAttribute);
  const auto* number = shard != nullptr ? shard->get_if<items::Number>() : nullptr;
  const auto whole = number != nullptr ? number->to_int64() : std::nullopt;
  if (!whole || *whole < 0 || *whole > UINT32_MAX) return invalid_cursor();
  item->erase(kShardAttribute);
  Position position{.shard = static_cast<uint32_t>(*whole)};
  if (!item->empty()) position.start_after = *std::move(item);
  return position;
}

items::KeyClause clause(std::string name, std::string value, SortOperator op = SortOperator::kEqual) {
  return {.attribute = std::move(name), .condition = {.op = op, .operand = Value(std::move(value))}};
}

items::KeyClause between(std::string name, std::string lower, std::string upper) {
  return {.attribute = std::move(name),
          .condition = {
              .op = SortOperator::kBetween, .operand = Value(std::move(lower)), .upper = Value(std::move(upper))}};
}

// Clauses on an attribute that holds dates as text.
void add_dates(items::KeyClauses& clauses, const char* name, std::optional<Date> from, std::optional<Date> to) {
  if (from && to) clauses.push_back(between(name, to_string(*from), to_string(*to)));
  if (from && !to) clauses.push_back(clause(name, to_string(*from), SortOperator::kGreaterOrEqual));
  if (!from && to) clauses.push_back(clause(name, to_string(*to), SortOperator::kLessOrEqual));
}

bool is_empty_span(std::optional<Date> from, std::optional<Date> to) { return from && to && *to < *from; }

}  // namespace

Result<Page> Payments::read_page(items::Query query, const PageRequest& request, bool is_long_term) const {
  query.limit = request.limit;
  query.start_after = TRY(decode(request.cursor)).start_after;
  auto answered = store_.query(query);
  // A key that does not belong to the question comes with the cursor.
  if (!answered && query.start_after && answered.error().is(ErrorClass::kUsage)) return invalid_cursor();
  items::Page found = TRY(std::move(answered));
  Page page;
  for (Item& item : found.items) {
    auto payment = is_long_term ? read_long_term(std::move(item)) : read_payment(std::move(item));
    if (payment)
      page.payments.push_back(*std::move(payment));
    else
      page.problems.push_back(payment.error().message);
  }
  if (found.last_key) page.next = encode({.start_after = std::move(found.last_key)});
  return page;
}

Result<Page> Payments::of_account(const AccountQuestion& question, const PageRequest& request) const {
  if (is_empty_span(question.from, question.to)) return Page();
  items::Query query{
      .table = options_.tables.payments, .key = {clause("PK", partition_key(question.account))}, .is_consistent = true};
  if (question.status) {
    const std::string lower = question.from ? sequence_begin(*question.from) : "";
    // ':' comes after all digits: whatever begins in the last second of the day belongs to it.
    const std::string upper = question.to ? sequence_begin(*question.to + std::chrono::days(1)) : ":";
    const std::string end = sort_key(*question.status, upper);
    // The upper end belongs to a BETWEEN, and no sequence is as short as the seconds alone.
    query.key.push_back(between("SK", sort_key(*question.status, lower), end));
  }
  return read_page(std::move(query), request, false);
}

Result<Page> Payments::archived_of_account(const AccountQuestion& question, const PageRequest& request) const {
  if (is_empty_span(question.from, question.to)) return Page();
  items::Query query{.table = options_.tables.processed,
                     .index = kByAccountIndex,
                     .key = {clause("AccountId", question.account.text())}};
  add_dates(query.key, "ScheduledDate", question.from, question.to);
  return read_page(std::move(query), request, true);
}

// Shard after shard, until the page is full. A shard 0 is the status without one.
Result<Page> Payments::read_shards(const DateQuestion& question, const PageRequest& request, bool is_long_term) const {
  const bool is_sharded = is_long_term || question.status == Status::kScheduled;
  const uint32_t first = is_sharded ? 1 : 0;
  const uint32_t last = is_sharded ? options_.shards : 0;
  Position position = TRY(decode(request.cursor));
  if (request.cursor.empty()) position.shard = first;
  if (position.shard < first || position.shard > last) return invalid_cursor();
  Page all;
  if (is_empty_span(question.from, question.to)) return all;
  uint64_t seen = 0;
  for (;;) {
    const std::string status(to_string(question.status));
    items::Query query{.table = is_long_term ? options_.tables.processed : options_.tables.payments,
                       .index = kByStatusIndex,
                       .key = {clause("GSI1PK", is_sharded ? fmt::format("{}#{}", status, position.shard) : status)}};
    add_dates(query.key, "GSI1SK", question.from, question.to);
    const std::string cursor = position.start_after ? encode(position) : "";
    Page page = TRY(read_page(std::move(query), {.limit = request.limit - seen, .cursor = cursor}, is_long_term));
    seen += page.payments.size() + page.problems.size();
    std::move(page.payments.begin(), page.payments.end(), std::back_inserter(all.payments));
    std::move(page.problems.begin(), page.problems.end(), std::back_inserter(all.problems));
    position.start_after = page.next ? TRY(decode(*page.next)).start_after : std::nullopt;
    if (!position.start_after && position.shard++ >= last) return all;
    if (seen < request.limit) continue;
    all.next = encode(position);
    return all;
  }
}

Result<Page> Payments::of_dates(const DateQuestion& question, const PageRequest& request) const {
  return read_shards(question, request, false);
}

Result<Page> Payments::archived_of_dates(const DateQuestion& question, const PageRequest& request) const {
  DateQuestion processed = question;
  processed.status = Status::kProcessed;
  return read_shards(processed, request, true);
}

Result<uint64_t> Payments::count(const DateQuestion& question) const {
  const bool is_sharded = question.status == Status::kScheduled;
  uint64_t all = 0;
  for (uint32_t shard = is_sharded ? 1 : 0; shard <= (is_sharded ? options_.shards : 0); ++shard) {
    const std::string status(to_string(question.status));
    items::Query query{.table = options_.tables.payments,
                       .index = kByStatusIndex,
                       .key = {clause("GSI1PK", is_sharded ? fmt::format("{}#{}", status, shard) : status)},
                       .select = items::Select::kCount};
    add_dates(query.key, "GSI1SK", question.from, question.to);
    do {
      items::Page page = TRY(store_.query(query));
      all += page.count;
      query.start_after = std::move(page.last_key);
    } while (query.start_after);
  }
  return all;
}

}  // namespace caudal::payments
