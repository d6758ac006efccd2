// SPDX-License-Identifier: Apache-2.0
// Transactions: one decision for all of their writes, and the tokens by which they are known when they come again.
#include <fmt/format.h>

#include <unordered_set>

#include "base/wire.h"
#include "items/capacity.h"
#include "items/embedded_impl.h"
#include "items/errors.h"
#include "items/stored_row.h"
#include "items/values/checks.h"
#include "items/values/errors.h"

namespace caudal::items {
namespace {

constexpr size_t kMostWrites = 100;
constexpr uint64_t kMostBytes = uint64_t{4} << 20;
constexpr std::chrono::minutes kTokenLife{10};

struct TokenRow {
  std::string digest;
  Timestamp expires = {};
  // The tables that were written: another table of the same name is another request.
  std::vector<Space> spaces = {};
};

std::string encode(const TokenRow& row) {
  WireWriter out;
  out.text(row.digest).signed_varint(row.expires.time_since_epoch().count()).varint(row.spaces.size());
  for (const Space space : row.spaces) out.varint(space);
  return out.take();
}

Result<TokenRow> decode_token(std::string_view bytes) {
  WireReader in(bytes);
  TokenRow row;
  row.digest = TRY(in.text());
  row.expires = Timestamp(std::chrono::microseconds(TRY(in.signed_varint())));
  if (in.at_end()) return row;  // of a version that did not keep the tables
  for (size_t left = TRY(in.count()); left > 0; --left) row.spaces.push_back(static_cast<Space>(TRY(in.varint())));
  TRY(in.finish());
  return row;
}

Error invalid(std::string message) { return {Errc::invalid_request, std::move(message)}; }

Error too_large() { return invalid("Collective size of items in the transaction cannot exceed 4 MB"); }

uint64_t values_bytes(const Condition& condition) {
  uint64_t bytes = 0;
  for (const Condition& child : condition.children) bytes += values_bytes(child);
  for (const Operand& operand : condition.operands) {
    if (const Value* const constant = operand.constant()) bytes += size_bytes(*constant);
  }
  return bytes;
}

uint64_t values_bytes(const UpdateOperand& operand) {
  uint64_t bytes = operand.value != nullptr ? size_bytes(*operand.value) : 0;
  for (const UpdateOperand& argument : operand.arguments) bytes += values_bytes(argument);
  return bytes;
}

// What the request brings: what its updates make is not counted.
uint64_t payload_bytes(const Write& write) {
  uint64_t bytes = size_bytes(item_of(write));
  if (write.as_read.item != nullptr) bytes += size_bytes(*write.as_read.item);
  if (write.expressions == nullptr) return bytes;
  if (write.expressions->condition) bytes += values_bytes(*write.expressions->condition);
  if (!write.expressions->update) return bytes;
  for (const UpdateAction& action : write.expressions->update->actions()) {
    for (const UpdateOperand& operand : action.operands) bytes += values_bytes(operand);
  }
  return bytes;
}

struct PreparedWrites {
  std::vector<Prepared> all;
  // When one of them has a key that its table does not take: why nothing is done, of each of them.
  std::vector<ReasonOf> reasons = {};
};

Result<PreparedWrites> prepare_all(const Tables& tables, std::vector<Write> writes) {
  if (writes.size() > kMostWrites) return invalid("Member must have length less than or equal to 100");
  uint64_t bytes = 0;
  for (const Write& write : writes) bytes += payload_bytes(write);
  if (bytes > kMostBytes) {
    return invalid(fmt::format("Transaction payload size cannot exceed 4MB. Payload Size: {}", bytes));
  }
  PreparedWrites prepared;
  prepared.all.reserve(writes.size());  // so that its keys stay where they are
  std::unordered_set<std::string_view> keys;
  for (size_t n = 0; n < writes.size(); ++n) {
    auto one = prepare(tables, std::move(writes[n]));
    if (!one && one.error().code == ValueErrc::unfit_key) {
      // The first is told; what is wrong with the request itself comes before it.
      if (!prepared.reasons.empty()) continue;
      prepared.reasons.resize(writes.size());
      prepared.reasons[n] = {.reason = Reason::kInvalid, .message = std::move(one).error().message};
      continue;
    }
    if (!one) return std::move(one).error();
    prepared.all.push_back(*std::move(one));
    if (!keys.insert(prepared.all.back().row_key).second) {
      return invalid("Transaction request cannot include multiple operations on one item");
    }
  }
  return prepared;
}

// Whether a request of that token and those tables is answered and not done.
bool is_remembered(const TokenRow& row, Timestamp now, const std::vector<Space>& spaces) {
  return row.expires > now && (row.spaces.empty() || row.spaces == spaces);
}

class TransactionDecision final : public Decision {
 public:
  TransactionDecision(const EmbeddedStore::Impl& store, std::vector<Prepared> all, ClientToken token,
                      Store::TransactDone done)
      : tables_(store.tables),
        clock_(store.clock),
        kv_(store.kv),
        families_(store.families),
        events_(store.streams->log()),
        all_(std::move(all)),
        token_(std::move(token)),
        done_(std::move(done)) {}

