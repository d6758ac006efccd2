// SPDX-License-Identifier: Apache-2.0
// A change and its record.
#include "app/access_here.h"

#include <fmt/format.h>
#include <unistd.h>

namespace caudal::app {

Result<void> AccessHere::recorded(std::string_view operation, const std::string& resource,
                                  const std::function<Result<void>()>& change) {
  audit::Record record{.time = clock_.now(),
                       .service = "access",
                       .operation = std::string(operation),
                       .principal = fmt::format("user {} of this machine", ::getuid()),
                       .source = "command line",
                       .resource = resource};
  // First that it is tried: a change that could not be recorded afterwards would go unseen.
  record.decision = "begun";
  TRY(log_.append(record));
  TRY(log_.flush());
  const auto changed = change();
  record.decision = changed ? "done" : "failed";
  if (!changed) record.error_code = changed.error().code.message();
  record.duration_us = static_cast<uint64_t>((clock_.now() - record.time).count());
  TRY(log_.append(record));
  TRY(log_.flush());
  return changed;
}

Result<access::NewKey> AccessHere::create_key(const access::KeyRequest& request) {
  access::NewKey made;
  TRY(recorded("CreateKey", request.user, [&]() -> Result<void> {
    made = TRY(identities_.create_key(request));
    return {};
  }));
  return made;
}

Result<void> AccessHere::enable_key(const std::string& access_key_id, bool enabled) {
  return recorded(enabled ? "EnableKey" : "DisableKey", access_key_id,
                  [&] { return identities_.enable_key(access_key_id, enabled); });
}

Result<void> AccessHere::remove_key(const std::string& access_key_id) {
  return recorded("DeleteKey", access_key_id, [&] { return identities_.remove_key(access_key_id); });
}

Result<void> AccessHere::create_user(const std::string& name) {
  return recorded("CreateUser", name, [&]() -> Result<void> {
    TRY(identities_.create_user(name));
    return {};
  });
}

Result<void> AccessHere::remove_user(const std::string& name) {
  return recorded("DeleteUser", name, [&] { return identities_.remove_user(name); });
}

Result<void> AccessHere::put_policy(const std::string& user, const std::string& policy, const std::string& document) {
  return recorded("AttachPolicy", fmt::format("{}/{}", user, policy),
                  [&] { return identities_.put_policy(user, policy, document); });
}

Result<std::string> AccessHere::policy(const std::string& user, const std::string& policy) {
  return identities_.policy(user, policy);
}

Result<void> AccessHere::remove_policy(const std::string& user, const std::string& policy) {
  return recorded("DetachPolicy", fmt::format("{}/{}", user, policy),
                  [&] { return identities_.remove_policy(user, policy); });
}

}  // namespace caudal::app
