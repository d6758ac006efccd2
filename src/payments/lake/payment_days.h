// SPDX-License-Identifier: Apache-2.0
// Payments as a source of flows: of each date those that are ARCHIVED, FAILED or CANCELLED.
//
// The rows of what is archived come from the long-term table; the tally, and what the lake is held against row by row,
// from the table of payments itself. So what the archive lost, or keeps otherwise, is told.
#pragma once

#include <functional>
#include <string_view>

#include "flows/engine/day_source.h"
#include "payments/payments.h"

namespace caudal::payments {

// Thread-safe as far as `open` is.
class PaymentDays final : public flows::engine::DaySource {
 public:
  // Asked when a flow first needs it: a lake without payments gets no tables of theirs. What it answers outlives this.
  using Open = std::function<Result<Payments*>()>;
  explicit PaymentDays(Open open) : open_(std::move(open)) {}

  std::string_view description() const override;
  std::vector<std::string> group_by() const override { return {"situacao", "moeda"}; }
  std::string amount() const override { return "valor"; }
  std::string key() const override { return "id_pagamento"; }
  Result<std::vector<Date>> days(Date from, Date to) override;
  // Error unreadable_item: an item among them is no payment.
  Result<flows::engine::DayTally> tally(Date day) override;
  Result<std::shared_ptr<sql::TableSource>> rows(Date day) override;
  Result<std::shared_ptr<sql::TableSource>> kept(Date day) override;

 private:
  const Open open_;
};

}  // namespace caudal::payments
