// SPDX-License-Identifier: Apache-2.0
#include "app/serve/serving.h"

#include <fmt/format.h>

#include "api/dynamodb/door.h"
#include "api/gate/audit_witness.h"
#include "api/gate/front.h"
#include "api/gate/metrics.h"
#include "api/gate/refusals.h"
#include "api/iam/door.h"
#include "api/rest/door.h"
#include "api/s3/address.h"
#include "api/s3/door.h"
#include "api/sts/door.h"
#include "app/errors.h"
#include "app/serve/backups.h"
#include "app/serve/deliveries.h"
#include "app/serve/housekeeping.h"
#include "app/serve/items_sweep.h"
#include "app/serve/payments_on_demand.h"
#include "app/serve/room_metrics.h"
#include "base/random.h"
#include "http/errors.h"
#include "http/server.h"
#include "items/batch_reads.h"
#include "items/throttled_store.h"

namespace caudal::app {
namespace {

constexpr int64_t kMaxPort = 65'535;

api::LogRequests log_requests(const std::string& which) {
  if (which == "none") return api::LogRequests::kNone;
  return which == "all" ? api::LogRequests::kAll : api::LogRequests::kErrors;
}

}  // namespace

Result<ServeOptions> serve_options(const Config& config) {
  ServeOptions options;
  http::ServerOptions& server = options.server;
  server.address = config.text("server.address");
  const int64_t port = config.whole("server.port");
  if (port > kMaxPort) {
    return Error{Errc::usage, fmt::format("server.port is {}; ports go from 0 to {}", port, kMaxPort)};
  }
  server.port = static_cast<uint16_t>(port);
  const auto certificate = config.path("server.tls.certificate");
  const auto key = config.path("server.tls.key");
  if (certificate.empty() != key.empty()) {
    return Error{Errc::usage, "server.tls.certificate and server.tls.key go together; one of them is not set"};
  }
  if (!certificate.empty()) server.tls = http::TlsFiles{.certificate = certificate, .key = key};
  server.handler_threads = static_cast<unsigned>(std::clamp<int64_t>(config.whole("server.handlers"), 1, 4096));
  server.queue_limit = static_cast<size_t>(config.whole("server.queue"));
  server.max_connections = static_cast<size_t>(config.whole("server.connections"));
  options.domains = config.texts("server.domains");
  options.region = config.text("server.region");
  options.webhooks = TRY(parse_webhooks(config.texts("server.webhooks")));
  options.lifecycle_every = std::chrono::seconds(std::max<int64_t>(1, config.whole("server.lifecycle_every")));
  options.enforces_throughput = config.boolean("items.enforce_throughput");
  options.sweep_every = std::chrono::seconds(std::max<int64_t>(1, config.whole("items.sweep_every")));
  options.payments = TRY(payments_settings(config, "callback"));
  options.backups_folder = config.path("backups.folder");
  options.backups_copy_all = config.boolean("backups.copy");
  options.log_requests = log_requests(config.text("server.log"));
  return options;
}

bool is_open_to_others(const ServeOptions& options) {
  const std::string& address = options.server.address;
  return !options.server.tls && !address.starts_with("127.") && address != "::1";
}

// Hands on what comes; everything else that happens to objects is of no interest here.
class Arrivals final : public objects::EventObserver {
 public:
  explicit Arrivals(std::function<void(const std::string&, const std::string&)> came) : came_(std::move(came)) {}
  void committed(const objects::Event& event) override {
    using objects::EventKind;
    const bool comes = event.kind == EventKind::kPut || event.kind == EventKind::kPost ||
                       event.kind == EventKind::kCopied || event.kind == EventKind::kCompleted;
    if (comes) came_(event.bucket, event.key);
  }

 private:
  const std::function<void(const std::string&, const std::string&)> came_;
};

std::set<std::string> names_of(const std::map<std::string, std::string>& webhooks) {
  std::set<std::string> names;
  for (const auto& [name, url] : webhooks) names.insert(name);
  return names;
}

// The room that listens knows of no settings.
Error with_settings(Error error) {
  if (error.code != http::Errc::cannot_listen) return error;
  error.message +=
      ". Choose another port (--port or server.port; 0 takes a free one) or another address (--address or "
      "server.address)";
  return error;
}

// Whether a host is that of one bucket.
std::function<bool(std::string_view)> of_bucket(const ServeOptions& options) {
  return [addresses = api::s3::Addresses(options.domains)](std::string_view host) {
    return !addresses.of(host, "/").bucket.empty();
  };
}

struct Serving::Impl {
  // What the door of DynamoDB stands on.
  struct Items {
    items::Store& store;
    api::dynamodb::Beside beside;
  };

