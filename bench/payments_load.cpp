// SPDX-License-Identifier: Apache-2.0
// A day of a bank's scheduled payments on an embedded store: all inserted, handed over, archived, and looked up in
// between.
//
// usage: payments_load DATA PAYMENTS THREADS    prints what it took, as JSON
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <ctime>

#include "base/check.h"
#include "base/clock.h"
#include "base/random.h"
#include "items/embedded_store.h"
#include "kv/data_directory.h"
#include "kv/store.h"
#include "payments/built_in_transactions.h"
#include "payments/hand_over.h"
#include "payments/parallel.h"
#include "payments/payments.h"

namespace caudal::payments {
namespace {

constexpr size_t kGroup = 50;
constexpr size_t kPaymentsOfAnAccount = 10;
constexpr size_t kLookUps = 20'000;
constexpr size_t kCacheBytes = size_t{512} << 20;

using Stopwatch = std::chrono::steady_clock;

double seconds_since(Stopwatch::time_point begin) {
  return std::chrono::duration<double>(Stopwatch::now() - begin).count();
}

Result<NewPayment> payment(size_t number, size_t accounts, Date date) {
  return NewPayment{.account = TRY(AccountId::parse(fmt::format("account-{}", number % accounts))),
                    .reference = TRY(ClientReference::parse(fmt::format("payroll-{}", number))),
                    .scheduled = date,
                    .money = TRY(Money::parse(fmt::format("{}.{:02}", 1 + number % 9000, number % 100), "BRL")),
                    .beneficiary = TRY(BeneficiaryId::parse(fmt::format("beneficiary-{}", number % 5000)))};
}

// Of this thread alone: what it worked, not what it waited for others who use the machine.
double worked_s() {
  timespec now = {};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

double p99(std::vector<double> taken) {
  std::ranges::sort(taken);
  return taken[taken.size() * 99 / 100];
}

// The 99th percentiles of so many calls, in milliseconds.
struct Latency {
  double taken_ms = 0;
  double worked_ms = 0;  // of the calls' own work, which is what they take where nothing else runs
};
Result<Latency> latency(size_t calls, const std::function<Result<void>()>& call) {
  std::vector<double> taken;
  std::vector<double> worked;
  for (size_t n = 0; n < calls; ++n) {
    const auto begin = Stopwatch::now();
    const double worked_before = worked_s();
    TRY(call());
    worked.push_back((worked_s() - worked_before) * 1000);
    taken.push_back(seconds_since(begin) * 1000);
  }
  return Latency{.taken_ms = p99(std::move(taken)), .worked_ms = p99(std::move(worked))};
}

Result<void> measure(const std::filesystem::path& data, size_t count, unsigned threads) {
  SystemClock clock;
  const kv::DataDirectory directory = TRY(kv::DataDirectory::open(data));
  const auto kv = TRY(kv::Store::open(directory.path() / "kv", {.cache_bytes = kCacheBytes}));
  const auto store = TRY(items::EmbeddedStore::open(*kv, clock));
  const auto payments = TRY(Payments::open(*store, clock, {}));
  const auto service = TRY(BuiltInTransactions::open(*store, clock, {}));
  HandOver hand_over(*payments, *service, clock, {.who = "bench", .threads = threads, .page = 5000});
  const size_t accounts = std::max<size_t>(count / kPaymentsOfAnAccount, 1);
  const Date today = payments->today();

  auto begin = Stopwatch::now();
  TRY(for_each_parallel((count + kGroup - 1) / kGroup, threads, [&](size_t group) -> Result<void> {
    std::vector<NewPayment> asked;
    for (size_t n = group * kGroup; n < std::min((group + 1) * kGroup, count); ++n) {
      asked.push_back(TRY(payment(n, accounts, today)));
    }
    for (const auto& inserted : TRY(payments->insert_all(asked, {.who = "bench"}))) {
      if (!inserted) return inserted.error();
    }
    return {};
  }));
  const double inserted_s = seconds_since(begin);

  Random random(1);
  const Latency by_account = TRY(latency(kLookUps, [&]() -> Result<void> {
    const auto account = TRY(AccountId::parse(fmt::format("account-{}", random.below(accounts))));
    const Page page = TRY(payments->of_account(
        {.account = account, .status = Status::kScheduled, .from = today, .to = today + std::chrono::days(90)}, {}));
    CHECK(!page.payments.empty(), "an account has no payments");
    return {};
  }));

  begin = Stopwatch::now();
  const Report handed = TRY(hand_over.hand_over(today));
  const double handed_over_s = seconds_since(begin);
  CHECK(handed.processed == count, "not all payments were processed");
  begin = Stopwatch::now();
  const Report archived = TRY(hand_over.archive());
  const double archived_s = seconds_since(begin);
  CHECK(archived.archived == count, "not all payments were archived");

  std::vector<TransactionId> transactions;
  const Page some = TRY(payments->archived_of_dates({.from = today, .to = today}, {.limit = 1000}));
  for (const Payment& one : some.payments) transactions.push_back(*one.transaction);
  const Latency by_transaction = TRY(latency(kLookUps, [&]() -> Result<void> {
    TRY(payments->find_by_transaction(transactions[random.below(transactions.size())]));
    return {};
  }));
  fmt::print(
      "{{\"payments\":{},\"inserted_s\":{:.3f},\"handed_over_s\":{:.3f},\"archived_s\":{:.3f},"
      "\"account_p99_ms\":{:.4f},\"account_worked_p99_ms\":{:.4f},\"transaction_p99_ms\":{:.4f},"
      "\"transaction_worked_p99_ms\":{:.4f},\"cpu_s\":{:.3f}}}\n",
      count, inserted_s, handed_over_s, archived_s, by_account.taken_ms, by_account.worked_ms, by_transaction.taken_ms,
      by_transaction.worked_ms, static_cast<double>(std::clock()) / CLOCKS_PER_SEC);
  return {};
}

uint64_t number(std::string_view text) {
  uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  CHECK(error == std::errc() && end == text.data() + text.size() && value > 0, "not a number above zero");
  return value;
}

}  // namespace
}  // namespace caudal::payments

int main(int count, char** words) {
  if (count != 4) {
    fmt::print(stderr, "usage: payments_load DATA PAYMENTS THREADS\n");
    return 2;
  }
  using namespace caudal::payments;
  const auto done = measure(words[1], number(words[2]), static_cast<unsigned>(number(words[3])));
  if (!done) fmt::print(stderr, "{}\n", done.error().to_string());
  return done ? 0 : 1;
}
