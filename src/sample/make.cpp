// SPDX-License-Identifier: Apache-2.0
// Client by client, so memory stays flat: each client's rows go to the files of all months as they arise.
#include "sample/make.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include "base/file.h"
#include "sample/calendar.h"
#include "sample/client.h"
#include "sample/life.h"
#include "sample/row_file.h"

namespace caudal::sample {
namespace {

constexpr int64_t kClientsPerCheck = 2048;  // between looks at the stop token, errors and progress
constexpr std::string_view kInvoiceHeader =
    "id_fatura,id_cliente,data_emissao,data_vencimento,valor_fatura,valor_pagamento_minimo\n";
constexpr std::string_view kPaymentHeader = "id_pagamento,id_fatura,id_cliente,data_pagamento,valor_pagamento\n";

// One delivered file and what was counted into it.
struct Delivery {
  RowFile rows;
  FileTally tally;
};

char* put_invoice_id(char* out, int64_t client, int number) {
  out = put_integer(out, client);
  *out++ = '-';
  return put_integer(out, number);
}

char* put_invoice(char* out, int64_t client, const Invoice& invoice, const Calendar& calendar) {
  out = put_invoice_id(out, client, invoice.number);
  *out++ = ',';
  out = put_integer(out, client);
  *out++ = ',';
  out = put_text(out, calendar.text(invoice.issue_day));
  *out++ = ',';
  out = put_text(out, calendar.text(invoice.due_day));
  *out++ = ',';
  out = put_amount(out, invoice.amount_minor);
  *out++ = ',';
  return put_amount(out, invoice.minimum_minor);
}

char* put_payment(char* out, int64_t client, int invoice_number, const Payment& payment, const Calendar& calendar) {
  out = put_text(out, "PG-");
  out = put_invoice_id(out, client, invoice_number);
  if (payment.number > 1) {
    *out++ = '-';
    out = put_integer(out, payment.number);
  }
  *out++ = ',';
  out = put_invoice_id(out, client, invoice_number);
  *out++ = ',';
  out = put_integer(out, client);
  *out++ = ',';
  out = put_text(out, calendar.text(payment.day));
  *out++ = ',';
  return put_amount(out, payment.amount_minor);
}

// The row between `begin` and `end` of the file's buffer is clean; leaves it so, follows it by a repeat, or replaces
// it by its spoiled form.
void finish_row(Delivery& delivery, char* begin, char* end, Kind kind, int64_t amount_minor) {
  const bool repeat = kind == Kind::kRepeatedSame || kind == Kind::kRepeatedDifferent;
  if (kind != Kind::kClean) {
    const std::string spoiled =
        spoil({begin, end}, kind, delivery.tally.table == "tb_faturas" ? kInvoiceLayout : kPaymentLayout);
    if (repeat) *end++ = '\n';
    end = put_text(repeat ? end : begin, spoiled);
  }
  *end++ = '\n';
  delivery.rows.advance(end);
  if (kind == Kind::kRepeatedSame) delivery.tally.count(Kind::kClean, amount_minor);
  if (kind == Kind::kRepeatedDifferent) delivery.tally.count_original(kind, amount_minor);
  delivery.tally.count(kind, amount_minor);
}

Result<void> check_range(std::string_view option, int64_t value, int64_t low, int64_t high) {
  if (value >= low && value <= high) return {};
  return Error{Errc::invalid_option, fmt::format("--{} must be from {} to {}, found {}", option, low, high, value)};
}

Result<void> check_options(const Options& options) {
  TRY(check_range("clients", options.clients, 1, kMaxClients));
  TRY(check_range("months", options.months, 1, kMaxMonths));
  TRY(check_range("dirty, in rows per million,", options.dirty_ppm, 0, 1'000'000));
  if (options.out.empty()) return Error{Errc::invalid_option, "--out must name a folder for the files"};
  if (!options.start.ok() || options.start.year() < std::chrono::year{1900} ||
      options.start.year() > std::chrono::year{2200}) {
    return Error{Errc::invalid_option, "--start must be a month from 1900-01 to 2200-12, such as 2023-01"};
  }
  return {};
}

class Maker {
 public:
  explicit Maker(const Options& options)
      : options_(options), calendar_(options.start, static_cast<int>(options.months)) {}

  Result<Manifest> run(const Progress& progress, const std::stop_token& stop) {
    TRY(caudal::create_directories(options_.out));
    TRY(open_files());
    for (int64_t number = 1; number <= options_.clients; ++number) {
      write_client(make_client(number, options_.seed, calendar_.months()));
      if (number % kClientsPerCheck != 0) continue;
      TRY(check_health(stop));
      if (progress) progress(number, options_.clients);
    }
    TRY(check_health(stop));
    if (progress) progress(options_.clients, options_.clients);
    return publish();
  }

 private:
  std::string file_name(std::string_view table, int month) const {
    return fmt::format("{}_{}.csv", table, to_compact_string(calendar_.month(month)));
  }

  Result<RowFile> open_file(const std::string& name, std::string_view header) const {
    const auto path = options_.out / name;
    struct stat status{};
    if (!options_.force && ::lstat(path.c_str(), &status) == 0) {
      return Error{
          Errc::files_exist,
          fmt::format("{} exists already; choose another --out, or --force to replace the files there", path.string())};
    }
    return RowFile::create(path, header);
  }

