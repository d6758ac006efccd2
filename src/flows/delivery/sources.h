// SPDX-License-Identifier: Apache-2.0
// A delivery's good and refused rows as tables that DuckDB reads with several threads. `impl` must outlive them.
#pragma once

#include <memory>

#include "flows/delivery/delivery_impl.h"
#include "sql/table_source.h"

namespace caudal::delivery {

std::shared_ptr<sql::TableSource> make_good_rows(Delivery::Impl& impl);
std::shared_ptr<sql::TableSource> make_refused_rows(Delivery::Impl& impl);

// The SQL type of a contract's column.
sql::Type sql_type(const ColumnType& type);

}  // namespace caudal::delivery
