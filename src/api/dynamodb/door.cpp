// SPDX-License-Identifier: Apache-2.0
#include "api/dynamodb/door.h"

#include <atomic>

#include "api/dynamodb/body.h"
#include "api/dynamodb/call.h"
#include "api/gate/authenticator.h"
#include "api/gate/sender.h"
#include "aws/error_reply.h"
#include "aws/request_ids.h"
#include "aws/sigv4_errors.h"
#include "base/digest.h"
#include "base/encoding.h"

namespace caudal::api::dynamodb {
namespace {

// Small answers are not worth packing.
constexpr size_t kWorthPackingBytes = 1024;

// Bodies of requests under way, together: those that wait for the disk hold no thread, so nothing else bounds them.
constexpr size_t kMostBytesUnderWay = size_t{256} << 20;

// A request with all that it needs until it is answered, which may be later and on another thread.
struct Attendance {
  Attendance(std::unique_ptr<Visit> the_visit, std::atomic<size_t>& of_all)
      : visit(std::move(the_visit)), sender(sender_of(*visit)), bytes_under_way(of_all) {}
  Attendance(const Attendance&) = delete;
  Attendance& operator=(const Attendance&) = delete;
  ~Attendance() { bytes_under_way.fetch_sub(bytes, std::memory_order_relaxed); }
  // Whether there is room for the body.
  bool enter(size_t body_bytes) {
    bytes = body_bytes;
    return bytes_under_way.fetch_add(bytes, std::memory_order_relaxed) + bytes <= kMostBytesUnderWay;
  }
  const std::unique_ptr<Visit> visit;
  const access::Circumstances sender;
  Authenticated who = {};
  std::optional<Call> call = {};
  std::atomic<size_t>& bytes_under_way;
  size_t bytes = 0;
};

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
    if (beside.policies != nullptr) offer_policies(dispatcher);
    if (beside.archive != nullptr) {
      offer_backups(dispatcher);
      offer_recovery(dispatcher);
    }
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
  // All up to the operation: the body, and in `all` whose it is.
  Outcome<std::string> begin(Attendance& all);
  void send(Visit& visit, Outcome<std::string> outcome) const;

  items::Store& store;
  Authenticator authenticator;
  const std::string region;
  aws::RequestIds ids;
  const Beside beside;
  access::PolicyCache ready_policies;
  std::atomic<size_t> bytes_under_way = 0;
  Dispatcher dispatcher{wire::service()};
  Dispatcher streams{streams_service()};
};

Outcome<std::string> DynamoDbDoor::Impl::begin(Attendance& all) {
  Visit& visit = *all.visit;
  const auto target = visit.request().headers.find("X-Amz-Target");
  const Dispatcher& asked = dispatcher_of(visit);
  const auto operation = asked.service().operation_of_target(target.value_or(""));
  if (operation && asked.service().find(*operation)) visit.record.operation = *operation;
  std::string sent = TRY(read_body(visit));
  all.who = TRY(authenticator.authenticate(visit, to_hex(view(sha256(sent)))));
  if (!all.who.claim) return aws::errors::missing_authentication(aws::Dialect::kJson);
  std::string body = TRY(unpacked(visit, std::move(sent)));
  if (!operation) return operation.error();
  if (asked.answers_later(*operation) && !all.enter(body.size())) {
    return wire::errors::provisioned_throughput_exceeded_exception(
        "The server has more to write than it can take. Try again soon.");
  }
  all.call.emplace(Call{.visit = visit,
                        .operation = *operation,
                        .store = store,
                        .caller = *all.who.identity,
                        .of_the_sender = all.sender,
                        .region = region,
                        .beside = beside,
                        .identities = authenticator.identities(),
                        .ready_policies = ready_policies});
  return body;
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

void DynamoDbDoor::answer(std::unique_ptr<Visit> visit) {
  auto all = std::make_unique<Attendance>(std::move(visit), impl_->bytes_under_way);
  const auto body = impl_->begin(*all);
  if (!body) return impl_->send(*all->visit, body.error());
  Call& call = *all->call;
  impl_->dispatcher_of(*all->visit)
      .call_later(call.operation, *body, call, [this, all = std::move(all)](Outcome<std::string> done) mutable {
        all->visit->record.failure = std::move(all->call->failure);
        impl_->send(*all->visit, std::move(done));
      });
}

}  // namespace caudal::api::dynamodb
