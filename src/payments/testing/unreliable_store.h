// SPDX-License-Identifier: Apache-2.0
// A store as it looks through a bad network and out of a process that may die: calls fail before they are done, or
// after they were, or half of them are; somebody else does something between any two; and from some call on nothing
// comes through any more.
#pragma once

#include <functional>
#include <optional>
#include <utility>

#include "base/random.h"
#include "items/store.h"

namespace caudal::payments {

struct StoreTroubles {
  double fails_before = 0;    // nothing was done
  double fails_after = 0;     // it was done, but nobody hears of it
  double is_interrupted = 0;  // somebody else comes in between
};

// For one thread. All must outlive it.
class UnreliableStore final : public items::Store {
 public:
  UnreliableStore(items::Store& real, Random& random, const StoreTroubles& troubles, std::function<void()> between)
      : real_(real), random_(random), troubles_(troubles), between_(std::move(between)) {}

  // The process dies at that call, which may have been done; so has nothing after it. Nothing: it lives.
  void die_after(std::optional<uint64_t> calls) { calls_to_live_ = calls; }
  bool is_dead() const { return calls_to_live_ == 0; }

  Result<items::TableInfo> create_table(const items::TableDefinition& definition) override {
    return call<items::TableInfo>([&] { return real_.create_table(definition); });
  }
  Result<items::TableInfo> delete_table(const std::string& table) override {
    return call<items::TableInfo>([&] { return real_.delete_table(table); });
  }
  Result<items::TableInfo> describe_table(const std::string& table) const override {
    return call<items::TableInfo>([&] { return real_.describe_table(table); });
  }
  Result<items::TableNamesPage> list_tables(const std::string& after, size_t limit) const override {
    return call<items::TableNamesPage>([&] { return real_.list_tables(after, limit); });
  }
  Result<items::TableInfo> change_table(const items::TableChange& change) override {
    return call<items::TableInfo>([&] { return real_.change_table(change); });
  }
  Result<void> change_tags(const std::string& table, const items::Tags& set,
                           const std::vector<std::string>& removed) override {
    return call<void>([&] { return real_.change_tags(table, set, removed); });
  }
  using Store::write;
  void write(items::Write write, Done done) override {
    done(call<items::Written>([&] { return real_.write(std::move(write)); }));
  }
  using Store::write_each;
  void write_each(std::vector<items::Write> writes, EachDone done) override {
    using Each = std::vector<Result<items::Written>>;
    const bool is_halved = random_.chance(troubles_.fails_after);
    if (is_halved) writes.resize(random_.below(writes.size() + 1));
    auto answers = call<Each>([&] { return real_.write_each(std::move(writes)); });
    if (is_halved && answers) return done(lost());
    done(std::move(answers));
  }
  using Store::transact;
  void transact(std::vector<items::Write> writes, const items::ClientToken& token, TransactDone done) override {
    done(call<items::Transacted>([&] { return real_.transact(std::move(writes), token); }));
  }
  Result<std::optional<items::ItemCollection>> item_collection(const std::string& table,
                                                               const items::Item& item) const override {
    return call<std::optional<items::ItemCollection>>([&] { return real_.item_collection(table, item); });
  }
  Result<items::Got> get(const items::Get& get) const override {
    return call<items::Got>([&] { return real_.get(get); });
  }
  Result<std::vector<items::Got>> get_all(const std::vector<items::Get>& gets, uint64_t most_bytes) const override {
    return call<std::vector<items::Got>>([&] { return real_.get_all(gets, most_bytes); });
  }
  Result<items::Page> query(const items::Query& query) const override {
    return call<items::Page>([&] { return real_.query(query); });
  }
  Result<items::Page> scan(const items::Scan& scan) const override {
    return call<items::Page>([&] { return real_.scan(scan); });
  }

  // Nobody here follows streams.
  items::Streams& streams() override { return real_.streams(); }
  Result<items::Swept> sweep(const std::stop_token& stop) override { return real_.sweep(stop); }

 private:
  static Error lost() { return {caudal::Errc::io, "the connection was lost"}; }

  template <class T, class Do>
  Result<T> call(const Do& really) const {
    if (is_dead()) return lost();
    if (random_.chance(troubles_.is_interrupted)) between_();
    if (calls_to_live_) --*calls_to_live_;
    const bool dies_before = is_dead() && random_.chance(0.5);
    if (dies_before || random_.chance(troubles_.fails_before)) return lost();
    Result<T> answer = really();
    if (is_dead() || random_.chance(troubles_.fails_after)) return lost();
    return answer;
  }

  items::Store& real_;
  Random& random_;
  const StoreTroubles& troubles_;
  const std::function<void()> between_;
  mutable std::optional<uint64_t> calls_to_live_;
};

}  // namespace caudal::payments
