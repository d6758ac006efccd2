// SPDX-License-Identifier: Apache-2.0
#include "api/dynamodb/door.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <utility>

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

// What is answered without waiting where the store can: by one item, or some that are in memory.
constexpr std::array<std::string_view, 5> kPromptOperations = {"GetItem", "PutItem", "Query", "UpdateItem",
                                                               "DeleteItem"};
constexpr uint64_t kLargestPromptBytes = uint64_t{16} << 10;

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
  std::string body = {};
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
  // All up to the operation: in `all` the body, and whose it is.
  Outcome<void> begin(Attendance& all);
  // The operation, and the answer.
  void attend(std::unique_ptr<Attendance> all);
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

Outcome<void> DynamoDbDoor::Impl::begin(Attendance& all) {
  Visit& visit = *all.visit;
  const auto target = visit.request().headers.find("X-Amz-Target");
  const Dispatcher& asked = dispatcher_of(visit);
  const auto operation = asked.service().operation_of_target(target.value_or(""));
  if (operation && asked.service().find(*operation)) visit.record.operation = *operation;
  std::string sent = TRY(read_body(visit));
  all.who = TRY(authenticator.authenticate(visit, to_hex(view(sha256(sent)))));
  if (!all.who.claim) return aws::errors::missing_authentication(aws::Dialect::kJson);
  all.body = TRY(unpacked(visit, std::move(sent)));
  if (!operation) return operation.error();
  if (asked.answers_later(*operation) && !all.enter(all.body.size())) {
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
                        .ready_policies = ready_policies,
                        .may_wait = visit.may_wait});
  return {};
}

void DynamoDbDoor::Impl::attend(std::unique_ptr<Attendance> all) {
  Call& call = *all->call;
  const Dispatcher& asked = dispatcher_of(*all->visit);
  // What is answered later comes but once, and needs no body meanwhile.
  const std::string taken = asked.answers_later(call.operation) ? std::move(all->body) : std::string();
  const std::string_view body = taken.empty() ? all->body : taken;
  asked.call_later(call.operation, body, call, [this, all = std::move(all)](Outcome<std::string> done) mutable {
    Call& answered = *all->call;
    if (std::exchange(answered.has_to_wait, false)) {
      // Asked once more, it decides and is recorded as if for the first time.
      answered.may_wait = true;
      answered.facts.clear();
      answered.visit.record.resource.clear();
      return answered.visit.exchange.on_pool([this, all = std::move(all)]() mutable { attend(std::move(all)); });
    }
    all->visit->record.failure = std::move(answered.failure);
    send(*all->visit, std::move(done));
  });
}

void DynamoDbDoor::Impl::send(Visit& visit, Outcome<std::string> outcome) const {
  const aws::JsonService& service = dispatcher_of(visit).service();
  // The checksum is of what is sent, packed or not.
  const bool packs = outcome && outcome->size() >= kWorthPackingBytes && takes_gzip(visit.request());
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

std::optional<uint64_t> DynamoDbDoor::takes_promptly(const http::Request& request) const {
  if (!impl_->store.is_prompt() || !request.content_length || *request.content_length > kLargestPromptBytes) return {};
  // Packing takes its time.
  if (request.headers.find("Content-Encoding") || takes_gzip(request)) return {};
  const std::string_view target = request.headers.find("X-Amz-Target").value_or("");
  const auto operation = impl_->dispatcher.service().operation_of_target(target);
  const bool is_prompt = operation && std::ranges::find(kPromptOperations, *operation) != kPromptOperations.end();
  return is_prompt ? std::optional(kLargestPromptBytes) : std::nullopt;
}

void DynamoDbDoor::answer(std::unique_ptr<Visit> visit) {
  auto all = std::make_unique<Attendance>(std::move(visit), impl_->bytes_under_way);
  const auto begun = impl_->begin(*all);
  if (!begun) return impl_->send(*all->visit, begun.error());
  impl_->attend(std::move(all));
}

}  // namespace caudal::api::dynamodb
