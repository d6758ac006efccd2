// SPDX-License-Identifier: Apache-2.0
// Third part of the curate step: partitions of curated and of quarantine are written and staged, and the books are
// made.
#include <fmt/format.h>

#include <algorithm>

#include "base/check.h"
#include "flows/engine/contract_tables.h"
#include "flows/engine/curation.h"
#include "flows/engine/outputs.h"

namespace caudal::flows::engine {
namespace {

// Records of this many marked rows are read back from a file at once.
constexpr size_t kTextChunkRows = 50'000;
// raw_file_name() of q._arquivo.
constexpr const char* kRawFileName = "regexp_extract(q._arquivo, '/[^/]{22}[^/-]*-([^/]*)$', 1)";
static_assert(runs::RunId::kSize == 22);

// The delivered name of a file in raw, which a run's id, perhaps a number, and '-' go before.
std::string raw_file_name(std::string_view uri) {
  const std::string_view name = uri.substr(uri.rfind('/') + 1);
  const size_t dash = name.find('-', runs::RunId::kSize);
  return std::string(dash == std::string_view::npos ? name : name.substr(dash + 1));
}

}  // namespace

Result<bool> Curation::has_rows(const TableName& table) const {
  return has_partitions(context_.platform.catalog.with_staged(context_.publication()), table);
}

// What each month gains and loses, from the rows that are accepted and those they replace.
Result<void> Curation::take_account() {
  std::map<Month, PartitionAccount> months;
  for (const auto& row : TRY(query_rows(*session_, sql_.tally_by_month("accepted"), options()))) {
    const Month month = month_from_number(whole(row[0]));
    months.try_emplace(month, PartitionAccount{.month = month}).first->second.inserted = tally(row, 1);
  }
  for (const auto& row : TRY(query_rows(*session_, sql_.tally_by_month("replaced"), options()))) {
    const Month month = month_from_number(whole(row[0]));
    months.try_emplace(month, PartitionAccount{.month = month}).first->second.replaced = tally(row, 1);
  }
  for (auto& [month, partition] : months) result_.account.partitions.push_back(std::move(partition));
  TRY(take_lineage());
  return take_file_accounts();
}

Result<void> Curation::take_file_accounts() {
  std::map<int64_t, FileAccount> accounts;
  const std::vector<std::pair<const char*, Tally FileAccount::*>> sides = {{"delta", &FileAccount::read},
                                                                           {"accepted", &FileAccount::curated},
                                                                           {"marked", &FileAccount::quarantined},
                                                                           {"repeats", &FileAccount::duplicated}};
  const Tally nothing{.rows = 0, .amounts = std::vector<Decimal>(contract_.amounts.size())};
  for (const OpenFile& file : files_) {
    accounts[file.ordinal] = {.uri = file.delivery.raw_uri,
                              .name = file.delivery.name,
                              .read = nothing,
                              .curated = nothing,
                              .quarantined = nothing,
                              .duplicated = nothing};
  }
  for (const auto& [table, side] : sides) {
    for (const auto& row : TRY(query_rows(*session_, sql_.tally_by_file(table), options()))) {
      (accounts.at(whole(row[0])).*side) = tally(row, 1);
    }
  }
  for (const OpenFile& file : files_) {
    FileAccount& account = accounts.at(file.ordinal);
    if (file.replayed()) {
      TRY(add_refused_replays(file, account));
    } else {
      TRY(add_decoder_totals(file, account));
    }
    result_.account.files.push_back(std::move(account));
  }
  return {};
}

// What the decoder counted by itself is the side "read"; its refusals are quarantined like the marked rows.
Result<void> Curation::add_decoder_totals(const OpenFile& file, FileAccount& account) {
  const delivery::Totals totals = TRY(file.rows->totals());
  account.read.rows = totals.records;
  Tally refused{.rows = totals.refused, .amounts = {}};
  for (size_t i = 0; i < contract_.amounts.size(); ++i) {
    const auto found = std::ranges::find_if(totals.amounts, [&](const delivery::AmountTotal& total) {
      return contract_.columns[total.column].name == contract_.amounts[i];
    });
    CHECK(found != totals.amounts.end(), "the decoder did not sum an amount of the contract");
    account.read.amounts[i] = Decimal(found->sum, found->scale);
    refused.amounts.push_back(Decimal(found->refused_sum, found->scale));
    account.amounts_unreadable += found->unreadable;
  }
  TRY(account.quarantined.add(refused));
  if (!file.delivery.month) {
    for (const auto& [month, rows] : totals.months) account.months.push_back(month);
    return {};
  }
  account.months.push_back(*file.delivery.month);
  for (const auto& [month, rows] : totals.months) {
    if (month < *file.delivery.month) account.late += rows;
    if (month > *file.delivery.month) account.early += rows;
  }
  return {};
}

// Of a file whose rows leave quarantine only the lines taken count; some may be refused by the decoder once more.
Result<void> Curation::add_refused_replays(const OpenFile& file, FileAccount& account) {
  const int64_t refused = TRY(
      query_count(*session_, fmt::format("SELECT count(*) FROM refused WHERE _arquivo = {}", file.ordinal), options()));
  account.read.rows += static_cast<uint64_t>(refused);
  account.quarantined.rows += static_cast<uint64_t>(refused);
  account.amounts_unreadable += static_cast<uint64_t>(refused);
  return {};
}

Result<void> Curation::write_partitions() {
  const catalog::Table table = TRY(ensure_table(context_, TRY(curated_table(contract_, request_.action->output))));
  const catalog::View view = context_.platform.catalog.with_staged(context_.publication());
  std::vector<OutputPartition> partitions;
  partitions.reserve(result_.account.partitions.size());  // `parts` points into it
  std::vector<PartitionRows> parts;
  for (const PartitionAccount& account : result_.account.partitions) {
    const std::vector<std::string> values = month_values(account.month);
    const bool has_curated = TRY(view.partition(table.database, table.name, values)).has_value();
    partitions.push_back(TRY(begin_partition(context_, table, values, batch_)));
    parts.push_back({&partitions.back(), sql_.partition_select(account.month, has_curated, account.replaced.rows > 0)});
  }
  TRY(write_parts(context_, *session_, parts));
  for (const OutputPartition& partition : partitions) {
    result_.bytes_out += partition.bytes;
    moves_.push_back(move_to(context_, table, partition));
  }
  return {};
}

// Which file's rows went into which month's partition, and how many.
Result<void> Curation::take_lineage() {
  for (const auto& row : TRY(query_rows(
           *session_, "SELECT _mes, _arquivo, count(*) FROM accepted GROUP BY _mes, _arquivo ORDER BY _mes, _arquivo",
           options()))) {
    const RawDelivery& delivery = files_.at(static_cast<size_t>(whole(row[1]) - 1)).delivery;
    result_.lineage.push_back(
        {.input = delivery.raw_uri,
         .input_version = delivery.identity,
         .output_table = request_.action->output.to_string(),
         .output_partition = catalog::partition_path(month_keys(), month_values(month_from_number(whole(row[0])))),
         .rows = static_cast<uint64_t>(whole(row[2]))});
  }
  return {};
}

// The text of marked rows, from the files they came in: quarantine keeps rows as they were delivered.
Result<void> Curation::fetch_marked_text() {
  std::string create = "CREATE TABLE marked_text (_arquivo INTEGER, _linha BIGINT, _registro VARCHAR";
  std::vector<sql::Column> columns{{"_arquivo", sql::Type::of(sql::TypeId::kInteger)},
                                   {"_linha", sql::Type::of(sql::TypeId::kBigint)},
                                   {"_registro", sql::Type::of(sql::TypeId::kVarchar)}};
  for (const ContractColumn& column : contract_.columns) {
    create += ", " + sql::quote_identifier(column.name) + " VARCHAR";
    columns.push_back({column.name, sql::Type::of(sql::TypeId::kVarchar)});
  }
  TRY(execute(create + ")"));
  size_t chunk = 0;
  for (const OpenFile& file : files_) {
    std::vector<uint64_t> lines;
    for (const auto& row : TRY(query_rows(
             *session_,
             fmt::format("SELECT DISTINCT _linha FROM marks WHERE _arquivo = {} ORDER BY _linha", file.ordinal),
             options()))) {
      lines.push_back(static_cast<uint64_t>(whole(row[0])));
    }
    for (size_t first = 0; first < lines.size(); first += kTextChunkRows) {
      const std::span<const uint64_t> some =
          std::span(lines).subspan(first, std::min(kTextChunkRows, lines.size() - first));
      std::vector<std::vector<sql::Value>> rows;
      for (delivery::RawRecord& record : TRY(file.rows->extract(some))) {
        std::vector<sql::Value>& row = rows.emplace_back();
        row = {int64_t{file.ordinal}, static_cast<int64_t>(record.line), std::move(record.record)};
        for (std::string& field : record.fields) row.emplace_back(std::move(field));
        row.resize(columns.size());
      }
      const std::string name = fmt::format("textos_{}", ++chunk);
      TRY(session_->register_source(name, sql::make_rows_source(columns, std::move(rows))));
      TRY(execute(fmt::format("INSERT INTO marked_text BY NAME SELECT * FROM {}()", name)));
    }
  }
  return {};
}

Result<void> Curation::write_quarantine() {
  TRY(fetch_marked_text());
  TRY(name_files());
  TRY(release_quarantined());
  const int64_t rows = TRY(
      query_count(*session_, "SELECT (SELECT count(*) FROM marked_text) + (SELECT count(*) FROM refused)", options()));
  for (const std::string& run : released_) {
    // What stays of this run's earlier batches is written with the rows of this one.
    if (rows == 0 || run != context_.publication()) TRY(rewrite_quarantine(run));
  }
  if (rows == 0) return {};
  const catalog::Table table = TRY(ensure_table(context_, quarantine_table(contract_, request_.action->quarantine)));
  const std::vector<std::string> values{context_.publication()};
  const catalog::View view = context_.platform.catalog.with_staged(context_.publication());
  const bool earlier_batch = TRY(view.partition(table.database, table.name, values)).has_value();
  std::string select = fmt::format(
      "SELECT {0}, r._motivo, f.uri AS _arquivo, r._linha, r._registro FROM (SELECT {1}, m.motivos AS _motivo, "
      "t._arquivo, t._linha, t._registro FROM marked_text t JOIN (SELECT _arquivo, _linha, string_agg(DISTINCT motivo, "
      "'; ' ORDER BY motivo) AS motivos FROM marks GROUP BY ALL) m USING (_arquivo, _linha) UNION ALL BY NAME SELECT * "
      "FROM refused) r JOIN file_names f USING (_arquivo)",
      sql_.columns("r"), sql_.columns("t"));
  if (earlier_batch) select += " UNION ALL " + staying(values[0]);
  OutputPartition partition = TRY(begin_partition(context_, table, values, batch_));
  TRY(write_part(context_, *session_, partition, select));
  result_.bytes_out += partition.bytes;
  moves_.push_back(move_to(context_, table, partition));
  return {};
}

// What the batch's files are called, and where in raw they lie.
Result<void> Curation::name_files() {
  std::string files;
  for (const OpenFile& file : files_) {
    const std::string& uri = file.delivery.raw_uri;
    files += fmt::format("{}({}, {}, {})", files.empty() ? "" : ", ", file.ordinal, sql::quote_literal(uri),
                         sql::quote_literal(raw_file_name(uri)));
  }
  TRY(execute(fmt::format("CREATE TABLE file_names AS SELECT * FROM (VALUES {}) f(_arquivo, uri, nome)", files)));
  return {};
}

// Rows that are in quarantine, of earlier runs and of this run's earlier batches, leave it when they were taken up
// again, or when this batch delivers their key, or (where they have no readable key) the very same record of a file of
// the same name. So do rows that the decoder refused, when a newer file of the batch has their key.
Result<void> Curation::release_quarantined() {
  TRY(
      execute(fmt::format("CREATE TABLE overtaken AS SELECT DISTINCT q._arquivo, q._linha FROM refused q WHERE EXISTS "
                          "(SELECT 1 FROM delta d WHERE d._arquivo > q._arquivo AND {}) OR EXISTS (SELECT 1 FROM "
                          "refused r WHERE r._arquivo > q._arquivo AND {})",
                          sql_.is_key_text("q", "d"), sql_.is_same_key_text("r", "q"))));
  if (TRY(has_rows(request_.action->quarantine))) TRY(release_earlier());
  TRY(execute("DELETE FROM refused WHERE (_arquivo, _linha) IN (SELECT (_arquivo, _linha) FROM overtaken)"));
  return {};
}

Result<void> Curation::release_earlier() {
  const bool replays = std::ranges::any_of(files_, [](const OpenFile& file) { return file.replayed(); });
  TRY(execute(fmt::format(
      "CREATE TABLE leaving AS SELECT DISTINCT _execucao, _arquivo, _linha FROM {0} q WHERE "
      "EXISTS (SELECT 1 FROM delta d WHERE {1}) OR EXISTS (SELECT 1 FROM refused r WHERE {2}) OR EXISTS (SELECT 1 FROM "
      "refused r JOIN file_names f USING (_arquivo) WHERE r._registro = q._registro AND f.nome = {3}){4}",
      sql_.quarantine(), sql_.is_key_text("q", "d"), sql_.is_same_key_text("q", "r"), kRawFileName,
      replays ? " OR EXISTS (SELECT 1 FROM replays p WHERE p._arquivo = q._arquivo AND p._linha = q._linha)" : "")));
  const Rows runs =
      TRY(query_rows(*session_, "SELECT _execucao, count(*) FROM leaving GROUP BY ALL ORDER BY ALL", options()));
  for (const auto& row : runs) released_.push_back(text(row[0]));
  return {};
}

// The SELECT of a run's rows that stay in quarantine.
std::string Curation::staying(const std::string& run) const {
  return fmt::format(
      "SELECT {}, _motivo, _arquivo, _linha, _registro FROM {} q WHERE _execucao = {} AND NOT EXISTS (SELECT 1 FROM "
      "leaving l WHERE l._execucao = q._execucao AND l._arquivo = q._arquivo AND l._linha = q._linha)",
      sql_.columns(), sql_.quarantine(), sql::quote_literal(run));
}

Result<void> Curation::rewrite_quarantine(const std::string& run) {
  const std::string rest = staying(run);
  const catalog::Table table = TRY(ensure_table(context_, quarantine_table(contract_, request_.action->quarantine)));
  if (TRY(query_count(*session_, fmt::format("SELECT count(*) FROM ({})", rest), options())) == 0) {
    moves_.push_back({.database = table.database, .table = table.name, .values = {run}, .target = std::nullopt});
    return {};
  }
  OutputPartition partition = TRY(begin_partition(context_, table, {run}, batch_));
  TRY(write_part(context_, *session_, partition, rest));
  moves_.push_back(move_to(context_, table, partition));
  return {};
}

}  // namespace caudal::flows::engine
