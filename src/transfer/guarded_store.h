// SPDX-License-Identifier: Apache-2.0
// A store and its archive in front of which nobody uses a table that is being imported: an import that goes on after
// the process ended would undo what was written meanwhile. For all but the imports themselves. In DynamoDB's words, as
// for a table that is being made: it can be described, is not there for reading and writing, and cannot be changed yet.
#pragma once

#include "items/archive.h"
#include "items/store.h"
#include "transfer/importing_tables.h"

namespace caudal::transfer {

// Of what is kept beside a table, and cannot be had of one that is being imported: Errc::no_backups_yet.
Error no_backups_yet(std::string_view table);

class GuardedStore final : public items::Store {
 public:
  // Both must outlive it.
  GuardedStore(items::Store& store, const ImportingTables& importing) : store_(store), importing_(importing) {}

  Result<items::TableInfo> create_table(const items::TableDefinition& definition) override {
    return store_.create_table(definition);
  }
  Result<items::TableInfo> delete_table(const std::string& table) override;
  Result<items::TableInfo> describe_table(const std::string& table) const override {
    return store_.describe_table(table);
  }
  Result<items::TableNamesPage> list_tables(const std::string& after, size_t limit) const override {
    return store_.list_tables(after, limit);
  }
  Result<items::TableInfo> change_table(const items::TableChange& change) override;
  Result<void> change_tags(const std::string& table, const items::Tags& set,
                           const std::vector<std::string>& removed) override;

  using Store::transact;
  using Store::write;
  using Store::write_each;
  void write(items::Write write, Done done) override;
  void write_each(std::vector<items::Write> writes, EachDone done) override;
  void transact(std::vector<items::Write> writes, const items::ClientToken& token, TransactDone done) override;
  bool remembers(const std::vector<items::Write>& writes, const items::ClientToken& token) const override {
    return store_.remembers(writes, token);
  }

  Result<std::optional<items::ItemCollection>> item_collection(const std::string& table,
                                                               const items::Item& item) const override;
  Result<items::Got> get(const items::Get& get) const override;
  Result<std::vector<items::Got>> get_all(const std::vector<items::Get>& gets,
                                          uint64_t most_bytes = std::numeric_limits<uint64_t>::max()) const override;
  Result<items::Page> query(const items::Query& query) const override;
  Result<items::Page> scan(const items::Scan& scan) const override;
  bool is_prompt() const override { return store_.is_prompt(); }
  std::optional<Result<items::Got>> get_at_once(const items::Get& get) const override;
  std::optional<Result<items::Page>> query_at_once(const items::Query& query) const override;

  items::Streams& streams() override { return store_.streams(); }
  Result<items::Swept> sweep(const std::stop_token& stop) override { return store_.sweep(stop); }

 private:
  Result<void> check(std::string_view table) const;
  Result<void> check(const std::vector<items::Write>& writes) const;
  Result<void> check_changing(std::string_view table) const;

  items::Store& store_;
  const ImportingTables& importing_;
};

class GuardedArchive final : public items::Archive {
 public:
  // Both must outlive it.
  GuardedArchive(items::Archive& archive, const ImportingTables& importing)
      : archive_(archive), importing_(importing) {}

  Result<std::unique_ptr<items::TableImage>> image(const std::string& table) const override;
  Result<items::BackupInfo> create_backup(const std::string& table, const std::string& name) override;
  Result<items::BackupInfo> describe_backup(const std::string& id) const override {
    return archive_.describe_backup(id);
  }
  std::vector<items::BackupInfo> list_backups() const override { return archive_.list_backups(); }
  Result<items::BackupInfo> delete_backup(const std::string& id) override { return archive_.delete_backup(id); }
  Result<items::Restoring> restore(const std::string& backup_id, const items::TableDefinition& definition) override {
    return archive_.restore(backup_id, definition);
  }
  std::optional<items::Restoring> restoring(const std::string& table) const override {
    return archive_.restoring(table);
  }
  Result<items::RecoveryInfo> recovery(const std::string& table) const override { return archive_.recovery(table); }
  Result<items::RecoveryInfo> set_recovery(const std::string& table, bool is_enabled, int days) override;
  Result<items::Restoring> restore_to(const std::string& table, std::optional<Timestamp> moment,
                                      const items::TableDefinition& definition) override;

 private:
  Result<void> check(std::string_view table) const;

  items::Archive& archive_;
  const ImportingTables& importing_;
};

}  // namespace caudal::transfer
