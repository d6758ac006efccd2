// SPDX-License-Identifier: Apache-2.0
// `caudal serve`: the AWS APIs on one port, until it is told to stop.
#include <fmt/format.h>

#include "app/commands/all.h"
#include "app/context.h"
#include "app/payments_desk.h"
#include "app/serve/flow_watch.h"
#include "app/serve/serving.h"
#include "app/settings.h"

namespace caudal::app {
namespace {

// The only time that the root key's secret is shown.
void show_root_key(Context& context, const access::NewKey& key, const std::string& url, const std::string& region) {
  context.say(
      "A root key was made for this data directory. It is shown this once, and kept in its access/root.credentials:");
  context.say(fmt::format("  export AWS_ACCESS_KEY_ID={}", key.access_key_id));
  context.say(fmt::format("  export AWS_SECRET_ACCESS_KEY={}", key.secret.reveal()));
  context.say(fmt::format("  export AWS_ENDPOINT_URL={0} AWS_REGION={1} AWS_DEFAULT_REGION={1}", url, region));
}

// Nothing where it is not wanted, or where there are no flows.
Result<std::unique_ptr<FlowWatch>> watch_flows(Context& context) {
  const Config& settings = *TRY(context.config());
  if (!settings.boolean("server.flows") || !std::filesystem::is_directory(flows_directory(settings))) return nullptr;
  auto loaded = TRY(load_flows(context, {}));
  if (loaded.empty()) return nullptr;
  std::string names;
  for (const flows::FlowDefinition& flow : loaded) names += (names.empty() ? "" : ", ") + flow.name;
  context.say(fmt::format("watching the flows: {}", names));
  return FlowWatch::open(context, {.flows = std::move(loaded)});
}

// The timetable of payments, and what it stands on.
struct PaymentsWatch {
  PaymentsDesk desk;
  std::unique_ptr<payments::Timetable> timetable;
};

// Nothing where it is not wanted.
Result<std::unique_ptr<PaymentsWatch>> watch_payments(Context& context) {
  const Config& settings = *TRY(context.config());
  if (!settings.boolean("payments.timetable.on")) return nullptr;
  auto watch = std::make_unique<PaymentsWatch>();
  watch->desk = TRY(open_payments(*TRY(TRY(context.platform())->items()), TRY(payments_settings(settings, "timetable")),
                                  context.clock()));
  watch->timetable = TRY(
      open_timetable(watch->desk, settings, context.clock(), [&context](std::string_view line) { context.say(line); }));
  context.say("keeping the timetable of payments");
  return watch;
}

Result<void> run_serve(Context& context, const Arguments& arguments) {
  ServeOptions options = TRY(serve_options(*TRY(context.config())));
  if (const auto address = arguments.text("--address")) options.server.address = *address;
  if (const auto port = TRY(arguments.whole("--port", 0, 65'535))) options.server.port = static_cast<uint16_t>(*port);
  options.log = [&context](std::string_view line) { context.say(line); };
  const bool open_to_others = is_open_to_others(options);
  Platform& platform = *TRY(context.platform());
  const std::string region = options.region;
  const bool is_encrypted = options.server.tls.has_value();
  const auto serving = TRY(Serving::open(platform, std::move(options), context.clock()));
  if (const auto made = TRY(platform.identities())->take_new_root_key()) {
    show_root_key(context, *made, serving->url(), region);
  }
  // Not with TLS: the certificate is for other names than this machine knows itself by.
  if (!is_encrypted) TRY(platform.announce(serving->url()));
  if (open_to_others) {
    context.say(
        "warning: other machines can reach this address, and the connection is not encrypted; set "
        "server.tls.certificate and server.tls.key");
  }
  context.say(fmt::format("serving {} on {}; Ctrl-C ends it", platform.data().string(), serving->url()));
  const std::unique_ptr<FlowWatch> watch = TRY(watch_flows(context));
  const std::unique_ptr<PaymentsWatch> payments = TRY(watch_payments(context));
  context.on_hangup([&] {
    const auto reloaded = serving->reload();
    context.say(reloaded ? "the certificate was read again"
                         : "the certificate could not be read again, and the old one stays: " +
                               reloaded.error().to_string());
  });
  std::jthread flows;  // after what it runs, so that it ends first
  if (watch) {
    serving->on_object([&](const std::string& bucket, const std::string& key) { watch->object_came(bucket, key); });
    flows = std::jthread([&](const std::stop_token& stop) { watch->run(stop); });
  }
  std::jthread timetable;
  if (payments) timetable = std::jthread([&](const std::stop_token& stop) { payments->timetable->run(stop); });
  context.clock().wait_until(Timestamp::max(), context.stop());
  context.on_hangup({});
  context.say("ending the requests under way");
  serving->stop();
  return {};
}

}  // namespace

Command serve_command() {
  return {
      .name = "serve",
      .summary = "serve the AWS APIs on one port",
      .details =
          "Stays in the foreground until it is told to stop (Ctrl-C, SIGTERM), then ends the requests under way.\n"
          "SIGHUP reads the TLS certificate again. The first start on a data directory makes a root key and shows it\n"
          "once. Unsigned GET /healthz, /readyz and /metrics tell how it is doing.",
      .examples = {"caudal serve", "caudal serve --address 0.0.0.0 --port 443"},
      .options = {{.name = "--address", .value = "ADDRESS", .help = "listen there (default: server.address)"},
                  {.name = "--port", .value = "PORT", .help = "listen on that port (default: server.port, 4280)"}},
      .run = run_serve};
}

}  // namespace caudal::app
