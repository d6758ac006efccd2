// SPDX-License-Identifier: Apache-2.0
#include "api/dynamodb/door.h"

#include "api/dynamodb/body.h"
#include "api/dynamodb/call.h"
#include "api/gate/authenticator.h"
#include "aws/error_reply.h"
#include "aws/request_ids.h"
#include "aws/sigv4_errors.h"
#include "base/digest.h"
#include "base/encoding.h"

namespace caudal::api::dynamodb {
namespace {

access::Circumstances sender_of(const Visit& visit) {
  const http::Request& from = visit.request();
  access::Circumstances circumstances;
  circumstances.now = from.received_at;
  circumstances.source_ip = from.peer_address;
  circumstances.secure_transport = from.tls;
  if (const auto agent = from.headers.find("User-Agent")) circumstances.add("aws:UserAgent", std::string(*agent));
  return circumstances;
}

// Small answers are not worth packing.
constexpr size_t kWorthPackingBytes = 1024;

}  // namespace

struct DynamoDbDoor::Impl {
  Impl(items::Store& the_store, const access::Identities& identities, const Clock& clock, DoorOptions options)
      : store(the_store),
        authenticator(identities, clock, "dynamodb", aws::Dialect::kJson),
        region(std::move(options.region)),
        ids(options.seed),
        beside(options.beside) {
    offer_tables(dispatcher);
    offer_table_settings(dispatcher);
    offer_single_items(dispatcher);
    offer_pages(dispatcher);
    offer_batches(dispatcher);
    offer_transactions(dispatcher);
    offer_streams(streams);
    offer_statements(dispatcher);
    offer_statement_batches(dispatcher);
    if (beside.archive != nullptr) offer_backups(dispatcher);
    if (beside.jobs != nullptr) {
      offer_exports(dispatcher);
      offer_imports(dispatcher);
    }
  }

  // Two services answer here: DynamoDB, and its streams.
  const Dispatcher& dispatcher_of(const Visit& visit) const {
    const auto target = visit.request().headers.find("X-Amz-Target");
    return target && target->starts_with(streams.service().target_prefix) ? streams : dispatcher;
  }
  Outcome<std::string> operate(Visit& visit);
  void send(Visit& visit, Outcome<std::string> outcome) const;

  items::Store& store;
  Authenticator authenticator;
  const std::string region;
  aws::RequestIds ids;
  const Beside beside;
  Dispatcher dispatcher{wire::service()};
  Dispatcher streams{streams_service()};
};

Outcome<std::string> DynamoDbDoor::Impl::operate(Visit& visit) {
  const auto target = visit.request().headers.find("X-Amz-Target");
  const Dispatcher& asked = dispatcher_of(visit);
  const auto operation = asked.service().operation_of_target(target.value_or(""));
  if (operation && asked.service().find(*operation)) visit.record.operation = *operation;
  std::string sent = TRY(read_body(visit));
  const Authenticated who = TRY(authenticator.authenticate(visit, to_hex(view(sha256(sent)))));
  if (!who.claim) return aws::errors::missing_authentication(aws::Dialect::kJson);
  const std::string body = TRY(unpacked(visit, std::move(sent)));
  if (!operation) return operation.error();
  const access::Circumstances sender = sender_of(visit);
  Call call{.visit = visit,
            .operation = *operation,
            .store = store,
            .caller = *who.identity,
            .of_the_sender = sender,
            .region = region,
            .beside = beside};
  auto done = asked.call(*operation, body, call);
  visit.record.failure = std::move(call.failure);
  return done;
}

void DynamoDbDoor::Impl::send(Visit& visit, Outcome<std::string> outcome) const {
  const aws::JsonService& service = dispatcher_of(visit).service();
  // The checksum is of what is sent, packed or not.
  const bool packs = outcome && outcome->size() >= kWorthPackingBytes && takes_gzip(visit);
  aws::JsonReply reply = outcome ? aws::json_reply(service, packs ? packed(*outcome) : *std::move(outcome), visit.id)
                                 : aws::json_error_reply(service, outcome.error(), visit.id);
  if (!outcome) visit.record.error = outcome.error().code;
  visit.record.status = reply.status;
  http::ResponseHead head{.status = reply.status};
  for (const auto& [name, value] : reply.headers) head.headers.add(name, value);
  head.headers.add("Server", "Caudal");
  if (packs) head.headers.add("Content-Encoding", "gzip");
  visit.record.bytes_out = reply.body.size();
  (void)visit.exchange.response().send(std::move(head), std::move(reply.body));
}

DynamoDbDoor::DynamoDbDoor(items::Store& store, const access::Identities& identities, const Clock& clock,
                           DoorOptions options)
    : impl_(std::make_unique<Impl>(store, identities, clock, std::move(options))) {}
DynamoDbDoor::~DynamoDbDoor() = default;

std::string DynamoDbDoor::make_request_id() { return impl_->ids.for_dynamodb(); }

void DynamoDbDoor::answer(std::unique_ptr<Visit> visit) { impl_->send(*visit, impl_->operate(*visit)); }

}  // namespace caudal::api::dynamodb
