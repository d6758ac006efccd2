// SPDX-License-Identifier: Apache-2.0
// Rows that are missing, cut or of the future: said as such, never taken for an empty catalog and never a crash.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/random.h"
#include "catalog/keys.h"
#include "catalog/testing/catalog_fixture.h"

namespace caudal::catalog {
namespace {

using testing::HasSubstr;

class Damage : public CatalogFixture {
 protected:
  Damage() { publish("run-1", {"01", "02"}); }

  // Every row whose key starts with `prefix`.
  std::map<std::string, std::string> rows(const std::string& prefix) {
    std::map<std::string, std::string> out;
    kv::Scan scan = store_->scan(family(), kv::Range::prefix(prefix));
    for (; scan.valid(); scan.next()) out.emplace(scan.key(), scan.value());
    EXPECT_OK(scan.status());
    return out;
  }
  void put(const std::string& key, const std::string& value) {
    kv::Batch batch;
    batch.put(family(), key, value);
    unwrap(store_->commit(std::move(batch)));
  }
  void remove(const std::string& key) {
    kv::Batch batch;
    batch.remove(family(), key);
    unwrap(store_->commit(std::move(batch)));
  }
  kv::Family family() { return unwrap(store_->family(kFamily)); }

  // Everything that a reader can ask, whether it can be answered.
  bool all_readable() {
    const View view = catalog_->live();
    bool readable = view.databases().has_value() && view.publications().has_value() && view.staged_ids().has_value();
    readable =
        readable && view.tables("curated").has_value() && view.table_versions("curated", "tb_faturas").has_value();
    readable = readable && view.partitions("curated", "tb_faturas").has_value();
    readable = readable && view.history("curated", "tb_faturas").has_value();
    return readable && view.publication("run-1").has_value() && view.staged("run-2").has_value();
  }
};

TEST_F(Damage, MissingColumnsAreSaid) {
  for (const auto& [key, value] : rows("c")) remove(key);
  const auto partitions = catalog_->live().partitions("curated", "tb_faturas");
  ASSERT_FALSE(partitions.has_value());
  EXPECT_EQ(partitions.error().code, Errc::corrupt);
  EXPECT_TRUE(partitions.error().is(ErrorClass::kCorrupt));
  EXPECT_THAT(partitions.error().message, HasSubstr("the columns of the partition at " + location("01", "run-1")));
  EXPECT_THAT(partitions.error().message, HasSubstr("restore the data directory"));
}

TEST_F(Damage, AMissingPublicationIsSaidAndNotPublishedAgain) {
  remove(keys::publication(1));
  const auto again = catalog_->publish("run-1", "invoices");
  ASSERT_FALSE(again.has_value());
  EXPECT_EQ(again.error().code, Errc::corrupt);
  EXPECT_EQ(months(catalog_->live()), (Months{{"01", "run-1"}, {"02", "run-1"}}));
}

TEST_F(Damage, AnyRowOfANewerFormatIsRefused) {
  const auto move = month("03", "run-2");
  unwrap(catalog_->stage("run-2", std::span(&move, 1)));
  ASSERT_TRUE(all_readable());
  int kinds = 0;
  for (const char* kind : {"d", "t", "v", "p", "h", "s", "q", "c"}) {
    const auto kept = rows(kind);
    ASSERT_FALSE(kept.empty()) << kind;
    const auto& [key, value] = *kept.begin();
    std::string newer = value;
    newer[0] = 9;
    put(key, newer);
    kinds += all_readable() ? 0 : 1;
    // Names of staged ids come from keys alone, so only what reads the rows can tell.
    put(key, value);
  }
  EXPECT_EQ(kinds, 8);
  EXPECT_TRUE(all_readable());
}

TEST_F(Damage, RandomBytesInARowNeverCrashAReader) {
  const auto move = month("03", "run-2");
  unwrap(catalog_->stage("run-2", std::span(&move, 1)));
  Random random(20240201);
  const auto kept = rows("");
  for (int round = 0; round < 300; ++round) {
    auto row = kept.begin();
    std::advance(row, static_cast<std::ptrdiff_t>(random.below(kept.size())));
    std::string broken = row->second;
    if (random.chance(0.3)) broken.resize(random.below(broken.size() + 1));
    for (uint64_t i = random.below(4); i > 0 && !broken.empty(); --i) {
      broken[random.below(broken.size())] = static_cast<char>(random.below(256));
    }
    kv::Batch batch;
    batch.put(family(), row->first, broken);
    unwrap(store_->commit(std::move(batch), kv::Durability::kRelaxed));
    (void)all_readable();  // true or false, both are well: some bytes are only text
    batch = kv::Batch();
    batch.put(family(), row->first, row->second);
    unwrap(store_->commit(std::move(batch), kv::Durability::kRelaxed));
  }
  EXPECT_TRUE(all_readable());
}

}  // namespace
}  // namespace caudal::catalog
