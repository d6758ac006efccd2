// SPDX-License-Identifier: Apache-2.0
// The families of commands, one function and one file each.
#pragma once

#include "app/cli/command.h"

namespace caudal::app {

Command root_command();  // all of them, with the options that every command takes

Command backup_command();
Command catalog_command();
Command completion_command();
Command docs_command();  // hidden: prints the reference documents
Command doctor_command();
Command flows_command();
Command keys_command();
Command objects_command();
Command payments_command();
Command sample_command();
Command serve_command();
Command sql_command();
Command users_command();
Command version_command();

}  // namespace caudal::app
