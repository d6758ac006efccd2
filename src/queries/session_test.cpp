// SPDX-License-Identifier: Apache-2.0
// Tables of the catalog in SQL: which files, which types, which state.
#include "queries/session.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/file.h"
#include "catalog/errors.h"
#include "queries/errors.h"
#include "queries/testing/lake.h"

namespace caudal::queries {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

Error error_of(Session& session, const std::string& sql) {
  Result<sql::ResultStream> stream = session.query(sql);
  if (!stream) return std::move(stream).error();
  Result<std::vector<Row>> rows = stream->all();
  CHECK(!rows.has_value(), "the statement was expected to fail");
  return std::move(rows).error();
}

// A table by year and month with one row a month: (month's number, its amount).
void make_invoices(Lake& lake) {
  lake.make_table("curated", "tb_faturas", "id_fatura bigint, valor decimal(18,2)", "ano int, mes string");
  for (int month = 1; month <= 3; ++month) {
    lake.put_partition("curated.tb_faturas", {"2024", "0" + std::to_string(month)},
                       "SELECT " + std::to_string(month) + "::BIGINT id_fatura, " + std::to_string(month) +
                           ".50::DECIMAL(18,2) valor");
  }
}

TEST(Session, ReadsThePartitionsThroughTheCatalog) {
  Lake lake;
  make_invoices(lake);
  EXPECT_THAT(lake.rows("SELECT * FROM \"curated\".\"tb_faturas\" ORDER BY mes"),
              ElementsAre(Row{int64_t{1}, Decimal{150, 2}, int64_t{2024}, "01"},
                          Row{int64_t{2}, Decimal{250, 2}, int64_t{2024}, "02"},
                          Row{int64_t{3}, Decimal{350, 2}, int64_t{2024}, "03"}));
}

TEST(Session, NamesAreWrittenInAnyCase) {
  Lake lake;
  make_invoices(lake);
  EXPECT_EQ(lake.rows("SELECT sum(f.VALOR) FROM Curated.TB_FATURAS f JOIN curated.tb_faturas USING (id_fatura) "
                      "WHERE curated.tb_faturas.mes > '01'"),
            (std::vector<Row>{{Decimal{600, 2}}}));
}

TEST(Session, OpensOnlyTheFilesOfThePartitionsThatAreNeeded) {
  Lake lake;
  make_invoices(lake);
  lake.put_partition_bytes("curated.tb_faturas", {"2024", "04"}, {{"part-0.parquet", "this is not Parquet"}});
  EXPECT_EQ(lake.rows("SELECT sum(valor) FROM curated.tb_faturas WHERE ano = 2024 AND mes BETWEEN '01' AND '03'"),
            (std::vector<Row>{{Decimal{750, 2}}}));
  EXPECT_EQ(lake.rows("SELECT count(*) FROM curated.tb_faturas WHERE mes = '02'"), (std::vector<Row>{{int64_t{1}}}));
  const auto session = lake.session();
  const Error error = error_of(*session, "SELECT sum(valor) FROM curated.tb_faturas");
  EXPECT_THAT(error.message, HasSubstr("mes=04/0.parquet"));
}

TEST(Session, FiltersReachTheFiles) {
  Lake lake;
  make_invoices(lake);
  const std::vector<Row> plan =
      lake.rows("EXPLAIN SELECT valor FROM curated.tb_faturas WHERE mes = '02' AND id_fatura > 5 AND valor < 9");
  const std::string& text = std::get<std::string>(plan.at(0).at(1));
  EXPECT_THAT(text, HasSubstr("Scanning Files: 1/3"));
  EXPECT_THAT(text, HasSubstr("id_fatura>5"));
  EXPECT_THAT(text, testing::Not(HasSubstr("CAST(")));
}

TEST(Session, TypesComeFromTheCatalog) {
  Lake lake;
  lake.make_table("curated", "t", "a bigint, d decimal(18,2), s string, f date", "dt_base date");
  // The file has narrower and wider types than the catalog.
  lake.put_partition("curated.t", {"2024-02-01"},
                     "SELECT 7::SMALLINT a, 1.5::DECIMAL(4,1) d, 12 s, '2024-01-31' f UNION ALL SELECT NULL, NULL, "
                     "NULL, NULL");
  const auto session = lake.session();
  const auto columns = unwrap(session->columns("SELECT * FROM curated.t"));
  EXPECT_EQ(columns, Lake::parse_columns("a bigint, d decimal(18,2), s string, f date, dt_base date"));
  const Date date = unwrap(parse_date("2024-02-01"));
  EXPECT_THAT(unwrap(unwrap(session->query("SELECT * FROM curated.t ORDER BY a")).all()),
              ElementsAre(Row{int64_t{7}, Decimal{150, 2}, "12", unwrap(parse_date("2024-01-31")), date},
                          Row{std::monostate{}, std::monostate{}, std::monostate{}, std::monostate{}, date}));
}

TEST(Session, NestedColumnsAreRead) {
  Lake lake;
  lake.make_table("curated", "t", "tags array<string>, m map<string,int>, s struct<a:int,b:decimal(9,2)>");
  lake.put_partition("curated.t", {}, "SELECT ['x', NULL] tags, MAP {'k': 1} m, {'a': 1, 'b': 2.50::DECIMAL(9,2)} s");
  EXPECT_THAT(lake.rows("SELECT tags[1], m['k'], s.b FROM curated.t"),
              ElementsAre(Row{"x", int64_t{1}, Decimal{250, 2}}));
  EXPECT_THAT(lake.rows("SELECT * FROM curated.t"), ElementsAre(Row{"[x, NULL]", "{k=1}", "{'a': 1, 'b': 2.50}"}));
}

TEST(Session, ATableWithoutPartitionsIsEmptyAndTyped) {
  Lake lake;
  lake.make_table("refined", "book", "a int, v decimal(38,6)", "dt_base date");
  EXPECT_THAT(lake.rows("SELECT * FROM refined.book"), IsEmpty());
  EXPECT_EQ(lake.rows("SELECT count(*), sum(v) FROM refined.book WHERE dt_base > DATE '2024-01-01'"),
            (std::vector<Row>{{int64_t{0}, std::monostate{}}}));
  EXPECT_EQ(unwrap(lake.session()->columns("SELECT * FROM refined.book")),
            Lake::parse_columns("a int, v decimal(38,6), dt_base date"));
}

TEST(Session, ATableWithoutPartitionKeysIsOneLocation) {
  Lake lake;
  lake.make_table("refined", "dictionary", "name string");
  lake.put_partition_bytes(
      "refined.dictionary", {},
      {{"a.parquet", lake.parquet("SELECT 'x' AS name")}, {"b.parquet", lake.parquet("SELECT 'y' AS name")}});
  EXPECT_THAT(lake.rows("SELECT * FROM refined.dictionary ORDER BY 1"), ElementsAre(Row{"x"}, Row{"y"}));
}

TEST(Session, HiddenObjectsAreLeftOut) {
  Lake lake;
  lake.make_table("curated", "t", "a int", "ano int");
  lake.put_partition_bytes("curated.t", {"2024"},
                           {{"part-0.parquet", lake.parquet("SELECT 1 AS a")},
                            {"_SUCCESS", ""},
                            {".part-1.parquet.crc", "x"},
                            {"deeper/part-2.parquet", lake.parquet("SELECT 2 AS a")}});
  EXPECT_THAT(lake.rows("SELECT a FROM curated.t ORDER BY a"), ElementsAre(Row{int64_t{1}}, Row{int64_t{2}}));
}

TEST(Session, PartitionsOfOlderColumnsHaveNullForTheNewer) {
  Lake lake;
  lake.make_table("curated", "t", "a int, b string, c decimal(9,2)", "ano int");
  lake.put_partition("curated.t", {"2022"}, "SELECT 'old' b, 1 a", "b string, a int");
  lake.put_partition("curated.t", {"2023"}, "SELECT 2 a, 'new' b, 3.25::DECIMAL(9,2) c, 'extra' d");
  lake.put_partition("curated.t", {"2024"}, "SELECT 4 a", "a int");
  EXPECT_THAT(lake.rows("SELECT * FROM curated.t ORDER BY ano"),
              ElementsAre(Row{int64_t{1}, "old", std::monostate{}, int64_t{2022}},
                          Row{int64_t{2}, "new", Decimal{325, 2}, int64_t{2023}},
                          Row{int64_t{4}, std::monostate{}, std::monostate{}, int64_t{2024}}));
  const std::vector<Row> plan = lake.rows("EXPLAIN ANALYZE SELECT a FROM curated.t WHERE ano = 2023");
  EXPECT_THAT(std::get<std::string>(plan.at(0).at(1)), HasSubstr("ano=2023"));
  EXPECT_THAT(std::get<std::string>(plan.at(0).at(1)), testing::Not(HasSubstr("ano=2022")));
}

TEST(Session, PartitionValuesOfAnyTextComeBack) {
  Lake lake;
  lake.make_table("curated", "t", "a int", "classe string");
  const std::vector<std::string> values = {"a b", "ação", "50%", "x=y/z", "'quoted'", "__HIVE_DEFAULT_PARTITION__"};
  for (size_t i = 0; i < values.size(); ++i)
    lake.put_partition("curated.t", {values[i]}, "SELECT " + std::to_string(i) + " AS a");
  EXPECT_THAT(lake.rows("SELECT classe FROM curated.t ORDER BY a"),
              ElementsAre(Row{"a b"}, Row{"ação"}, Row{"50%"}, Row{"x=y/z"}, Row{"'quoted'"}, Row{std::monostate{}}));
  EXPECT_EQ(lake.rows("SELECT a FROM curated.t WHERE classe = 'x=y/z'"), (std::vector<Row>{{int64_t{3}}}));
}

TEST(Session, KeepsTheStateItWasOpenedWith) {
  Lake lake;
  make_invoices(lake);
  const auto before = lake.session();
  lake.put_partition("curated.tb_faturas", {"2024", "01"}, "SELECT 100::BIGINT id_fatura, 0.01::DECIMAL(18,2) valor");
  EXPECT_EQ(unwrap(unwrap(before->query("SELECT max(id_fatura) FROM curated.tb_faturas")).all()).at(0).at(0),
            sql::Value{int64_t{3}});
  EXPECT_EQ(lake.rows("SELECT max(id_fatura) FROM curated.tb_faturas").at(0).at(0), sql::Value{int64_t{100}});
}

TEST(Session, OutlivesTheObjectsItReads) {
  Lake lake;
  make_invoices(lake);
  const auto session = lake.session();
  unwrap(session->prepare("SELECT * FROM curated.tb_faturas"));
  for (const objects::ObjectInfo& object : unwrap(lake.objects->list({.bucket = "lake"})).objects)
    unwrap(lake.objects->remove({"lake", object.key}));
  EXPECT_EQ(unwrap(unwrap(session->query("SELECT count(*) FROM curated.tb_faturas")).all()).at(0).at(0),
            sql::Value{int64_t{3}});
}

TEST(Session, SeesWhatIsStagedWhenAskedTo) {
  Lake lake;
  make_invoices(lake);
  lake.put_partition("curated.tb_faturas", {"2024", "04"}, "SELECT 4::BIGINT id_fatura, 4.50::DECIMAL(18,2) valor", "",
                     "run-staged");
  const auto staged = lake.session({.view = lake.catalog->with_staged("run-staged")});
  EXPECT_EQ(unwrap(unwrap(staged->query("SELECT count(*) FROM curated.tb_faturas")).all()).at(0).at(0),
            sql::Value{int64_t{4}});
  EXPECT_EQ(lake.rows("SELECT count(*) FROM curated.tb_faturas").at(0).at(0), sql::Value{int64_t{3}});
}

TEST(Session, TellsTheNearestNameOfAnUnknownTable) {
  Lake lake;
  make_invoices(lake);
  const auto session = lake.session();
  const Error error = error_of(*session, "SELECT * FROM curated.tb_fatura");
  EXPECT_EQ(error.code, catalog::Errc::not_found);
  EXPECT_THAT(error.message, HasSubstr("tb_fatura"));
  EXPECT_THAT(error.message, HasSubstr("tb_faturas"));
  EXPECT_TRUE(error_of(*session, "SELECT * FROM curatd.tb_faturas").is(ErrorClass::kNotFound));
  EXPECT_THAT(error_of(*session, "SELECT * FROM lonely").message, HasSubstr("lonely"));
  EXPECT_EQ(error_of(*session, "SELECT * FROM AwsDataCatalog.curated.tb_faturas").code, Errc::invalid_name);
}

TEST(Session, TablesOfOtherFormatsAreTold) {
  Lake lake;
  unwrap(lake.catalog->create_database({.name = "raw"}));
  unwrap(lake.catalog->create_table({.database = "raw",
                                     .name = "t",
                                     .columns = Lake::parse_columns("a int"),
                                     .location = "s3://lake/raw/",
                                     .format = "csv"}));
  const auto session = lake.session();
  const Error error = error_of(*session, "SELECT * FROM raw.t");
  EXPECT_EQ(error.code, Errc::unsupported_format);
  EXPECT_THAT(error.message, HasSubstr("raw.t is kept as csv"));
}

TEST(Session, ADefaultDatabaseServesUnqualifiedNames) {
  Lake lake;
  make_invoices(lake);
  const auto session = lake.session({.default_database = "Curated"});
  EXPECT_EQ(unwrap(unwrap(session->query("WITH q AS (SELECT * FROM tb_faturas) SELECT count(*) FROM q")).all()),
            (std::vector<Row>{{int64_t{3}}}));
  EXPECT_OK(session->create_table("mine", "SELECT 1 AS a"));
  EXPECT_EQ(unwrap(unwrap(session->query("SELECT a FROM mine")).all()), (std::vector<Row>{{int64_t{1}}}));
}

TEST(Session, BindsParametersAndTellsWhatItRead) {
  Lake lake;
  make_invoices(lake);
  lake.make_table("curated", "unused", "a int");
  const auto session = lake.session();
  auto stream =
      unwrap(session->query("SELECT valor FROM curated.tb_faturas WHERE mes = $1", std::vector<sql::Value>{"02"}));
  EXPECT_EQ(unwrap(stream.all()), (std::vector<Row>{{Decimal{250, 2}}}));
  ASSERT_EQ(session->resolved().size(), 1);
  EXPECT_EQ(session->resolved()[0]->table.name, "tb_faturas");
  EXPECT_EQ(session->resolved()[0]->partitions.size(), 3);
  EXPECT_EQ(session->resolved()[0]->files, 3);
}

TEST(Session, LeavesNothingBehind) {
  Lake lake;
  make_invoices(lake);
  {
    const auto session = lake.session();
    unwrap(session->prepare("SELECT * FROM curated.tb_faturas"));
    EXPECT_TRUE(std::filesystem::exists(session->scratch_directory()));
  }
  for (const auto& entry : std::filesystem::recursive_directory_iterator(lake.work()))
    EXPECT_TRUE(entry.is_directory()) << entry.path();
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(lake.work()), {}), 1) << "only the folders to use again";
}

