// SPDX-License-Identifier: Apache-2.0
// A store whose provisioned tables take no more than they are provisioned for, for trying out how a client does with
// that: what is too much is refused (Errc::throttled), left unread (Got), or cancels its transaction
// (Reason::kThrottled). Tables that are paid per request take everything.
#pragma once

#include <atomic>
#include <memory>

#include "base/clock.h"
#include "items/store.h"

namespace caudal::items {

class ThroughputBuckets;

class ThrottledStore final : public Store {
 public:
  // Both must outlive it.
  ThrottledStore(Store& store, const Clock& clock);
  ~ThrottledStore() override;

  // Requests, and parts of batches, that were too much.
  uint64_t throttled() const { return throttled_.load(std::memory_order_relaxed); }

  Result<TableInfo> create_table(const TableDefinition& definition) override { return store_.create_table(definition); }
  Result<TableInfo> delete_table(const std::string& table) override { return store_.delete_table(table); }
  Result<TableInfo> describe_table(const std::string& table) const override { return store_.describe_table(table); }
  Result<TableNamesPage> list_tables(const std::string& after, size_t limit) const override {
    return store_.list_tables(after, limit);
  }
  Result<TableInfo> change_table(const TableChange& change) override { return store_.change_table(change); }
  Result<void> change_tags(const std::string& table, const Tags& set,
                           const std::vector<std::string>& removed) override {
    return store_.change_tags(table, set, removed);
  }

  using Store::transact;
  using Store::write;
  using Store::write_each;
  void write(Write write, Done done) override;
  void write_each(std::vector<Write> writes, EachDone done) override;
  void transact(std::vector<Write> writes, const ClientToken& token, TransactDone done) override;
  bool remembers(const std::vector<Write>& writes, const ClientToken& token) const override {
    return store_.remembers(writes, token);
  }

  Result<std::optional<ItemCollection>> item_collection(const std::string& table, const Item& item) const override {
    return store_.item_collection(table, item);
  }
  Result<Got> get(const Get& get) const override;
  // Those that are too much are left unread. Errors: throttled, when all are.
  Result<std::vector<Got>> get_all(const std::vector<Get>& gets,
                                   uint64_t most_bytes = std::numeric_limits<uint64_t>::max()) const override;
  Result<Page> query(const Query& query) const override;
  Result<Page> scan(const Scan& scan) const override;

  Streams& streams() override { return store_.streams(); }
  Result<Swept> sweep(const std::stop_token& stop) override { return store_.sweep(stop); }

 private:
  struct Ticket;
  // Errors: throttled; of the table's description.
  Result<Ticket> admit(const Write& write) const;
  // Of a transaction, for each of its tables; an error has the table as its context.
  std::vector<Result<Ticket>> admit_all(const std::vector<Write>& writes) const;
  void settle_all(const std::vector<Ticket>& tickets, const Result<Transacted>& transacted) const;
  Result<Ticket> admit(const std::string& table, const std::string& index, bool is_consistent) const;
  Result<Ticket> take(Ticket ticket) const;
  void settle(const Ticket& ticket, const Capacity& cost) const;

  Store& store_;
  const std::unique_ptr<ThroughputBuckets> buckets_;
  mutable std::atomic<uint64_t> throttled_ = 0;
};

}  // namespace caudal::items
