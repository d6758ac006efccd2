// SPDX-License-Identifier: Apache-2.0
#include "api/s3/door.h"

#include "api/s3/address.h"
#include "api/s3/form.h"
#include "api/s3/permissions.h"
#include "api/s3/turn.h"
#include "aws/request_ids.h"
#include "aws/uri.h"

namespace caudal::api::s3 {
namespace {

// The boundary of a form that is posted to a bucket.
std::optional<std::string> posted_form(const aws::RestRequest& request) {
  if (request.head.method != "POST" || request.level() != aws::Level::kBucket) return std::nullopt;
  return form_boundary(request.head.header("Content-Type").value_or(""));
}

// A request for as long as it is attended to.
struct Attendance {
  Attendance(const DoorParts& parts, std::unique_ptr<Visit> the_visit, Address address)
      : visit(std::move(the_visit)),
        rest{.head = visit->head.get(),
             .bucket = std::move(address.bucket),
             .key = std::move(address.key),
             .parameters = aws::query_parameters(visit->request().query)},
        turn(parts, *visit, rest, reply) {
    visit->record.resource = resource_of(rest);
  }
  const std::unique_ptr<Visit> visit;
  const aws::RestRequest rest;
  Reply reply{*visit};
  Turn turn;
};

}  // namespace

struct S3Door::Impl {
  Impl(objects::Store& store, const access::Identities& identities, const Clock& clock, DoorOptions options)
      : settings(store),
        authenticator(identities, clock, "s3", aws::Dialect::kS3),
        addresses(std::move(options.domains)),
        region(std::move(options.region)),
        destinations(std::move(options.destinations)),
        ids(options.seed),
        parts{.store = store,
              .settings = settings,
              .authenticator = authenticator,
              .dispatcher = dispatcher,
              .region = region,
              .destinations = destinations} {
    offer_buckets(dispatcher);
    offer_reads(dispatcher);
    offer_writes(dispatcher);
    offer_removals(dispatcher);
    offer_listings(dispatcher);
    offer_multipart(dispatcher);
    offer_tags(dispatcher);
    offer_settings(dispatcher);
    offer_policies(dispatcher);
    offer_lifecycle(dispatcher);
    offer_notifications(dispatcher);
  }

  AllBucketSettings settings;
  Authenticator authenticator;
  Addresses addresses;
  std::string region;
  std::set<std::string> destinations;
  aws::RequestIds ids;
  Dispatcher dispatcher{aws::s3::service()};
  DoorParts parts;
};

S3Door::S3Door(objects::Store& store, const access::Identities& identities, const Clock& clock, DoorOptions options)
    : impl_(std::make_unique<Impl>(store, identities, clock, std::move(options))) {}

S3Door::~S3Door() = default;

std::string S3Door::make_request_id() { return impl_->ids.for_s3(); }

void S3Door::answer(std::unique_ptr<Visit> visit) {
  const http::Request& request = visit->request();
  Address address = impl_->addresses.of(request.host, request.path);
  const bool website = address.website;
  auto all = std::make_unique<Attendance>(impl_->parts, std::move(visit), std::move(address));
  Turn& turn = all->turn;
  if (website) return all->reply.send(turn.website());
  if (request.method == "OPTIONS") return all->reply.send(turn.preflight());
  const auto finish = [](Attendance& to, Outcome<aws::RestReply> outcome) {
    to.turn.tell_browser();
    to.reply.send(std::move(outcome));
  };
  if (const auto boundary = posted_form(all->rest)) return finish(*all, turn.form(*boundary));
  turn.operation([all = std::move(all), finish](Outcome<aws::RestReply> outcome) { finish(*all, std::move(outcome)); });
}

}  // namespace caudal::api::s3
