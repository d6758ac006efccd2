// SPDX-License-Identifier: Apache-2.0
// Users, keys and policies as rows of the store, read all at once when it is opened.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "kv/store.h"

namespace caudal::access {

struct UserRow {
  std::string id;
  Timestamp created = {};
};

struct KeyRow {
  std::string user;
  std::string description = {};
  Timestamp created = {};
  std::optional<Timestamp> expires = {};
  bool enabled = true;
  std::string sealed_secret = {};
};

struct IdentityRows {
  std::map<std::string, UserRow, std::less<>> users;
  std::map<std::string, KeyRow, std::less<>> keys;
  struct PolicyRow {
    std::string user;
    std::string name;
    std::string document;
  };
  std::vector<PolicyRow> policies;
  std::optional<std::string> master_check;  // sealed under the master key when it was made
};

// Thread-safe, as the store is.
class IdentityTables {
 public:
  static Result<IdentityTables> open(kv::Store& store);

  Result<IdentityRows> read_all() const;
  void put_user(kv::Batch& batch, std::string_view name, const UserRow& row) const;
  void put_key(kv::Batch& batch, std::string_view access_key_id, const KeyRow& row) const;
  void put_policy(kv::Batch& batch, std::string_view user, std::string_view name, std::string_view document) const;
  void put_master_check(kv::Batch& batch, std::string_view sealed) const;
  Result<void> remove_user(kv::Batch& batch, std::string_view name) const;  // and its policies
  void remove_key(kv::Batch& batch, std::string_view access_key_id) const;
  void remove_policy(kv::Batch& batch, std::string_view user, std::string_view name) const;

 private:
  IdentityTables(kv::Store& store, kv::Family users, kv::Family keys, kv::Family policies, kv::Family settings)
      : store_(&store), users_(users), keys_(keys), policies_(policies), settings_(settings) {}
  kv::Store* store_;
  kv::Family users_;
  kv::Family keys_;
  kv::Family policies_;
  kv::Family settings_;
};

}  // namespace caudal::access
