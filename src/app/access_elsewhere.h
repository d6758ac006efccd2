// SPDX-License-Identifier: Apache-2.0
// Users, keys and policies of the server that has the data directory open, by its IAM.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "app/access_desk.h"
#include "base/clock.h"
#include "base/config.h"

namespace caudal::app {

// `clock` outlives it. Errors: of class kUsage when the server's root key cannot be had; that it is not the server's is
// told by what is asked of it.
Result<std::unique_ptr<AccessDesk>> access_of_server(const std::string& url, const std::filesystem::path& data,
                                                     const Config& settings, Clock& clock);

}  // namespace caudal::app
