// SPDX-License-Identifier: Apache-2.0
// The listing commands of `caudal objects`.
#pragma once

#include "app/cli/command.h"

namespace caudal::app {

Command objects_ls_command();
Command objects_versions_command();

}  // namespace caudal::app
