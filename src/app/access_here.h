// SPDX-License-Identifier: Apache-2.0
// Users, keys and policies of the data directory. Changes by command stand in the audit log, as requests do: who (the
// user of the machine), what ("CreateKey"), on what. What cannot be recorded is not done.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "access/audit/log.h"
#include "app/access_desk.h"
#include "base/clock.h"

namespace caudal::app {

class AccessHere final : public AccessDesk {
 public:
  // All outlive it.
  AccessHere(access::Identities& identities, audit::Log& log, const Clock& clock)
      : identities_(identities), log_(log), clock_(clock) {}

  Result<access::NewKey> create_key(const access::KeyRequest& request) override;
  Result<std::vector<access::KeyInfo>> keys() override { return identities_.keys(); }
  Result<void> enable_key(const std::string& access_key_id, bool enabled) override;
  Result<void> remove_key(const std::string& access_key_id) override;
  Result<void> create_user(const std::string& name) override;
  Result<std::vector<access::UserInfo>> users() override { return identities_.users(); }
  Result<void> remove_user(const std::string& name) override;
  Result<void> put_policy(const std::string& user, const std::string& policy, const std::string& document) override;
  Result<std::string> policy(const std::string& user, const std::string& policy) override;
  Result<void> remove_policy(const std::string& user, const std::string& policy) override;

 private:
  // Does `change` and records it, whatever came of it.
  Result<void> recorded(std::string_view operation, const std::string& resource,
                        const std::function<Result<void>()>& change);

  access::Identities& identities_;
  audit::Log& log_;
  const Clock& clock_;
};

}  // namespace caudal::app
