// SPDX-License-Identifier: Apache-2.0
// A book of 760 variables, as flows/invoices has, over 12 events a client: the events alone (DuckDB sorts them by
// client), with the kernel, with the Parquet file, and the same by the book's SQL.
#include <benchmark/benchmark.h>
#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>
#include <string>

#include "base/check.h"
#include "base/yaml.h"
#include "flows/books/book_table.h"
#include "flows/definition/book_sql.h"
#include "sql/database.h"

namespace caudal::flows::books {
namespace {

constexpr int kEventsOfAClient = 12;

BookDefinition make_book() {
  std::string text =
      "name: livro\ndescription: d\nentity: {column: id, type: int, description: e}\ndate: dia\n"
      "windows: [U1M, U3M, U6M, U9M, U12M]\nsource: SELECT * FROM eventos\nclasses:\n";
  for (const char* const name : {"prazo", "faixa"}) {
    text += fmt::format("  - name: {}\n    values:\n", name);
    for (int v = 0; v < 4; ++v)
      text += fmt::format("      - {{name: {0}_{1}, when: {0} = {1}, description: d}}\n", name, v);
  }
  text += "measures:\n";
  for (const char* const name : {"valor", "minimo", "pago"})
    text += fmt::format(
        "  - {{column: {}, type: \"decimal(18,2)\", required: true, aggregates: [sum, avg, max, min], "
        "description: d}}\n",
        name);
  text +=
      "  - {column: dias, type: bigint, required: true, aggregates: [avg, max, min], description: d}\n"
      "  - {column: pct, type: \"decimal(18,6)\", aggregates: [avg, max, min], description: d}\n"
      "  - {column: qtd, type: int, required: true, aggregates: [sum], description: d}\n";
  Mistakes mistakes;
  const auto root = yaml::parse(text, "livro.yaml", mistakes);
  BookDefinition book = root ? read_book(*root, mistakes) : BookDefinition();
  CHECK(mistakes.empty(), mistakes.to_error().message);
  CHECK(book.variables.size() == 760, "the book is of another size");
  return book;
}

template <class T>
T must(Result<T> result) {
  CHECK(result.has_value(), result.error().to_string());
  return *std::move(result);
}

class Bench {
 public:
  explicit Bench(int64_t clients) : database_(must(sql::Database::open())), connection_(must(database_->connect())) {
    must(connection_->run(fmt::format(
        "CREATE TABLE eventos AS SELECT (hash(i) % {})::INTEGER AS id, DATE '2024-01-31' - (i % 365)::INTEGER AS dia, "
        "(hash(i) // 64 % 4)::INTEGER AS prazo, (hash(i) // 256 % 4)::INTEGER AS faixa, "
        "((hash(i) // 1024 % 1000000)::BIGINT * 0.01)::DECIMAL(18,2) AS valor, "
        "((hash(i) // 2048 % 100000)::BIGINT * 0.01)::DECIMAL(18,2) AS minimo, "
        "((hash(i) // 4096 % 1000000)::BIGINT * 0.01)::DECIMAL(18,2) AS pago, (hash(i) // 8192 % 90)::BIGINT AS dias, "
        "CASE WHEN i % 50 > 0 THEN ((hash(i) // 16384 % 100000000)::BIGINT * 0.000001)::DECIMAL(18,6) END AS pct, "
        "1 AS qtd FROM range({}) r(i)",
        clients, clients * kEventsOfAClient)));
    table_ = must(BookTable::open(book_, day_, [this] { return database_->connect(); }));
    CHECK(database_->register_source("livro", table_).has_value(), "the book cannot be registered");
  }

  void events() { drain(must(database_->connect()), table_->select()); }
  void kernel() {
    const auto events = must(table_->compute_events());
    drain(must(database_->connect()), "SELECT * FROM livro()");
  }
  void parquet() {
    const auto events = must(table_->compute_events());
    write("SELECT * FROM livro()");
  }
  void by_sql() { write(book_select(book_, day_)); }

 private:
  static void drain(const std::unique_ptr<sql::Connection>& connection, const std::string& select) {
    sql::ResultStream stream = must(connection->query(select));
    while (const auto chunk = must(stream.next())) benchmark::DoNotOptimize(chunk->rows());
  }
  // As the engine writes it.
  void write(const std::string& select) {
    const auto file = std::filesystem::temp_directory_path() / fmt::format("caudal-book-bench-{}.parquet", ::getpid());
    must(
        connection_->run(fmt::format("COPY ({}) TO '{}' (FORMAT parquet, COMPRESSION snappy, ROW_GROUP_SIZE 20480, "
                                     "PARQUET_VERSION v2, DICTIONARY_SIZE_LIMIT 0, WRITE_BLOOM_FILTER false)",
                                     select, file.string())));
    std::filesystem::remove(file);
  }

  const BookDefinition book_ = make_book();
  const Date day_ = must(parse_date("2024-02-01"));
  const std::unique_ptr<sql::Database> database_;
  const std::unique_ptr<sql::Connection> connection_;
  std::shared_ptr<BookTable> table_;  // shared with the database
};

template <class Work>
void measure(benchmark::State& state, Work work) {
  Bench bench(state.range(0));
  for (auto ignored : state) (bench.*work)();
  state.SetItemsProcessed(state.iterations() * state.range(0));
}

void events_sorted(benchmark::State& state) { measure(state, &Bench::events); }
void book_computed(benchmark::State& state) { measure(state, &Bench::kernel); }
void book_written(benchmark::State& state) { measure(state, &Bench::parquet); }
void book_written_by_sql(benchmark::State& state) { measure(state, &Bench::by_sql); }

BENCHMARK(events_sorted)->Arg(100'000)->Unit(benchmark::kMillisecond)->MeasureProcessCPUTime()->UseRealTime();
BENCHMARK(book_computed)->Arg(100'000)->Unit(benchmark::kMillisecond)->MeasureProcessCPUTime()->UseRealTime();
BENCHMARK(book_written)->Arg(100'000)->Unit(benchmark::kMillisecond)->MeasureProcessCPUTime()->UseRealTime();
BENCHMARK(book_written_by_sql)->Arg(25'000)->Unit(benchmark::kMillisecond)->MeasureProcessCPUTime()->UseRealTime();

}  // namespace
}  // namespace caudal::flows::books
