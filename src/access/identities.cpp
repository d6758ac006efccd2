// SPDX-License-Identifier: Apache-2.0
// Users, keys and policies in memory, as the store has them.
#include "access/identities.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>

#include "access/ascii.h"
#include "access/errors.h"
#include "access/identity_rows.h"
#include "access/master_key.h"
#include "access/private_file.h"
#include "access/root_key.h"
#include "base/check.h"
#include "base/thread_annotations.h"
#include "base/utf8.h"

namespace caudal::access {
namespace {

constexpr std::string_view kRootUser = "root";
constexpr std::string_view kMasterPurpose = "access.master_check";
constexpr std::string_view kMasterText = "caudal";
constexpr size_t kMaxUserName = 64;
constexpr size_t kMaxPolicyName = 128;
constexpr size_t kMaxDescription = 256;

struct TextHash {
  using is_transparent = void;
  size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
};

struct AttachedPolicy {
  std::string document;
  std::shared_ptr<const Policy> policy;  // shared with requests under way
};

struct User {
  UserRow row;
  std::map<std::string, AttachedPolicy, std::less<>> policies;
};

struct Key {
  KeyRow row;  // without the sealed secret's meaning: that is in the credential
  std::shared_ptr<const Credential> credential;
};

std::string key_purpose(std::string_view access_key_id) { return fmt::format("access.key/{}", access_key_id); }

bool is_name(std::string_view name, size_t longest) {
  constexpr std::string_view kSigns = "+=,.@_-";
  return !name.empty() && name.size() <= longest && std::ranges::all_of(name, [&](char c) {
    return (lower(c) >= 'a' && lower(c) <= 'z') || (c >= '0' && c <= '9') || kSigns.find(c) != std::string_view::npos;
  });
}

Error no_such_user(std::string_view name) {
  return {Errc::no_such_user,
          fmt::format("there is no user '{}'; `caudal users list` shows them, `caudal users create` makes one", name)};
}

Error no_such_key(std::string_view id) {
  return {Errc::no_such_key, fmt::format("there is no key '{}'; `caudal keys list` shows them", id)};
}

}  // namespace

std::string_view to_string(KeyState state) {
  switch (state) {
    case KeyState::kActive: return "active";
    case KeyState::kDisabled: return "disabled";
    case KeyState::kExpired: return "expired";
    case KeyState::kUnknown: return "unknown";
  }
  return "unknown";
}

struct Identities::Impl {
  Impl(kv::Store& kv, const Clock& wall_clock, IdentityTables rows, MasterKey master_key, Entropy random)
      : store(kv), clock(wall_clock), tables(rows), master(std::move(master_key)), entropy(std::move(random)) {
    Credential nobody;
    nobody.secret = make_secret(entropy);
    stranger = std::make_shared<const Credential>(std::move(nobody));
  }

  kv::Store& store;
  const Clock& clock;
  const IdentityTables tables;
  const MasterKey master;
  const Entropy entropy;
  std::shared_ptr<const Credential> stranger;  // what an unknown id is checked against
  std::shared_ptr<const Credential> root;

  // Changes, one after the other, with their commits. Taken before `mutex`.
  Mutex changing;
  mutable Mutex mutex;
  std::optional<NewKey> new_root CAUDAL_GUARDED_BY(mutex);
  std::unordered_map<std::string, Key, TextHash, std::equal_to<>> keys CAUDAL_GUARDED_BY(mutex);
  std::map<std::string, User, std::less<>> users CAUDAL_GUARDED_BY(mutex);

