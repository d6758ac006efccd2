// SPDX-License-Identifier: Apache-2.0
// The root key of the server that has a data directory open: whoever can read that key could open the directory itself.
#pragma once

#include <filesystem>
#include <string>

#include "aws/sigv4_sign.h"
#include "base/config.h"
#include "base/result.h"

namespace caudal::app {

// As the server has it: preset by the settings, or in the data directory. Errors: of class kUsage when it cannot be
// had.
Result<aws::Credentials> server_key(const std::filesystem::path& data, const Config& settings);

// What to say when the server at `url` does not take it: one whose root key is preset leaves an older one lying in its
// directory.
Error not_the_servers_key(const std::string& url, const std::filesystem::path& data);

}  // namespace caudal::app
