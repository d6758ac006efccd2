// SPDX-License-Identifier: Apache-2.0
// Writes at the endpoint.
#include <algorithm>
#include <map>
#include <set>

#include "aws/generated/dynamodb/items.h"
#include "aws/generated/dynamodb/transactions.h"
#include "base/random.h"
#include "items/remote/remote_impl.h"
#include "items/remote/wording.h"

namespace caudal::items {

namespace operations = aws::dynamodb::operations;
namespace wire = aws::dynamodb;
using remote::Refusal;
using remote::Repeat;
using remote::Wording;

namespace {

constexpr size_t kMostInBatch = 25;
constexpr size_t kTokenBytes = 16;

std::optional<std::string> text_of(ReturnValues returns) {
  switch (returns) {
    case ReturnValues::kNone: return std::nullopt;
    case ReturnValues::kAllOld: return "ALL_OLD";
    case ReturnValues::kUpdatedOld: return "UPDATED_OLD";
    case ReturnValues::kAllNew: return "ALL_NEW";
    case ReturnValues::kUpdatedNew: return "UPDATED_NEW";
  }
  return std::nullopt;
}

// Condition and what is answered when it does not hold.
template <class Input>
void say(Input& in, const Write& write, Wording& wording) {
  in.condition_expression = wording.condition(write);
  if (write.returns_on_failure) in.return_values_on_condition_check_failure = "ALL_OLD";
  wording.place(in);
}

// A put or a removal that depends on nothing comes to the same however often it is made, as long as nobody asks what
// was there before.
bool may_repeat(const Write& write) {
  const bool conditional = write.as_read.item || (write.expressions && write.expressions->condition);
  return !conditional && write.returns == ReturnValues::kNone && !std::holds_alternative<UpdateItem>(write.action);
}

// What was there when a condition did not hold.
Result<Written> unheld(const Refusal& refusal) {
  Written written{.held = false};
  auto item = refusal.members<wire::ConditionalCheckFailedException>().item;
  if (item) written.item = TRY(from_wire(*std::move(item)));
  return written;
}

template <class Input, class Output>
Result<Written> send(const remote::Caller& caller, const aws::JsonOperation<Input, Output>& operation, Input in,
                     const Write& write, Wording wording = {}) {
  say(in, write, wording);
  in.return_values = text_of(write.returns);
  in.return_consumed_capacity = remote::kAskForCapacity;
  auto answer = TRY(caller.try_call(operation, in, may_repeat(write) ? Repeat::kSafe : Repeat::kNever));
  if (const auto* const refusal = std::get_if<Refusal>(&answer)) {
    if (refusal->type != "ConditionalCheckFailedException") return remote::error_of(operation.name, *refusal);
    return unheld(*refusal);
  }
  auto& output = std::get<Output>(answer);
  Written written{.capacity = remote::capacity_of(output.consumed_capacity)};
  if (output.attributes) written.item = TRY(from_wire(*std::move(output.attributes)));
  return written;
}

Result<Written> write_one(const remote::Caller& caller, const Write& write) {
  if (const auto* const put = std::get_if<PutItem>(&write.action)) {
    return send(caller, operations::kPutItem, {.table_name = put->table, .item = to_wire(put->item)}, write);
  }
  if (const auto* const removal = std::get_if<DeleteItem>(&write.action)) {
    return send(caller, operations::kDeleteItem, {.table_name = removal->table, .key = to_wire(removal->key)}, write);
  }
  if (const auto* const update = std::get_if<UpdateItem>(&write.action)) {
    Wording wording;
    wire::UpdateItemInput in{.table_name = update->table, .key = to_wire(update->key)};
    in.update_expression = wording.update(write.expressions);
    return send(caller, operations::kUpdateItem, std::move(in), write, std::move(wording));
  }
  return Error{Errc::invalid_request, "a check alone is no write; put it into a transaction"};
}

wire::TransactWriteItem in_transaction(const Write& write) {
  wire::TransactWriteItem out;
  Wording wording;
  if (const auto* const put = std::get_if<PutItem>(&write.action)) {
    out.put = wire::Put{.item = to_wire(put->item), .table_name = put->table};
    say(*out.put, write, wording);
  } else if (const auto* const removal = std::get_if<DeleteItem>(&write.action)) {
    out.delete_ = wire::Delete{.key = to_wire(removal->key), .table_name = removal->table};
    say(*out.delete_, write, wording);
  } else if (const auto* const update = std::get_if<UpdateItem>(&write.action)) {
    out.update = wire::Update{.key = to_wire(update->key),
                              .update_expression = wording.update(write.expressions).value_or(""),
                              .table_name = update->table};
    say(*out.update, write, wording);
  } else {
    const auto& check = std::get<CheckItem>(write.action);
    out.condition_check = wire::ConditionCheck{.key = to_wire(check.key), .table_name = check.table};
    out.condition_check->condition_expression = wording.condition(write).value_or("");
    if (write.returns_on_failure) out.condition_check->return_values_on_condition_check_failure = "ALL_OLD";
    wording.place(*out.condition_check);
  }
  return out;
}

Reason reason_of(const std::string& code) {
  if (code == "ConditionalCheckFailed") return Reason::kConditionFailed;
  if (code == "ValidationError" || code == "ItemCollectionSizeLimitExceeded") return Reason::kInvalid;
  return Reason::kNone;
}

// Whether some of the reasons are of the moment: somebody else was at the same items, or there was too much to do.
bool is_for_a_while(const std::vector<wire::CancellationReason>& reasons) {
  return std::ranges::any_of(reasons, [](const wire::CancellationReason& one) {
    return one.code == "TransactionConflict" || one.code == "ProvisionedThroughputExceeded" ||
           one.code == "ThrottlingError";
  });
}

Result<std::vector<ReasonOf>> reasons_of(std::vector<wire::CancellationReason> told) {
  std::vector<ReasonOf> reasons;
  for (wire::CancellationReason& one : told) {
    ReasonOf& reason = reasons.emplace_back();
    reason.reason = reason_of(one.code.value_or("None"));
    reason.message = one.message.value_or("");
    if (one.item) reason.item = TRY(from_wire(*std::move(one.item)));
  }
  return reasons;
}

// A batch of puts and removals, each item once.
class Batch {
 public:
  explicit Batch(const remote::Caller& caller) : caller_(caller) {}
  bool empty() const { return places_.empty(); }
  bool is_full() const { return places_.size() == kMostInBatch; }
  bool has(const std::string& key) const { return keys_.contains(key); }
  void add(const Write& write, std::string key, size_t place) {
    wire::WriteRequest request;
    if (const auto* const put = std::get_if<PutItem>(&write.action)) {
      request.put_request = wire::PutRequest{.item = to_wire(put->item)};
      in_.request_items[put->table].push_back(std::move(request));
    } else {
      const auto& removal = std::get<DeleteItem>(write.action);
      request.delete_request = wire::DeleteRequest{.key = to_wire(removal.key)};
      in_.request_items[removal.table].push_back(std::move(request));
    }
    keys_.insert(std::move(key));
    places_.push_back(place);
  }
  // Once all is written, what it cost is told with the first. Whether it went well.
  bool send(std::vector<Result<Written>>& answers) {
    const auto capacity = send_all();
    for (const size_t place : places_) answers[place] = capacity ? Result<Written>(Written()) : capacity.error();
    if (capacity) answers[places_.front()]->capacity = *capacity;
    in_ = {};
    keys_.clear();
    places_.clear();
    return capacity.has_value();
  }

