// SPDX-License-Identifier: Apache-2.0
// A lake in a temporary folder: catalog, objects and engine, with short ways to make tables and fill partitions.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/testing/manual_clock.h"
#include "base/testing/result_matchers.h"
#include "base/testing/temporary_directory.h"
#include "catalog/catalog.h"
#include "kv/store.h"
#include "objects/store.h"
#include "queries/engine.h"

namespace caudal::queries {

using Row = std::vector<sql::Value>;

class Lake {
 public:
  Lake();

  // "id_fatura string, valor decimal(18,2)"; makes the database when it is new.
  catalog::Table make_table(const std::string& database, const std::string& name, const std::string& columns,
                            const std::string& partition_keys = "");
  // A Parquet file of the rows of `select` (plain DuckDB SQL) as an object below the partition's new location; the
  // partition's own columns are those of the table, unless given. Published at once, unless `staged_under` is.
  void put_partition(const std::string& table, const std::vector<std::string>& values, const std::string& select,
                     const std::string& own_columns = "", const std::string& staged_under = "");
  // The same with the object's bytes given, and several names.
  void put_partition_bytes(const std::string& table, const std::vector<std::string>& values,
                           const std::map<std::string, std::string>& bodies, const std::string& own_columns = "",
                           const std::string& staged_under = "");
  static std::vector<catalog::Column> parse_columns(const std::string& text);
  std::string parquet(const std::string& select);

  std::unique_ptr<Session> session(SessionOptions options = {}) {
    return unwrap(engine->open_session(std::move(options)));
  }
  std::vector<Row> rows(const std::string& sql) { return unwrap(unwrap(session()->query(sql)).all()); }
  std::filesystem::path work() const { return directory.path() / "work"; }

  TemporaryDirectory directory;
  ManualClock clock{Timestamp(std::chrono::seconds(1'700'000'000))};
  std::unique_ptr<kv::Store> store;
  std::unique_ptr<catalog::Catalog> catalog;
  std::unique_ptr<objects::Store> objects;
  std::unique_ptr<Engine> engine;

 private:
  int next_ = 1;
};

}  // namespace caudal::queries
