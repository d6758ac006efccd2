// SPDX-License-Identifier: Apache-2.0
// isatty, TIOCGWINSZ, NO_COLOR and TERM.
#include "app/terminal/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdlib>

namespace caudal::app {

Environment process_environment() {
  return [](const std::string& name) -> std::optional<std::string> {
    const char* value = std::getenv(name.c_str());
    if (value == nullptr) return std::nullopt;
    return value;
  };
}

Terminal Terminal::look(const Environment& environment) {
  Terminal terminal;
  terminal.output_is_terminal = ::isatty(STDOUT_FILENO) == 1;
  terminal.error_is_terminal = ::isatty(STDERR_FILENO) == 1;
  winsize size{};
  const int descriptor = terminal.output_is_terminal ? STDOUT_FILENO : STDERR_FILENO;
  if (::ioctl(descriptor, TIOCGWINSZ, &size) == 0) terminal.width = size.ws_col;
  const bool dumb = environment("TERM").value_or("dumb") == "dumb";
  const bool refused = !environment("NO_COLOR").value_or("").empty();  // as no-color.org has it
  terminal.color = terminal.output_is_terminal && !dumb && !refused;
  return terminal;
}

}  // namespace caudal::app
