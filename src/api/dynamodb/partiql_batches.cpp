// SPDX-License-Identifier: Apache-2.0
// BatchExecuteStatement, each statement for itself, and ExecuteTransaction, all or nothing.
#include <fmt/format.h>

#include <array>

#include "api/dynamodb/cancellation.h"
#include "api/dynamodb/capacity.h"
#include "api/dynamodb/errors.h"
#include "api/dynamodb/request_expressions.h"
#include "api/dynamodb/statements.h"
#include "aws/generated/dynamodb/transactions.h"
#include "aws/json/json_codec.h"
#include "base/digest.h"
#include "items/statements/writing.h"
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

Outcome<wire::BatchStatementResponse> select_one(Call& call, Statement statement, const items::TableInfo& table,
                                                 bool is_consistent, items::Capacity& capacity) {
  const auto selection = items::Selection::make(std::move(statement), table);
  if (!selection || selection->kind() != items::Selection::Kind::kItem) {
    return validation(
        "Select statements within BatchExecuteStatement must specify the primary key in the where clause.");
  }
  items::Selected found = TRY(call.said(selection->read(call.store, {.is_consistent = is_consistent})));
  capacity += found.capacity;
  wire::BatchStatementResponse response{.table_name = table.definition.name};
  if (!found.items.empty()) response.item = items::to_wire(std::move(found.items.front()));
  return response;
}

// A write that waits for the others of its batch, so that they share what one costs.
struct Waiting {
  size_t place = 0;
  StatementKind kind = StatementKind::kInsert;
  std::string table = {};
  items::Write write = {};
};

wire::BatchStatementResponse answer(Call& call, const Waiting& of, Result<items::Written> written,
                                    CapacityByTable& capacity) {
  wire::BatchStatementResponse response{.table_name = of.table};
  if (!written) return refused(call.refused(written.error()));
  capacity[of.table] += written->capacity;
  if (!written->held) {
    response.error = refused(not_held(of.kind, {})).error;
  } else if (written->item && !written->item->empty()) {
    response.item = items::to_wire(*std::move(written->item));
  }
  return response;
}

void write_all(Call& call, std::vector<Waiting> all, std::vector<wire::BatchStatementResponse>& responses,
               CapacityByTable& capacity) {
  std::vector<items::Write> writes;
  for (const Waiting& one : all) writes.push_back(one.write);
  auto written = call.store.write_each(std::move(writes));
  for (size_t n = 0; n < all.size(); ++n) {
    // One of them is none that its table takes, and so nothing was written: each alone, then.
    Result<items::Written> result = written ? std::move((*written)[n]) : call.store.write(std::move(all[n].write));
    responses[all[n].place] = answer(call, all[n], std::move(result), capacity);
  }
}

Outcome<wire::BatchExecuteStatementOutput> batch_execute(Call& call, wire::BatchExecuteStatementInput in) {
  std::vector<wire::BatchStatementResponse> responses(in.statements.size());
  std::vector<Waiting> waiting;
  CapacityByTable capacity;
  const auto one = [&](size_t place) -> Outcome<void> {
    wire::BatchStatementRequest& asked = in.statements[place];
    Statement statement = TRY(read_statement(call, asked.statement, asked.parameters));
    const items::TableInfo table = TRY(admit(call, statement));
    if (statement.exists) return validation("EXISTS can only be used in ExecuteTransaction write requests.");
    const StatementKind kind = statement.kind;
    if (kind == StatementKind::kSelect) {
      items::Capacity read;
      responses[place] =
          TRY(select_one(call, std::move(statement), table, asked.consistent_read.value_or(false), read));
      capacity[table.definition.name] += read;
      return {};
    }
    waiting.push_back({.place = place,
                       .kind = kind,
                       .table = table.definition.name,
                       .write = TRY(call.said(items::write_of(std::move(statement), table)))});
    return {};
  };
  for (size_t place = 0; place < in.statements.size(); ++place) {
    auto done = one(place);
    if (!done) responses[place] = refused(std::move(done).error());
  }
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
  std::vector<items::Got> got = TRY(all_read(call, gets.size(), call.store.get_all(gets, kMostTransactionBytes)));
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
