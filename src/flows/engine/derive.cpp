// SPDX-License-Identifier: Apache-2.0
// SQL steps, books and dictionaries: statements whose rows become one partition.
#include "flows/engine/derive.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "base/check.h"
#include "flows/books/book_table.h"
#include "flows/definition/book_sql.h"
#include "flows/engine/curate_sql.h"
#include "flows/engine/drift.h"
#include "flows/engine/errors.h"
#include "flows/engine/fingerprint.h"
#include "flows/engine/outputs.h"
#include "flows/engine/session_rows.h"

namespace caudal::flows::engine {
namespace {

// What one derived table is made of, whatever the kind of its step.
struct Recipe {
  const OutputDefinition* output = nullptr;
  std::vector<ReadDefinition> reads;
  std::string select;     // its rows; a book's is made when it is computed
  std::string statement;  // what the rows follow from, for the fingerprint
  std::string description;
  std::vector<const SharedDefinition*> shared = {};
};

// What the statement reads by its shared SELECTs it reads itself.
void add_shared(const FlowDefinition& flow, const std::vector<std::string>& names, Date dt_base, Recipe& recipe) {
  for (const std::string& name : names) {
    const SharedDefinition* const shared = flow.find_shared(name);
    CHECK(shared != nullptr, "a step reads a shared SELECT that its flow does not have");
    recipe.shared.push_back(shared);
    recipe.statement += fmt::format("\n-- {}\n{}", name, shared->sql.render(dt_base));
    for (const ReadDefinition& read : shared->reads) {
      const bool is_there = std::ranges::any_of(recipe.reads, [&](const ReadDefinition& other) {
        return other.table == read.table && other.months == read.months;
      });
      if (!is_there) recipe.reads.push_back(read);
    }
  }
}

const BookStep& book_of(const FlowDefinition& flow, const std::string& step) {
  return std::get<BookStep>(flow.find_step(step)->action);
}

// Makes the book a table of the session, and gives the recipe the SELECT that reads it.
Result<std::shared_ptr<books::BookTable>> prepare_book(RunContext& context, queries::Session& session,
                                                       const BookDefinition& book, Date dt_base, Recipe& recipe) {
  TRY(session.prepare(book_events(book, dt_base)));
  auto table = TRY(books::BookTable::open(book, dt_base, [&session] { return session.connect(); }, context.stop));
  TRY(session.register_source("caudal_book", table));
  recipe.select = "SELECT * FROM caudal_book()";
  return table;
}

Recipe recipe_of(const FlowDefinition& flow, const StepDefinition& step, Date dt_base) {
  if (const auto* sql_step = std::get_if<SqlStep>(&step.action)) {
    const std::string select = sql_step->sql.render(dt_base);
    Recipe recipe{&sql_step->output, sql_step->reads, select, select, step.name};
    add_shared(flow, sql_step->shared, dt_base, recipe);
    return recipe;
  }
  if (const auto* book_step = std::get_if<BookStep>(&step.action)) {
    Recipe recipe{&book_step->output, book_step->reads, "", book_select(book_step->book, dt_base),
                  book_step->book.description};
    add_shared(flow, book_step->shared, dt_base, recipe);
    return recipe;
  }
  const auto& dictionary = std::get<DictionaryStep>(step.action);
  const std::string select = book_dictionary(book_of(flow, dictionary.book).book);
  return {&dictionary.output, {}, select, select, "Data dictionary of " + dictionary.book};
}

std::vector<std::string> values_of(const OutputDefinition& output, Date dt_base) {
  if (output.partition.empty()) return {};
  return {to_string(dt_base)};
}

std::vector<runs::LineageRecord> lineage_of(const std::vector<ReadPartition>& partitions, const OutputPartition& made,
                                            const std::string& path) {
  std::vector<runs::LineageRecord> lineage;
  for (const ReadPartition& partition : partitions) {
    lineage.push_back({.input = partition.table.to_string() + "/" + partition.path,
                       .input_version = partition.publication,
                       .output_table = made.table.to_string(),
                       .output_partition = path,
                       .rows = made.rows});
  }
  return lineage;
}

}  // namespace

bool is_derived(const StepDefinition& step) {
  return std::holds_alternative<SqlStep>(step.action) || std::holds_alternative<BookStep>(step.action) ||
         std::holds_alternative<DictionaryStep>(step.action) || std::holds_alternative<DriftDefinition>(step.action);
}

const OutputDefinition* output_of(const StepDefinition& step) {
  if (const auto* sql_step = std::get_if<SqlStep>(&step.action)) return &sql_step->output;
  if (const auto* book_step = std::get_if<BookStep>(&step.action)) return &book_step->output;
  if (const auto* dictionary = std::get_if<DictionaryStep>(&step.action)) return &dictionary->output;
  return nullptr;
}

Result<std::vector<Date>> existing_dt_bases(const RunContext& context, const OutputDefinition& output) {
  std::vector<Date> dates;
  const catalog::View view = context.platform.catalog.with_staged(context.publication());
  const auto partitions = view.partitions(output.table.database, output.table.table);
  if (!partitions && partitions.error().is(ErrorClass::kNotFound)) return dates;
  if (!partitions) return partitions.error();
  for (const catalog::Partition& partition : *partitions) {
    if (partition.values.size() == 1) dates.push_back(TRY(parse_date(partition.values[0])));
  }
  return dates;
}

Result<bool> is_stale(const RunContext& context, const StepDefinition& step, Date dt_base) {
  if (std::holds_alternative<DriftDefinition>(step.action)) return true;
  const Recipe recipe = recipe_of(context.flow, step, dt_base);
  const catalog::View view = context.platform.catalog.with_staged(context.publication());
  const auto partition =
      view.partition(recipe.output->table.database, recipe.output->table.table, values_of(*recipe.output, dt_base));
  if (!partition && partition.error().is(ErrorClass::kNotFound)) return true;
  if (!partition) return partition.error();
  if (!*partition) return true;
  const auto kept = (*partition)->parameters.find(kFingerprint);
  const auto reads = TRY(read_partitions(view, recipe.reads, dt_base));
  return kept == (*partition)->parameters.end() || kept->second != fingerprint(recipe.statement, reads);
}

Result<DeriveResult> derive(RunContext& context, SharedRows& shared, const StepDefinition& step, Date dt_base) {
  if (const auto* drift = std::get_if<DriftDefinition>(&step.action))
    return measure_drift(context, step.name, *drift, dt_base);
  Recipe recipe = recipe_of(context.flow, step, dt_base);
  auto session = TRY(context.session());
  for (const SharedDefinition* one : recipe.shared) TRY(shared.bring(context, *session, *one, dt_base));
  std::shared_ptr<books::BookTable> book;  // shared with the session's database
  if (const auto* book_step = std::get_if<BookStep>(&step.action))
    book = TRY(prepare_book(context, *session, book_step->book, dt_base, recipe));
  std::vector<catalog::Column> keys;
  if (!recipe.output->partition.empty()) {
    keys.push_back({recipe.output->partition, catalog::Type::primitive(catalog::Type::Kind::kDate)});
  }
  const catalog::Table table = TRY(ensure_table(context, {.name = recipe.output->table,
                                                          .description = recipe.description,
                                                          .columns = TRY(session->columns(recipe.select)),
                                                          .partition_keys = keys}));
  const auto reads =
      TRY(read_partitions(context.platform.catalog.with_staged(context.publication()), recipe.reads, dt_base));
  OutputPartition partition = TRY(begin_partition(context, table, values_of(*recipe.output, dt_base)));
  if (book) {
    const auto events = TRY(book->compute_events());
    TRY(write_part(context, *session, partition, recipe.select,
                   {.any_order = true, .compression = "snappy", .differences = true}));
  } else {
    TRY(write_part(context, *session, partition, recipe.select));
  }
  const std::vector<catalog::PartitionMove> moves{
      move_to(context, table, partition, {{kFingerprint, fingerprint(recipe.statement, reads)}})};
  TRY(context.platform.catalog.stage(context.publication(), moves));
  context.observer.passed("derive.staged");
  const std::string path = catalog::partition_path(table.partition_keys, partition.values);
  return DeriveResult{.rows = partition.rows,
                      .bytes = partition.bytes,
                      .message = fmt::format("{} row{}", partition.rows, partition.rows == 1 ? "" : "s"),
                      .lineage = lineage_of(reads, partition, path),
                      .drift = {},
                      .warnings = 0};
}

}  // namespace caudal::flows::engine
