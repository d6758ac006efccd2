// SPDX-License-Identifier: Apache-2.0
#include "items/throttled_store.h"

#include "items/capacity.h"
#include "items/errors.h"
#include "items/throughput_buckets.h"
#include "items/values/checks.h"

namespace caudal::items {
namespace {

// In DynamoDB's words.
Error throttled_by(Admission admission) {
  return {Errc::throttled,
          admission == Admission::kIndexExhausted
              ? "The level of configured provisioned throughput for one or more global secondary indexes of the table "
                "was exceeded. Consider increasing your provisioning level for the under-provisioned global secondary "
                "indexes with the UpdateTable API"
              : "The level of configured provisioned throughput for the table was exceeded. Consider increasing your "
                "provisioning level with the UpdateTable API."};
}

// Other errors are for the store to tell, in its own words.
bool is_throttled(const Error& error) { return error.code == Errc::throttled; }

}  // namespace

struct ThrottledStore::Ticket {
  TableInfo table;
  Demand demand;
};

ThrottledStore::ThrottledStore(Store& store, const Clock& clock)
    : store_(store), buckets_(std::make_unique<ThroughputBuckets>(clock)) {}
ThrottledStore::~ThrottledStore() = default;

Result<ThrottledStore::Ticket> ThrottledStore::take(Ticket ticket) const {
  const Admission admission = buckets_->admit(ticket.table, ticket.demand);
  if (admission == Admission::kAdmitted) return ticket;
  throttled_.fetch_add(1, std::memory_order_relaxed);
  return throttled_by(admission);
}

Result<ThrottledStore::Ticket> ThrottledStore::admit(const Write& write, uint64_t times) const {
  const auto* const put = std::get_if<PutItem>(&write.action);
  const uint64_t units = put != nullptr ? write_units(size_bytes(put->item)) : 1;
  return take({.table = TRY(store_.describe_table(table_of(write))),
               .demand = {.kind = UnitKind::kWrite, .halves = 2 * times * units}});
}

Result<ThrottledStore::Ticket> ThrottledStore::admit(const std::string& table, const std::string& index,
                                                     bool is_consistent) const {
  return take({.table = TRY(store_.describe_table(table)),
               .demand = {.kind = UnitKind::kRead, .index = index, .halves = read_halves(0, is_consistent)}});
}

void ThrottledStore::settle(const Ticket& ticket, const Capacity& cost) const {
  buckets_->settle(ticket.table, ticket.demand, cost);
}

void ThrottledStore::write(Write write, Done done) {
  auto ticket = admit(write, 1);
  if (!ticket && is_throttled(ticket.error())) return done(std::move(ticket).error());
  if (!ticket) return store_.write(std::move(write), std::move(done));
  store_.write(std::move(write),
               [this, ticket = *std::move(ticket), done = std::move(done)](Result<Written> written) mutable {
                 settle(ticket, written ? written->capacity : Capacity());
                 done(std::move(written));
               });
}

void ThrottledStore::write_each(std::vector<Write> writes, EachDone done) {
  std::vector<Result<Written>> answers(writes.size(), Result<Written>(Written()));
  std::vector<Write> admitted;
  std::vector<size_t> places;
  std::vector<Ticket> tickets;
  for (size_t n = 0; n < writes.size(); ++n) {
    auto ticket = admit(writes[n], 1);
    if (!ticket && is_throttled(ticket.error())) {
      answers[n] = std::move(ticket).error();
      continue;
    }
    // A table that is not there: the store says so, of the whole.
    tickets.push_back(ticket ? *std::move(ticket) : Ticket());
    admitted.push_back(std::move(writes[n]));
    places.push_back(n);
  }
  store_.write_each(std::move(admitted),
                    [this, answers = std::move(answers), places = std::move(places), tickets = std::move(tickets),
                     done = std::move(done)](Result<std::vector<Result<Written>>> written) mutable {
                      for (size_t n = 0; n < tickets.size(); ++n) {
                        const bool is_done = written && (*written)[n];
                        settle(tickets[n], is_done ? (*written)[n]->capacity : Capacity());
                        if (written) answers[places[n]] = std::move((*written)[n]);
                      }
                      if (!written) return done(std::move(written).error());
                      done(std::move(answers));
                    });
}

void ThrottledStore::transact(std::vector<Write> writes, const ClientToken& token, TransactDone done) {
  std::vector<Ticket> tickets;
  Transacted refused{.reasons = std::vector<ReasonOf>(writes.size())};
  bool is_refused = false;
  for (size_t n = 0; n < writes.size(); ++n) {
    auto ticket = admit(writes[n], 2);
    if (ticket) tickets.push_back(*std::move(ticket));
    if (ticket || !is_throttled(ticket.error())) continue;
    refused.reasons[n] = {.reason = Reason::kThrottled, .message = ticket.error().message};
    is_refused = true;
  }
  if (is_refused) {
    for (const Ticket& ticket : tickets) settle(ticket, {});
    return done(std::move(refused));
  }
  store_.transact(std::move(writes), token,
                  [this, tickets = std::move(tickets), done = std::move(done)](Result<Transacted> transacted) mutable {
                    // What it cost is told by table: with the first that is of it.
                    std::map<std::string, Capacity> costs;
                    if (transacted) costs = transacted->capacity;
                    for (const Ticket& ticket : tickets) {
                      const auto cost = costs.extract(ticket.table.definition.name);
                      settle(ticket, cost.empty() ? Capacity() : cost.mapped());
                    }
                    done(std::move(transacted));
                  });
}

Result<Got> ThrottledStore::get(const Get& get) const {
  auto ticket = admit(get.table, {}, get.is_consistent);
  if (!ticket && is_throttled(ticket.error())) return std::move(ticket).error();
  Result<Got> got = store_.get(get);
  if (ticket) settle(*ticket, got ? got->capacity : Capacity());
  return got;
}

Result<std::vector<Got>> ThrottledStore::get_all(const std::vector<Get>& gets, uint64_t most_bytes) const {
  std::vector<Got> all(gets.size(), Got{.is_read = false, .is_throttled = true});
  std::vector<Get> admitted;
  std::vector<size_t> places;
  std::vector<Ticket> tickets;
  for (size_t n = 0; n < gets.size(); ++n) {
    auto ticket = admit(gets[n].table, {}, gets[n].is_consistent);
    if (!ticket && is_throttled(ticket.error())) {
      if (n + 1 == gets.size() && admitted.empty()) return std::move(ticket).error();
      continue;
    }
    tickets.push_back(ticket ? *std::move(ticket) : Ticket());
    admitted.push_back(gets[n]);
    places.push_back(n);
  }
  Result<std::vector<Got>> got = store_.get_all(admitted, most_bytes);
  for (size_t n = 0; n < tickets.size(); ++n) {
    settle(tickets[n], got ? (*got)[n].capacity : Capacity());
    if (got) all[places[n]] = std::move((*got)[n]);
  }
  if (!got) return got;
  return all;
}

Result<Page> ThrottledStore::query(const Query& query) const {
  auto ticket = admit(query.table, query.index, query.is_consistent);
  if (!ticket && is_throttled(ticket.error())) return std::move(ticket).error();
  Result<Page> page = store_.query(query);
  if (ticket) settle(*ticket, page ? page->capacity : Capacity());
  return page;
}

Result<Page> ThrottledStore::scan(const Scan& scan) const {
  auto ticket = admit(scan.table, scan.index, scan.is_consistent);
  if (!ticket && is_throttled(ticket.error())) return std::move(ticket).error();
  Result<Page> page = store_.scan(scan);
  if (ticket) settle(*ticket, page ? page->capacity : Capacity());
  return page;
}

}  // namespace caudal::items
