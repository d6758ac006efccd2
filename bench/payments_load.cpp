// SPDX-License-Identifier: Apache-2.0
// A day of a bank's scheduled payments on an embedded store: all inserted, handed over, archived, and looked up in
// between.
//
// usage: payments_load DATA PAYMENTS THREADS    prints what it took, as JSON
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <chrono>

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

// The 99th percentile of so many calls, in milliseconds.
Result<double> p99_ms(size_t calls, const std::function<Result<void>()>& call) {
  std::vector<double> taken;
  for (size_t n = 0; n < calls; ++n) {
    const auto begin = Stopwatch::now();
    TRY(call());
    taken.push_back(seconds_since(begin) * 1000);
  }
  std::ranges::sort(taken);
  return taken[taken.size() * 99 / 100];
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
  const double account_ms = TRY(p99_ms(kLookUps, [&]() -> Result<void> {
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
  const double transaction_ms = TRY(p99_ms(kLookUps, [&]() -> Result<void> {
    TRY(payments->find_by_transaction(transactions[random.below(transactions.size())]));
    return {};
  }));
  fmt::print(
      "{{\"payments\":{},\"inserted_s\":{:.3f},\"handed_over_s\":{:.3f},\"archived_s\":{:.3f},\"account_p99_ms\":{:.4f}"
      ","
      "\"transaction_p99_ms\":{:.4f}}}\n",
      count, inserted_s, handed_over_s, archived_s, account_ms, transaction_ms);
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
