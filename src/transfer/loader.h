// SPDX-License-Identifier: Apache-2.0
// Puts the items of a file into a table, many at a time. An item that is there already is replaced.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "base/result.h"
#include "items/store.h"
#include "transfer/record_reader.h"

namespace caudal::transfer {

struct Loaded {
  uint64_t records = 0;
  uint64_t written = 0;
  uint64_t refused = 0;
};

struct LoadWatch {
  // Of each record that is not written, with its line.
  std::function<void(uint64_t line, const Error& why)> refused = {};
  // Now and then, with records that are all in the table or refused; an error ends the load.
  std::function<Result<void>(const Loaded& so_far)> progress = {};
  // So many records at the begin are passed over, and not counted: they are in the table already.
  uint64_t skip = 0;
};

// What was written before an error stays. Errors: those of the reader and of the store, but for single records.
Result<Loaded> load(items::Store& store, const std::string& table, RecordReader& reader, const LoadWatch& watch);

}  // namespace caudal::transfer
