// SPDX-License-Identifier: Apache-2.0
// Folders and sessions of a run.
#include "flows/engine/run_context.h"

#include <fmt/format.h>

#include "base/file.h"
#include "flows/engine/errors.h"

namespace caudal::flows::engine {

Result<std::filesystem::path> RunContext::fresh_folder(std::string_view step) const {
  std::filesystem::path path = folder() / step;
  std::error_code error;
  std::filesystem::remove_all(path, error);
  if (error) return errno_error(error.value(), "empty folder", path);
  TRY(caudal::create_directories(path));
  return path;
}

Result<std::unique_ptr<queries::Session>> RunContext::session() const {
  queries::SessionOptions options{.view = platform.catalog.with_staged(publication())};
  return platform.queries.open_session(std::move(options));
}

Result<void> RunContext::check_stop() const {
  if (stop.stop_requested()) return Error{caudal::Errc::cancelled, "the run was interrupted"};
  return {};
}

Error in_step(Error error, std::string_view step) {
  return std::move(error).with_context(fmt::format("running step {}", step));
}

}  // namespace caudal::flows::engine
