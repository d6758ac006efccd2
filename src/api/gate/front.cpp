// SPDX-License-Identifier: Apache-2.0
#include "api/gate/front.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "api/gate/refusals.h"
#include "aws/sigv4_claim.h"

namespace caudal::api {
namespace {

constexpr std::array<std::pair<std::string_view, std::string_view>, 4> kTargets = {{
    {"DynamoDB_", "dynamodb"},
    {"DynamoDBStreams_", "dynamodb"},
    {"AWSGlue.", "glue"},
    {"AmazonAthena.", "athena"},
}};

void refuse_service(Visit& visit, std::string_view service) {
  visit.record.status = 501;
  visit.record.error = "UnknownOperationException";
  (void)visit.exchange.response().send(
      {.status = 501, .headers = {{"Content-Type", "application/json"}, {"x-amzn-RequestId", visit.id}}},
      fmt::format("{{\"__type\":\"UnknownOperationException\",\"message\":\"Caudal does not offer the service {}\"}}\n",
                  service));
}

void refuse_unrecorded(Visit& visit, const Error& error) {
  visit.record.status = 503;
  visit.record.error = "ServiceUnavailable";
  visit.record.failure = error.to_string();
  http::Response response = refusal_of_unrecorded(visit.request(), visit.id);
  (void)visit.exchange.response().send(std::move(response.head), std::move(response.body));
}

// A name as it may stand in a message: of a scope that nobody has checked.
std::string printable(std::string_view text) {
  std::string out;
  for (const char c : text.substr(0, 64)) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    out += plain ? c : '?';
  }
  return out;
}

}  // namespace

std::string_view service_of_target(std::string_view target) {
  for (const auto& [prefix, service] : kTargets) {
    if (target.starts_with(prefix)) return service;
  }
  return {};
}

std::string service_of(const aws::RequestHead& head) {
  if (const auto target = head.header("X-Amz-Target")) {
    if (const std::string_view service = service_of_target(*target); !service.empty()) return std::string(service);
  }
  std::string service = aws::signed_service(head);
  return service == "execute-api" ? "caudal" : service;
}

Front::Front(std::vector<Door*> doors, std::vector<Witness*> witnesses, const Probes& probes, const Clock& clock,
             std::vector<ByPath> by_path)
    : doors_(std::move(doors)),
      by_path_(std::move(by_path)),
      witnesses_(std::move(witnesses)),
      probes_(probes),
      clock_(clock) {}

http::Handlers Front::handlers() {
  return {.keeping = [this](std::unique_ptr<http::Exchange> exchange) { handle(std::move(exchange)); },
          .async = [this](std::unique_ptr<http::Exchange> exchange) { handle(std::move(exchange), false); },
          .takes_async = [this](const http::Request& request) { return takes_promptly(request); }};
}

// Only what says by its target whom it is for: that is cheap to tell, and no other door answers so. And whoever asks
// how the server is doing, since that is asked above all when no handler is free.
std::optional<uint64_t> Front::takes_promptly(const http::Request& request) const {
  if (probes_.takes_promptly(request)) return 0;
  const auto target = request.headers.find("X-Amz-Target");
  const std::string_view service = service_of_target(target.value_or(""));
  if (service.empty()) return std::nullopt;
  const Door* const door = door_for(service, request);
  if (door == nullptr || !has_room()) return std::nullopt;
  return door->takes_promptly(request);
}

void Front::handle(std::unique_ptr<http::Exchange> exchange, bool may_wait) {
  if (probes_.answer(*exchange)) return;
  auto visit = std::make_unique<Visit>(std::move(exchange));
  visit->may_wait = may_wait;
  const std::string service = service_of(visit->head.get());
  Door* const door = door_for(service, visit->request());
  visit->id = door != nullptr ? door->make_request_id() : visit->request().id;
  visit->record.service = door != nullptr ? door->service() : std::string_view("none");
  // Told in any case, also when a handler throws.
  visit->at_end = [this](const Visit& ended) { tell(ended); };
  visit->has_room = [this] { return has_room(); };
  const Result<void> recordable = [&]() -> Result<void> {
    for (Witness* const witness : witnesses_) TRY(witness->ready());
    return {};
  }();
  if (!recordable)
    refuse_unrecorded(*visit, recordable.error());
  else if (door == nullptr)
    refuse_service(*visit, printable(service));
  else
    door->answer(std::move(visit));
}

Door* Front::door_for(std::string_view service, const http::Request& request) const {
  if (service.empty()) {
    const auto found = std::ranges::find_if(by_path_, [&](const ByPath& one) { return one.takes(request); });
    return found != by_path_.end() ? found->door : doors_.front();
  }
  const auto found = std::ranges::find(doors_, service, [](const Door* door) { return door->service(); });
  return found != doors_.end() ? *found : nullptr;
}

bool Front::has_room() const { return std::ranges::all_of(witnesses_, &Witness::has_room); }

void Front::tell(const Visit& visit) const {
  const auto duration =
      std::chrono::duration_cast<std::chrono::microseconds>(clock_.now() - visit.request().received_at);
  for (Witness* const witness : witnesses_) witness->note(visit, duration);
}

}  // namespace caudal::api
