// SPDX-License-Identifier: Apache-2.0
// ExecuteStatement: one statement of PartiQL, and the pages of what it selects.
#include "api/dynamodb/capacity.h"
#include "api/dynamodb/errors.h"
#include "api/dynamodb/request_expressions.h"
#include "api/dynamodb/statements.h"
#include "aws/generated/dynamodb/transactions.h"
#include "aws/json/json_codec.h"
#include "base/digest.h"
#include "base/encoding.h"
#include "base/wire.h"
#include "items/statements/writing.h"
#include "items/values/item_codec.h"
#include "items/values/wire.h"

namespace caudal::api::dynamodb {
namespace {

using items::partiql::Statement;
using items::partiql::StatementKind;

constexpr size_t kDigestBytes = 16;

// By which a token is known to be of this statement.
std::string digest_of(const wire::ExecuteStatementInput& in) {
  const wire::ExecuteStatementInput asked{.statement = in.statement, .parameters = in.parameters};
  return std::string(view(sha256(aws::to_json(asked))).substr(0, kDigestBytes));
}

std::string token_of(const std::string& digest, const items::Place& place) {
  WireWriter out;
  out.text(digest).varint(place.part).boolean(place.after.has_value());
  if (place.after) out.text(items::encode(*place.after));
  return to_base64(out.take());
}

Result<items::Place> read_token(std::string_view token, std::string_view digest) {
  const Error foreign{items::Errc::invalid_request, "The provided NextToken is not one of this statement"};
  const auto bytes = from_base64(token);
  if (!bytes) return foreign;
  WireReader in(*bytes);
  const auto of = in.text();
  if (!of || *of != digest) return foreign;
  items::Place place{.part = TRY(in.varint())};
  if (TRY(in.boolean())) place.after = TRY(items::decode_item(TRY(in.text())));
  TRY(in.finish());
  return place;
}

Outcome<wire::ExecuteStatementOutput> select(Call& call, Statement statement, const items::TableInfo& table,
                                             const wire::ExecuteStatementInput& in, const std::string& digest) {
  const items::Selection selection = TRY(call.said(items::Selection::make(std::move(statement), table)));
  items::SelectOptions options{.is_consistent = in.consistent_read.value_or(false)};
  if (in.limit) options.limit = static_cast<uint64_t>(*in.limit);
  if (in.next_token) {
    const auto place = read_token(*in.next_token, digest);
    if (!place) return validation("The provided NextToken is not one of this statement");
    options.from = *place;
  }
  items::Selected page = TRY(call.said(selection.read(call.store, options)));
  wire::ExecuteStatementOutput out{.items = std::vector<aws::AttributeMap>()};
  for (items::Item& item : page.items) out.items->push_back(items::to_wire(std::move(item)));
  out.consumed_capacity = consumed(call, in.return_consumed_capacity, table.definition.name, page.capacity);
  if (!page.next) return out;
  out.next_token = token_of(digest, *page.next);
  if (page.next->after) out.last_evaluated_key = items::to_wire(*std::move(page.next->after));
  return out;
}

Outcome<wire::ExecuteStatementOutput> execute_statement(Call& call, wire::ExecuteStatementInput in) {
  const std::string digest = digest_of(in);
  Statement statement = TRY(read_statement(call, in.statement, in.parameters));
  const items::TableInfo table = TRY(admit(call, statement));
  if (statement.exists) return validation("EXISTS can only be used in ExecuteTransaction write requests.");
  const StatementKind kind = statement.kind;
  if (kind == StatementKind::kSelect) return select(call, std::move(statement), table, in, digest);
  items::Write write = TRY(call.said(items::write_of(std::move(statement), table)));
  write.returns_on_failure = returns_on_failure(in.return_values_on_condition_check_failure);
  items::Written written = TRY(call.said(call.store.write(std::move(write))));
  if (!written.held) return not_held(kind, std::move(written.item));
  wire::ExecuteStatementOutput out{.items = std::vector<aws::AttributeMap>()};
  if (written.item && !written.item->empty()) out.items->push_back(items::to_wire(*std::move(written.item)));
  out.consumed_capacity = consumed(call, in.return_consumed_capacity, table.definition.name, written.capacity);
  return out;
}

}  // namespace

void offer_statements(Dispatcher& dispatcher) { dispatcher.on(wire::operations::kExecuteStatement, execute_statement); }

}  // namespace caudal::api::dynamodb
