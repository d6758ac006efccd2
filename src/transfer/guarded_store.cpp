// SPDX-License-Identifier: Apache-2.0
#include "transfer/guarded_store.h"

#include <fmt/format.h>

#include "items/errors.h"
#include "transfer/errors.h"

namespace caudal::transfer {
namespace {

// For who reads more than DynamoDB's words.
Error with_why(Error error, std::string_view table) {
  return std::move(error).with_context(
      fmt::format("table {} is being imported; it can be used once `caudal serve` has put all into it", table));
}

}  // namespace

Error no_backups_yet(std::string_view table) {
  return with_why(
      {Errc::no_backups_yet, fmt::format("Backups are being enabled for the table: {}. Please retry later", table)},
      table);
}

Result<void> GuardedStore::check(std::string_view table) const {
  if (!importing_.contains(table)) return {};
  return with_why({items::Errc::no_such_table, "Requested resource not found"}, table);
}

Result<void> GuardedStore::check(const std::vector<items::Write>& writes) const {
  for (const items::Write& write : writes) TRY(check(items::table_of(write)));
  return {};
}

Result<void> GuardedStore::check_changing(std::string_view table) const {
  if (!importing_.contains(table)) return {};
  return with_why(
      {items::Errc::table_in_use,
       fmt::format("Attempt to change a resource which is still in use: Table is being created: {}", table)},
      table);
}

Result<items::TableInfo> GuardedStore::delete_table(const std::string& table) {
  TRY(check_changing(table));
  return store_.delete_table(table);
}

Result<items::TableInfo> GuardedStore::change_table(const items::TableChange& change) {
  TRY(check_changing(change.table));
  return store_.change_table(change);
}

Result<void> GuardedStore::change_tags(const std::string& table, const items::Tags& set,
                                       const std::vector<std::string>& removed) {
  TRY(check(table));
  return store_.change_tags(table, set, removed);
}

void GuardedStore::write(items::Write write, Done done) {
  if (auto fit = check(items::table_of(write)); !fit) return done(std::move(fit).error());
  store_.write(std::move(write), std::move(done));
}

void GuardedStore::write_each(std::vector<items::Write> writes, EachDone done) {
  if (auto fit = check(writes); !fit) return done(std::move(fit).error());
  store_.write_each(std::move(writes), std::move(done));
}

void GuardedStore::transact(std::vector<items::Write> writes, const items::ClientToken& token, TransactDone done) {
  if (auto fit = check(writes); !fit) return done(std::move(fit).error());
  store_.transact(std::move(writes), token, std::move(done));
}

Result<std::optional<items::ItemCollection>> GuardedStore::item_collection(const std::string& table,
                                                                           const items::Item& item) const {
  TRY(check(table));
  return store_.item_collection(table, item);
}

Result<items::Got> GuardedStore::get(const items::Get& get) const {
  TRY(check(get.table));
  return store_.get(get);
}

Result<std::vector<items::Got>> GuardedStore::get_all(const std::vector<items::Get>& gets, uint64_t most_bytes) const {
  for (const items::Get& get : gets) TRY(check(get.table));
  return store_.get_all(gets, most_bytes);
}

Result<items::Page> GuardedStore::query(const items::Query& query) const {
  TRY(check(query.table));
  return store_.query(query);
}

Result<items::Page> GuardedStore::scan(const items::Scan& scan) const {
  TRY(check(scan.table));
  return store_.scan(scan);
}

std::optional<Result<items::Got>> GuardedStore::get_at_once(const items::Get& get) const {
  if (auto fit = check(get.table); !fit) return Result<items::Got>(std::move(fit).error());
  return store_.get_at_once(get);
}

std::optional<Result<items::Page>> GuardedStore::query_at_once(const items::Query& query) const {
  if (auto fit = check(query.table); !fit) return Result<items::Page>(std::move(fit).error());
  return store_.query_at_once(query);
}

Result<void> GuardedArchive::check(std::string_view table) const {
  if (!importing_.contains(table)) return {};
  return no_backups_yet(table);
}

Result<std::unique_ptr<items::TableImage>> GuardedArchive::image(const std::string& table) const {
  TRY(check(table));
  return archive_.image(table);
}

Result<items::BackupInfo> GuardedArchive::create_backup(const std::string& table, const std::string& name) {
  TRY(check(table));
  return archive_.create_backup(table, name);
}

Result<items::RecoveryInfo> GuardedArchive::set_recovery(const std::string& table, bool is_enabled, int days) {
  TRY(check(table));
  return archive_.set_recovery(table, is_enabled, days);
}

Result<items::Restoring> GuardedArchive::restore_to(const std::string& table, std::optional<Timestamp> moment,
                                                    const items::TableDefinition& definition) {
  TRY(check(table));
  return archive_.restore_to(table, moment, definition);
}

}  // namespace caudal::transfer
