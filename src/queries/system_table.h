// SPDX-License-Identifier: Apache-2.0
// Tables of database `caudal` that are made of the platform's own records (caudal.runs, caudal.quality, ...), not of
// objects. Whoever keeps the records implements one and hands it to the Engine.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "sql/table_source.h"

namespace caudal::queries {

// The database that they show up in.
inline constexpr std::string_view kSystemDatabase = "caudal";

// Thread-safe: sessions read it at once.
class SystemTable {
 public:
  virtual ~SystemTable() = default;
  // Lower case, without the database: "runs".
  virtual std::string_view name() const = 0;
  // Primitive types only.
  virtual const std::vector<sql::Column>& columns() const = 0;
  // The rows as they are now, each with a Value for each column. Called anew by every scan. Not called of a table that
  // has a source().
  virtual Result<std::vector<std::vector<sql::Value>>> rows() const { return std::vector<std::vector<sql::Value>>(); }
  // Of a table that is too large to be held in memory: what reads it as it goes. It may outlive the table.
  virtual std::shared_ptr<sql::TableSource> source() const { return nullptr; }
};

// `table` as DuckDB reads it.
std::shared_ptr<sql::TableSource> make_system_source(std::shared_ptr<const SystemTable> table);

}  // namespace caudal::queries
