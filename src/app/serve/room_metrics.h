// SPDX-License-Identifier: Apache-2.0
// What the rooms count, under the names that Prometheus knows it by.
#pragma once

#include "access/audit/log.h"
#include "api/gate/metrics.h"
#include "http/server.h"
#include "kv/metrics.h"
#include "objects/metrics.h"
#include "sql/counters.h"

namespace caudal::app {

void tell(const http::ServerMetrics& of, api::MetricsSink& sink);
void tell(const kv::StoreMetrics& of, api::MetricsSink& sink);
void tell(const objects::BlobMetrics& of, api::MetricsSink& sink);
void tell(const audit::LogMetrics& of, api::MetricsSink& sink);
void tell(const sql::Counters& of, api::MetricsSink& sink);

}  // namespace caudal::app
