// SPDX-License-Identifier: Apache-2.0
// CreateBackup, DescribeBackup, ListBackups, DeleteBackup, RestoreTableFromBackup.
#include "aws/generated/dynamodb/backups.h"

#include "api/dynamodb/errors.h"
#include "api/dynamodb/restored_definition.h"
#include "api/dynamodb/restoring.h"
#include "api/dynamodb/table_description.h"
#include "items/archive.h"
#include "items/errors.h"

namespace caudal::api::dynamodb {
namespace {

constexpr std::string_view kBackup = "/backup/";
constexpr size_t kMostSummaries = 100;

std::string arn_of_backup(const Call& call, const items::BackupInfo& backup) {
  return call.table_arn(backup.table.definition.name).append(kBackup).append(backup.id);
}

// The backup that an ARN names, when the caller may do `action` to it.
Outcome<items::BackupInfo> admitted(Call& call, std::string_view action, const std::string& arn) {
  TRY(call.require_on(action, arn));
  const size_t at = arn.find(kBackup);
  const auto found =
      call.beside.archive->describe_backup(at == std::string::npos ? "" : arn.substr(at + kBackup.size()));
  if (!found || arn_of_backup(call, *found) != arn) {
    return wire::errors::backup_not_found_exception("Backup not found: " + arn);
  }
  return *found;
}

wire::BackupDetails details_of(const Call& call, const items::BackupInfo& backup) {
  const bool is_there = backup.state == items::BackupState::kAvailable;
  wire::BackupDetails out{.backup_arn = arn_of_backup(call, backup),
                          .backup_name = backup.name,
                          .backup_status = is_there ? "AVAILABLE" : "CREATING",
                          .backup_type = "USER",
                          .backup_creation_date_time = backup.created};
  if (is_there) out.backup_size_bytes = backup.table.volume.bytes;
  return out;
}

// The table and its indexes as they were.
wire::BackupDescription describe(const Call& call, const items::BackupInfo& backup) {
  wire::TableDescription table = describe(call, backup.table, "ACTIVE");
  wire::SourceTableDetails source{.table_name = backup.table.definition.name,
                                  .table_id = backup.table.id,
                                  .table_arn = table.table_arn,
                                  .table_size_bytes = backup.table.volume.bytes,
                                  .key_schema = *std::move(table.key_schema),
                                  .table_creation_date_time = backup.table.created,
                                  .item_count = backup.table.volume.items,
                                  .billing_mode = "PROVISIONED"};
  if (const auto& throughput = backup.table.definition.throughput) {
    source.provisioned_throughput = {.read_capacity_units = throughput->read_units,
                                     .write_capacity_units = throughput->write_units};
  } else {
    source.billing_mode = "PAY_PER_REQUEST";
  }
  wire::SourceTableFeatureDetails features;
  if (table.local_secondary_indexes) {
    features.local_secondary_indexes.emplace();
    for (auto& one : *table.local_secondary_indexes) {
      features.local_secondary_indexes->push_back(
          {.index_name = one.index_name, .key_schema = one.key_schema, .projection = one.projection});
    }
  }
  if (table.global_secondary_indexes) {
    features.global_secondary_indexes.emplace();
    for (auto& one : *table.global_secondary_indexes) {
      features.global_secondary_indexes->push_back(
          {.index_name = one.index_name, .key_schema = one.key_schema, .projection = one.projection});
    }
  }
  return {.backup_details = details_of(call, backup),
          .source_table_details = std::move(source),
          .source_table_feature_details = std::move(features)};
}

Outcome<wire::CreateBackupOutput> create_backup(Call& call, const wire::CreateBackupInput& in) {
  const std::string table = table_name_of(in.table_name);
  TRY(call.require("CreateBackup", table));
  auto made = call.beside.archive->create_backup(table, in.backup_name);
  if (!made && made.error().code == items::Errc::no_such_table) {
    return wire::errors::table_not_found_exception("Table not found: " + table);
  }
  return wire::CreateBackupOutput{.backup_details = details_of(call, TRY(call.said(std::move(made))))};
}

Outcome<wire::DescribeBackupOutput> describe_backup(Call& call, const wire::DescribeBackupInput& in) {
  return wire::DescribeBackupOutput{.backup_description =
                                        describe(call, TRY(admitted(call, "DescribeBackup", in.backup_arn)))};
}

Outcome<wire::DeleteBackupOutput> delete_backup(Call& call, const wire::DeleteBackupInput& in) {
  const items::BackupInfo backup = TRY(admitted(call, "DeleteBackup", in.backup_arn));
  TRY(call.said(call.beside.archive->delete_backup(backup.id)));
  wire::DeleteBackupOutput out{.backup_description = describe(call, backup)};
  out.backup_description->backup_details->backup_status = "DELETED";
  return out;
}

bool is_asked_for(const wire::ListBackupsInput& in, const items::BackupInfo& backup) {
  if (in.table_name && backup.table.definition.name != table_name_of(*in.table_name)) return false;
  if (in.time_range_lower_bound && backup.created < *in.time_range_lower_bound) return false;
  if (in.time_range_upper_bound && backup.created >= *in.time_range_upper_bound) return false;
  return !in.backup_type || *in.backup_type == "USER" || *in.backup_type == "ALL";
}

Outcome<wire::ListBackupsOutput> list_backups(Call& call, const wire::ListBackupsInput& in) {
  TRY(call.require_on_all("ListBackups"));
  const size_t limit = in.limit ? static_cast<size_t>(*in.limit) : kMostSummaries;
  wire::ListBackupsOutput out{.backup_summaries = std::vector<wire::BackupSummary>()};
  std::string after = in.exclusive_start_backup_arn.value_or("");
  if (const size_t at = after.find(kBackup); at != std::string::npos) after.erase(0, at + kBackup.size());
  for (const items::BackupInfo& backup : call.beside.archive->list_backups()) {
    if (backup.id <= after || !is_asked_for(in, backup)) continue;
    if (out.backup_summaries->size() == limit) {
      out.last_evaluated_backup_arn = out.backup_summaries->back().backup_arn;
      break;
    }
    const wire::BackupDetails details = details_of(call, backup);
    out.backup_summaries->push_back({.table_name = backup.table.definition.name,
                                     .table_id = backup.table.id,
                                     .table_arn = call.table_arn(backup.table.definition.name),
                                     .backup_arn = details.backup_arn,
                                     .backup_name = details.backup_name,
                                     .backup_creation_date_time = details.backup_creation_date_time,
                                     .backup_status = details.backup_status,
                                     .backup_type = details.backup_type,
                                     .backup_size_bytes = details.backup_size_bytes});
  }
  return out;
}

Outcome<wire::RestoreTableFromBackupOutput> restore(Call& call, const wire::RestoreTableFromBackupInput& in) {
  TRY(call.require("RestoreTableFromBackup", table_name_of(in.target_table_name)));
  const items::BackupInfo backup = TRY(admitted(call, "RestoreTableFromBackup", in.backup_arn));
  const items::TableDefinition table = TRY(restored_definition(in, backup.table.definition));
  auto begun = call.beside.archive->restore(backup.id, table);
  if (!begun && begun.error().code == items::Errc::table_exists) {
    return wire::errors::table_already_exists_exception(begun.error().message);
  }
  const items::Restoring restoring = TRY(call.said(std::move(begun)));
  return wire::RestoreTableFromBackupOutput{.table_description = describe_restoring(call, restoring)};
}

}  // namespace

wire::TableDescription describe_restoring(const Call& call, const items::Restoring& restoring) {
  wire::TableDescription out = describe(call, restoring.table, "CREATING");
  out.restore_summary = wire::RestoreSummary{.restore_date_time = restoring.since, .restore_in_progress = true};
  if (!restoring.source_table.empty()) {
    out.restore_summary->source_table_arn = call.table_arn(restoring.source_table);
    out.restore_summary->restore_date_time = restoring.moment;
  }
  if (const auto backup = call.beside.archive->describe_backup(restoring.backup_id)) {
    out.restore_summary->source_backup_arn = arn_of_backup(call, *backup);
    out.restore_summary->source_table_arn = call.table_arn(backup->table.definition.name);
  }
  return out;
}

std::optional<wire::TableDescription> describe_restoring(const Call& call, const std::string& table) {
  if (call.beside.archive == nullptr) return std::nullopt;
  const auto restoring = call.beside.archive->restoring(table);
  if (!restoring) return std::nullopt;
  return describe_restoring(call, *restoring);
}

void offer_backups(Dispatcher& dispatcher) {
  dispatcher.on(wire::operations::kCreateBackup, create_backup);
  dispatcher.on(wire::operations::kDescribeBackup, describe_backup);
  dispatcher.on(wire::operations::kListBackups, list_backups);
  dispatcher.on(wire::operations::kDeleteBackup, delete_backup);
  dispatcher.on(wire::operations::kRestoreTableFromBackup, restore);
}

}  // namespace caudal::api::dynamodb
