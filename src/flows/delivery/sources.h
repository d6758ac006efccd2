// SPDX-License-Identifier: Apache-2.0
// A delivery's good and refused rows as tables that DuckDB reads with several threads. They share the open
// file with the Delivery, because DuckDB decides how long it keeps them.
#pragma once

#include <memory>

#include "flows/delivery/delivery_impl.h"
#include "sql/table_source.h"

namespace caudal::delivery {

std::shared_ptr<sql::TableSource> make_good_rows(std::shared_ptr<Delivery::Impl> impl);
std::shared_ptr<sql::TableSource> make_refused_rows(std::shared_ptr<Delivery::Impl> impl);

// The SQL type of a contract's column.
sql::Type sql_type(const ColumnType& type);

}  // namespace caudal::delivery
