// SPDX-License-Identifier: Apache-2.0
// Users, their keys and their policies. Secrets are needed in clear to check signatures (HMAC), so they are stored
// sealed under a master key that lies in a file of its own, readable by its owner only; whoever has both has the
// secrets.
//
//   auto identities = TRY(Identities::open(*kv, clock, {.directory = data / "access"}));
//   if (auto made = identities->take_new_root_key()) print_once(*made);
//   const Found found = identities->find(claim.access_key_id);       // never fails, never reads the disk
//   verify(request, claim, found.credential->secret.reveal());       // first the signature, whatever was found
//   if (found.state != KeyState::kActive) refuse();                  // then whether the key may be used
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "access/entropy.h"
#include "access/identity.h"
#include "access/secret.h"
#include "base/clock.h"
#include "base/result.h"
#include "kv/store.h"

namespace caudal::access {

struct NewKey {
  std::string access_key_id;
  Secret secret;  // shown once, and to nobody again
  std::string user;
};

struct IdentityOptions {
  // This room's folder in the data directory: root.credentials and master.key, made when missing.
  std::filesystem::path directory = {};
  // The root key as configuration or CAUDAL_ROOT_ACCESS_KEY_ID and CAUDAL_ROOT_SECRET_ACCESS_KEY preset it; then none
  // is made and root.credentials is not read. Both or none.
  std::string root_access_key_id = {};
  Secret root_secret = {};
  // Nothing: <directory>/master.key. Elsewhere, so that a copy of the data directory alone gives no secrets away.
  std::optional<std::filesystem::path> master_key_file = {};
  Entropy entropy = system_entropy();
};

enum class KeyState : uint8_t { kActive, kDisabled, kExpired, kUnknown };
std::string_view to_string(KeyState state);  // "active"

// What a signature is checked with. Immutable.
struct Credential {
  std::string access_key_id;
  Secret secret;
  Identity identity;
  bool enabled = true;
  std::optional<Timestamp> expires = {};
};

struct Found {
  KeyState state = KeyState::kUnknown;
  // Never null. For an unknown id, one that no signature fits: checking takes the same path and time as with a key.
  std::shared_ptr<const Credential> credential;  // shared_ptr: outlives the removal of the key
};

struct KeyRequest {
  std::string user;
  std::string description = {};
  std::optional<Timestamp> expires = {};
};

struct KeyInfo {
  std::string access_key_id;
  std::string user;  // "root" for the root key
  std::string description = {};
  KeyState state = KeyState::kActive;
  std::optional<Timestamp> created = {};  // nothing for the root key
  std::optional<Timestamp> expires = {};
};

struct UserInfo {
  std::string name;
  std::string id;
  Timestamp created = {};
  std::vector<std::string> policies = {};  // names, sorted
  size_t keys = 0;
};

// Thread-safe. Changes are on disk and seen by every later find() when the call returns.
class Identities {
 public:
  static constexpr size_t kMaxKeysOfUser = 100;
  static constexpr size_t kMaxPoliciesOfUser = 20;

  // `store` and `clock` must outlive it. Errors: too_open, wrong_master_key, invalid_name (a preset), corrupt, of
  // files.
  static Result<std::unique_ptr<Identities>> open(kv::Store& store, const Clock& clock, IdentityOptions options);
  ~Identities();

  // The root key, if this open made it; once.
  std::optional<NewKey> take_new_root_key();

  // From memory, about 100 ns.
  Found find(std::string_view access_key_id) const;

  // Errors: no_such_user, invalid_argument, too_many.
  Result<NewKey> create_key(const KeyRequest& request);
  // By user and creation; the root key first. Never secrets.
  std::vector<KeyInfo> keys() const;
  // Errors: no_such_key (the root key is none of these).
  Result<void> enable_key(std::string_view access_key_id, bool enabled);
  Result<void> remove_key(std::string_view access_key_id);

  // Errors: invalid_name, user_exists.
  Result<UserInfo> create_user(std::string_view name);
  std::vector<UserInfo> users() const;
  // Errors: no_such_user, user_has_keys.
  Result<void> remove_user(std::string_view name);
  // By name, or by id. For BucketRules::knows_user.
  bool knows_user(std::string_view name_or_id) const;

  // The unique id of a user, who keeps it for life, and back: nobody who is created later under the same name has it.
  std::optional<std::string> user_id(std::string_view name) const;
  std::optional<std::string> user_name(std::string_view id) const;

  // 32 bytes that follow from the master key and `purpose`: a key for something else, such as the audit log's links.
  Secret derive_key(std::string_view purpose) const;

  // Attaches, or replaces. Errors: no_such_user, invalid_name, malformed_policy, too_many.
  Result<void> put_policy(std::string_view user, std::string_view policy, std::string_view document);
  // As it was put. Errors: no_such_user, no_such_policy.
  Result<std::string> policy(std::string_view user, std::string_view policy) const;
  Result<void> remove_policy(std::string_view user, std::string_view policy);

 private:
  struct Impl;
  explicit Identities(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace caudal::access
