// SPDX-License-Identifier: Apache-2.0
// A change and its record.
#include "app/commands/access_changes.h"

#include <fmt/format.h>
#include <unistd.h>

namespace caudal::app {

Result<void> change_access(Context& context, std::string_view operation, std::string_view resource,
                           const std::function<Result<void>(access::Identities&)>& change) {
  access::Identities& identities = *TRY(context.identities());
  audit::Log& log = *TRY(TRY(context.platform())->audit());
  audit::Record record{.time = context.clock().now(),
                       .service = "access",
                       .operation = std::string(operation),
                       .principal = fmt::format("user {} of this machine", ::getuid()),
                       .source = "command line",
                       .resource = std::string(resource)};
  // First that it is tried: a change that could not be recorded afterwards would go unseen.
  record.decision = "begun";
  TRY(log.append(record));
  TRY(log.flush());
  const auto changed = change(identities);
  record.decision = changed ? "done" : "failed";
  if (!changed) record.error_code = changed.error().code.message();
  record.duration_us = static_cast<uint64_t>((context.clock().now() - record.time).count());
  TRY(log.append(record));
  TRY(log.flush());
  return changed;
}

}  // namespace caudal::app
