// SPDX-License-Identifier: Apache-2.0
// `caudal catalog databases|tables|show|partitions|history`.
#include <fmt/format.h>

#include "app/commands/all.h"
#include "app/context.h"
#include "app/errors.h"
#include "base/date.h"
#include "catalog/catalog.h"

namespace caudal::app {
namespace {

struct TableRef {
  std::string database;
  std::string table;
};

Result<TableRef> parse_table(const std::string& text) {
  const size_t dot = text.find('.');
  if (dot == std::string::npos || dot == 0 || dot + 1 == text.size()) {
    return Error{Errc::usage, fmt::format("name the table with its database, such as curated.tb_faturas, found '{}'; "
                                          "`caudal catalog tables` lists them",
                                          text)};
  }
  return TableRef{text.substr(0, dot), text.substr(dot + 1)};
}

Result<void> run_databases(Context& context, const Arguments&) {
  const catalog::View view = TRY(context.catalog())->live();
  const auto databases = TRY(view.databases());
  const std::vector<Column> columns = {{"database"}, {"tables", Column::Kind::kNumber}, {"description"}, {"created"}};
  return context.table(columns, [&](TableWriter& rows) -> Result<void> {
    for (const catalog::Database& database : databases) {
      const size_t tables = TRY(view.tables(database.name)).size();
      TRY(rows.row({database.name, std::to_string(tables), database.description, to_string(database.created)}));
    }
    return {};
  });
}

Result<void> run_tables(Context& context, const Arguments& arguments) {
  const catalog::View view = TRY(context.catalog())->live();
  std::vector<catalog::Database> databases;
  if (const auto name = arguments.text("DATABASE")) {
    databases.push_back(TRY(view.database(*name)));
  } else {
    databases = TRY(view.databases());
  }
  const std::vector<Column> columns = {{"database"},
                                       {"table"},
                                       {"columns", Column::Kind::kNumber},
                                       {"partitions", Column::Kind::kNumber},
                                       {"version", Column::Kind::kNumber},
                                       {"updated"},
                                       {"description"}};
  return context.table(columns, [&](TableWriter& rows) -> Result<void> {
    for (const catalog::Database& database : databases) {
      for (const catalog::Table& table : TRY(view.tables(database.name))) {
        const size_t partitions = TRY(view.partitions(database.name, table.name)).size();
        TRY(rows.row({table.database, table.name, std::to_string(table.columns.size() + table.partition_keys.size()),
                      std::to_string(partitions), std::to_string(table.version), to_string(table.updated),
                      table.description}));
      }
    }
    return {};
  });
}

Result<void> run_show(Context& context, const Arguments& arguments) {
  const TableRef ref = TRY(parse_table(arguments.text_or("TABLE", "")));
  const catalog::Table table = TRY(TRY(context.catalog())->live().table(ref.database, ref.table));
  if (TRY(context.for_people())) {
    context.say(fmt::format("{}.{}: {} at {}, version {}, since {}", table.database, table.name, table.format,
                            table.location, table.version, to_string(table.updated)));
  }
  const std::vector<Column> columns = {{"column"}, {"type"}, {"partition", Column::Kind::kBoolean}, {"comment"}};
  return context.table(columns, [&](TableWriter& rows) -> Result<void> {
    for (const catalog::Column& column : table.columns) {
      TRY(rows.row({column.name, column.type.to_string(), "false", column.comment}));
    }
    for (const catalog::Column& column : table.partition_keys) {
      TRY(rows.row({column.name, column.type.to_string(), "true", column.comment}));
    }
    return {};
  });
}

std::string parameter(const catalog::Parameters& parameters, const std::string& name) {
  const auto found = parameters.find(name);
  return found == parameters.end() ? "" : found->second;
}

Result<void> run_partitions(Context& context, const Arguments& arguments) {
  const TableRef ref = TRY(parse_table(arguments.text_or("TABLE", "")));
  const catalog::View view = TRY(context.catalog())->live();
  const catalog::Table table = TRY(view.table(ref.database, ref.table));
  const auto partitions = TRY(view.partitions(ref.database, ref.table));
  const std::vector<Column> columns = {{"partition"}, {"rows", Column::Kind::kNumber}, {"publication"}, {"location"}};
  return context.table(columns, [&](TableWriter& rows) -> Result<void> {
    for (const catalog::Partition& partition : partitions) {
      const std::string counted = parameter(partition.parameters, "rows");
      TRY(rows.row({catalog::partition_path(table.partition_keys, partition.values),
                    counted.empty() ? Cell() : Cell(counted), partition.publication, partition.location}));
    }
    return {};
  });
}

Result<void> table_history(Context& context, const catalog::View& view, const TableRef& ref) {
  const catalog::Table table = TRY(view.table(ref.database, ref.table));
  const auto events = TRY(view.history(ref.database, ref.table));
  const std::vector<Column> columns = {
      {"sequence", Column::Kind::kNumber}, {"published"}, {"publication"}, {"partition"}, {"location"}};
  return context.table(columns, [&](TableWriter& rows) -> Result<void> {
    for (const catalog::PartitionEvent& event : events) {
      TRY(rows.row({std::to_string(event.sequence), to_string(event.published), event.publication,
                    catalog::partition_path(table.partition_keys, event.values),
                    event.partition ? Cell(event.partition->location) : Cell()}));
    }
    return {};
  });
}

Result<void> run_history(Context& context, const Arguments& arguments) {
  const catalog::View view = TRY(context.catalog())->live();
  if (const auto name = arguments.text("TABLE")) return table_history(context, view, TRY(parse_table(*name)));
  const auto publications = TRY(view.publications());
  const std::vector<Column> columns = {{"sequence", Column::Kind::kNumber},
                                       {"published"},
                                       {"publication"},
                                       {"scope"},
                                       {"partitions", Column::Kind::kNumber},
                                       {"rolled_back_to"},
                                       {"restorable", Column::Kind::kBoolean}};
  return context.table(columns, [&](TableWriter& rows) -> Result<void> {
    for (const catalog::Publication& publication : publications) {
      TRY(rows.row({std::to_string(publication.sequence), to_string(publication.published), publication.id,
                    publication.scope, std::to_string(publication.moved.size()),
                    publication.rolled_back_to ? Cell(*publication.rolled_back_to) : Cell(),
                    publication.restorable ? "true" : "false"}));
    }
    return {};
  });
}

}  // namespace

Command catalog_command() {
  const Positional table{.name = "TABLE", .help = "with its database: curated.tb_faturas"};
  Command databases{.name = "databases",
                    .summary = "list the databases",
                    .examples = {"caudal catalog databases"},
                    .options = table_options(),
                    .run = run_databases};
  Command tables{.name = "tables",
                 .summary = "list the tables",
                 .examples = {"caudal catalog tables", "caudal catalog tables curated"},
                 .options = table_options(),
                 .positionals = {{.name = "DATABASE", .help = "only those of it", .required = false}},
                 .run = run_tables};
  Command show{.name = "show",
               .summary = "show a table's columns",
               .examples = {"caudal catalog show refined.book_variaveis"},
               .options = table_options(),
               .positionals = {table},
               .run = run_show};
  Command partitions{.name = "partitions",
                     .summary = "list a table's partitions and where they lie now",
                     .examples = {"caudal catalog partitions curated.tb_faturas"},
                     .options = table_options(),
                     .positionals = {table},
                     .run = run_partitions};
  Command history{
      .name = "history",
      .summary = "list what was published, or what happened to a table's partitions",
      .examples = {"caudal catalog history", "caudal catalog history curated.tb_faturas"},
      .options = table_options(),
      .positionals = {{.name = "TABLE", .help = "with its database; without it, all publications", .required = false}},
      .run = run_history};
  return {.name = "catalog",
          .summary = "databases, tables, partitions and their history",
          .subcommands = {std::move(databases), std::move(tables), std::move(show), std::move(partitions),
                          std::move(history)}};
}

}  // namespace caudal::app
