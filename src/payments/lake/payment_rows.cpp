// SPDX-License-Identifier: Apache-2.0
#include "payments/lake/payment_rows.h"

#include <fmt/format.h>

#include "base/check.h"

namespace caudal::payments {
namespace {

// No amount has more than 30 characters, nor more than three digits after the point.
constexpr uint8_t kAmountWidth = 33;
constexpr uint8_t kAmountScale = 3;

enum Place : size_t {
  kId,
  kAccount,
  kReference,
  kBeneficiary,
  kAmount,
  kCurrency,
  kStatus,
  kTransaction,
  kTransactionAt,
  kAttempts,
  kReason,
  kPurpose,
};

std::vector<sql::Column> columns_of_payments() {
  const sql::Type text = sql::Type::of(sql::TypeId::kVarchar);
  return {{"id_pagamento", text},
          {"conta", text},
          {"referencia", text},
          {"beneficiario", text},
          {"valor", sql::Type::decimal(kAmountWidth, kAmountScale)},
          {"moeda", text},
          {"situacao", text},
          {"id_transacao", text},
          {"data_transacao", sql::Type::of(sql::TypeId::kTimestamp)},
          {"tentativas", sql::Type::of(sql::TypeId::kInteger)},
          {"motivo", text},
          {"finalidade", text}};
}

void set_or_null(sql::ChunkWriter& writer, size_t column, size_t row, const std::string& text) {
  if (text.empty())
    writer.set_null(column, row);
  else
    writer.set_varchar(column, row, text);
}

void write_row(sql::ChunkWriter& writer, size_t row, const Payment& payment) {
  writer.set_varchar(kId, row, payment.id.text());
  writer.set_varchar(kAccount, row, payment.id.account.text());
  set_or_null(writer, kReference, row, payment.reference ? payment.reference->text() : "");
  writer.set_varchar(kBeneficiary, row, payment.beneficiary.text());
  const auto amount = payment.money.amount.rescaled(kAmountScale);
  CHECK(amount.has_value(), "an amount is finer than any currency");
  writer.set_decimal(kAmount, row, amount->unscaled());
  writer.set_varchar(kCurrency, row, payment.money.currency.text());
  writer.set_varchar(kStatus, row, to_string(payment.status));
  set_or_null(writer, kTransaction, row, payment.transaction ? payment.transaction->text() : "");
  if (payment.transaction_at)
    writer.set_timestamp(kTransactionAt, row, *payment.transaction_at);
  else
    writer.set_null(kTransactionAt, row);
  writer.set_integer(kAttempts, row, static_cast<int32_t>(payment.attempts));
  set_or_null(writer, kReason, row, payment.reason);
  set_or_null(writer, kPurpose, row, payment.purpose ? payment.purpose->text() : "");
}

class Reader final : public sql::TableReader {
 public:
  Reader(const Payments& payments, Date day, bool from_long_term)
      : payments_(payments), day_(day), from_long_term_(from_long_term) {}

  Result<size_t> read(sql::ChunkWriter& writer) override {
    while (next_ >= page_.payments.size()) {
      if (is_last_ && ++status_ >= kEnds.size()) return size_t{0};
      const std::string cursor = is_last_ ? "" : *page_.next;
      page_ = TRY(ended_page(payments_, kEnds[status_], day_, cursor, from_long_term_));
      is_last_ = !page_.next;
      next_ = 0;
    }
    const size_t rows = std::min(writer.capacity(), page_.payments.size() - next_);
    for (size_t row = 0; row < rows; ++row) write_row(writer, row, page_.payments[next_ + row]);
    next_ += rows;
    return rows;
  }

 private:
  const Payments& payments_;
  const Date day_;
  const bool from_long_term_;
  size_t status_ = SIZE_MAX;  // one before the first
  bool is_last_ = true;       // of the pages of that status
  Page page_;
  size_t next_ = 0;  // of the page
};

class Scan final : public sql::TableScan {
 public:
  Scan(const Payments& payments, Date day, bool from_long_term)
      : payments_(payments), day_(day), from_long_term_(from_long_term) {}
  Result<std::unique_ptr<sql::TableReader>> open_reader() override {
    return std::unique_ptr<sql::TableReader>(std::make_unique<Reader>(payments_, day_, from_long_term_));
  }

 private:
  const Payments& payments_;
  const Date day_;
  const bool from_long_term_;
};

class Source final : public sql::TableSource {
 public:
  Source(const Payments& payments, Date day, bool from_long_term)
      : payments_(payments), day_(day), from_long_term_(from_long_term) {}
  const std::vector<sql::Column>& columns() const override { return columns_; }
  Result<std::unique_ptr<sql::TableScan>> scan() override {
    return std::unique_ptr<sql::TableScan>(std::make_unique<Scan>(payments_, day_, from_long_term_));
  }

 private:
  const Payments& payments_;
  const Date day_;
  const bool from_long_term_;
  const std::vector<sql::Column> columns_ = columns_of_payments();
};

}  // namespace

Result<Page> ended_page(const Payments& payments, Status status, Date day, const std::string& cursor,
                        bool from_long_term) {
  const DateQuestion question{.status = status, .from = day, .to = day};
  const PageRequest request{.limit = kRowsOfPage, .cursor = cursor};
  Page page = status == Status::kArchived && from_long_term ? TRY(payments.archived_of_dates(question, request))
                                                            : TRY(payments.of_dates(question, request));
  if (page.problems.empty()) return page;
  return Error{Errc::unreadable_item, fmt::format("of {}, {} items are no payments: {}; mend or remove them",
                                                  to_string(day), page.problems.size(), page.problems.front())};
}

std::shared_ptr<sql::TableSource> make_payment_rows(const Payments& payments, Date day, bool from_long_term) {
  return std::make_shared<Source>(payments, day, from_long_term);
}

}  // namespace caudal::payments
