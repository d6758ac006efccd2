// SPDX-License-Identifier: Apache-2.0
// CAUDAL_VERSION comes from the project's version in CMakeLists.txt.
#include "app/version.h"

namespace caudal::app {

std::string_view version() { return CAUDAL_VERSION; }

}  // namespace caudal::app
