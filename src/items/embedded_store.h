// SPDX-License-Identifier: Apache-2.0
// Items in room kv, in this process: one thread decides all writes (see committer.h), reads see one state each and
// never wait for writes.
#pragma once

#include <functional>
#include <memory>
#include <string_view>

#include "base/clock.h"
#include "items/archive.h"
#include "items/policies.h"
#include "items/store.h"
#include "kv/store.h"

namespace caudal::items {

class EmbeddedStore final : public Store {
 public:
  // Both must outlive it. Goes on with indexes that were being filled, backups and restores. `log` takes a line about
  // what goes wrong with those, which nobody waits for; thread-safe.
  static Result<std::unique_ptr<EmbeddedStore>> open(kv::Store& kv, Clock& clock,
                                                     std::function<void(std::string_view)> log = {});
  // What was asked for is done first.
  ~EmbeddedStore() override;

  Result<TableInfo> create_table(const TableDefinition& definition) override;
  Result<TableInfo> delete_table(const std::string& table) override;
  Result<TableInfo> describe_table(const std::string& table) const override;
  Result<TableNamesPage> list_tables(const std::string& after, size_t limit) const override;
  Result<TableInfo> change_table(const TableChange& change) override;
  Result<void> change_tags(const std::string& table, const Tags& set, const std::vector<std::string>& removed) override;

  using Store::transact;
  using Store::write;
  using Store::write_each;
  void write(Write write, Done done) override;
  void write_each(std::vector<Write> writes, EachDone done) override;
  void transact(std::vector<Write> writes, const ClientToken& token, TransactDone done) override;
  bool remembers(const std::vector<Write>& writes, const ClientToken& token) const override;

  Result<std::optional<ItemCollection>> item_collection(const std::string& table, const Item& item) const override;
  Result<Got> get(const Get& get) const override;
  Result<std::vector<Got>> get_all(const std::vector<Get>& gets,
                                   uint64_t most_bytes = std::numeric_limits<uint64_t>::max()) const override;
  Result<Page> query(const Query& query) const override;
  Result<Page> scan(const Scan& scan) const override;
  bool is_prompt() const override { return true; }
  std::optional<Result<Got>> get_at_once(const Get& get) const override;
  std::optional<Result<Page>> query_at_once(const Query& query) const override;

  Streams& streams() override;
  Result<Swept> sweep(const std::stop_token& stop) override;

  // As long as the store.
  Archive& archive();
  Policies& policies();

  struct Impl;  // known inside the room only

 private:
  explicit EmbeddedStore(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace caudal::items
