// SPDX-License-Identifier: Apache-2.0
// UpdateContinuousBackups, DescribeContinuousBackups, RestoreTableToPointInTime.
#include "api/dynamodb/errors.h"
#include "api/dynamodb/restored_definition.h"
#include "api/dynamodb/restoring.h"
#include "aws/generated/dynamodb/backups.h"
#include "items/archive.h"
#include "items/errors.h"

namespace caudal::api::dynamodb {
namespace {

constexpr int kDefaultDays = 35;

template <class T>
Outcome<T> said(Call& call, const std::string& table, Result<T> result) {
  if (!result && result.error().code == items::Errc::no_such_table) {
    return wire::errors::table_not_found_exception("Table not found: " + table);
  }
  return call.said(std::move(result));
}

// Continuous backups are on for all tables, as in DynamoDB; what can be switched is restoring to a moment.
wire::ContinuousBackupsDescription describe(const items::RecoveryInfo& recovery) {
  wire::PointInTimeRecoveryDescription told{.point_in_time_recovery_status = "DISABLED"};
  if (recovery.is_enabled) {
    told = {.point_in_time_recovery_status = "ENABLED",
            .earliest_restorable_date_time = recovery.earliest,
            .latest_restorable_date_time = recovery.latest,
            .recovery_period_in_days = recovery.days};
  }
  return {.continuous_backups_status = "ENABLED", .point_in_time_recovery_description = std::move(told)};
}

Outcome<wire::DescribeContinuousBackupsOutput> describe_continuous(Call& call,
                                                                   const wire::DescribeContinuousBackupsInput& in) {
  const std::string table = table_name_of(in.table_name);
  TRY(call.require("DescribeContinuousBackups", table));
  return wire::DescribeContinuousBackupsOutput{
      .continuous_backups_description = describe(TRY(said(call, table, call.beside.archive->recovery(table))))};
}

Outcome<wire::UpdateContinuousBackupsOutput> update_continuous(Call& call,
                                                               const wire::UpdateContinuousBackupsInput& in) {
  const std::string table = table_name_of(in.table_name);
  TRY(call.require("UpdateContinuousBackups", table));
  const wire::PointInTimeRecoverySpecification& asked = in.point_in_time_recovery_specification;
  if (!asked.point_in_time_recovery_enabled && asked.recovery_period_in_days) {
    return validation(
        "One or more parameter values were invalid: RecoveryPeriodInDays can only be specified when "
        "PointInTimeRecoveryEnabled is true");
  }
  auto set = call.beside.archive->set_recovery(table, asked.point_in_time_recovery_enabled,
                                               asked.recovery_period_in_days.value_or(kDefaultDays));
  return wire::UpdateContinuousBackupsOutput{.continuous_backups_description =
                                                 describe(TRY(said(call, table, std::move(set))))};
}

// One of the two names.
Outcome<std::string> source_of(const wire::RestoreTableToPointInTimeInput& in) {
  if (in.source_table_arn && !in.source_table_name) return table_name_of(*in.source_table_arn);
  if (in.source_table_name && !in.source_table_arn) return table_name_of(*in.source_table_name);
  return validation(
      "One or more parameter values were invalid: Exactly one of SourceTableArn and SourceTableName must be specified");
}

Outcome<wire::RestoreTableToPointInTimeOutput> restore(Call& call, const wire::RestoreTableToPointInTimeInput& in) {
  const std::string source = TRY(source_of(in));
  const std::string target = table_name_of(in.target_table_name);
  TRY(call.require("RestoreTableToPointInTime", source));
  TRY(call.require("RestoreTableToPointInTime", target));
  if (in.use_latest_restorable_time.value_or(false) == in.restore_date_time.has_value()) {
    return validation(
        "One or more parameter values were invalid: Exactly one of UseLatestRestorableTime and RestoreDateTime must be "
        "specified");
  }
  const items::TableInfo was = TRY(said(call, source, call.store.describe_table(source)));
  const items::TableDefinition table = TRY(restored_definition(in, was.definition));
  auto begun = call.beside.archive->restore_to(source, in.restore_date_time, table);
  if (!begun && begun.error().code == items::Errc::table_exists) {
    return wire::errors::table_already_exists_exception(begun.error().message);
  }
  const items::Restoring restoring = TRY(said(call, source, std::move(begun)));
  return wire::RestoreTableToPointInTimeOutput{.table_description = describe_restoring(call, restoring)};
}

}  // namespace

void offer_recovery(Dispatcher& dispatcher) {
  dispatcher.on(wire::operations::kDescribeContinuousBackups, describe_continuous);
  dispatcher.on(wire::operations::kUpdateContinuousBackups, update_continuous);
  dispatcher.on(wire::operations::kRestoreTableToPointInTime, restore);
}

}  // namespace caudal::api::dynamodb
