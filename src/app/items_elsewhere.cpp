// SPDX-License-Identifier: Apache-2.0
#include "app/items_elsewhere.h"

#include <fmt/format.h>

#include "app/server_key.h"
#include "base/random.h"
#include "items/errors.h"

namespace caudal::app {
namespace {

// Of a server on this machine: when it does not answer soon, a person wants to know.
constexpr int kAttempts = 4;

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
  options.credentials = TRY(server_key(data, settings));
  options.retries.attempts = kAttempts;
  auto store = TRY(items::RemoteStore::open(std::move(options), clock, secure_random_u64()));
  const auto asked = store->list_tables("", 1);
  if (!asked && asked.error().code == items::Errc::not_allowed) return not_the_servers_key(url, data);
  if (!asked) return asked.error();
  return std::unique_ptr<items::Store>(std::move(store));
}

}  // namespace caudal::app