  Impl(objects::Store& store, const Items& items, access::Identities& identities, audit::Log& audit_log,
       const ServeOptions& options, Backups::Make make_backup, Clock& clock)
      : objects(store),
        backups(options.backups_folder, std::move(make_backup), options.log),
        s3(store, identities, clock,
           {.domains = options.domains,
            .region = options.region,
            .destinations = names_of(options.webhooks),
            .seed = secure_random_u64()}),
        throttled(items.store, clock),
        dynamodb(options.enforces_throughput ? throttled : items.store, identities, clock,
                 {.region = options.region, .seed = secure_random_u64(), .beside = items.beside}),
        sts(identities, clock, secure_random_u64()),
        iam(identities, clock, secure_random_u64()),
        payments(items.store, clock, options.payments),
        rest(identities, clock,
             {.region = options.region,
              .seed = secure_random_u64(),
              .is_of_bucket = of_bucket(options),
              .payments = [this] { return payments.get(); },
              .callbacks =
                  {.secrets = options.payments.transactions.webhook_secrets,
                   .settle = [this](const std::vector<payments::Answer>& answers) { return payments.settle(answers); }},
              .backups = &backups}),
        log(options.log_requests, options.log),
        audit(audit_log),
        probes{.ready = [&audit_log] { return audit_log.check(); },
               .metrics = [this] { return metrics.text(); },
               .is_of_bucket = of_bucket(options)},
        front({&s3, &dynamodb, &sts, &iam, &rest}, {&audit, &metrics, &log}, probes, clock,
              {{&rest, [this](const http::Request& request) { return rest.takes(request); }}}),
        housekeeping(store, clock, options.lifecycle_every, options.log),
        sweep(items.store, clock, options.sweep_every, options.log) {}

  objects::Store& objects;

  Backups backups;
  api::s3::S3Door s3;
  items::ThrottledStore throttled;  // in front of the other, where that is asked for
  api::dynamodb::DynamoDbDoor dynamodb;
  api::sts::StsDoor sts;
  api::iam::IamDoor iam;
  PaymentsOnDemand payments;
  api::rest::RestDoor rest;
  api::Metrics metrics;
  api::RequestLog log;
  api::AuditWitness audit;
  api::Probes probes;
  api::Front front;
  Housekeeping housekeeping;
  ItemsSweep sweep;
  std::unique_ptr<Deliveries> deliveries;
  std::unique_ptr<Arrivals> arrivals;
  std::string address;
  bool tls = false;
  std::unique_ptr<http::Server> server;  // last: its threads use the rest
};

Serving::Serving(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Serving::~Serving() { stop(); }

Result<std::unique_ptr<Serving>> Serving::open(Platform& platform, ServeOptions options, Clock& clock) {
  objects::Store& objects = *TRY(platform.objects());
  audit::Log& audit = *TRY(platform.audit());
  Impl::Items items{.store = *TRY(platform.items()), .beside = {}};
  if (platform.keeps_items()) {
    items.beside = {.archive = TRY(platform.archive()),
                    .policies = TRY(platform.policies()),
                    .jobs = TRY(platform.jobs()),
                    .objects = &objects};
  }
  items.beside.is_throttled = options.enforces_throughput;
  items.beside.batch_reads = dynamic_cast<const items::BatchReads*>(&items.store);
  Backups::Make make_backup = [&platform, copies_all = options.backups_copy_all](const std::filesystem::path& target,
                                                                                 backup::Rules rules) {
    rules.copies_all = copies_all;
    return platform.back_up(target, rules);
  };
  auto impl = std::make_unique<Impl>(objects, items, *TRY(platform.identities()), audit, options,
                                     std::move(make_backup), clock);
  impl->deliveries = TRY(
      Deliveries::open(objects, clock, {.webhooks = options.webhooks, .region = options.region, .log = options.log}));
  impl->address = options.server.address;
  impl->tls = options.server.tls.has_value();
  options.server.refusal = api::refusal;
  options.server.log = options.log;
  auto server = http::Server::open(std::move(options.server), impl->front.handlers(), clock);
  if (!server) return with_settings(std::move(server).error());
  impl->server = *std::move(server);
  impl->metrics.add_source([http = impl->server.get(), kv = &platform.kv(), store = &objects, audit = &audit,
                            queries = TRY(platform.queries()), throttled = &impl->throttled](api::MetricsSink& sink) {
    tell(http->metrics(), sink);
    tell(kv->metrics(), sink);
    tell(store->metrics(), sink);
    tell(audit->metrics(), sink);
    tell(queries->counters(), sink);
    sink.counter("caudal_items_throttled_total", "Requests, and parts of batches, beyond a table's throughput.",
                 throttled->throttled());
  });
  return std::unique_ptr<Serving>(new Serving(std::move(impl)));
}

std::string Serving::url() const {
  const bool v6 = impl_->address.contains(':');
  return fmt::format("{}://{}{}{}:{}", impl_->tls ? "https" : "http", v6 ? "[" : "", impl_->address, v6 ? "]" : "",
                     impl_->server->port());
}

void Serving::on_object(std::function<void(const std::string&, const std::string&)> came) {
  auto arrivals = std::make_unique<Arrivals>(std::move(came));
  impl_->objects.observe(arrivals.get());
  impl_->arrivals = std::move(arrivals);
}

Result<void> Serving::reload() { return impl_->server->reload_tls(); }

void Serving::stop() {
  impl_->server->stop();
  impl_->objects.observe(nullptr);
}

}  // namespace caudal::app
