// SPDX-License-Identifier: Apache-2.0
// Between which moments DynamoDB exports what changed, and in which words it refuses others.
#pragma once

#include "base/clock.h"
#include "base/result.h"

namespace caudal::transfer {

struct ExportWindow {
  Timestamp earliest = {};  // that the table can be restored to
  Timestamp from = {};
  Timestamp to = {};
  Timestamp now = {};
};

// Of 15 minutes at least and 24 hours at most, of the past, and no earlier than is kept. The rules are told in the
// order in which DynamoDB looks at them. Errors: Errc::invalid_window.
//
// Source: API reference of ExportTableToPointInTime, "Quotas" of the Developer Guide, and the answers of the service as
// the tests of Alternator and of ACK's controller and of Airflow's DynamoDBToS3Operator have them. Nobody has written
// down what it says of more than 24 hours: that is worded as its opposite.
Result<void> check_window(const ExportWindow& window);

}  // namespace caudal::transfer
