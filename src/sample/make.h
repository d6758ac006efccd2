// SPDX-License-Identifier: Apache-2.0
// A believable lender, made from a seed: clients, their monthly invoices and payments, as the files that partners
// deliver. For the demo, the benches and the tests. The same options give the same bytes on every machine.
//
//   sample::Options options{.clients = 1000, .months = 13, .seed = 7, .out = "/tmp/lender"};
//   const sample::Manifest manifest = TRY(sample::make(options, {}, stop));
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <stop_token>
#include <system_error>

#include "base/date.h"
#include "base/result.h"
#include "sample/manifest.h"

namespace caudal::sample {

inline constexpr int64_t kMaxClients = 20'000'000;
inline constexpr int64_t kMaxMonths = 240;

struct Options {
  int64_t clients = 0;    // 1 to kMaxClients
  int64_t months = 0;     // 1 to kMaxMonths
  uint64_t seed = 1;      // any
  int64_t dirty_ppm = 0;  // rows in a million that carry an error, 0 to 1,000,000
  Month start{std::chrono::year{2023}, std::chrono::January};
  std::filesystem::path out;  // folder, made when missing
  bool force = false;         // replace files of an earlier run
};

enum class Errc { invalid_option = 1, files_exist, cancelled };
ErrcInfo errc_info(Errc code);
inline std::error_code make_error_code(Errc code) { return errc_code(code); }

// Called from time to time with the clients done so far.
using Progress = std::function<void(int64_t done, int64_t total)>;

// Writes clientes.csv, tb_faturas_YYYYMM.csv and tb_pagamentos_YYYYMM.csv of every month, and esperado.json (the
// returned manifest). Files appear under their names only when all are complete; an error or a stop leaves none of
// them. Blocking; memory does not grow with the number of clients.
// Errors: kUsage (options), kConflict (files exist and no `force`), kCancelled, and those of writing files.
Result<Manifest> make(const Options& options, const Progress& progress, std::stop_token stop);

}  // namespace caudal::sample

template <>
struct std::is_error_code_enum<caudal::sample::Errc> : std::true_type {};
