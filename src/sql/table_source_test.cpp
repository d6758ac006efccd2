// SPDX-License-Identifier: Apache-2.0
// C++ tables in SQL: types, parallel readers, errors, projection.
#include "sql/table_source.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <stdexcept>
#include <utility>

#include "sql/errors.h"
#include "sql/testing/engine.h"

namespace caudal::sql {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

enum class Fails { kNever, kWithError, kWithException, kAtScan, kAtReader };

// Numbers 0 to count − 1, handed out in blocks to whichever reader asks.
class Numbers final : public TableSource {
 public:
  Numbers(int64_t count, size_t readers, Fails fails = Fails::kNever)
      : count_(count), readers_(readers), fails_(fails) {}
  const std::vector<Column>& columns() const override { return columns_; }
  size_t max_readers() const override { return readers_; }
  std::optional<uint64_t> row_estimate() const override { return static_cast<uint64_t>(count_); }
  Result<std::unique_ptr<TableScan>> scan() override;

  std::atomic<int> scans = 0;
  std::atomic<int> names_written = 0;

 private:
  friend class NumbersReader;
  friend class NumbersScan;
  const std::vector<Column> columns_ = {{"n", Type::of(TypeId::kBigint)}, {"name", Type::of(TypeId::kVarchar)}};
  const int64_t count_;
  const size_t readers_;
  const Fails fails_;
};

class NumbersReader final : public TableReader {
 public:
  NumbersReader(Numbers& source, std::atomic<int64_t>& next) : source_(source), next_(next) {}
  Result<size_t> read(ChunkWriter& writer) override {
    const int64_t from = next_.fetch_add(static_cast<int64_t>(writer.capacity()));
    const int64_t to = std::min(source_.count_, from + static_cast<int64_t>(writer.capacity()));
    if (from > 100'000 && source_.fails_ == Fails::kWithError)
      return Error{make_error_code(ErrcOfTest()), "line 77 of tb_faturas.csv is torn"}.with_context("reading it");
    if (from > 100'000 && source_.fails_ == Fails::kWithException) throw std::runtime_error("thrown by a reader");
    for (int64_t n = from; n < to; ++n) {
      const auto row = static_cast<size_t>(n - from);
      writer.set_bigint(0, row, n);
      if (!writer.wanted(1)) continue;
      ++source_.names_written;
      if (n % 5 == 0) {
        writer.set_null(1, row);
      } else {
        writer.set_varchar(1, row, n % 2 == 0 ? "even" : "odd, and a long name");
      }
    }
    return from >= to ? size_t{0} : static_cast<size_t>(to - from);
  }
  static caudal::Errc ErrcOfTest() { return caudal::Errc::invalid_value; }

 private:
  Numbers& source_;
  std::atomic<int64_t>& next_;
};

class NumbersScan final : public TableScan {
 public:
  explicit NumbersScan(Numbers& source) : source_(source) {}
  Result<std::unique_ptr<TableReader>> open_reader() override {
    if (source_.fails_ == Fails::kAtReader)
      return Error{make_error_code(caudal::Errc::not_found), "no reader to be had"};
    return std::unique_ptr<TableReader>(std::make_unique<NumbersReader>(source_, next_));
  }

 private:
  Numbers& source_;
  std::atomic<int64_t> next_ = 0;
};

Result<std::unique_ptr<TableScan>> Numbers::scan() {
  ++scans;
  if (fails_ == Fails::kAtScan) return Error{make_error_code(caudal::Errc::not_found), "the file is gone"};
  return std::unique_ptr<TableScan>(std::make_unique<NumbersScan>(*this));
}

TEST(TableSource, GivesEveryRowOnceToParallelReaders) {
  TestEngine engine({.threads = 4});
  ASSERT_OK(engine.database->register_source("numbers", std::make_shared<Numbers>(3'000'001, 4)));
  EXPECT_THAT(engine.rows("SELECT count(*), count(DISTINCT n), sum(n), count(name), min(name) FROM numbers()"),
              ElementsAre(Row{int64_t{3'000'001}, int64_t{3'000'001}, Decimal{int64_t{3'000'000} * 3'000'001 / 2, 0},
                              int64_t{2'400'000}, "even"}));
}

TEST(TableSource, IsScannedAnewByEveryUse) {
  TestEngine engine({.threads = 2});
  const auto source = std::make_shared<Numbers>(10'000, 2);
  ASSERT_OK(engine.database->register_source("numbers", source));
  EXPECT_EQ(engine.cell("SELECT count(*) FROM numbers() a JOIN numbers() b USING (n)"), Value{int64_t{10'000}});
  EXPECT_EQ(engine.cell("SELECT count(*) FROM numbers()"), Value{int64_t{10'000}});
  EXPECT_EQ(source->scans, 3);
}

TEST(TableSource, WritesOnlyWhatTheStatementUses) {
  TestEngine engine;
  const auto source = std::make_shared<Numbers>(10'000, 1);
  ASSERT_OK(engine.database->register_source("numbers", source));
  EXPECT_EQ(engine.cell("SELECT max(n) FROM numbers()"), Value{int64_t{9'999}});
  EXPECT_EQ(engine.cell("SELECT count(*) FROM numbers()"), Value{int64_t{10'000}});
  EXPECT_EQ(source->names_written, 0);
  EXPECT_EQ(engine.rows("SELECT name, n FROM numbers() WHERE n = 3").at(0), (Row{"odd, and a long name", int64_t{3}}));
}

TEST(TableSource, ItsErrorComesOutWhole) {
  TestEngine engine({.threads = 2});
  ASSERT_OK(engine.database->register_source("torn", std::make_shared<Numbers>(1'000'000, 2, Fails::kWithError)));
  const Error error = engine.error("SELECT sum(n) FROM torn()");
  EXPECT_EQ(error.code, caudal::Errc::invalid_value) << error.to_string();
  EXPECT_EQ(error.message, "line 77 of tb_faturas.csv is torn");
  EXPECT_THAT(error.context, ElementsAre("reading it"));
}

TEST(TableSource, FailuresBeforeTheFirstRowComeOutToo) {
  TestEngine engine;
  ASSERT_OK(engine.database->register_source("gone", std::make_shared<Numbers>(10, 1, Fails::kAtScan)));
  ASSERT_OK(engine.database->register_source("readerless", std::make_shared<Numbers>(10, 1, Fails::kAtReader)));
  EXPECT_EQ(engine.error("SELECT * FROM gone()").message, "the file is gone");
  EXPECT_EQ(engine.error("SELECT * FROM readerless()").message, "no reader to be had");
}

TEST(TableSource, AnExceptionDoesNotCrossDuckDb) {
  TestEngine engine;
  ASSERT_OK(engine.database->register_source("bomb", std::make_shared<Numbers>(1'000'000, 1, Fails::kWithException)));
  EXPECT_THAT(engine.error("SELECT sum(n) FROM bomb()").message, HasSubstr("thrown by a reader"));
}

TEST(TableSource, ANameServesOnce) {
  TestEngine engine;
  ASSERT_OK(engine.database->register_source("numbers", std::make_shared<Numbers>(1, 1)));
  const Result<void> again = engine.database->register_source("numbers", std::make_shared<Numbers>(2, 1));
  ASSERT_FALSE(again.has_value());
  EXPECT_EQ(again.error().code, Errc::invalid_setting);
}

// Squares of 0, 1, 2, ... written column by column, every fifth of them NULL.
class Squares final : public TableSource {
 public:
  const std::vector<Column>& columns() const override { return columns_; }
  Result<std::unique_ptr<TableScan>> scan() override;

 private:
  const std::vector<Column> columns_ = {{"n", Type::of(TypeId::kInteger)}, {"square", Type::decimal(18, 1)}};
};

class SquaresScan final : public TableScan {
 public:
  class Reader final : public TableReader {
   public:
    Result<size_t> read(ChunkWriter& writer) override {
      if (std::exchange(done_, true)) return size_t{0};
      int32_t* const numbers = writer.cells<int32_t>(0);
      int64_t* const squares = writer.cells<int64_t>(1);
      uint64_t* const validity = squares != nullptr ? writer.validity(1) : nullptr;
      for (size_t row = 0; row < writer.capacity(); ++row) {
        if (numbers != nullptr) numbers[row] = static_cast<int32_t>(row);
        if (squares != nullptr) squares[row] = static_cast<int64_t>(row * row * 10);
        if (squares != nullptr && row % 5 == 0) validity[row >> 6] &= ~(uint64_t{1} << (row & 63));
      }
      return writer.capacity();
    }

   private:
    bool done_ = false;
  };
  Result<std::unique_ptr<TableReader>> open_reader() override {
    return std::unique_ptr<TableReader>(std::make_unique<Reader>());
  }
};

Result<std::unique_ptr<TableScan>> Squares::scan() { return std::unique_ptr<TableScan>(new SquaresScan); }

TEST(TableSource, WritesWholeColumns) {
  TestEngine engine;
  ASSERT_OK(engine.database->register_source("squares", std::make_shared<Squares>()));
  EXPECT_THAT(engine.rows("SELECT count(*), sum(n), count(square), CAST(max(square) AS VARCHAR) FROM squares()"),
              ElementsAre(Row{int64_t{2048}, Decimal{2047 * 1024, 0}, int64_t{1638}, "4190209.0"}));
  EXPECT_EQ(engine.cell("SELECT sum(n) FROM squares()"), (Value{Decimal{2047 * 1024, 0}}));
  EXPECT_EQ(engine.cell("SELECT count(*) FROM squares() WHERE square = n * n"), Value{int64_t{1638}});
}

TEST(RowsSource, HoldsEveryType) {
  TestEngine engine;
  const Date date = unwrap(parse_date("1900-02-28"));
  const Timestamp timestamp(std::chrono::microseconds(-1'500'000));
  const std::vector<Column> columns = {
      {"b", Type::of(TypeId::kBoolean)},   {"i", Type::of(TypeId::kInteger)}, {"l", Type::of(TypeId::kBigint)},
      {"d", Type::of(TypeId::kDouble)},    {"v", Type::of(TypeId::kVarchar)}, {"day", Type::of(TypeId::kDate)},
      {"t", Type::of(TypeId::kTimestamp)}, {"d4", Type::decimal(4, 2)},       {"d9", Type::decimal(9, 2)},
      {"d18", Type::decimal(18, 2)},       {"d38", Type::decimal(38, 2)}};
  const Row row = {true,
                   int64_t{-1},
                   int64_t{INT64_MIN},
                   -0.5,
                   std::string("thirteen\0byte", 13),
                   date,
                   timestamp,
                   Decimal{-9999, 2},
                   Decimal{-12345, 2},
                   Decimal{-455188971523, 2},
                   Decimal{Int128{INT64_MAX} * 1000, 2}};
  const Row nulls(columns.size(), std::monostate{});
  ASSERT_OK(engine.database->register_source("kinds", make_rows_source(columns, {row, nulls})));
  ResultStream stream = unwrap(engine.connection->query("SELECT * FROM kinds()"));
  EXPECT_EQ(stream.columns(), columns);
  EXPECT_THAT(unwrap(stream.all()), ElementsAre(row, nulls));
}

TEST(RowsSource, StringsOfEveryLengthAroundTheInlineLimit) {
  TestEngine engine;
  std::vector<Row> rows;
  for (size_t length = 0; length < 30; ++length) rows.push_back({std::string(length, 'a')});
  ASSERT_OK(engine.database->register_source("strings", make_rows_source({{"s", Type::of(TypeId::kVarchar)}}, rows)));
  EXPECT_EQ(engine.cell("SELECT count(*) FROM strings() WHERE s = repeat('a', length(s)::INTEGER)"),
            Value{int64_t{30}});
  EXPECT_EQ(engine.cell("SELECT count(DISTINCT s) FROM strings()"), Value{int64_t{30}});
}

TEST(RowsSource, MayBeEmpty) {
  TestEngine engine;
  ASSERT_OK(engine.database->register_source("nothing", make_rows_source({{"s", Type::of(TypeId::kVarchar)}}, {})));
  EXPECT_TRUE(engine.rows("SELECT * FROM nothing()").empty());
}

TEST(Concatenated, HasTheRowsOfAllItsTables) {
  for (const unsigned threads : {1U, 3U}) {
    TestEngine engine({.threads = threads});
    std::vector<std::shared_ptr<TableSource>> sources;
    for (const int64_t count : {0, 1, 2'048, 2'049, 100'000, 0}) sources.push_back(std::make_shared<Numbers>(count, 3));
    ASSERT_OK(engine.database->register_source("all", concatenate(sources)));
    EXPECT_EQ(engine.text("SELECT concat_ws('|', count(*), sum(n), count(DISTINCT n), count(name)) FROM \"all\"()"),
              "104098|5004144304|100000|83277");
    EXPECT_EQ(sources[4]->row_estimate(), 100'000);
  }
}

TEST(Concatenated, IsTheTableItselfWhenThereIsOne) {
  const auto one = std::make_shared<Numbers>(5, 1);
  EXPECT_EQ(concatenate({one}), one);
  EXPECT_EQ(concatenate({one, std::make_shared<Numbers>(7, 2)})->row_estimate(), 12);
  EXPECT_EQ(concatenate({one, std::make_shared<Numbers>(7, 2)})->max_readers(), 3);
}

TEST(Concatenated, AnErrorOfOneTableEndsTheStatement) {
  for (const Fails fails : {Fails::kWithError, Fails::kAtScan, Fails::kAtReader}) {
    TestEngine engine({.threads = 2});
    ASSERT_OK(engine.database->register_source(
        "both", concatenate({std::make_shared<Numbers>(10, 1), std::make_shared<Numbers>(200'000, 2, fails)})));
    EXPECT_FALSE(engine.connection->run("SELECT sum(n) FROM both()").has_value());
  }
}

}  // namespace
}  // namespace caudal::sql
