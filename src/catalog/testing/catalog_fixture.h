// SPDX-License-Identifier: Apache-2.0
// A catalog in a temporary folder with a table `curated.tb_faturas`, by year and month, and short ways to move its
// partitions. reopen() is what a restart would see.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/testing/manual_clock.h"
#include "base/testing/result_matchers.h"
#include "base/testing/temporary_directory.h"
#include "catalog/catalog.h"
#include "kv/store.h"

namespace caudal::catalog {

class CatalogFixture : public testing::Test {
 protected:
  CatalogFixture() {
    reopen();
    unwrap(catalog_->create_database({.name = "curated"}));
    unwrap(catalog_->create_table(invoices()));
  }

  static Table invoices() {
    return {.database = "curated",
            .name = "tb_faturas",
            .columns = {{"id_fatura", Type::primitive(Type::Kind::kString)}, {"valor_fatura", Type::decimal(18, 2)}},
            .partition_keys = {{"ano", Type::primitive(Type::Kind::kInt)}, {"mes", Type::primitive(Type::Kind::kInt)}},
            .location = "s3://lake/curated/tb_faturas/"};
  }

  void reopen() {
    catalog_.reset();
    store_.reset();
    store_ = unwrap(kv::Store::open(directory_.path() / "kv", {}));
    catalog_ = unwrap(Catalog::open(*store_, clock_));
  }

  static std::string location(const std::string& month, const std::string& run) {
    return "s3://lake/curated/tb_faturas/ano=2024/mes=" + month + "/" + run + "/";
  }
  // A move of the month to where `run` wrote it; of no run, a removal.
  static PartitionMove month(const std::string& month, const std::string& run) {
    PartitionMove move{.database = "curated", .table = "tb_faturas", .values = {"2024", month}};
    if (!run.empty()) move.target = Partition{.location = location(month, run)};
    return move;
  }
  // Stages and publishes the months at once.
  Publication publish(const PublicationId& id, const std::vector<std::string>& months,
                      const std::string& scope = "invoices") {
    std::vector<PartitionMove> moves;
    for (const std::string& each : months) moves.push_back(month(each, id));
    unwrap(catalog_->stage(id, moves));
    return unwrap(catalog_->publish(id, scope));
  }

  // Month → the run that wrote it, from the end of the location.
  static std::map<std::string, std::string> months(const View& view) {
    std::map<std::string, std::string> out;
    const auto partitions = unwrap(view.partitions("curated", "tb_faturas"));
    for (const Partition& partition : partitions) {
      std::string run = partition.location.substr(0, partition.location.size() - 1);
      out[partition.values.at(1)] = run.substr(run.rfind('/') + 1);
    }
    return out;
  }
  using Months = std::map<std::string, std::string>;

  TemporaryDirectory directory_;
  ManualClock clock_{Timestamp(std::chrono::sys_days(std::chrono::year(2024) / 2 / 1))};
  std::unique_ptr<kv::Store> store_;
  std::unique_ptr<Catalog> catalog_;
};

}  // namespace caudal::catalog
