// SPDX-License-Identifier: Apache-2.0
// Tables of items that are not in a data directory of this process: at an endpoint that the settings name, or in the
// server that has the data directory open.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/config.h"
#include "items/remote/remote_store.h"

namespace caudal::app {

// Nothing when items.endpoint is not set.
std::optional<items::RemoteOptions> items_endpoint(const Config& settings);

// By the server at `url` that has the data directory `data` open, with its root key: whoever can read that could open
// the directory itself. `clock` outlives it. Errors: of class kUsage when the key cannot be had or is not the server's,
// and the store's when the server does not answer.
Result<std::unique_ptr<items::Store>> items_of_server(const std::string& url, const std::filesystem::path& data,
                                                      const Config& settings, Clock& clock);

}  // namespace caudal::app