TEST(Engine, RemovesWhatAKilledProcessLeft) {
  Lake lake;
  unwrap(caudal::create_directories(lake.work() / "session-7" / "tables" / "0"));
  unwrap(write_file_durably(lake.work() / "session-7" / "tables" / "0" / "0.parquet", "x"));
  lake.engine.reset();
  lake.engine = unwrap(Engine::open(*lake.catalog, *lake.objects, {.work_directory = lake.work()}));
  EXPECT_FALSE(std::filesystem::exists(lake.work() / "session-7"));
}

class Pets final : public SystemTable {
 public:
  std::string_view name() const override { return "pets"; }
  const std::vector<sql::Column>& columns() const override { return columns_; }
  Result<std::vector<Row>> rows() const override {
    ++calls;
    if (fails) return Error{make_error_code(caudal::Errc::io), "the pets ran away"};
    return std::vector<Row>{{"cat", int64_t{calls}}};
  }
  mutable int calls = 0;
  bool fails = false;

 private:
  std::vector<sql::Column> columns_ = {{"name", sql::Type::of(sql::TypeId::kVarchar)},
                                       {"calls", sql::Type::of(sql::TypeId::kBigint)}};
};

TEST(SystemTables, AreFreshAtEveryUse) {
  Lake lake;
  const auto pets = std::make_shared<Pets>();
  lake.engine->add_system_table(pets);
  const auto session = lake.session();
  EXPECT_EQ(pets->calls, 0);
  for (int64_t call = 1; call <= 2; ++call) {
    EXPECT_EQ(unwrap(unwrap(session->query("SELECT calls, name FROM caudal.pets")).all()),
              (std::vector<Row>{{call, "cat"}}));
  }
}

