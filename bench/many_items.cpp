// SPDX-License-Identifier: Apache-2.0
// Makes a data directory whose table "many" has as many items as are asked for, of the keys that items_load reads:
// accounts of 20 payments each, in no order of their keys.
//
// usage: many_items DATA ITEMS BYTES
#include <fmt/format.h>

#include "base/clock.h"
#include "base/random.h"
#include "items/embedded_store.h"
#include "kv/data_directory.h"
#include "kv/store.h"
#include "words.h"

namespace caudal {
namespace {

constexpr uint64_t kOfPartition = 20;
constexpr uint64_t kTogether = 500;
// Of each note: what cannot be packed. The rest of it can, or a hundred million would not fit on most disks.
constexpr size_t kOwnBytes = 80;

void begin_anew(std::string& note, Random& random) {
  for (size_t i = 0; i < std::min(kOwnBytes, note.size()); ++i) note[i] = static_cast<char>('!' + random.below(90));
}

items::Write put(uint64_t n, const std::string& note) {
  items::Item item;
  item.set("PK", items::Value(fmt::format("{}#PAYMENT", n / kOfPartition)));
  item.set("SK", items::Value(fmt::format("SCHEDULED#{:010}", n % kOfPartition)));
  item.set("Amount", items::Value(items::Number(static_cast<int64_t>(n))));
  item.set("Currency", items::Value("BRL"));
  item.set("Note", items::Value(note));
  return {.action = items::PutItem{.table = "many", .item = std::move(item)}};
}

// As the program itself lays it out.
Result<void> make(const std::filesystem::path& data, uint64_t items, size_t bytes) {
  SystemClock clock;
  const kv::DataDirectory directory = TRY(kv::DataDirectory::open(data));
  const auto kv = TRY(kv::Store::open(directory.path() / "kv", {}));
  const auto store = TRY(items::EmbeddedStore::open(*kv, clock));
  TRY(store->create_table({.name = "many",
                           .key = {.partition = {{"PK"}}, .sort = {{"SK"}}},
                           .billing = items::BillingMode::kPayPerRequest}));
  std::string note(bytes, 'x');
  Random random(1);
  for (uint64_t next = 0; next < items;) {
    std::vector<items::Write> writes;
    for (; next < items && writes.size() < kTogether; ++next) {
      begin_anew(note, random);
      writes.push_back(put(next, note));
    }
    for (const auto& written : TRY(store->write_each(std::move(writes)))) {
      if (!written) return written.error();
    }
  }
  return {};
}

}  // namespace
}  // namespace caudal

int main(int count, char** words) {
  if (count != 4) {
    fmt::print(stderr, "usage: many_items DATA ITEMS BYTES\n");
    return 2;
  }
  const auto made = caudal::make(words[1], caudal::number(words[2]), caudal::number(words[3]));
  if (!made) fmt::print(stderr, "{}\n", made.error().to_string());
  return made ? 0 : 1;
}
