// SPDX-License-Identifier: Apache-2.0
// Arbitrary bytes as cursors of listings and as ids of payments and attempts. A cursor answers a page of its own
// question or is refused as none; an id that is read is written as it was. The first byte says which question.
#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/check.h"
#include "base/encoding.h"
#include "base/testing/manual_clock.h"
#include "base/testing/temporary_directory.h"
#include "items/embedded_store.h"
#include "kv/store.h"
#include "payments/payments.h"

namespace caudal::payments {
namespace {

template <class T>
T must(Result<T> result) {
  CHECK(result.has_value(), "the fuzzer's own payments cannot be made");
  return *std::move(result);
}

// A few payments, and a cursor of each listing that goes on.
class Desk {
 public:
  Desk() {
    const Date day = std::chrono::floor<std::chrono::days>(clock_.now());
    for (int n = 0; n < 20; ++n) {
      const NewPayment asked{.account = account_,
                             .reference = must(ClientReference::parse("r-" + std::to_string(n))),
                             .scheduled = day + std::chrono::days(n % 3),
                             .money = must(Money::parse("1.50", "BRL")),
                             .beneficiary = must(BeneficiaryId::parse("b"))};
      must(payments_->insert(asked, {.who = "fuzzer"}));
    }
  }

  Result<Page> ask(unsigned question, const std::string& cursor) {
    const PageRequest request{.limit = 3, .cursor = cursor};
    const Date day = payments_->today();
    switch (question % 6) {
      case 0: return payments_->of_account({.account = account_}, request);
      case 1: return payments_->of_account({.account = account_, .status = Status::kScheduled, .from = day}, request);
      case 2: return payments_->of_dates({.status = Status::kScheduled, .to = day}, request);
      case 3: return payments_->of_dates({.status = Status::kPending}, request);
      case 4: return payments_->archived_of_account({.account = account_}, request);
      default: return payments_->archived_of_dates({.from = day, .to = day}, request);
    }
  }

 private:
  const TemporaryDirectory folder_;
  ManualClock clock_{Timestamp(std::chrono::seconds(1'800'007'200))};
  const std::unique_ptr<kv::Store> kv_ = must(kv::Store::open(folder_.path() / "kv", {}));
  const std::unique_ptr<items::EmbeddedStore> store_ = must(items::EmbeddedStore::open(*kv_, clock_));
  const std::unique_ptr<Payments> payments_ = must(Payments::open(*store_, clock_, {}));
  const AccountId account_ = must(AccountId::parse("0001-42"));
};

void try_cursor(Desk& desk, unsigned question, const std::string& cursor) {
  const auto page = desk.ask(question, cursor);
  if (!page) {
    CHECK(page.error().code == Errc::invalid_cursor, "a cursor was refused as something else");
    return;
  }
  CHECK(page->payments.size() <= 3, "a page is longer than was asked for");
  for (const Payment& payment : page->payments) CHECK(payment.id.account.text() == "0001-42", "another account's");
  if (page->next) CHECK(desk.ask(question, *page->next).has_value(), "the next page's cursor is none");
}

}  // namespace
}  // namespace caudal::payments

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace caudal::payments;
  if (size == 0) return 0;
  static Desk desk;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  try_cursor(desk, data[0], std::string(bytes));
  try_cursor(desk, data[0], caudal::to_base64(bytes));
  if (const auto id = PaymentId::parse(bytes))
    CHECK(id->text() == bytes, "an id is written otherwise than it was read");
  if (const auto id = AttemptId::parse(bytes))
    CHECK(id->text() == bytes, "an id is written otherwise than it was read");
  return 0;
}
