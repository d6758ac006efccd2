// SPDX-License-Identifier: Apache-2.0
// Every row begins with its format, so that a later Caudal can read it.
#include "access/identity_rows.h"

#include "access/errors.h"
#include "base/wire.h"

namespace caudal::access {
namespace {

constexpr uint64_t kFormat = 1;
constexpr std::string_view kMasterCheck = "master_check";

Timestamp to_timestamp(int64_t microseconds) { return Timestamp(std::chrono::microseconds(microseconds)); }
int64_t to_number(Timestamp time) { return time.time_since_epoch().count(); }

Result<void> check_format(WireReader& in) {
  if (TRY(in.varint()) == kFormat) return {};
  return Error{Errc::corrupt, "a row of users and keys has an unknown format; upgrade Caudal or restore a backup"};
}

std::string name_key(std::string_view name) { return kv::KeyWriter().text(name).take(); }

std::string encode(const UserRow& row) {
  WireWriter out;
  out.varint(kFormat).text(row.id).signed_varint(to_number(row.created));
  return out.take();
}

Result<UserRow> decode_user(std::string_view bytes) {
  WireReader in(bytes);
  TRY(check_format(in));
  UserRow row;
  row.id = TRY(in.text());
  row.created = to_timestamp(TRY(in.signed_varint()));
  TRY(in.finish());
  return row;
}

std::string encode(const KeyRow& row) {
  WireWriter out;
  out.varint(kFormat).text(row.user).text(row.description).signed_varint(to_number(row.created));
  out.boolean(row.expires.has_value()).signed_varint(row.expires ? to_number(*row.expires) : 0);
  out.boolean(row.enabled).text(row.sealed_secret);
  return out.take();
}

Result<KeyRow> decode_key(std::string_view bytes) {
  WireReader in(bytes);
  TRY(check_format(in));
  KeyRow row;
  row.user = TRY(in.text());
  row.description = TRY(in.text());
  row.created = to_timestamp(TRY(in.signed_varint()));
  const bool expires = TRY(in.boolean());
  const int64_t when = TRY(in.signed_varint());
  if (expires) row.expires = to_timestamp(when);
  row.enabled = TRY(in.boolean());
  row.sealed_secret = TRY(in.text());
  TRY(in.finish());
  return row;
}

}  // namespace

Result<IdentityTables> IdentityTables::open(kv::Store& store) {
  const kv::Family users = TRY(store.family("access.users"));
  const kv::Family keys = TRY(store.family("access.keys"));
  const kv::Family policies = TRY(store.family("access.policies"));
  return IdentityTables(store, users, keys, policies, TRY(store.family("access.settings")));
}

Result<IdentityRows> IdentityTables::read_all() const {
  const kv::Snapshot snapshot = store_->snapshot();
  IdentityRows rows;
  kv::Scan users = store_->scan(users_, kv::Range::all(), &snapshot);
  for (; users.valid(); users.next()) {
    std::string name = TRY(kv::KeyReader(users.key()).text());
    rows.users.emplace(std::move(name), TRY(decode_user(users.value())));
  }
  TRY(users.status());
  kv::Scan keys = store_->scan(keys_, kv::Range::all(), &snapshot);
  for (; keys.valid(); keys.next()) {
    std::string id = TRY(kv::KeyReader(keys.key()).text());
    rows.keys.emplace(std::move(id), TRY(decode_key(keys.value())));
  }
  TRY(keys.status());
  kv::Scan policies = store_->scan(policies_, kv::Range::all(), &snapshot);
  for (; policies.valid(); policies.next()) {
    kv::KeyReader key(policies.key());
    std::string user = TRY(key.text());
    rows.policies.push_back({std::move(user), TRY(key.text()), std::string(policies.value())});
  }
  TRY(policies.status());
  rows.master_check = TRY(store_->get(settings_, name_key(kMasterCheck), &snapshot));
  return rows;
}

void IdentityTables::put_user(kv::Batch& batch, std::string_view name, const UserRow& row) const {
  batch.put(users_, name_key(name), encode(row));
}

void IdentityTables::put_key(kv::Batch& batch, std::string_view access_key_id, const KeyRow& row) const {
  batch.put(keys_, name_key(access_key_id), encode(row));
}

void IdentityTables::put_policy(kv::Batch& batch, std::string_view user, std::string_view name,
                                std::string_view document) const {
  batch.put(policies_, kv::KeyWriter().text(user).text(name).bytes(), document);
}

void IdentityTables::put_master_check(kv::Batch& batch, std::string_view sealed) const {
  batch.put(settings_, name_key(kMasterCheck), sealed);
}

Result<void> IdentityTables::remove_user(kv::Batch& batch, std::string_view name) const {
  batch.remove(users_, name_key(name));
  return store_->remove_each(batch, policies_, kv::Range::prefix(name_key(name)));
}

void IdentityTables::remove_key(kv::Batch& batch, std::string_view access_key_id) const {
  batch.remove(keys_, name_key(access_key_id));
}

void IdentityTables::remove_policy(kv::Batch& batch, std::string_view user, std::string_view name) const {
  batch.remove(policies_, kv::KeyWriter().text(user).text(name).bytes());
}

}  // namespace caudal::access
