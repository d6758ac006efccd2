// SPDX-License-Identifier: Apache-2.0
// Which format a file has, and standing orders month by month.
#include <fmt/format.h>

#include "payments/errors.h"
#include "payments/files/formats.h"

namespace caudal::payments {
namespace {

// Each record once for each month.
class MonthlyRecords final : public Records {
 public:
  MonthlyRecords(std::unique_ptr<Records> orders, const Monthly& monthly)
      : orders_(std::move(orders)), monthly_(monthly) {}

  Result<void> go_on_at(const Position& position) override { return orders_->go_on_at(position); }

  Result<std::optional<Record>> next() override {
    if (!order_ || ++month_ >= monthly_.months) {
      begin_ = orders_->position();
      order_ = TRY(orders_->next());
      month_ = 0;
      if (!order_) return std::optional<Record>();
      // What is wrong with an order is told once.
      if (!order_->payment) month_ = monthly_.months;
    }
    if (!order_->payment) return order_;
    return std::optional(Record{.line = order_->line, .payment = of_month(*order_->payment)});
  }

  // Within an order, before it: what was inserted of it is known when it comes again.
  Position position() const override {
    const bool is_within = order_ && month_ + 1 < monthly_.months;
    return is_within ? begin_ : orders_->position();
  }
  uint64_t size() const override { return orders_->size(); }

 private:
  Result<NewPayment> of_month(const NewPayment& order) const {
    NewPayment payment = order;
    payment.scheduled = monthly_.date(month_);
    payment.reference = TRY(
        ClientReference::parse(fmt::format("{}:{}", order.reference.text(), to_string(month_of(payment.scheduled)))));
    return payment;
  }

  const std::unique_ptr<Records> orders_;
  const Monthly monthly_;
  std::optional<Record> order_;
  int month_ = 0;   // of the order, that was answered last
  Position begin_;  // of the order
};

Result<std::unique_ptr<Records>> open_format(const std::filesystem::path& file, FileFormat format,
                                             const RecordOptions& options) {
  switch (format) {
    case FileFormat::kCsv: return open_csv(file, options);
    case FileFormat::kJsonLines: return open_json_lines(file, options);
    case FileFormat::kParquet: return open_parquet(file, options);
  }
  return Error{Errc::unusable_file, "its format is not known"};
}

}  // namespace

std::optional<FileFormat> parse_format(std::string_view text) {
  if (text == "csv") return FileFormat::kCsv;
  if (text == "jsonl" || text == "ndjson") return FileFormat::kJsonLines;
  if (text == "parquet") return FileFormat::kParquet;
  return std::nullopt;
}

Result<std::unique_ptr<Records>> open_records(const std::filesystem::path& file, const RecordOptions& options) {
  const std::string ending = file.extension().string();
  const auto opened = [&]() -> Result<std::unique_ptr<Records>> {
    const auto by_name = ending.empty() ? std::nullopt : parse_format(std::string_view(ending).substr(1));
    const auto format = options.format ? options.format : by_name;
    if (format) return open_format(file, *format, options);
    return Error{Errc::unusable_file, "its name must end in .csv, .jsonl, .ndjson or .parquet, or its format be given"};
  };
  auto records = opened();
  if (!records && records.error().code == Errc::unusable_file) {
    records.error().message = fmt::format("{}: {}", file.string(), records.error().message);
  }
  if (!records || !options.mapping || !options.mapping->monthly) return records;
  return std::unique_ptr<Records>(std::make_unique<MonthlyRecords>(*std::move(records), *options.mapping->monthly));
}

}  // namespace caudal::payments
