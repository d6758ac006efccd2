// SPDX-License-Identifier: Apache-2.0
// BatchExecuteStatement, each statement for itself, and ExecuteTransaction, all or nothing.
#include <fmt/format.h>

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "api/dynamodb/cancellation.h"
#include "api/dynamodb/capacity.h"
#include "api/dynamodb/errors.h"
#include "api/dynamodb/request_expressions.h"
#include "api/dynamodb/statements.h"
#include "aws/generated/dynamodb/transactions.h"
#include "aws/json/json_codec.h"
#include "base/digest.h"
#include "items/statements/selection.h"
#include "items/statements/writing.h"
#include "items/values/item_codec.h"
#include "items/values/wire.h"

namespace caudal::api::dynamodb {
namespace {

using items::partiql::Returning;
using items::partiql::Statement;
using items::partiql::StatementKind;

// Errors of single statements go without the "Exception", and one has a name of its own.
std::string short_code(std::string code) {
  constexpr std::string_view kException = "Exception";
  if (code == "ValidationException") return "ValidationError";
  if (code.ends_with(kException)) code.resize(code.size() - kException.size());
  return code;
}

wire::BatchStatementResponse refused(ServiceError error) {
  return {.error = wire::BatchStatementError{.code = short_code(std::move(error.code)),
                                             .message = std::move(error.message)}};
}

// A statement that was read and admitted, and waits for the others of its batch: writes share what one costs.
struct Waiting {
  size_t place = 0;
  StatementKind kind = StatementKind::kInsert;
  items::TableInfo table = {};
  std::optional<items::Selection> selection = {};  // of a read
  bool is_consistent = false;                      // likewise
  items::Write write = {};                         // of the others
};

Outcome<Waiting> read_one(Call& call, Statement statement, items::TableInfo table) {
  Waiting one{.kind = statement.kind, .table = std::move(table)};
  if (one.kind != StatementKind::kSelect) {
    one.write = TRY(call.said(items::write_of(std::move(statement), one.table)));
    return one;
  }
  auto selection = items::Selection::make(std::move(statement), one.table);
  if (!selection || selection->kind() != items::Selection::Kind::kItem) {
    return validation(
        "Select statements within BatchExecuteStatement must specify the primary key in the where clause.");
  }
  one.selection = *std::move(selection);
  return one;
}

// What no other statement of the batch may name.
std::string item_named_by(const Waiting& one) {
  const items::Item& item = one.selection ? one.selection->get(false).key : items::item_of(one.write);
  return one.table.definition.name + '\0' + items::encode(items::key_attributes(one.table.definition.key, item));
}

Outcome<wire::BatchStatementResponse> select_one(Call& call, const Waiting& one, items::Capacity& capacity) {
  items::Selected found = TRY(call.said(one.selection->read(call.store, {.is_consistent = one.is_consistent})));
  capacity += found.capacity;
  wire::BatchStatementResponse response{.table_name = one.table.definition.name};
  if (!found.items.empty()) response.item = items::to_wire(std::move(found.items.front()));
  return response;
}

wire::BatchStatementResponse answer(Call& call, const Waiting& of, Result<items::Written> written,
                                    CapacityByTable& capacity) {
  wire::BatchStatementResponse response{.table_name = of.table.definition.name};
  if (!written) return refused(call.refused(written.error()));
  capacity[of.table.definition.name] += written->capacity;
  if (!written->held) {
    response.error = refused(not_held(of.kind, {})).error;
    if (written->item) response.error->item = items::to_wire(*std::move(written->item));
  } else if (written->item && !written->item->empty()) {
    response.item = items::to_wire(*std::move(written->item));
  }
  return response;
}

using Responses = std::vector<wire::BatchStatementResponse>;

void write_all(Call& call, std::vector<Waiting> all, Responses& responses, CapacityByTable& capacity) {
  std::vector<items::Write> writes;
  for (const Waiting& one : all) writes.push_back(one.write);
  auto written = call.store.write_each(std::move(writes));
  for (size_t n = 0; n < all.size(); ++n) {
    // One of them is none that its table takes, and so nothing was written: each alone, then.
    Result<items::Written> result = written ? std::move((*written)[n]) : call.store.write(std::move(all[n].write));
    responses[all[n].place] = answer(call, all[n], std::move(result), capacity);
  }
}

void select_all(Call& call, const std::vector<Waiting>& all, Responses& responses, CapacityByTable& capacity) {
  for (const Waiting& one : all) {
    auto response = select_one(call, one, capacity[one.table.definition.name]);
    responses[one.place] = response ? *std::move(response) : refused(std::move(response).error());
  }
}

// The statements as far as they can be read, in their places; what is wrong with the others is in their responses.
Outcome<std::vector<std::optional<Statement>>> read_statements(Call& call, wire::BatchExecuteStatementInput& in,
                                                               Responses& responses) {
  std::vector<std::optional<Statement>> all(in.statements.size());
  std::optional<bool> reads;
  for (size_t place = 0; place < all.size(); ++place) {
    auto statement = read_statement(call, in.statements[place].statement, in.statements[place].parameters);
    if (!statement) {
      responses[place] = refused(std::move(statement).error());
      continue;
    }
    const bool is_read = statement->kind == StatementKind::kSelect;
    if (reads.value_or(is_read) != is_read) {
      return validation(
          "BatchExecuteStatement API does not support both read and write operations in the same request.");
    }
    reads = is_read;
    all[place] = *std::move(statement);
  }
  return all;
}

Outcome<wire::BatchExecuteStatementOutput> batch_execute(Call& call, wire::BatchExecuteStatementInput in) {
  Responses responses(in.statements.size());
  std::vector<std::optional<Statement>> statements = TRY(read_statements(call, in, responses));
  const auto take = [&](size_t place) -> Outcome<Waiting> {
    Statement& statement = *statements[place];
    items::TableInfo table = TRY(admit(call, statement));
    if (statement.exists) return validation("EXISTS can only be used in ExecuteTransaction write requests.");
    Waiting one = TRY(read_one(call, std::move(statement), std::move(table)));
    one.place = place;
    one.is_consistent = in.statements[place].consistent_read.value_or(false);
    one.write.returns_on_failure = returns_on_failure(in.statements[place].return_values_on_condition_check_failure);
    return one;
  };
  std::vector<Waiting> waiting;
  std::set<std::string> named;
  for (size_t place = 0; place < statements.size(); ++place) {
    if (!statements[place]) continue;
    auto one = take(place);
    if (!one) {
      responses[place] = refused(std::move(one).error());
      continue;
    }
    if (!named.insert(item_named_by(*one)).second) {
      return validation("Provided list of item keys contains duplicates");
    }
    waiting.push_back(*std::move(one));
  }
  CapacityByTable capacity;
  if (!waiting.empty() && waiting.front().selection)
    select_all(call, waiting, responses, capacity);
  else
    write_all(call, std::move(waiting), responses, capacity);
  return wire::BatchExecuteStatementOutput{.responses = std::move(responses),
                                           .consumed_capacity = consumed(call, in.return_consumed_capacity, capacity)};
}

ServiceError in_statement(size_t place, ServiceError error) {
  if (error.code == "ValidationException") {
    error.message = fmt::format("Validation failed in TransactStatements[{}]: {}", place, error.message);
  }
  return error;
}

struct Admitted {
  Statement statement;
  items::TableInfo table;
};

// All of them, and whether they read.
Outcome<std::vector<Admitted>> admit_all(Call& call, std::vector<wire::ParameterizedStatement>& asked, bool& reads) {
  std::vector<Admitted> all;
  for (size_t n = 0; n < asked.size(); ++n) {
    auto statement = read_statement(call, asked[n].statement, asked[n].parameters);
    if (!statement) return in_statement(n, std::move(statement).error());
    const bool is_read = statement->kind == StatementKind::kSelect && !statement->exists;
    if (n > 0 && is_read != reads) {
      return validation("ExecuteTransaction API does not support both read and write operations in the same request.");
    }
    reads = is_read;
    if (statement->returning != Returning::kNothing) {
      return validation("RETURNING clause is not supported in ExecuteTransaction.");
    }
    if (statement->index) return validation("Reads on indices are not supported within transactions.");
    items::TableInfo table = TRY(admit(call, *statement));
    all.push_back({.statement = *std::move(statement), .table = std::move(table)});
  }
  return all;
}

Outcome<wire::ExecuteTransactionOutput> read_all(Call& call, std::vector<Admitted> all,
                                                 const std::optional<std::string>& asked_capacity) {
  std::vector<items::Selection> selections;
  std::vector<items::Get> gets;
  for (size_t n = 0; n < all.size(); ++n) {
    auto selection = items::Selection::make(std::move(all[n].statement), all[n].table);
    const bool is_item = selection && selection->kind() == items::Selection::Kind::kItem && !selection->has_filter();
    if (!is_item) {
      return in_statement(
          n,
          validation("Select statements within ExecuteTransaction must specify the primary key in the where clause."));
    }
    gets.push_back(selection->get(true));
    selections.push_back(*std::move(selection));
  }
  std::vector<items::Got> got = TRY(all_read(call, gets, call.store.get_all(gets, kMostTransactionBytes)));
  wire::ExecuteTransactionOutput out{.responses = std::vector<wire::ItemResponse>()};
  CapacityByTable capacity;
  for (size_t n = 0; n < got.size(); ++n) {
    wire::ItemResponse& response = out.responses->emplace_back();
    if (auto item = selections[n].answer(std::move(got[n].item))) response.item = items::to_wire(*std::move(item));
    // Twice what they cost alone.
    capacity[gets[n].table] += got[n].capacity;
    capacity[gets[n].table] += got[n].capacity;
  }
  out.consumed_capacity = consumed(call, asked_capacity, capacity);
  return out;
}

Outcome<wire::ExecuteTransactionOutput> execute_transaction(Call& call, wire::ExecuteTransactionInput in) {
  items::ClientToken token{.text = in.client_request_token.value_or("")};
  if (!token.text.empty()) {
    const wire::ExecuteTransactionInput asked{.transact_statements = in.transact_statements};
    token.digest = std::string(view(sha256(aws::to_json(asked))));
  }
  bool reads = false;
  std::vector<Admitted> all = TRY(admit_all(call, in.transact_statements, reads));
  if (reads) return read_all(call, std::move(all), in.return_consumed_capacity);
  std::vector<items::Write> writes;
  std::vector<StatementKind> kinds;
  for (size_t n = 0; n < all.size(); ++n) {
    kinds.push_back(all[n].statement.kind);
    auto write = call.said(items::write_of(std::move(all[n].statement), all[n].table));
    if (!write) return in_statement(n, std::move(write).error());
    write->returns_on_failure = returns_on_failure(in.transact_statements[n].return_values_on_condition_check_failure);
    writes.push_back(*std::move(write));
  }
  items::Transacted done = TRY(call.said(call.store.transact(std::move(writes), token)));
  if (!done.done()) {
    return cancelled(std::move(done.reasons), [&](size_t n) { return kinds[n] == StatementKind::kInsert; });
  }
  wire::ExecuteTransactionOutput out{.responses = std::vector<wire::ItemResponse>(kinds.size())};
  out.consumed_capacity = consumed(call, in.return_consumed_capacity, done.capacity);
  return out;
}

}  // namespace

void offer_statement_batches(Dispatcher& dispatcher) {
  dispatcher.on(wire::operations::kBatchExecuteStatement, batch_execute);
  dispatcher.on(wire::operations::kExecuteTransaction, execute_transaction);
}

}  // namespace caudal::api::dynamodb
