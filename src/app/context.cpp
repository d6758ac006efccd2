// SPDX-License-Identifier: Apache-2.0
// Settings on first use, and tables as they were asked for.
#include "app/context.h"

#include <fmt/format.h>

#include "app/access_elsewhere.h"
#include "app/access_here.h"
#include "app/items_elsewhere.h"
#include "app/settings.h"
#include "base/check.h"
#include "base/machine_memory.h"
#include "base/random.h"
#include "kv/errc.h"

namespace caudal::app {

Result<const Config*> Context::config() {
  if (!config_) config_ = TRY(load_settings(arguments_, surroundings_.environment));
  return &*config_;
}

Result<std::filesystem::path> Context::data_directory() {
  return app::data_directory(*TRY(config()), surroundings_.environment);
}

Result<Platform*> Context::platform() {
  if (!platform_) {
    const Config& settings = *TRY(config());
    PlatformOptions options{.data = TRY(data_directory()), .cache_bytes = settings.bytes("storage.cache")};
    options.limits.memory_bytes = memory_limit(settings, machine_memory_bytes());
    options.master_key_file = settings.path("access.master_key_file");
    options.audit_keep_days = settings.whole("audit.keep_days");
    options.limits.threads = static_cast<unsigned>(settings.whole("threads"));
    options.object_keys_file = settings.path("storage.keys_file");
    options.root_access_key_id = settings.text("root.access_key_id");
    options.root_secret = access::Secret(std::string_view(settings.text("root.secret_access_key")));
    options.items_elsewhere = items_endpoint(settings);
    options.log = [this](std::string_view line) { say(line); };
    platform_ = TRY(Platform::open(options, clock()));
  }
  return platform_.get();
}

Result<objects::Store*> Context::objects() { return TRY(platform())->objects(); }

Result<access::Identities*> Context::identities() {
  access::Identities* identities = TRY(TRY(platform())->identities());
  if (const auto made = identities->take_new_root_key()) {
    say(
        fmt::format("a root key was made; it may do everything, and its secret is shown this once:\n"
                    "  access key id      {}\n  secret access key  {}\nkept in {}, for its owner alone",
                    made->access_key_id, made->secret.reveal(),
                    (TRY(platform())->data() / "access" / "root.credentials").string()));
  }
  return identities;
}

Result<items::Store*> Context::items() {
  if (items_elsewhere_) return items_elsewhere_.get();
  const Config& settings = *TRY(config());
  if (const auto endpoint = items_endpoint(settings)) {
    items_elsewhere_ = TRY(items::RemoteStore::open(*endpoint, clock(), secure_random_u64()));
    return items_elsewhere_.get();
  }
  auto own = platform();
  if (own) return (*own)->items();
  const std::string url = TRY(server_instead_of(own.error()));
  items_elsewhere_ = TRY(items_of_server(url, TRY(data_directory()), settings, clock()));
  tell_who_is_asked(url);
  return items_elsewhere_.get();
}

Result<AccessDesk*> Context::access() {
  if (access_) return access_.get();
  if (const auto own = platform(); !own) {
    const std::string url = TRY(server_instead_of(own.error()));
    access_ = TRY(access_of_server(url, TRY(data_directory()), *TRY(config()), clock()));
    tell_who_is_asked(url);
  } else {
    access_ = std::make_unique<AccessHere>(*TRY(identities()), *TRY((*own)->audit()), clock());
  }
  return access_.get();
}

Result<std::string> Context::server_instead_of(const Error& error) {
  if (error.code != kv::Errc::in_use) return error;
  const auto url = kv::DataDirectory::announced(TRY(data_directory()));
  if (!url) return error;
  return *url;
}

void Context::tell_who_is_asked(const std::string& url) {
  // The directory was found before, to learn that it is open.
  say(fmt::format("{} is open in the server at {}, which is asked instead",
                  data_directory().value_or(std::filesystem::path()).string(), url));
}

Result<catalog::Catalog*> Context::catalog() { return TRY(platform())->catalog(); }
Result<queries::Engine*> Context::queries() { return TRY(platform())->queries(); }
Result<runs::RunStore*> Context::runs() { return TRY(platform())->runs(); }

Result<Format> Context::format() {
  const auto typed = arguments_.text("--output");
  const auto format = parse_format(typed ? *typed : TRY(config())->text("output"));
  CHECK(format.has_value(), "an output format passed the parser that no writer knows");
  return *format;
}

Result<bool> Context::for_people() { return TRY(format()) == Format::kTable; }

Result<void> Context::table(std::vector<Column> columns, const std::function<Result<void>(TableWriter&)>& rows) {
  std::unique_ptr<Sink> file;
  if (const auto path = arguments_.text("--file")) file = TRY(file_sink(*path));
  Sink& sink = file ? *file : output();
  const bool on_terminal = !file && terminal().output_is_terminal;
  std::unique_ptr<TableWriter> writer;
  switch (TRY(format())) {
    case Format::kTable:
      writer = table_writer(sink, on_terminal ? terminal().width : 0, on_terminal && terminal().color);
      break;
    case Format::kCsv: writer = csv_writer(sink); break;
    case Format::kJson: writer = json_writer(sink); break;
  }
  TRY(writer->begin(std::move(columns)));
  TRY(rows(*writer));
  TRY(writer->end());
  return sink.finish();
}

std::vector<Option> table_options(std::vector<Option> own) {
  own.push_back(
      {.name = "--output", .value = "FORMAT", .help = "how to print it", .choices = {"table", "csv", "json"}});
  own.push_back({.name = "--file",
                 .value = "F",
                 .help = "write to the file F instead of standard output; it appears when complete",
                 .completes = Completes::kFile});
  return own;
}

}  // namespace caudal::app
