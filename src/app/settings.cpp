// SPDX-License-Identifier: Apache-2.0
// The one table of settings; docs/configuration.md is made from it.
#include "app/settings.h"

#include <fmt/format.h>

#include <algorithm>

#include "app/errors.h"

namespace caudal::app {
namespace {

namespace fs = std::filesystem;

constexpr const char* kSystemFile = "/etc/caudal/caudal.yaml";
constexpr const char* kLocalFile = "caudal.yaml";
constexpr const char* kInstalledFlows = "/usr/share/caudal/flows";

constexpr ConfigKey kSettings[] = {
    {"data", ConfigType::kPath, "",
     "The data directory. When not set, `$XDG_DATA_HOME/caudal`, or `~/.local/share/caudal`."},
    {"flows", ConfigType::kPath, "",
     "The folder that holds a folder for each flow. When not set, `./flows` where there is one, else the flows "
     "installed with the program."},
    {"output", ConfigType::kText, "table", "How commands print tables.", false, "table|csv|json"},
    {"memory_limit", ConfigType::kBytes, "0",
     "Memory that a query or a step may use before it spills to disk, each of those that run at the same time. 0 is an "
     "eighth of the machine's memory, or of what a container or a service has of it; at least 2 GiB, where that is no "
     "more than half."},
    {"threads", ConfigType::kWhole, "0", "Threads of a query or a step; 0 is one for each core."},
    {"storage.cache", ConfigType::kBytes, "32MiB", "Memory for blocks of the metadata store."},
    {"storage.keys_file", ConfigType::kPath, "",
     "The master keys of objects that are encrypted at rest; made when missing. When not set, `objects.keys` of the "
     "data directory. Elsewhere, a copy of the data directory alone does not give them away; lost, they are lost."},
    {"backups.folder", ConfigType::kPath, "",
     "The folder, best on another disk, in which a server makes the backups that it is asked for (`POST /v1/backups`); "
     "it must be there. When not set, it makes none."},
    {"backups.copy", ConfigType::kBoolean, "false",
     "Whether those copy every byte also on the same file system, as `caudal backup --copy` does."},
    {"server.address", ConfigType::kText, "127.0.0.1",
     "The address that `caudal serve` listens on. The default reaches this machine only."},
    {"server.port", ConfigType::kWhole, "4280", "Its port; 0 takes any that is free."},
    {"server.tls.certificate", ConfigType::kPath, "",
     "Certificate chain (PEM), leaf first; with `server.tls.key`. Read again on SIGHUP. Without both, plain HTTP."},
    {"server.tls.key", ConfigType::kPath, "", "Key of the certificate (PEM)."},
    {"server.domains", ConfigType::kTexts, "localhost",
     "Names that the server is called by: `example.org` makes `lake.example.org` and `lake.s3.example.org` the bucket "
     "`lake`, and `lake.s3-website.example.org` its website. In the path, buckets are always found."},
    {"server.region", ConfigType::kText, "us-east-1", "The region that new buckets say they are in."},
    {"server.handlers", ConfigType::kWhole, "64",
     "Requests that are worked on at the same time; up to 192 more while others wait for slow clients."},
    {"server.queue", ConfigType::kWhole, "1024", "Requests that may wait; more are told to slow down."},
    {"server.connections", ConfigType::kWhole, "20000", "Connections that are kept open at the same time."},
    {"server.webhooks", ConfigType::kTexts, "",
     "Where buckets may send their events: `orders=https://example.org/hook` is what the notification configurations "
     "of "
     "buckets call `arn:aws:sqs:us-east-1:000000000000:orders`.",
     true},
    {"server.lifecycle_every", ConfigType::kWhole, "3600",
     "Seconds between two looks at the lifecycle rules of buckets."},
    {"items.sweep_every", ConfigType::kWhole, "60",
     "Seconds between two sweeps of items: of those that have expired, and of what streams no longer tell."},
    {"items.enforce_throughput", ConfigType::kBoolean, "false",
     "Whether clients of the DynamoDB API get no more of provisioned tables than their throughput, with five minutes "
     "of "
     "it kept for bursts: for trying out how they do with being throttled."},
    {"items.endpoint", ConfigType::kText, "",
     "Where tables of items are kept, if not in the data directory: any endpoint that speaks DynamoDB, such as "
     "`https://dynamodb.sa-east-1.amazonaws.com` or `http://127.0.0.1:8000`. Payments are kept there too, and the "
     "DynamoDB API of `caudal serve` passes on to it."},
    {"items.region", ConfigType::kText, "us-east-1", "The region that requests to `items.endpoint` are signed for."},
    {"items.access_key_id", ConfigType::kText, "", "The key for `items.endpoint`, with `items.secret_access_key`."},
    {"items.secret_access_key", ConfigType::kText, "", "The secret of that key.", true},
    {"items.session_token", ConfigType::kText, "", "The session token, where the key is a temporary one.", true},
    {"items.ca_file", ConfigType::kPath, "", "Certificates to trust there (PEM), instead of the system's."},
    {"server.flows", ConfigType::kBoolean, "true", "Whether `caudal serve` also does what `caudal flows watch` does."},
    {"server.log", ConfigType::kText, "errors", "Which requests are logged, as lines of JSON on standard error.", false,
     "none|errors|all"},
    {"root.access_key_id", ConfigType::kText, "",
     "The root key's id, with `root.secret_access_key`. When not set, a root key is made at the first start and kept "
     "in "
     "`access/root.credentials` of the data directory."},
    {"root.secret_access_key", ConfigType::kText, "", "The root key's secret.", true},
    {"access.master_key_file", ConfigType::kPath, "",
     "The key under which the secrets of access keys are sealed; made when missing. When not set, `access/master.key` "
     "of "
     "the data directory. Elsewhere, a copy of the data directory alone gives no secret away."},
    {"audit.keep_days", ConfigType::kWhole, "0", "How many days the audit log is kept; 0 is for good."},
    {"payments.tables.payments", ConfigType::kText, "BankPayments", "The table of scheduled payments."},
    {"payments.tables.processed", ConfigType::kText, "BankPaymentsProcessed",
     "The long-term table of payments that are done."},
    {"payments.tables.journal", ConfigType::kText, "BankPaymentsJournal", "The table of every change of a payment."},
    {"payments.tables.work", ConfigType::kText, "BankPaymentsWork",
     "The table of how far loads and the timetable are."},
    {"payments.shards", ConfigType::kWhole, "5",
     "Among how many keys of the index what is scheduled for a date is spread. May grow; must not shrink while "
     "payments are scheduled."},
    {"payments.lease", ConfigType::kWhole, "300",
     "Seconds that an answer of the transaction service is waited for before it is asked for."},
    {"payments.retries.attempts", ConfigType::kWhole, "4",
     "How often a payment is tried in all, when the transaction service refuses it for now."},
    {"payments.retries.first_delay", ConfigType::kWhole, "15",
     "Minutes until the second attempt; each further one waits twice as long."},
    {"payments.service", ConfigType::kText, "built_in",
     "Who moves the money: a service that is asked over HTTP, or the built-in one, which moves none.", false,
     "built_in|http"},
    {"payments.http.url", ConfigType::kText, "",
     "Where the transaction service takes instructions, such as `https://bank.example.org/transactions`: by POST, and "
     "by "
     "GET below it what has become of an attempt. docs/payments.md says what is sent and answered."},
    {"payments.http.token", ConfigType::kText, "", "Sent to it as `Authorization: Bearer`.", true},
    {"payments.http.ca_file", ConfigType::kPath, "", "Certificates to trust there (PEM), instead of the system's."},
    {"payments.http.timeout", ConfigType::kWhole, "10", "Seconds that one request to it may take."},
    {"payments.http.webhook_secrets", ConfigType::kTexts, "",
     "Secrets of its callbacks to `/v1/transactions/{attempt}/outcome`, as standardwebhooks.com has them "
     "(`whsec_...`); several while one is taken over by the next. Without any, no callbacks are taken.",
     true},
    {"payments.built_in.table", ConfigType::kText, "BankTransactions",
     "The ledger of the built-in transaction service, which moves no money."},
    {"payments.built_in.seed", ConfigType::kWhole, "1", "What it refuses and loses is drawn by this seed."},
    {"payments.built_in.delay", ConfigType::kWhole, "0", "Seconds that it takes; until then an attempt is under way."},
    {"payments.built_in.refused", ConfigType::kWhole, "0", "Of a thousand attempts, how many it refuses for good."},
    {"payments.built_in.refused_for_now", ConfigType::kWhole, "0",
     "Of a thousand attempts, how many it refuses so that they may be tried again."},
    {"payments.built_in.unanswered", ConfigType::kWhole, "0",
     "Of a thousand attempts, of how many the answer is lost."},
    {"payments.built_in.repeated", ConfigType::kWhole, "0", "Of a thousand attempts, how many are answered twice."},
    {"payments.timetable.zone", ConfigType::kText, "UTC",
     "The time zone of the bank's days, such as `America/Sao_Paulo`."},
    {"payments.timetable.on", ConfigType::kBoolean, "false",
     "Whether `caudal serve` keeps the timetable of payments: loads, hands over, archives."},
    {"payments.timetable.load", ConfigType::kText, "01:00", "When the files of the inbox are loaded, every day."},
    {"payments.timetable.inbox", ConfigType::kPath, "",
     "The folder of files to load: each once, by its content; they stay there. When not set, none are loaded."},
    {"payments.timetable.hand_over_every", ConfigType::kWhole, "15",
     "Minutes between two times that due payments are handed over, on the bank's days."},
    {"payments.timetable.archive", ConfigType::kText, "23:30",
     "When what is processed goes to the long-term table, every day."},
    {"payments.timetable.weekends", ConfigType::kBoolean, "false",
     "Whether Saturdays and Sundays are the bank's days."},
    {"payments.timetable.holidays", ConfigType::kTexts, "",
     "Dates on which nothing is handed over, such as `2027-02-09`: what is due waits for the next of the bank's days."},
    {"notices.email.host", ConfigType::kText, "", "Mail server. Without it no e-mail is sent."},
    {"notices.email.port", ConfigType::kWhole, "25", "Port of the mail server."},
    {"notices.email.security", ConfigType::kText, "none", "How the connection to the mail server is protected.", false,
     "none|starttls|tls"},
    {"notices.email.user", ConfigType::kText, "", "User at the mail server; empty: no authentication."},
    {"notices.email.password", ConfigType::kText, "", "Password at the mail server.", true},
    {"notices.email.from", ConfigType::kText, "", "Sender, such as `Caudal <caudal@example.org>`."},
    {"notices.email.to", ConfigType::kTexts, "", "Who gets the e-mail; separated by commas outside the file."},
    {"notices.email.ca_file", ConfigType::kPath, "", "Certificates to trust (PEM), instead of the system's."},
    {"notices.chat.url", ConfigType::kText, "",
     "Webhook of a chat that takes Slack's form of messages. Without it nothing is sent there.", true},
    {"notices.chat.ca_file", ConfigType::kPath, "", "Certificates to trust (PEM), instead of the system's."},
    {"notices.attempts", ConfigType::kWhole, "4", "How often sending a notice is tried, on each channel."},
};

bool is_file(const fs::path& path) {
  std::error_code ignored;  // what cannot be examined is not taken up
  return fs::is_regular_file(path, ignored);
}

std::optional<fs::path> find_file(const Arguments& arguments, const Environment& environment) {
  if (const auto flag = arguments.text("--config")) return *flag;
  if (const auto variable = environment("CAUDAL_CONFIG"); variable && !variable->empty()) return *variable;
  for (const char* candidate : {kLocalFile, kSystemFile}) {
    if (is_file(candidate)) return candidate;
  }
  return std::nullopt;
}

}  // namespace

std::span<const ConfigKey> settings() { return kSettings; }

Result<Config> load_settings(const Arguments& arguments, const Environment& environment) {
  ConfigSources sources;
  sources.environment = environment;
  sources.file = find_file(arguments, environment);
  if (const auto data = arguments.text("--data")) sources.flags["data"] = *data;
  return Config::load(kSettings, sources);
}

Result<fs::path> data_directory(const Config& config, const Environment& environment) {
  if (const fs::path set = config.path("data"); !set.empty()) return set;
  if (const auto xdg = environment("XDG_DATA_HOME"); xdg && xdg->starts_with('/')) return fs::path(*xdg) / "caudal";
  if (const auto home = environment("HOME"); home && !home->empty()) return fs::path(*home) / ".local/share/caudal";
  return Error{Errc::usage, "there is no HOME to keep data in; say where with --data DIR or CAUDAL_DATA"};
}

fs::path flows_directory(const Config& config) {
  if (const fs::path set = config.path("flows"); !set.empty()) return set;
  std::error_code ignored;  // what cannot be examined is not taken up
  return fs::is_directory("flows", ignored) ? "flows" : kInstalledFlows;
}

uint64_t memory_limit(const Config& config, uint64_t machine_bytes) {
  constexpr uint64_t kEnough = uint64_t{2} << 30;  // for books of tens of millions of invoices, which then spill
  if (const uint64_t set = config.bytes("memory_limit"); set > 0) return set;
  return std::min(std::max(machine_bytes / 8, kEnough), machine_bytes / 2);
}

notices::Configuration notices_configuration(const Config& config) {
  notices::Configuration configuration;
  configuration.retry.backoff.attempts =
      static_cast<int>(std::clamp<int64_t>(config.whole("notices.attempts"), 1, 100));
  if (!config.text("notices.email.host").empty()) {
    using Security = notices::EmailConfiguration::Security;
    const std::string& security = config.text("notices.email.security");
    configuration.emails.push_back(
        {.host = config.text("notices.email.host"),
         .port = static_cast<uint16_t>(std::min<int64_t>(config.whole("notices.email.port"), UINT16_MAX)),
         .security = security == "tls"        ? Security::kTls
                     : security == "starttls" ? Security::kStartTls
                                              : Security::kNone,
         .user = config.text("notices.email.user"),
         .password = notices::Secret(config.text("notices.email.password")),
         .from = config.text("notices.email.from"),
         .to = config.texts("notices.email.to"),
         .ca_file = config.path("notices.email.ca_file").string()});
  }
  if (!config.text("notices.chat.url").empty()) {
    configuration.webhooks.push_back({.url = notices::Secret(config.text("notices.chat.url")),
                                      .ca_file = config.path("notices.chat.ca_file").string()});
  }
  return configuration;
}

}  // namespace caudal::app
