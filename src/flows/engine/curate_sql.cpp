// SPDX-License-Identifier: Apache-2.0
// SQL text for the curate step. Every name is quoted; no value of a file is ever pasted in.
#include "flows/engine/curate_sql.h"

#include <fmt/format.h>

#include <algorithm>

#include "sql/type.h"

namespace caudal::flows::engine {
namespace {

std::string list(const std::vector<std::string>& names, std::string_view alias = {}) {
  std::string text;
  for (const std::string& name : names) {
    if (!text.empty()) text += ", ";
    if (!alias.empty()) text += std::string(alias) + ".";
    text += sql::quote_identifier(name);
  }
  return text;
}

std::vector<std::string> names_of(const std::vector<ContractColumn>& columns) {
  std::vector<std::string> names;
  for (const ContractColumn& column : columns) names.push_back(column.name);
  return names;
}

}  // namespace

std::string quoted(const TableName& table) {
  return sql::quote_identifier(table.database) + "." + sql::quote_identifier(table.table);
}

std::string in_months(std::span<const Month> months) {
  if (months.empty()) return "false";
  std::string text;
  for (const Month month : months) {
    text += fmt::format("{}({}, {})", text.empty() ? "" : ", ", static_cast<int>(month.year()),
                        static_cast<unsigned>(month.month()));
  }
  return fmt::format("((ano, mes) IN ({}))", text);
}

int month_number(Month month) {
  return static_cast<int>(month.year()) * 100 + static_cast<int>(unsigned(month.month()));
}

Month month_from_number(int64_t yyyymm) {
  return Month(std::chrono::year(static_cast<int>(yyyymm / 100)),
               std::chrono::month(static_cast<unsigned>(yyyymm % 100)));
}

std::string CurateSql::curated() const { return quoted(step_.output); }
std::string CurateSql::quarantine() const { return quoted(step_.quarantine); }
std::string CurateSql::columns(std::string_view alias) const { return list(names_of(contract_.columns), alias); }
std::string CurateSql::key_columns() const { return list(contract_.key); }

std::string CurateSql::create_delta(const std::vector<Source>& sources) const {
  const std::string month = sql::quote_identifier(contract_.month_column);
  std::string text;
  for (const Source& source : sources) {
    text += text.empty() ? "CREATE TABLE delta AS " : " UNION ALL ";
    text += fmt::format("SELECT *, CAST(year({0}) * 100 + month({0}) AS INTEGER) AS _mes FROM {1}()", month,
                        sql::quote_identifier(source.function));
    if (!source.only_lines.empty()) {
      text += fmt::format(" WHERE _linha IN (SELECT _linha FROM {})", sql::quote_identifier(source.only_lines));
    }
  }
  return text;
}

std::string CurateSql::create_marks() const {
  return "CREATE TABLE marks (_arquivo INTEGER, _linha BIGINT, motivo VARCHAR);"
         "CREATE TABLE losers (_arquivo INTEGER, _linha BIGINT);"
         "CREATE VIEW unmarked AS SELECT * FROM delta ANTI JOIN marks USING (_arquivo, _linha);"
         "CREATE VIEW accepted AS SELECT * FROM unmarked ANTI JOIN losers USING (_arquivo, _linha);"
         "CREATE VIEW marked AS SELECT * FROM delta SEMI JOIN marks USING (_arquivo, _linha);"
         "CREATE VIEW repeats AS SELECT * FROM unmarked SEMI JOIN losers USING (_arquivo, _linha);";
}

std::string CurateSql::mark(std::string_view predicate, std::string_view reason) const {
  return fmt::format("INSERT INTO marks SELECT _arquivo, _linha, {} FROM delta WHERE NOT ({})",
                     sql::quote_literal(reason), predicate);
}

std::string CurateSql::mark_orphans(const Reference& reference, std::string_view target) const {
  std::string on;
  std::string present;
  for (size_t i = 0; i < reference.columns.size(); ++i) {
    const std::string column = sql::quote_identifier(reference.columns[i]);
    on +=
        fmt::format("{}d.{} = t.{}", i == 0 ? "" : " AND ", column, sql::quote_identifier(reference.target_columns[i]));
    present += fmt::format("{}d.{} IS NOT NULL", i == 0 ? "" : " AND ", column);
  }
  const std::string reason =
      std::string(kOrphan) + fmt::format("{} sem linha em {}", fmt::join(reference.columns, ", "), reference.table);
  return fmt::format(
      "INSERT INTO marks SELECT d._arquivo, d._linha, {} FROM (SELECT * FROM delta d WHERE {}) d "
      "ANTI JOIN (SELECT {} FROM {}) t ON {}",
      sql::quote_literal(reason), present, list(reference.target_columns), target, on);
}

// Apart from settle_repeats because there are hardly ever any, and joining what they are with all rows costs as much as
// finding them.
std::string CurateSql::find_repeated_keys(Keys keys, std::string_view table) const {
  return fmt::format("CREATE TABLE {0} AS SELECT {1} FROM {2}{3} GROUP BY {1} HAVING count(*) > 1", kRepeatedKeys,
                     key_columns(), table, where_key_is_of(keys));
}

// 63 bits, so that it is a BIGINT.
static std::string hash_of(const std::string& key) { return fmt::format("CAST(hash({}) >> 1 AS BIGINT)", key); }

std::string CurateSql::key_hashes() const { return fmt::format("SELECT {} FROM delta", hash_of(key_columns())); }

std::string CurateSql::where_key_is_of(Keys keys) const {
  if (keys == Keys::kAll) return "";
  if (keys == Keys::kNone) return " WHERE false";
  return fmt::format(" WHERE {} IN (SELECT h FROM {})", hash_of(key_columns()), kSuspects);
}

std::string CurateSql::settle_repeats() const {
  const std::string key = key_columns();
  return fmt::format(
      "CREATE TABLE repeated AS SELECT * FROM delta SEMI JOIN {2} USING ({0});"
      "INSERT INTO marks SELECT _arquivo, _linha, 'chave repetida: conteudos diferentes no mesmo arquivo' "
      "FROM repeated SEMI JOIN (SELECT _arquivo, {0} FROM (SELECT DISTINCT _arquivo, {1} FROM repeated) "
      "GROUP BY _arquivo, {0} HAVING count(*) > 1) USING (_arquivo, {0});"
      "INSERT INTO losers SELECT DISTINCT _arquivo, _linha FROM (SELECT _arquivo, _linha, max(_arquivo) OVER "
      "(PARTITION BY {0}) AS newest FROM repeated) WHERE _arquivo < newest AND (_arquivo, _linha) IN (SELECT "
      "(_arquivo, _linha) FROM marks);"
      "DELETE FROM marks WHERE (_arquivo, _linha) IN (SELECT (_arquivo, _linha) FROM losers);"
      "INSERT INTO losers SELECT _arquivo, _linha FROM (SELECT _arquivo, _linha, row_number() OVER "
      "(PARTITION BY {0} ORDER BY _arquivo DESC, _linha) AS place FROM repeated ANTI JOIN marks "
      "USING (_arquivo, _linha) ANTI JOIN losers USING (_arquivo, _linha)) WHERE place > 1;"
      "DROP TABLE repeated;",
      key, columns(), kRepeatedKeys);
}

// A quarantined field is text as it was delivered. A cast rounds, so it only counts where it loses nothing.
std::string CurateSql::is_key_text(std::string_view quarantined, std::string_view row) const {
  std::string text;
  for (const std::string& key : contract_.key) {
    const ColumnType& type = contract_.find(key)->type;
    const std::string left = fmt::format("{}.{}", quarantined, sql::quote_identifier(key));
    const std::string right = fmt::format("{}.{}", row, sql::quote_identifier(key));
    text += fmt::format("{}{} <> '' AND ", text.empty() ? "" : " AND ", left);
    if (type.kind == TypeKind::kString) {
      text += fmt::format("{} = {}", left, right);
      continue;
    }
    text += fmt::format("TRY_CAST({} AS {}) = {}", left, type.sql_name(), right);
    const bool is_whole = type.kind == TypeKind::kInt || type.kind == TypeKind::kBigint || type.scale == 0;
    if (type.kind == TypeKind::kDate) {
      text += fmt::format(" AND CAST({} AS VARCHAR) = {}", right, left);
    } else if (type.is_number() && type.kind != TypeKind::kDouble) {
      text += fmt::format(" AND regexp_full_match({}, '[+-]?[0-9]+{}')", left,
                          is_whole ? std::string() : fmt::format("([.][0-9]{{0,{}}})?", type.scale));
    }
  }
  return text;
}

std::string CurateSql::is_same_key_text(std::string_view left, std::string_view right) const {
  std::string text;
  for (const std::string& key : contract_.key) {
    const std::string name = sql::quote_identifier(key);
    text += fmt::format("{0}{1}.{3} <> '' AND {1}.{3} = {2}.{3}", text.empty() ? "" : " AND ", left, right, name);
  }
  return text;
}

std::string CurateSql::same_content(std::string_view left, std::string_view right) const {
  std::string text;
  for (const ContractColumn& column : contract_.columns) {
    const std::string name = sql::quote_identifier(column.name);
    const bool is_key = std::ranges::find(contract_.key, column.name) != contract_.key.end();
    text += fmt::format("{}{}.{} {} {}.{}", text.empty() ? "" : " AND ", left, name,
                        is_key ? "=" : "IS NOT DISTINCT FROM", right, name);
  }
  return text;
}

std::string CurateSql::seek(Keys keys) const {
  return fmt::format("CREATE TABLE sought AS SELECT {} FROM accepted{}", key_columns(), where_key_is_of(keys));
}

std::string CurateSql::select_existing() const {
  return fmt::format("SELECT {}, CAST(ano * 100 + mes AS INTEGER) AS _mes FROM {} SEMI JOIN sought USING ({})",
                     columns(), curated(), key_columns());
}

std::string CurateSql::find_existing(std::span<const Month> months) const {
  return fmt::format("CREATE TABLE existing AS {} WHERE {}", select_existing(), in_months(months));
}

std::string CurateSql::seek_the_rest() const {
  return fmt::format("CREATE OR REPLACE TABLE sought AS SELECT * FROM sought ANTI JOIN existing USING ({})",
                     key_columns());
}

std::string CurateSql::find_existing_elsewhere(std::span<const Month> months) const {
  return fmt::format("INSERT INTO existing {} WHERE NOT {}", select_existing(), in_months(months));
}

std::string CurateSql::settle_existing() const {
  return fmt::format(
      "INSERT INTO losers SELECT a._arquivo, a._linha FROM unmarked a JOIN existing e ON {1} "
      "WHERE NOT EXISTS (SELECT 1 FROM losers l WHERE l._arquivo = a._arquivo AND l._linha = a._linha);"
      "CREATE TABLE replaced AS SELECT * FROM existing SEMI JOIN (SELECT {0} FROM accepted) USING ({0});"
      "DROP TABLE existing;",
      key_columns(), same_content("a", "e"));
}

std::string CurateSql::create_delivered(std::span<const Month> fresh, std::span<const Month> shared,
                                        std::string_view keys) const {
  std::string text =
      fmt::format("CREATE VIEW {} AS SELECT {} FROM {} WHERE {}", kDelivered, columns(), curated(), in_months(fresh));
  if (keys.empty()) return text;
  text += fmt::format(
      " UNION ALL SELECT {0} FROM {1} SEMI JOIN (SELECT {2} FROM read_parquet([{3}], hive_partitioning = false)) "
      "USING ({2}) WHERE {4}",
      columns(), curated(), key_columns(), keys, in_months(shared));
  return text;
}

std::string CurateSql::tally_columns() const {
  std::string text = "count(*)";
  for (const std::string& amount : contract_.amounts) {
    text += fmt::format(", coalesce(sum({}), 0)", sql::quote_identifier(amount));
  }
  return text;
}

std::string CurateSql::tally_by_month(std::string_view table) const {
  return fmt::format("SELECT _mes, {} FROM {} GROUP BY _mes ORDER BY _mes", tally_columns(), table);
}

std::string CurateSql::tally_by_file(std::string_view table) const {
  return fmt::format("SELECT _arquivo, {} FROM {} GROUP BY _arquivo ORDER BY _arquivo", tally_columns(), table);
}

std::string CurateSql::partition_select(Month month, bool has_curated, bool has_replaced) const {
  std::string text = fmt::format("SELECT {} FROM accepted WHERE _mes = {}", columns(), month_number(month));
  if (has_curated) {
    text +=
        fmt::format(" UNION ALL SELECT {} FROM {}{} WHERE ano = {} AND mes = {}", columns(), curated(),
                    has_replaced ? fmt::format(" ANTI JOIN (SELECT {0} FROM replaced) USING ({0})", key_columns()) : "",
                    static_cast<int>(month.year()), static_cast<unsigned>(month.month()));
  }
  return text;
}

}  // namespace caudal::flows::engine
