// SPDX-License-Identifier: Apache-2.0
// `caudal sample make`.
#include "sample/make.h"

#include <fmt/format.h>

#include <charconv>

#include "app/commands/all.h"
#include "app/context.h"
#include "app/errors.h"
#include "sample/manifest.h"

namespace caudal::app {
namespace {

constexpr int64_t kMillion = 1'000'000;

// "0.02" or "2%" as 20,000 parts per million, exactly: no floating point, so one text is one sample everywhere.
Result<int64_t> parse_share(const std::string& text) {
  const Error wrong{
      Errc::usage,
      fmt::format("--dirty must be a share of the rows from 0 to 1, such as 0.02 or 2%, found '{}'", text)};
  std::string_view rest = text;
  const bool percent = rest.ends_with('%');
  if (percent) rest.remove_suffix(1);
  const size_t point = std::min(rest.find('.'), rest.size());
  std::string digits(rest.substr(0, point));
  std::string fraction(rest.substr(std::min(point + 1, rest.size())));
  const size_t places = percent ? 4 : 6;
  if (digits.empty() || fraction.size() > places) return wrong;
  fraction.resize(places, '0');
  digits += fraction;
  int64_t ppm = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), ppm);
  if (error != std::errc() || end != digits.data() + digits.size() || ppm < 0 || ppm > kMillion) return wrong;
  return ppm;
}

Result<void> run_make(Context& context, const Arguments& arguments) {
  sample::Options options;
  options.clients = TRY(arguments.whole("--clients", INT64_MIN, INT64_MAX)).value_or(0);
  options.months = TRY(arguments.whole("--months", INT64_MIN, INT64_MAX)).value_or(0);
  options.seed = static_cast<uint64_t>(TRY(arguments.whole("--seed", 0, INT64_MAX)).value_or(1));
  options.dirty_ppm = TRY(parse_share(arguments.text_or("--dirty", "0")));
  if (const auto start = TRY(arguments.month("--start"))) options.start = *start;
  options.out = arguments.text_or("--out", "");
  options.force = arguments.has("--force");
  const auto report = [&](int64_t done, int64_t total) {
    context.teller().progress(static_cast<double>(done) / static_cast<double>(total), "making the sample");
  };
  const sample::Manifest manifest = TRY(sample::make(options, report, context.stop()));
  const sample::Tally invoices = manifest.total("tb_faturas");
  const sample::Tally payments = manifest.total("tb_pagamentos");
  context.say(fmt::format("{} clients, {} invoices of {}, {} payments of {} in {}; esperado.json counts them by file",
                          manifest.clients, invoices.rows, sample::amount_text(invoices.amount_minor), payments.rows,
                          sample::amount_text(payments.amount_minor), options.out.string()));
  return {};
}

}  // namespace

Command sample_command() {
  Command make{
      .name = "make",
      .summary = "make up a lender: clients, invoices and payments as monthly files",
      .details =
          "Writes clientes.csv, tb_faturas_YYYYMM.csv and tb_pagamentos_YYYYMM.csv for each month, and\n"
          "esperado.json, which counts rows and exact amounts by file and kind of row. The same options\n"
          "give the same bytes on every machine.",
      .examples = {"caudal sample make --clients 1000 --months 13 --seed 7 --out lender",
                   "caudal sample make --clients 50000 --months 24 --seed 1 --dirty 2% --start 2022-01 --out lender"},
      .options = {{.name = "--clients", .value = "N", .help = "how many clients, 1 to 20,000,000", .required = true},
                  {.name = "--months", .value = "M", .help = "how many months of files, 1 to 240", .required = true},
                  {.name = "--seed", .value = "S", .help = "what the draws start from (default 1)"},
                  {.name = "--dirty",
                   .value = "P",
                   .help = "share of rows with an error, such as 0.02 or 2% (default 0)"},
                  {.name = "--start", .value = "YYYY-MM", .help = "the first month (default 2023-01)"},
                  {.name = "--out",
                   .value = "DIR",
                   .help = "the folder for the files",
                   .required = true,
                   .completes = Completes::kFolder},
                  {.name = "--force", .help = "replace files of an earlier run"}},
      .run = run_make};
  return {.name = "sample", .summary = "make up data to try things on", .subcommands = {std::move(make)}};
}

}  // namespace caudal::app
