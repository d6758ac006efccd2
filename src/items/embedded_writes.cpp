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
  const Store::Done done_;
  Written written_;
};

}  // namespace

Result<Written> Store::write(Write write) {
  Awaited<Result<Written>> awaited;
  this->write(std::move(write), [&](Result<Written> written) { awaited.set(std::move(written)); });
  return awaited.wait();
}

void EmbeddedStore::write(Write write, Done done) {
  auto prepared = prepare(impl_->tables, std::move(write));
  if (!prepared) return done(std::move(prepared).error());
  impl_->committer->add(std::make_unique<OneDecision>(*impl_, *std::move(prepared), std::move(done)));
}

Result<std::vector<Result<Written>>> EmbeddedStore::write_each(std::vector<Write> writes) {
  std::vector<Prepared> all;
  for (Write& one : writes) all.push_back(TRY(prepare(impl_->tables, std::move(one))));
  std::vector<Awaited<Result<Written>>> awaited(all.size());
  for (size_t n = 0; n < all.size(); ++n) {
    impl_->committer->add(std::make_unique<OneDecision>(
        *impl_, std::move(all[n]), [&one = awaited[n]](Result<Written> written) { one.set(std::move(written)); }));
  }
  std::vector<Result<Written>> answers;
  for (auto& one : awaited) answers.push_back(one.wait());
  return answers;
}

}  // namespace caudal::items