TEST(SystemTables, TheirErrorsAndTheirAbsenceAreTold) {
  Lake lake;
  const auto pets = std::make_shared<Pets>();
  pets->fails = true;
  lake.engine->add_system_table(pets);
  const auto session = lake.session();
  EXPECT_EQ(error_of(*session, "SELECT * FROM caudal.pets").message, "the pets ran away");
  const Error unknown = error_of(*session, "SELECT * FROM caudal.dogs");
  EXPECT_EQ(unknown.code, Errc::unknown_system_table);
  EXPECT_EQ(unknown.message, "there is no table caudal.dogs; there are: pets");
}

TEST(SessionRun, TrustedSqlBringsInTheTablesItNames) {
  Lake lake;
  make_invoices(lake);
  const auto session = lake.session();
  EXPECT_EQ(unwrap(session->run("CREATE TABLE mine AS SELECT f.id_fatura FROM curated.tb_faturas f SEMI JOIN (SELECT "
                                "1::BIGINT id_fatura) USING (id_fatura); INSERT INTO mine SELECT g.id_fatura + 10 FROM "
                                "\"curated\".\"tb_faturas\" g")),
            3);
  EXPECT_EQ(unwrap(unwrap(session->query("SELECT count(*) FROM mine")).all()), (std::vector<Row>{{int64_t{4}}}));
  const Result<uint64_t> unknown = session->run("CREATE TABLE other AS SELECT * FROM curated.nothing");
  ASSERT_FALSE(unknown.has_value());
  EXPECT_THAT(unknown.error().message, HasSubstr("nothing"));
}

