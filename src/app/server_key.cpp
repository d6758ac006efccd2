// SPDX-License-Identifier: Apache-2.0
#include "app/server_key.h"

#include <fmt/format.h>

#include "access/root_key.h"
#include "app/errors.h"

namespace caudal::app {

Result<aws::Credentials> server_key(const std::filesystem::path& data, const Config& settings) {
  if (const std::string preset = settings.text("root.access_key_id"); !preset.empty())
    return aws::Credentials{.access_key_id = preset, .secret = settings.text("root.secret_access_key")};
  const auto kept = TRY(access::read_root_key(data / "access" / "root.credentials"));
  if (kept) return aws::Credentials{.access_key_id = kept->access_key_id, .secret = std::string(kept->secret.reveal())};
  return Error{Errc::usage, fmt::format("the server that has {} open has a preset root key; set root.access_key_id and "
                                        "root.secret_access_key as it does",
                                        data.string())};
}

Error not_the_servers_key(const std::string& url, const std::filesystem::path& data) {
  return {Errc::usage,
          fmt::format("the server at {} has {} open, and another root key than this command was given; set "
                      "root.access_key_id and root.secret_access_key as it does",
                      url, data.string())};
}

}  // namespace caudal::app
