// SPDX-License-Identifier: Apache-2.0
// First part of the curate step: files are opened, whole files that break the contract are set aside, rows are loaded.
#include <fmt/format.h>

#include <algorithm>
#include <thread>

#include "base/ordered_work.h"
#include "flows/engine/contract_tables.h"
#include "flows/engine/curation.h"
#include "flows/engine/errors.h"
#include "flows/engine/outputs.h"

namespace caudal::flows::engine {
namespace {

// Rows of quarantine that may be curated now: every one, or the orphans (and nothing else) whose target has come.
std::string replay_select(const CurateSql& sql, const CurateRequest& request,
                          const std::function<std::string(std::string_view)>& reference_table) {
  if (request.replay_all) return fmt::format("SELECT DISTINCT _arquivo, _linha FROM {}", sql.quarantine());
  std::string text = fmt::format(
      "SELECT DISTINCT _arquivo, _linha FROM {} q WHERE starts_with(_motivo, {}) AND strpos(_motivo, '; ') = 0",
      sql.quarantine(), sql::quote_literal(CurateSql::kOrphan));
  for (const Reference& reference : request.input->contract.references) {
    std::string on;
    for (size_t i = 0; i < reference.columns.size(); ++i) {
      on +=
          fmt::format("{}CAST(t.{} AS VARCHAR) = q.{}", i == 0 ? "" : " AND ",
                      sql::quote_identifier(reference.target_columns[i]), sql::quote_identifier(reference.columns[i]));
    }
    text += fmt::format(" AND EXISTS (SELECT 1 FROM {} t WHERE {})", reference_table(reference.table), on);
  }
  return text;
}

}  // namespace

// The catalog's tables that the step's statements name.
Result<void> Curation::open_tables() {
  std::vector<TableName> tables{request_.action->output, request_.action->quarantine};
  for (const Reference& reference : contract_.references) tables.push_back(reference_table(request_, reference.table));
  for (const QualityRule& rule : contract_.rules) {
    if (!rule.rule.reference.empty()) tables.push_back(reference_table(request_, rule.rule.reference));
  }
  for (const TableName& table : tables) TRY(session_->resolve(table.database, table.table));
  return {};
}

Result<void> Curation::open_replays() {
  const bool wanted = batch_ == 0 && (request_.replay_all || !contract_.references.empty());
  if (!wanted || !TRY(has_rows(request_.action->quarantine))) return {};
  const auto table_of = [&](std::string_view name) { return quoted(reference_table(request_, name)); };
  TRY(execute("CREATE TABLE replays AS " + replay_select(sql_, request_, table_of)));
  std::vector<std::string> uris;
  for (const auto& row : TRY(query_rows(*session_, "SELECT DISTINCT _arquivo FROM replays", options())))
    uris.push_back(text(row[0]));
  // Oldest first: a file's name in raw begins with the id of the run that laid it down, and ids grow.
  std::ranges::sort(uris, {}, [](const std::string& uri) {
    return std::pair(uri.substr(uri.rfind('/') + 1).substr(0, runs::RunId::kSize), uri);
  });
  for (const std::string& uri : uris) {
    const Result<void> opened = open_replay(uri);
    if (opened) continue;
    const Error& why = opened.error();
    if (!why.is(ErrorClass::kRefused) && !why.is(ErrorClass::kNotFound)) return why;
    // Its rows stay where they are; no new delivery can do anything for them.
    context_.log(runs::LogLevel::kWarning, request_.step,
                 fmt::format("rows of {} stay in quarantine, the file cannot be read again: {}", uri, why.message));
    result_.warnings += 1;
    TRY(execute("DELETE FROM replays WHERE _arquivo = " + sql::quote_literal(uri)));
  }
  return {};
}

Result<void> Curation::open_replay(const std::string& uri) {
  const std::string lines = fmt::format("replay_{}", files_.size() + 1);
  TRY(execute(fmt::format("CREATE OR REPLACE TABLE {} AS SELECT _linha FROM replays WHERE _arquivo = {}", lines,
                          sql::quote_literal(uri))));
  const RawDelivery raw{
      .input = request_.input->name, .source = uri, .name = uri.substr(uri.rfind('/') + 1), .raw_uri = uri};
  const int32_t ordinal = ordinal_of(files_.size());
  files_.push_back({raw, ordinal, TRY(open_delivery(raw, ordinal, 1)), lines});
  return {};
}

// Every file of the batch, in their order; those that break the contract are told of all at once.
Result<void> Curation::open_files(const std::vector<RawDelivery>& deliveries) {
  constexpr size_t kMostAtOnce = 8;  // from here on the disk is what is waited for
  const size_t cores = std::clamp<size_t>(std::thread::hardware_concurrency(), 1, kMostAtOnce);
  const size_t workers = std::min(cores, deliveries.size());
  const size_t threads = workers > 0 ? cores / workers : 1;  // of one file's first pass
  const size_t before = files_.size();
  OrderedWork<std::unique_ptr<delivery::Delivery>> work(
      deliveries.size(), {workers, [&](size_t i, const std::stop_token&) {
                            return open_delivery(deliveries[i], ordinal_of(before + i), threads);
                          }});
  std::string refusals;
  for (size_t i = 0; i < deliveries.size(); ++i) {
    TRY(context_.check_stop());
    auto opened = work.take();
    if (opened) {
      files_.push_back({deliveries[i], ordinal_of(before + i), *std::move(opened), {}});
      continue;
    }
    if (!opened.error().is(ErrorClass::kRefused)) return opened.error();
    TRY(refuse_file(deliveries[i], i + 1, opened.error()));
    refusals += fmt::format("{}{}: {}", refusals.empty() ? "" : "; ", deliveries[i].name, opened.error().message);
  }
  if (refusals.empty()) return {};
  return Error{Errc::file_refused, refusals +
                                       ". The file is in quarantine.arquivos, nothing was published; mend it and "
                                       "deliver it again"};
}

Result<std::unique_ptr<delivery::Delivery>> Curation::open_delivery(const RawDelivery& raw, int32_t ordinal,
                                                                    size_t threads) const {
  const std::filesystem::path local = folder_ / fmt::format("delivery-{}", ordinal);
  TRY(context_.platform.objects.link_to(TRY(objects::parse_s3_uri(raw.raw_uri)), local));
  return delivery::Delivery::open(local, contract_, {.scratch = folder_, .file_ordinal = ordinal, .threads = threads});
}

// The bytes stay in raw; quarantine.arquivos says why, at once and whatever becomes of the run.
Result<void> Curation::refuse_file(const RawDelivery& raw, size_t number, const Error& why) {
  const std::string publication = fmt::format("{}.{}-{}", context_.publication(), contract_.table, number);
  // A resumed run finds the same file refused once more.
  if (context_.platform.catalog.live().publication(publication)) return {};
  const catalog::Table table =
      TRY(ensure_table(context_, refused_files_table(request_.action->quarantine.database), publication));
  OutputPartition partition = TRY(begin_partition(context_, table, {publication}));
  const std::string select =
      fmt::format("SELECT {} AS tabela, {} AS nome, {} AS _arquivo, {} AS _motivo, CAST({} AS BIGINT) AS bytes",
                  sql::quote_literal(contract_.table), sql::quote_literal(raw.name), sql::quote_literal(raw.raw_uri),
                  sql::quote_literal(why.message), raw.size_bytes);
  TRY(write_part(context_, *session_, partition, select));
  const std::vector<catalog::PartitionMove> moves{move_to(context_, table, partition)};
  TRY(context_.platform.catalog.stage(publication, moves));
  TRY(context_.platform.catalog.publish(publication, context_.flow.name + ".arquivos"));
  return {};
}

Result<void> Curation::load() {
  std::vector<CurateSql::Source> sources;
  std::vector<std::shared_ptr<sql::TableSource>> whole_files;
  for (const OpenFile& file : files_) {
    if (!file.replayed()) {
      whole_files.push_back(file.rows->rows());
      continue;
    }
    const std::string name = fmt::format("entrega_{}", file.ordinal);
    TRY(session_->register_source(name, file.rows->rows()));
    sources.push_back({name, file.only_lines});
  }
  if (!whole_files.empty()) {
    TRY(session_->register_source("entregas", sql::concatenate(std::move(whole_files))));
    sources.push_back({"entregas", {}});
  }
  TRY(execute(sql_.create_delta(sources)));
  TRY(execute(sql_.create_marks()));
  std::string refused = "CREATE TABLE refused (_motivo VARCHAR, _linha BIGINT, _arquivo INTEGER, _registro VARCHAR";
  for (const ContractColumn& column : contract_.columns)
    refused += ", " + sql::quote_identifier(column.name) + " VARCHAR";
  TRY(execute(refused + ")"));
  for (const OpenFile& file : files_) TRY(load_refused(file));
  return {};
}

Result<void> Curation::load_refused(const OpenFile& file) {
  const delivery::Totals totals = TRY(file.rows->totals());
  result_.bytes_in += file.rows->size_bytes();
  if (totals.refused == 0) return {};
  const std::string name = fmt::format("recusas_{}", file.ordinal);
  TRY(session_->register_source(name, file.rows->refused_rows()));
  const std::string only =
      file.replayed() ? fmt::format(" WHERE _linha IN (SELECT _linha FROM {})", file.only_lines) : std::string();
  TRY(execute(fmt::format("INSERT INTO refused BY NAME SELECT {}, _motivo, _linha, _arquivo, _registro FROM {}(){}",
                          sql_.columns(), name, only)));
  return {};
}

}  // namespace caudal::flows::engine
