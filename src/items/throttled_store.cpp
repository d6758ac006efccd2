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

// That it costs at least.
uint64_t units_of(const Write& write) {
  const auto* const put = std::get_if<PutItem>(&write.action);
  return put != nullptr ? write_units(size_bytes(put->item)) : 1;
}

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

Result<ThrottledStore::Ticket> ThrottledStore::admit(const Write& write) const {
  return take({.table = TRY(store_.describe_table(table_of(write))),
               .demand = {.kind = UnitKind::kWrite, .halves = 2 * units_of(write)}});
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
  auto ticket = admit(write);
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
    auto ticket = admit(writes[n]);
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

// All that it asks of a table together: one by one, what is more than the table can have left would stand in its own
// way for ever. Tables that cannot be described are left to the store, which says what is wrong.
std::vector<Result<ThrottledStore::Ticket>> ThrottledStore::admit_all(const std::vector<Write>& writes) const {
  std::map<std::string, uint64_t> units;
  for (const Write& write : writes) units[table_of(write)] += units_of(write);
  std::vector<Result<Ticket>> tickets;
  for (const auto& [table, asked] : units) {
    auto info = store_.describe_table(table);
    if (!info) continue;
    // A transaction costs twice what its writes cost alone.
    auto ticket = take({.table = *std::move(info), .demand = {.kind = UnitKind::kWrite, .halves = 2 * 2 * asked}});
    if (!ticket) ticket = std::move(ticket).error().with_context(table);
    tickets.push_back(std::move(ticket));
  }
  return tickets;
}

// What it cost, which is told by table. One that was done before has cost reads.
void ThrottledStore::settle_all(const std::vector<Ticket>& tickets, const Result<Transacted>& transacted) const {
  const bool was_read = transacted && transacted->was_done_before;
  for (const Ticket& ticket : tickets) {
    Capacity cost;
    if (transacted) {
      const auto of_table = transacted->capacity.find(ticket.table.definition.name);
      if (of_table != transacted->capacity.end()) cost = of_table->second;
    }
    settle(ticket, was_read ? Capacity() : cost);
    if (was_read) settle({.table = ticket.table, .demand = {.kind = UnitKind::kRead}}, cost);
  }
}

void ThrottledStore::transact(std::vector<Write> writes, const ClientToken& token, TransactDone done) {
  std::vector<Ticket> tickets;
  std::map<std::string, std::string> refused;  // by table, why
  for (auto& ticket : admit_all(writes)) {
    if (ticket)
      tickets.push_back(*std::move(ticket));
    else
      refused.emplace(ticket.error().context.front(), ticket.error().message);
  }
  // What is done already is answered, and not done again, however much is asked of its tables.
  if (!refused.empty() && !store_.remembers(writes, token)) {
    settle_all(tickets, Transacted());
    Transacted cancelled{.reasons = std::vector<ReasonOf>(writes.size())};
    for (size_t n = 0; n < writes.size(); ++n) {
      const auto why = refused.find(table_of(writes[n]));
      if (why != refused.end()) cancelled.reasons[n] = {.reason = Reason::kThrottled, .message = why->second};
    }
    return done(std::move(cancelled));
  }
  store_.transact(std::move(writes), token,
                  [this, tickets = std::move(tickets), done = std::move(done)](Result<Transacted> transacted) mutable {
                    settle_all(tickets, transacted);
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
