// SPDX-License-Identifier: Apache-2.0
#include "app/items_elsewhere.h"

#include <fmt/format.h>

#include "access/root_key.h"
#include "app/errors.h"
#include "base/random.h"
#include "items/errors.h"

namespace caudal::app {
namespace {

// Of a server on this machine: when it does not answer soon, a person wants to know.
constexpr int kAttempts = 4;

// As the server has it: preset, or in the data directory.
Result<aws::Credentials> root_key(const std::filesystem::path& data, const Config& settings) {
  if (const std::string preset = settings.text("root.access_key_id"); !preset.empty())
    return aws::Credentials{.access_key_id = preset, .secret = settings.text("root.secret_access_key")};
  const auto kept = TRY(access::read_root_key(data / "access" / "root.credentials"));
  if (kept) return aws::Credentials{.access_key_id = kept->access_key_id, .secret = std::string(kept->secret.reveal())};
  return Error{Errc::usage, fmt::format("the server that has {} open has a preset root key; set root.access_key_id and "
                                        "root.secret_access_key as it does",
                                        data.string())};
}

}  // namespace

std::optional<items::RemoteOptions> items_endpoint(const Config& settings) {
  const std::string endpoint = settings.text("items.endpoint");
  if (endpoint.empty()) return std::nullopt;
  return items::RemoteOptions{.endpoint = endpoint,
                              .region = settings.text("items.region"),
                              .credentials = {.access_key_id = settings.text("items.access_key_id"),
                                              .secret = settings.text("items.secret_access_key"),
                                              .session_token = settings.text("items.session_token")},
                              .ca_file = settings.path("items.ca_file").string()};
}

Result<std::unique_ptr<items::Store>> items_of_server(const std::string& url, const std::filesystem::path& data,
                                                      const Config& settings, Clock& clock) {
  items::RemoteOptions options{.endpoint = url, .region = settings.text("server.region")};
  options.credentials = TRY(root_key(data, settings));
  options.retries.attempts = kAttempts;
  auto store = TRY(items::RemoteStore::open(std::move(options), clock, secure_random_u64()));
  // A server whose root key is preset leaves an older one lying in its directory.
  const auto asked = store->list_tables("", 1);
  if (!asked && asked.error().code == items::Errc::not_allowed) {
    return Error{Errc::usage,
                 fmt::format("the server at {} has {} open, and another root key than this command was given; set "
                             "root.access_key_id and root.secret_access_key as it does",
                             url, data.string())};
  }
  if (!asked) return asked.error();
  return std::unique_ptr<items::Store>(std::move(store));
}

}  // namespace caudal::app