  Result<void> decide(Changes& changes) override {
    transacted_ = {};
    held_bytes_ = 0;
    if (TRY(came_before(changes))) return count_reads(changes);
    std::vector<ReasonOf> reasons(all_.size());
    bool refused = false;
    for (size_t n = 0; n < all_.size(); ++n) {
      const TablePtr table = TRY(still(tables_, all_[n]));
      auto written = items::decide(*table, all_[n], changes, events_);
      if (written && written->held) {
        add_capacity(*table, *written);
        continue;
      }
      if (!written && !written.error().is(ErrorClass::kUsage)) return std::move(written).error();
      refused = true;
      // Items that are to be told are in the transaction as well.
      if (written && written->item) held_bytes_ += written->bytes_before;
      if (held_bytes_ > kMostBytes) return too_large();
      reasons[n] = written ? ReasonOf{.reason = Reason::kConditionFailed,
                                      .message = "The conditional request failed",
                                      .item = std::move(written->item)}
                           : ReasonOf{.reason = Reason::kInvalid, .message = written.error().message};
    }
    if (!refused) return {};
    transacted_.reasons = std::move(reasons);
    return Error{Errc::transaction_cancelled, "the transaction was cancelled"};
  }

  void add_rows(std::vector<std::string_view>& keys) const override {
    for (const Prepared& one : all_) keys.push_back(one.row_key);
  }
  size_t held_bytes() const override { return held_bytes_; }

  void complete(Result<void> outcome) override {
    if (!outcome && outcome.error().code != Errc::transaction_cancelled) return done_(std::move(outcome).error());
    done_(std::move(transacted_));
  }

 private:
  // A transaction costs twice what its writes cost alone.
  void add_capacity(const Table& table, const Written& written) {
    Capacity& capacity = transacted_.capacity[table.definition().name];
    capacity += written.capacity;
    capacity += written.capacity;
  }

  // DynamoDB reads the items of a transaction that was done before, and takes that for it.
  Result<void> count_reads(Changes& changes) {
    transacted_.was_done_before = true;
    for (const Prepared& one : all_) {
      const auto row = TRY(changes.row(one.row_key));
      const size_t bytes = row ? TRY(read_row(*row)).size_bytes : 0;
      transacted_.capacity[one.table->definition().name].table_halves += 2 * read_halves(bytes, true);
    }
    return {};
  }

  // Whether it was done already, under the same token; else the token is kept.
  Result<bool> came_before(Changes& changes) {
    if (token_.text.empty()) return false;
    const Timestamp now = clock_.now();
    const std::string key = token_key(token_.text);
    if (const auto bytes = TRY(changes.row(key))) {
      const TokenRow row = TRY(decode_token(*bytes));
      if (is_remembered(row, now, spaces())) {
        if (row.digest == token_.digest) return true;
        return Error{Errc::token_mismatch,
                     "The request uses the same client token as a previous, but non-identical request."};
      }
    }
    const Timestamp expires = now + kTokenLife;
    changes.put_row(key, encode(TokenRow{.digest = token_.digest, .expires = expires, .spaces = spaces()}));
    changes.put_row(expiry_key(expires, token_.text), {});
    TRY(forget_expired(now, changes));
    return false;
  }

  std::vector<Space> spaces() const {
    std::vector<Space> all;
    for (const Prepared& one : all_) all.push_back(one.table->space());
    return all;
  }

  // Each new token takes two old ones away, so that they do not grow for ever.
  Result<void> forget_expired(Timestamp now, Changes& changes) const {
    constexpr int kAtOnce = 2;
    const std::string end = expiry_key(now, "");
    kv::Scan scan = kv_.scan(families_.rows, all_expiries());
    for (int n = 0; n < kAtOnce && scan.valid() && scan.key() < end; ++n, scan.next()) {
      const std::string key = token_key(token_of(scan.key()));
      changes.remove_row(std::string(scan.key()));
      // It may have come again since, and then has a later expiry as well.
      const auto row = TRY(changes.row(key));
      if (row && TRY(decode_token(*row)).expires <= now) changes.remove_row(key);
    }
    return scan.status();
  }

  const Tables& tables_;
  const Clock& clock_;
  const kv::Store& kv_;
  const Families& families_;
  EventLog& events_;
  const std::vector<Prepared> all_;
  const ClientToken token_;
  Store::TransactDone done_;
  Transacted transacted_;
  size_t held_bytes_ = 0;  // of the items in the reasons
};

}  // namespace

// Only what is on disk: one that is under way comes to the same as one that was never asked for.
bool EmbeddedStore::remembers(const std::vector<Write>& writes, const ClientToken& token) const {
  if (token.text.empty()) return false;
  const auto bytes = impl_->kv.get(impl_->families.rows, token_key(token.text));
  if (!bytes || !*bytes) return false;
  const auto row = decode_token(**bytes);
  std::vector<Space> spaces;
  for (const Write& write : writes) {
    const TablePtr table = impl_->tables.find(table_of(write));
    if (table == nullptr) return false;
    spaces.push_back(table->space());
  }
  return row && is_remembered(*row, impl_->clock.now(), spaces);
}

void EmbeddedStore::transact(std::vector<Write> writes, const ClientToken& token, TransactDone done) {
  auto prepared = prepare_all(impl_->tables, std::move(writes));
  if (!prepared) return done(std::move(prepared).error());
  if (!prepared->reasons.empty()) return done(Transacted{.reasons = std::move(prepared->reasons)});
  impl_->committer->add(
      std::make_unique<TransactionDecision>(*impl_, std::move(prepared->all), token, std::move(done)));
}

}  // namespace caudal::items