  Result<void> load(IdentityRows rows) CAUDAL_EXCLUDES(mutex);
  std::shared_ptr<const Credential> credential(std::string_view id, const KeyRow& row, Secret secret) const
      CAUDAL_REQUIRES(mutex);
  void renew_credentials(std::string_view user) CAUDAL_REQUIRES(mutex);
  KeyState state(const Credential& credential) const;
  KeyInfo describe(const std::string& id, const Key& key) const;
  size_t count_keys(std::string_view user) const CAUDAL_REQUIRES(mutex);
  Result<void> check_request(const KeyRequest& request) const CAUDAL_EXCLUDES(mutex);
};

Result<void> Identities::Impl::load(IdentityRows rows) {
  MutexLock lock(mutex);
  for (auto& [name, row] : rows.users) users[name].row = std::move(row);
  for (auto& row : rows.policies) {
    const auto user = users.find(row.user);
    if (user == users.end()) return Error{Errc::corrupt, fmt::format("a policy belongs to no user: {}", row.user)};
    auto policy = Policy::parse_identity(row.document, row.name);
    if (!policy)
      return std::move(policy).error().with_context(fmt::format("reading policy {} of {}", row.name, row.user));
    user->second.policies[row.name] = {std::move(row.document), *std::move(policy)};
  }
  for (auto& [id, row] : rows.keys) {
    if (!users.contains(row.user)) return Error{Errc::corrupt, fmt::format("key {} belongs to no user", id)};
    Secret secret = TRY(master.unseal(key_purpose(id), row.sealed_secret));
    auto made = credential(id, row, std::move(secret));
    keys[id] = {std::move(row), std::move(made)};
  }
  return {};
}

std::shared_ptr<const Credential> Identities::Impl::credential(std::string_view id, const KeyRow& row,
                                                               Secret secret) const {
  const auto user = users.find(row.user);
  CHECK(user != users.end(), "a key without its user");
  Credential made{.access_key_id = std::string(id),
                  .secret = std::move(secret),
                  .identity = Identity::make_user(user->first, user->second.row.id),
                  .enabled = row.enabled,
                  .expires = row.expires};
  for (const auto& [name, attached] : user->second.policies) made.identity.policies.push_back(attached.policy);
  return std::make_shared<const Credential>(std::move(made));
}

// After a change of the user's policies.
void Identities::Impl::renew_credentials(std::string_view user) {
  for (auto& [id, key] : keys) {
    if (key.row.user == user) key.credential = credential(id, key.row, key.credential->secret);
  }
}

KeyState Identities::Impl::state(const Credential& credential) const {
  if (!credential.enabled) return KeyState::kDisabled;
  if (credential.expires && *credential.expires <= clock.now()) return KeyState::kExpired;
  return KeyState::kActive;
}

KeyInfo Identities::Impl::describe(const std::string& id, const Key& key) const {
  return {.access_key_id = id,
          .user = key.row.user,
          .description = key.row.description,
          .state = state(*key.credential),
          .created = key.row.created,
          .expires = key.row.expires};
}

size_t Identities::Impl::count_keys(std::string_view user) const {
  return static_cast<size_t>(
      std::ranges::count_if(keys, [&](const auto& entry) { return entry.second.row.user == user; }));
}

Result<void> Identities::Impl::check_request(const KeyRequest& request) const {
  if (request.expires && *request.expires <= clock.now()) {
    return Error{Errc::invalid_argument, "a key that expires in the past would never work; name a later time"};
  }
  const bool shown = is_utf8(request.description) &&
                     std::ranges::none_of(request.description, [](char c) { return c >= 0 && c < ' '; });
  if (request.description.size() > kMaxDescription || !shown) {
    return Error{Errc::invalid_argument,
                 fmt::format("a description is one line of at most {} bytes of UTF-8", kMaxDescription)};
  }
  MutexLock lock(mutex);
  if (!users.contains(request.user)) return no_such_user(request.user);
  if (count_keys(request.user) >= kMaxKeysOfUser) {
    return Error{Errc::too_many, fmt::format("user '{}' has {} keys; delete one that is not used any more",
                                             request.user, kMaxKeysOfUser)};
  }
  return {};
}

Identities::Identities(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Identities::~Identities() = default;

Result<std::unique_ptr<Identities>> Identities::open(kv::Store& store, const Clock& clock, IdentityOptions options) {
  TRY(create_private_directory(options.directory));
  const IdentityTables tables = TRY(IdentityTables::open(store));
  IdentityRows rows = TRY(tables.read_all());
  const auto master_file = options.master_key_file.value_or(options.directory / "master.key");
  MasterKey master = TRY(MasterKey::open(
      master_file, rows.master_check ? MasterKey::Missing::kRefuse : MasterKey::Missing::kMake, options.entropy));
  if (rows.master_check) {
    TRY(master.unseal(kMasterPurpose, *rows.master_check));
  } else {
    kv::Batch batch;
    tables.put_master_check(batch, master.seal(kMasterPurpose, kMasterText));
    TRY(store.commit(std::move(batch)));
  }
  RootKey root;
  if (!options.root_access_key_id.empty() || !options.root_secret.empty()) {
    TRY(check_preset(options.root_access_key_id, options.root_secret));
    root = {options.root_access_key_id, options.root_secret, false};
  } else {
    root = TRY(open_root_key(options.directory / "root.credentials", options.entropy));
  }
  if (rows.keys.contains(root.access_key_id)) {
    return Error{Errc::invalid_name,
                 fmt::format("the root access key id {} is that of a user's key; preset another", root.access_key_id)};
  }
  auto impl = std::make_unique<Impl>(store, clock, tables, std::move(master), std::move(options.entropy));
  TRY(impl->load(std::move(rows)));
  if (root.made) {
    MutexLock lock(impl->mutex);
    impl->new_root = NewKey{root.access_key_id, root.secret, std::string(kRootUser)};
  }
  impl->root = std::make_shared<const Credential>(Credential{
      .access_key_id = root.access_key_id, .secret = std::move(root.secret), .identity = Identity::make_root()});
  return std::unique_ptr<Identities>(new Identities(std::move(impl)));
}

std::optional<NewKey> Identities::take_new_root_key() {
  MutexLock lock(impl_->mutex);
  return std::exchange(impl_->new_root, std::nullopt);
}

Found Identities::find(std::string_view access_key_id) const {
  if (access_key_id == impl_->root->access_key_id) return {KeyState::kActive, impl_->root};
  std::shared_ptr<const Credential> credential;
  {
    MutexLock lock(impl_->mutex);
    const auto found = impl_->keys.find(access_key_id);
    if (found == impl_->keys.end()) return {KeyState::kUnknown, impl_->stranger};
    credential = found->second.credential;
  }
  const KeyState state = impl_->state(*credential);
  return {state, std::move(credential)};
}

Result<NewKey> Identities::create_key(const KeyRequest& request) {
  MutexLock changing(impl_->changing);
  TRY(impl_->check_request(request));
  NewKey made{make_id("AKIA", impl_->entropy), make_secret(impl_->entropy), request.user};
  KeyRow row{.user = request.user,
             .description = request.description,
             .created = impl_->clock.now(),
             .expires = request.expires,
             .sealed_secret = impl_->master.seal(key_purpose(made.access_key_id), made.secret.reveal())};
  kv::Batch batch;
  impl_->tables.put_key(batch, made.access_key_id, row);
  TRY(impl_->store.commit(std::move(batch)));
  MutexLock lock(impl_->mutex);
  auto credential = impl_->credential(made.access_key_id, row, made.secret);
  impl_->keys[made.access_key_id] = {std::move(row), std::move(credential)};
  return made;
}

std::vector<KeyInfo> Identities::keys() const {
  std::vector<KeyInfo> all;
  {
    MutexLock lock(impl_->mutex);
    for (const auto& [id, key] : impl_->keys) all.push_back(impl_->describe(id, key));
  }
  std::ranges::sort(all, [](const KeyInfo& a, const KeyInfo& b) {
    return std::tie(a.user, a.created, a.access_key_id) < std::tie(b.user, b.created, b.access_key_id);
  });
  all.insert(all.begin(), {.access_key_id = impl_->root->access_key_id, .user = std::string(kRootUser)});
  return all;
}

Result<void> Identities::enable_key(std::string_view access_key_id, bool enabled) {
  MutexLock changing(impl_->changing);
  KeyRow row;
  Secret secret;
  {
    MutexLock lock(impl_->mutex);
    const auto found = impl_->keys.find(access_key_id);
    if (found == impl_->keys.end()) return no_such_key(access_key_id);
    row = found->second.row;
    secret = found->second.credential->secret;
  }
  row.enabled = enabled;
  kv::Batch batch;
  impl_->tables.put_key(batch, access_key_id, row);
  TRY(impl_->store.commit(std::move(batch)));
  MutexLock lock(impl_->mutex);
  auto credential = impl_->credential(access_key_id, row, std::move(secret));
  impl_->keys.find(access_key_id)->second = {std::move(row), std::move(credential)};
  return {};
}

Result<void> Identities::remove_key(std::string_view access_key_id) {
  MutexLock changing(impl_->changing);
  {
    MutexLock lock(impl_->mutex);
    if (!impl_->keys.contains(access_key_id)) return no_such_key(access_key_id);
  }
  kv::Batch batch;
  impl_->tables.remove_key(batch, access_key_id);
  TRY(impl_->store.commit(std::move(batch)));
  MutexLock lock(impl_->mutex);
  impl_->keys.erase(impl_->keys.find(access_key_id));
  return {};
}

Result<UserInfo> Identities::create_user(std::string_view name) {
  // A name that looks like an id or an account could be taken for one in a policy.
  const bool like_an_id = name.size() == 20 && name.starts_with("AIDA");
  const bool like_an_account =
      name.size() == 12 && std::ranges::all_of(name, [](char c) { return c >= '0' && c <= '9'; });
  if (!is_name(name, kMaxUserName) || name == kRootUser || like_an_id || like_an_account) {
    return Error{Errc::invalid_name,
                 fmt::format("'{}' cannot be a user's name: use 1 to {} letters, digits and +=,.@_-; not 'root', nor "
                             "what looks like an id or an account",
                             name, kMaxUserName)};
  }
  MutexLock changing(impl_->changing);
  {
    MutexLock lock(impl_->mutex);
    if (impl_->users.contains(name)) {
      return Error{Errc::user_exists, fmt::format("there is a user '{}' already", name)};
    }
  }
  UserRow row{make_id("AIDA", impl_->entropy), impl_->clock.now()};
  kv::Batch batch;
  impl_->tables.put_user(batch, name, row);
  TRY(impl_->store.commit(std::move(batch)));
  UserInfo info{.name = std::string(name), .id = row.id, .created = row.created};
  MutexLock lock(impl_->mutex);
  impl_->users[info.name].row = std::move(row);
  return info;
}

std::vector<UserInfo> Identities::users() const {
  MutexLock lock(impl_->mutex);
  std::vector<UserInfo> all;
  for (const auto& [name, user] : impl_->users) {
    UserInfo info{.name = name, .id = user.row.id, .created = user.row.created, .keys = impl_->count_keys(name)};
    for (const auto& [policy, attached] : user.policies) info.policies.push_back(policy);
    all.push_back(std::move(info));
  }
  return all;
}

Result<void> Identities::remove_user(std::string_view name) {
  MutexLock changing(impl_->changing);
  {
    MutexLock lock(impl_->mutex);
    if (!impl_->users.contains(name)) return no_such_user(name);
    if (const size_t count = impl_->count_keys(name); count > 0) {
      return Error{Errc::user_has_keys,
                   fmt::format("user '{}' has {} key{}; delete them first with `caudal keys delete`", name, count,
                               count == 1 ? "" : "s")};
    }
  }
  kv::Batch batch;
  TRY(impl_->tables.remove_user(batch, name));
  TRY(impl_->store.commit(std::move(batch)));
  MutexLock lock(impl_->mutex);
  impl_->users.erase(impl_->users.find(name));
  return {};
}

bool Identities::knows_user(std::string_view name_or_id) const {
  MutexLock lock(impl_->mutex);
  return std::ranges::any_of(
      impl_->users, [&](const auto& entry) { return entry.first == name_or_id || entry.second.row.id == name_or_id; });
}

std::optional<std::string> Identities::user_id(std::string_view name) const {
  MutexLock lock(impl_->mutex);
  const auto found = impl_->users.find(name);
  return found == impl_->users.end() ? std::nullopt : std::optional(found->second.row.id);
}

std::optional<std::string> Identities::user_name(std::string_view id) const {
  MutexLock lock(impl_->mutex);
  const auto found =
      std::ranges::find(impl_->users, id, [](const auto& entry) { return std::string_view(entry.second.row.id); });
  return found == impl_->users.end() ? std::nullopt : std::optional(found->first);
}

Secret Identities::derive_key(std::string_view purpose) const { return impl_->master.derive(purpose); }

Result<void> Identities::put_policy(std::string_view user, std::string_view policy, std::string_view document) {
  if (!is_name(policy, kMaxPolicyName)) {
    return Error{
        Errc::invalid_name,
        fmt::format("'{}' cannot be a policy's name: use 1 to {} letters, digits and +=,.@_-", policy, kMaxPolicyName)};
  }
  auto parsed = TRY(Policy::parse_identity(document, std::string(policy)));
  MutexLock changing(impl_->changing);
  {
    MutexLock lock(impl_->mutex);
    const auto found = impl_->users.find(user);
    if (found == impl_->users.end()) return no_such_user(user);
    const auto& attached = found->second.policies;
    if (!attached.contains(policy) && attached.size() >= kMaxPoliciesOfUser) {
      return Error{Errc::too_many,
                   fmt::format("user '{}' has {} policies; put several statements into one", user, kMaxPoliciesOfUser)};
    }
  }
  kv::Batch batch;
  impl_->tables.put_policy(batch, user, policy, document);
  TRY(impl_->store.commit(std::move(batch)));
  MutexLock lock(impl_->mutex);
  auto& policies = impl_->users.find(user)->second.policies;
  policies.insert_or_assign(std::string(policy), AttachedPolicy{std::string(document), std::move(parsed)});
  impl_->renew_credentials(user);
  return {};
}

Result<std::string> Identities::policy(std::string_view user, std::string_view policy) const {
  MutexLock lock(impl_->mutex);
  const auto found = impl_->users.find(user);
  if (found == impl_->users.end()) return no_such_user(user);
  const auto attached = found->second.policies.find(policy);
  if (attached == found->second.policies.end()) {
    return Error{Errc::no_such_policy, fmt::format("user '{}' has no policy '{}'", user, policy)};
  }
  return attached->second.document;
}

Result<void> Identities::remove_policy(std::string_view user, std::string_view policy) {
  MutexLock changing(impl_->changing);
  TRY(this->policy(user, policy));
  kv::Batch batch;
  impl_->tables.remove_policy(batch, user, policy);
  TRY(impl_->store.commit(std::move(batch)));
  MutexLock lock(impl_->mutex);
  auto& policies = impl_->users.find(user)->second.policies;
  policies.erase(policies.find(policy));
  impl_->renew_credentials(user);
  return {};
}

}  // namespace caudal::access
