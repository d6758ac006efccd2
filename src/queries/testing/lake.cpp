// SPDX-License-Identifier: Apache-2.0
// Builds lakes for tests.
#include "queries/testing/lake.h"

#include <fmt/format.h>

#include "base/file.h"
#include "sql/database.h"

namespace caudal::queries {
namespace {

// Splits at commas outside <> and ().
std::vector<std::string> split_items(const std::string& text) {
  std::vector<std::string> items;
  std::string item;
  int depth = 0;
  for (const char c : text + ",") {
    if (c == '<' || c == '(') ++depth;
    if (c == '>' || c == ')') --depth;
    if (c == ',' && depth == 0) {
      if (!item.empty()) items.push_back(item);
      item.clear();
    } else if (c != ' ' || !item.empty()) {
      item += c;
    }
  }
  return items;
}

}  // namespace

Lake::Lake()
    : store(unwrap(kv::Store::open(directory.path() / "kv", {.large_value_families = {objects::kBodiesFamily}}))),
      catalog(unwrap(catalog::Catalog::open(*store, clock))),
      objects(unwrap(objects::Store::open(*store, directory.path() / "blobs", clock))),
      engine(unwrap(Engine::open(*catalog, *objects, {.work_directory = work()}))) {
  unwrap(objects->create_bucket("lake"));
}

std::vector<catalog::Column> Lake::parse_columns(const std::string& text) {
  std::vector<catalog::Column> columns;
  for (const std::string& item : split_items(text)) {
    const size_t space = item.find(' ');
    columns.push_back({item.substr(0, space), unwrap(catalog::Type::parse(item.substr(space + 1)))});
  }
  return columns;
}

catalog::Table Lake::make_table(const std::string& database, const std::string& name, const std::string& columns,
                                const std::string& partition_keys) {
  if (!catalog->live().database(database)) unwrap(catalog->create_database({.name = database}));
  return unwrap(catalog->create_table({.database = database,
                                       .name = name,
                                       .columns = parse_columns(columns),
                                       .partition_keys = parse_columns(partition_keys),
                                       .location = fmt::format("s3://lake/{}/{}/", database, name)}));
}

std::string Lake::parquet(const std::string& select) {
  const auto database = unwrap(sql::Database::open({.preserve_insertion_order = true}));
  const std::filesystem::path file = directory.path() / "made.parquet";
  unwrap(unwrap(database->connect())
             ->run(fmt::format("COPY ({}) TO {} (FORMAT parquet)", select, sql::quote_literal(file.string()))));
  std::string bytes = unwrap(read_file(file));
  unwrap(remove_file(file));
  return bytes;
}

void Lake::put_partition(const std::string& table, const std::vector<std::string>& values, const std::string& select,
                         const std::string& own_columns, const std::string& staged_under) {
  put_partition_bytes(table, values, {{"part-0.parquet", parquet(select)}}, own_columns, staged_under);
}

void Lake::put_partition_bytes(const std::string& table, const std::vector<std::string>& values,
                               const std::map<std::string, std::string>& bodies, const std::string& own_columns,
                               const std::string& staged_under) {
  const size_t dot = table.find('.');
  const catalog::Table found = unwrap(catalog->live().table(table.substr(0, dot), table.substr(dot + 1)));
  const std::string run = staged_under.empty() ? fmt::format("run-{}", next_++) : staged_under;
  std::string path = catalog::partition_path(found.partition_keys, values);
  if (!path.empty()) path += "/";
  const std::string prefix = fmt::format("{}/{}/{}{}/", found.database, found.name, path, run);
  for (const auto& [name, body] : bodies) {
    objects::TextSource source(body);
    unwrap(objects->put({"lake", prefix + name}, source));
  }
  const catalog::ColumnList columns(own_columns.empty() ? found.columns : parse_columns(own_columns));
  const std::vector<catalog::PartitionMove> moves = {
      {found.database, found.name, values, catalog::Partition{.location = "s3://lake/" + prefix, .columns = columns}}};
  unwrap(catalog->stage(run, moves));
  if (staged_under.empty()) unwrap(catalog->publish(run, "test"));
}

}  // namespace caudal::queries
