// SPDX-License-Identifier: Apache-2.0
// The settings that Caudal has, where their file is looked for, and what the folders mean when nobody set them.
#pragma once

#include <filesystem>
#include <span>

#include "app/cli/arguments.h"
#include "app/terminal/environment.h"
#include "base/config.h"
#include "base/result.h"
#include "notices/configuration.h"

namespace caudal::app {

std::span<const ConfigKey> settings();

// Flags over environment over file. The file is --config, else CAUDAL_CONFIG, else caudal.yaml in the current folder,
// else /etc/caudal/caudal.yaml, else none. Errors: kUsage.
Result<Config> load_settings(const Arguments& arguments, const Environment& environment);

// `data`, or $XDG_DATA_HOME/caudal, or ~/.local/share/caudal. Error when the environment tells no home.
Result<std::filesystem::path> data_directory(const Config& config, const Environment& environment);

// `flows`, or ./flows where there is one, or the flows installed with the program.
std::filesystem::path flows_directory(const Config& config);

// `memory_limit`, or what it is by itself with so much memory for the process.
uint64_t memory_limit(const Config& config, uint64_t machine_bytes);

// The channels that the settings name: "email" where there is a mail server, "chat" where there is a webhook.
notices::Configuration notices_configuration(const Config& config);

}  // namespace caudal::app
