// SPDX-License-Identifier: Apache-2.0
// How tests have a server serve: on a free port, with few threads, and silent.
#pragma once

#include "app/serve/serving.h"

namespace caudal::app {

inline ServeOptions test_serve_options() {
  ServeOptions options;
  options.server.port = 0;
  options.server.handler_threads = 2;
  options.log = [](std::string_view) {};
  return options;
}

}  // namespace caudal::app
