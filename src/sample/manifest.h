// SPDX-License-Identifier: Apache-2.0
// What a sample contains, counted while it is written: rows and exact amounts by file and by kind of row, so that a
// flow's reconciliation can be held against it.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "base/date.h"
#include "sample/dirt.h"

namespace caudal::sample {

struct Tally {
  int64_t rows = 0;
  int64_t amount_minor = 0;  // cents of valor_fatura or valor_pagamento, over the rows whose amount can be read
};

struct FileTally {
  std::string name;
  std::string table;
  Month month;
  uint64_t size_bytes = 0;
  std::array<Tally, kKinds> kinds = {};

  void count(Kind kind, int64_t amount_minor) {
    Tally& tally = kinds[static_cast<size_t>(kind)];
    ++tally.rows;
    tally.amount_minor += spoiled_amount(amount_minor, kind);
  }
  // The row that a differing repeat differs from: of the same kind, its amount as it was.
  void count_original(Kind kind, int64_t amount_minor) {
    Tally& tally = kinds[static_cast<size_t>(kind)];
    ++tally.rows;
    tally.amount_minor += amount_minor;
  }
  const Tally& of(Kind kind) const { return kinds[static_cast<size_t>(kind)]; }
  Tally total() const;
};

struct Manifest {
  int64_t clients = 0;
  int64_t months = 0;
  uint64_t seed = 0;
  int64_t dirty_ppm = 0;
  Month start;
  int64_t payments_after_period = 0;  // dated after the last month, so in no file
  std::vector<FileTally> files = {};  // invoices and payments of a month side by side, by month

  // Sums over the files of a table.
  Tally total(std::string_view table) const;
};

// "-12.05".
std::string amount_text(int64_t amount_minor);

// The content of esperado.json. Kinds with no row are left out.
std::string to_json(const Manifest& manifest);

}  // namespace caudal::sample