  Result<void> open_files() {
    clients_.emplace_back(TRY(open_file("clientes.csv", kClientHeader)));
    for (int month = 0; month < calendar_.months(); ++month) {
      TRY(open_delivery(invoices_, "tb_faturas", month, kInvoiceHeader));
      TRY(open_delivery(payments_, "tb_pagamentos", month, kPaymentHeader));
    }
    return {};
  }

  Result<void> open_delivery(std::vector<Delivery>& deliveries, std::string table, int month, std::string_view header) {
    std::string name = file_name(table, month);
    deliveries.push_back({TRY(open_file(name, header)), {}});
    FileTally& tally = deliveries.back().tally;
    tally.name = std::move(name);
    tally.table = std::move(table);
    tally.month = calendar_.month(month);
    return {};
  }

  void write_client(const Client& client) {
    clients_.front().append(client_line(client, options_.seed, first_day(options_.start)));
    live(client, calendar_, life_);
    Dirt dirt(options_.dirty_ppm, client.life_seed);
    for (const Invoice& invoice : life_) {
      const bool last_month = invoice.month + 1 == calendar_.months();
      const Kind kind = dirt.draw_invoice(!last_month);
      const int file = invoice.month + (kind == Kind::kDeliveredLate ? 1 : 0);
      Delivery& delivery = invoices_[static_cast<size_t>(file)];
      char* begin = delivery.rows.room();
      finish_row(delivery, begin, put_invoice(begin, client.number, invoice, calendar_), kind, invoice.amount_minor);
      for (const Payment& payment : invoice.payments()) write_payment(client, invoice, kind, payment, dirt);
    }
  }

  void write_payment(const Client& client, const Invoice& invoice, Kind invoice_kind, const Payment& payment,
                     Dirt& dirt) {
    if (payment.day >= calendar_.period_days()) {
      ++manifest_.payments_after_period;
      return;
    }
    const int month = calendar_.month_of_day(payment.day);
    Kind kind = dirt.draw_payment(month + 1 < calendar_.months());
    if (kind_info(invoice_kind).fate == Fate::kQuarantined) {
      if (kind_info(kind).fate != Fate::kQuarantined) kind = Kind::kOrphanOfRefused;
    } else if (invoice_kind == Kind::kDeliveredLate && month <= invoice.month) {
      // A late payment comes in the same file month as its late invoice: nothing to heal.
      const bool waits = kind == Kind::kClean || kind_info(kind).fate == Fate::kRemoved;
      if (waits) kind = Kind::kOrphanUntilNextMonth;
    }
    Delivery& delivery = payments_[static_cast<size_t>(month + (kind == Kind::kDeliveredLate ? 1 : 0))];
    char* begin = delivery.rows.room();
    char* end = put_payment(begin, client.number, invoice.number, payment, calendar_);
    finish_row(delivery, begin, end, kind, payment.amount_minor);
  }

  Result<void> check_health(const std::stop_token& stop) const {
    if (stop.stop_requested()) return Error{Errc::cancelled, "interrupted; no file was left behind"};
    if (clients_.front().error()) return *clients_.front().error();
    for (const auto* deliveries : {&invoices_, &payments_}) {
      for (const Delivery& delivery : *deliveries) {
        if (delivery.rows.error()) return *delivery.rows.error();
      }
    }
    return {};
  }

  Result<Manifest> publish() {
    manifest_.clients = options_.clients;
    manifest_.months = options_.months;
    manifest_.seed = options_.seed;
    manifest_.dirty_ppm = options_.dirty_ppm;
    manifest_.start = options_.start;
    TRY(clients_.front().finish());
    for (size_t month = 0; month < invoices_.size(); ++month) {
      for (Delivery* delivery : {&invoices_[month], &payments_[month]}) {
        delivery->tally.size_bytes = delivery->rows.size_bytes();
        TRY(delivery->rows.finish());
        manifest_.files.push_back(delivery->tally);
      }
    }
    TRY(clients_.front().publish());
    for (size_t month = 0; month < invoices_.size(); ++month) {
      TRY(invoices_[month].rows.publish());
      TRY(payments_[month].rows.publish());
    }
    TRY(write_file_durably(options_.out / "esperado.json", to_json(manifest_)));
    return std::move(manifest_);
  }

  const Options& options_;
  Calendar calendar_;
  Manifest manifest_;
  std::vector<RowFile> clients_;    // exactly one, once open
  std::vector<Delivery> invoices_;  // by month
  std::vector<Delivery> payments_;  // by month
  std::vector<Invoice> life_;       // of the client at hand
};

}  // namespace

ErrcInfo errc_info(Errc code) {
  switch (code) {
    case Errc::invalid_option: return {"invalid option of the sample", ErrorClass::kUsage};
    case Errc::files_exist: return {"files of the sample exist already", ErrorClass::kConflict};
    case Errc::cancelled: return {"making the sample was cancelled", ErrorClass::kCancelled};
  }
  return {"unknown", ErrorClass::kFailed};
}

Result<Manifest> make(const Options& options, const Progress& progress, std::stop_token stop) {
  TRY(check_options(options));
  return Maker(options).run(progress, stop);
}

}  // namespace caudal::sample
