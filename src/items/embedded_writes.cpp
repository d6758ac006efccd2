// SPDX-License-Identifier: Apache-2.0
// Writing to the embedded store: requests become decisions, which the committer takes in turn.
#include "items/embedded_impl.h"

namespace caudal::items {
namespace {

class OneDecision final : public Decision {
 public:
  OneDecision(const EmbeddedStore::Impl& store, Prepared prepared, Store::Done done)
      : tables_(store.tables), events_(store.streams->log()), prepared_(std::move(prepared)), done_(std::move(done)) {}

  Result<void> decide(Changes& changes) override {
    const TablePtr table = TRY(still(tables_, prepared_));
    written_ = TRY(items::decide(*table, prepared_, changes, events_));
    return {};
  }
  void add_rows(std::vector<std::string_view>& keys) const override { keys.push_back(prepared_.row_key); }
  size_t held_bytes() const override { return written_.item_bytes(); }
  void complete(Result<void> outcome) override {
    if (outcome)
      done_(std::move(written_));
    else
      done_(std::move(outcome).error());
  }

 private:
  const Tables& tables_;
  EventLog& events_;
  const Prepared prepared_;
  Store::Done done_;
  Written written_;
};

// The answers of writes that came together; told when the last one is there.
class Together {
 public:
  Together(size_t count, Store::EachDone done) : answers_(count, Written()), left_(count), done_(std::move(done)) {}
  // On the one thread that tells of what was decided.
  void set(size_t n, Result<Written> answer) {
    answers_[n] = std::move(answer);
    if (--left_ == 0) done_(std::move(answers_));
  }

 private:
  std::vector<Result<Written>> answers_;
  size_t left_;
  Store::EachDone done_;
};

}  // namespace

Result<Written> Store::write(Write write) {
  Awaited<Result<Written>> awaited;
  this->write(std::move(write), [&](Result<Written> written) { awaited.set(std::move(written)); });
  return awaited.wait();
}

Result<std::vector<Result<Written>>> Store::write_each(std::vector<Write> writes) {
  Awaited<Result<std::vector<Result<Written>>>> awaited;
  write_each(std::move(writes), [&](Result<std::vector<Result<Written>>> each) { awaited.set(std::move(each)); });
  return awaited.wait();
}

Result<Transacted> Store::transact(std::vector<Write> writes, const ClientToken& token) {
  Awaited<Result<Transacted>> awaited;
  transact(std::move(writes), token, [&](Result<Transacted> done) { awaited.set(std::move(done)); });
  return awaited.wait();
}

void EmbeddedStore::write(Write write, Done done) {
  auto prepared = prepare(impl_->tables, std::move(write));
  if (!prepared) return done(std::move(prepared).error());
  impl_->committer->add(std::make_unique<OneDecision>(*impl_, *std::move(prepared), std::move(done)));
}

void EmbeddedStore::write_each(std::vector<Write> writes, EachDone done) {
  std::vector<Prepared> all;
  all.reserve(writes.size());
  for (Write& one : writes) {
    auto prepared = prepare(impl_->tables, std::move(one));
    if (!prepared) return done(std::move(prepared).error());
    all.push_back(*std::move(prepared));
  }
  if (all.empty()) return done(std::vector<Result<Written>>());
  // Shared by the decisions, of which any may be the last one told.
  const auto together = std::make_shared<Together>(all.size(), std::move(done));
  std::vector<std::unique_ptr<Decision>> decisions;
  decisions.reserve(all.size());
  for (size_t n = 0; n < all.size(); ++n) {
    decisions.push_back(std::make_unique<OneDecision>(
        *impl_, std::move(all[n]), [together, n](Result<Written> written) { together->set(n, std::move(written)); }));
  }
  impl_->committer->add(std::move(decisions));
}

}  // namespace caudal::items
