// SPDX-License-Identifier: Apache-2.0
// Users, keys and policies as commands see and change them: in the data directory (access_here.h), or in the server
// that has it open (access_elsewhere.h).
#pragma once

#include <string>
#include <vector>

#include "access/identities.h"
#include "base/result.h"

namespace caudal::app {

// As access::Identities, whose errors these are, or those of the way to the server. Not thread-safe.
class AccessDesk {
 public:
  virtual ~AccessDesk() = default;

  virtual Result<access::NewKey> create_key(const access::KeyRequest& request) = 0;
  virtual Result<std::vector<access::KeyInfo>> keys() = 0;
  virtual Result<void> enable_key(const std::string& access_key_id, bool enabled) = 0;
  virtual Result<void> remove_key(const std::string& access_key_id) = 0;

  virtual Result<void> create_user(const std::string& name) = 0;
  virtual Result<std::vector<access::UserInfo>> users() = 0;
  virtual Result<void> remove_user(const std::string& name) = 0;

  virtual Result<void> put_policy(const std::string& user, const std::string& policy, const std::string& document) = 0;
  virtual Result<std::string> policy(const std::string& user, const std::string& policy) = 0;
  virtual Result<void> remove_policy(const std::string& user, const std::string& policy) = 0;
};

}  // namespace caudal::app