 private:
  // What the endpoint leaves is sent again.
  Result<Capacity> send_all() {
    Capacity capacity;
    in_.return_consumed_capacity = remote::kAskForCapacity;
    for (int attempt = 1; !in_.request_items.empty(); ++attempt) {
      auto answer = TRY(caller_.call(operations::kBatchWriteItem, in_, Repeat::kSafe));
      for (const auto& told : answer.consumed_capacity.value_or(std::vector<wire::ConsumedCapacity>())) {
        capacity += remote::capacity_of(told);
      }
      in_.request_items = std::move(answer.unprocessed_items).value_or(decltype(in_.request_items)());
      if (in_.request_items.empty()) break;
      TRY(caller_.wait_after(attempt, Error{Errc::unavailable,
                                            "the remote store took only part of a batch, again and again; "
                                            "some of it is written"}));
    }
    return capacity;
  }
  const remote::Caller& caller_;
  wire::BatchWriteItemInput in_;
  std::set<std::string> keys_;
  std::vector<size_t> places_;
};

// Of the item that a put or a removal touches.
Result<std::string> batch_key(const Write& write, const KeySchema& schema) {
  const auto* const put = std::get_if<PutItem>(&write.action);
  const Key key = put != nullptr ? TRY(key_of_item(schema, put->item))
                                 : TRY(key_of_key(schema, std::get<DeleteItem>(write.action).key));
  return table_of(write) + '\0' + key.bytes;
}

}  // namespace

void RemoteStore::write(Write write, Done done) { done(write_one(*impl_->caller, write)); }

void RemoteStore::write_each(std::vector<Write> writes, EachDone done) { done(impl_->write_each(writes)); }

void RemoteStore::transact(std::vector<Write> writes, const ClientToken& token, TransactDone done) {
  done(impl_->transact(writes, token));
}

Result<std::vector<Result<Written>>> RemoteStore::Impl::write_each(const std::vector<Write>& writes) const {
  std::map<std::string, KeySchema> schemas;
  std::vector<std::string> keys;
  // All are held against their tables before anything is written.
  for (const Write& write : writes) {
    const std::string& table = table_of(write);
    if (!schemas.contains(table)) schemas[table] = TRY(describe(table)).definition.key;
    keys.push_back(may_repeat(write) ? TRY(batch_key(write, schemas[table])) : std::string());
  }
  std::vector<Result<Written>> answers(writes.size(), Result<Written>(Written()));
  Batch batch(*caller);
  for (size_t n = 0; n < writes.size(); ++n) {
    const bool joins = !keys[n].empty();
    // In order: whatever touches what the batch does, and whatever must go alone, comes after it.
    if (!batch.empty() && (!joins || batch.is_full() || batch.has(keys[n])) && !batch.send(answers)) {
      // An endpoint that takes nothing is not asked for all the rest, one after the other.
      const Error error = answers[n - 1].error();
      std::fill(answers.begin() + static_cast<ptrdiff_t>(n), answers.end(), Result<Written>(error));
      return answers;
    }
    if (joins) {
      batch.add(writes[n], std::move(keys[n]), n);
    } else {
      answers[n] = write_one(*caller, writes[n]);
    }
  }
  if (!batch.empty()) static_cast<void>(batch.send(answers));  // each answer tells
  return answers;
}

Result<Transacted> RemoteStore::Impl::transact(const std::vector<Write>& writes, const ClientToken& token) const {
  wire::TransactWriteItemsInput in;
  for (const Write& one : writes) in.transact_items.push_back(in_transaction(one));
  in.return_consumed_capacity = remote::kAskForCapacity;
  // With a token it can be sent again whatever became of it.
  in.client_request_token = token.text.empty() ? secure_random_hex(kTokenBytes) : token.text;
  for (int attempt = 1;; ++attempt) {
    auto answer = TRY(caller->try_call(operations::kTransactWriteItems, in, Repeat::kByToken));
    if (const auto* const refusal = std::get_if<Refusal>(&answer)) {
      if (refusal->type != "TransactionCanceledException") return remote::error_of("TransactWriteItems", *refusal);
      auto told = refusal->members<wire::TransactionCanceledException>().cancellation_reasons.value_or(
          std::vector<wire::CancellationReason>());
      if (is_for_a_while(told)) {
        TRY(caller->wait_after(attempt, Error{Errc::unavailable, refusal->message}));
        continue;
      }
      Transacted cancelled{.reasons = TRY(reasons_of(std::move(told)))};
      if (cancelled.done()) return Error{Errc::transaction_cancelled, refusal->message};
      return cancelled;
    }
    Transacted done;
    auto& output = std::get<wire::TransactWriteItemsOutput>(answer);
    for (const auto& told : output.consumed_capacity.value_or(std::vector<wire::ConsumedCapacity>())) {
      done.capacity[told.table_name.value_or("")] += remote::capacity_of(told);
    }
    return done;
  }
}

}  // namespace caudal::items