TEST(SessionRun, SourcesOfTheCallerAreTables) {
  Lake lake;
  const auto session = lake.session();
  ASSERT_OK(session->register_source(
      "rows_here", sql::make_rows_source({{"a", sql::Type::of(sql::TypeId::kBigint)}}, {{int64_t{5}}, {int64_t{6}}})));
  EXPECT_EQ(unwrap(session->create_table("kept", "SELECT a FROM rows_here()")), 2);
  ASSERT_OK(session->create_view("doubled", "SELECT a * 2 AS a FROM kept;"));
  EXPECT_EQ(unwrap(unwrap(session->query("SELECT sum(a) FROM doubled")).all()), (std::vector<Row>{{Decimal{22, 0}}}));
}

TEST(SessionRun, AnotherConnectionReadsWhileTheSessionWorks) {
  Lake lake;
  lake.make_table("curated", "t", "a bigint", "mes int");
  lake.put_partition("curated.t", {"1"}, "SELECT i AS a FROM range(100000) r(i)");
  const auto session = lake.session();
  ASSERT_OK(session->prepare("SELECT * FROM curated.t"));
  const auto beside = unwrap(session->connect());
  auto stream = unwrap(beside->query("SELECT a FROM curated.t"));
  int64_t sum = 0;
  while (const auto chunk = unwrap(stream.next())) {
    for (size_t row = 0; row < chunk->rows(); ++row) sum += chunk->integer(0, row);
    EXPECT_EQ(unwrap(unwrap(session->query("SELECT max(a) FROM curated.t")).all()),
              (std::vector<Row>{{int64_t{99'999}}}));
  }
  EXPECT_EQ(sum, int64_t{99'999} * 50'000);
}

}  // namespace
}  // namespace caudal::queries
