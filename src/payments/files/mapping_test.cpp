// SPDX-License-Identifier: Apache-2.0
// Files of somebody else: columns under names of their own, texts made of several, and standing orders month by month.
#include "payments/files/mapping.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "base/file.h"
#include "base/testing/result_matchers.h"
#include "base/testing/temporary_directory.h"
#include "payments/files/records.h"
#include "sql/database.h"

namespace caudal::payments {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// Shaped like a bank's list of standing orders.
constexpr std::string_view kOrders =
    "\"order_id\";\"account_id\";\"bank_to\";\"account_to\";\"amount\";\"k_symbol\"\n"
    "29401;1;\"YZ\";\"87144583\";2452.00;\"SIPO\"\n"
    "29402;2;\"ST\";\"89597016\";3372.70;\" \"\n";
constexpr std::string_view kMapping =
    "columns:\n"
    "  account: account_id\n"
    "  reference: order_id\n"
    "  amount: amount\n"
    "  beneficiary: \"{bank_to}-{account_to}\"\n"
    "currency: CZK\n";

std::string mistakes_of(const std::string& text) {
  const auto parsed = parse_mapping(text, "map.yaml");
  return parsed ? "none" : parsed.error().message;
}

class MappingTest : public testing::Test {
 protected:
  std::unique_ptr<Records> open(const std::string& name, std::string_view content, const std::string& mapping,
                                std::optional<FileFormat> format = {}) {
    const auto path = dir_.path() / name;
    EXPECT_OK(write_file_durably(path, content));
    return unwrap(open_records(path, {.format = format, .mapping = unwrap(parse_mapping(mapping, "map.yaml"))}));
  }
  static std::vector<std::string> rest(Records& records) {
    std::vector<std::string> all;
    while (const auto record = unwrap(records.next())) {
      const auto& payment = record->payment;
      all.push_back(payment ? fmt::format("{}: {} {} {} {} {}", record->line, payment->account.text(),
                                          payment->reference.text(), to_string(payment->scheduled),
                                          payment->money.text(), payment->beneficiary.text())
                            : fmt::format("{}: {}", record->line, payment.error().message));
    }
    return all;
  }
  TemporaryDirectory dir_;
};

TEST_F(MappingTest, MakesAPaymentOfEachOrderAndMonth) {
  const std::string monthly = std::string(kMapping) + "monthly: {day: 31, from: 2027-01, months: 3}\n";
  EXPECT_THAT(rest(*open("order.asc", kOrders, monthly, FileFormat::kCsv)),
              ElementsAre("2: 1 29401:2027-01 2027-01-31 2452.00 CZK YZ-87144583",
                          "2: 1 29401:2027-02 2027-02-28 2452.00 CZK YZ-87144583",
                          "2: 1 29401:2027-03 2027-03-31 2452.00 CZK YZ-87144583",
                          "3: 2 29402:2027-01 2027-01-31 3372.70 CZK ST-89597016",
                          "3: 2 29402:2027-02 2027-02-28 3372.70 CZK ST-89597016",
                          "3: 2 29402:2027-03 2027-03-31 3372.70 CZK ST-89597016"));
}

TEST_F(MappingTest, TellsOnceWhatIsWrongWithAnOrder) {
  const std::string monthly = std::string(kMapping) + "monthly: {day: 1, from: 2027-01, months: 12}\n";
  const std::string text = std::string(kOrders.substr(0, kOrders.find('\n') + 1)) + "1;1;\"A\";\"2\";-5;\"\"\n";
  EXPECT_THAT(rest(*open("order.csv", text, monthly)), ElementsAre("2: the amount must be above zero, found -5"));
}

TEST_F(MappingTest, KeepsWhatAnOrderIsFor) {
  std::string mapping(kMapping);
  mapping.insert(mapping.find("currency"), "  purpose: k_symbol\n");
  const auto records = open("order.csv", kOrders, mapping + "monthly: {day: 5, from: 2027-01, months: 1}\n");
  EXPECT_EQ(unwrap(unwrap(records->next())->payment).purpose->text(), "SIPO");
  EXPECT_FALSE(unwrap(unwrap(records->next())->payment).purpose) << "a blank says nothing";
}

// Ended anywhere and begun again, all months come, and none of an order that was read whole comes again.
TEST_F(MappingTest, GoesOnAtTheOrderThatWasNotReadWhole) {
  const std::string monthly = std::string(kMapping) + "monthly: {day: 5, from: 2027-01, months: 2}\n";
  const auto all = rest(*open("order.csv", kOrders, monthly));
  ASSERT_EQ(all.size(), 4U);
  for (size_t taken = 0; taken <= all.size(); ++taken) {
    const auto first = open("order.csv", kOrders, monthly);
    for (size_t n = 0; n < taken; ++n) ASSERT_TRUE(unwrap(first->next()).has_value());
    const auto second = open("order.csv", kOrders, monthly);
    ASSERT_OK(second->go_on_at(first->position()));
    const auto again = static_cast<ptrdiff_t>(taken - taken % 2);
    EXPECT_EQ(rest(*second), std::vector<std::string>(all.begin() + again, all.end())) << taken;
  }
}

TEST_F(MappingTest, HoldsForEveryFormat) {
  const std::string mapping =
      "columns: {account: conta, reference: ref, date: dia, amount: valor, beneficiary: '{banco}/{conta_destino}'}\n";
  const char* expected = "1: 7 r 2027-01-20 1.50 BRL B/9";
  EXPECT_THAT(rest(*open("a.jsonl",
                         R"({"conta":7,"ref":"r","dia":"2027-01-20","valor":1.50,"banco":"B","conta_destino":9})"
                         "\n",
                         mapping)),
              ElementsAre(expected));
  const auto path = dir_.path() / "a.parquet";
  const auto database = unwrap(sql::Database::open());
  const auto connection = unwrap(database->connect());
  ASSERT_OK(
      connection->run("COPY (SELECT 7 AS conta, 'r' AS ref, DATE '2027-01-20' AS dia, 1.50 AS valor, "
                      "'B' AS banco, 9 AS conta_destino) TO " +
                      sql::quote_literal(path.string())));
  EXPECT_THAT(rest(*unwrap(open_records(path, {.mapping = unwrap(parse_mapping(mapping, "map.yaml"))}))),
              ElementsAre(expected));
}

TEST_F(MappingTest, RefusesAFileWithoutTheColumnsThatItNames) {
  const auto path = dir_.path() / "a.csv";
  ASSERT_OK(write_file_durably(path, "order_id;acount_id;bank_to;account_to;amount\n"));
  const auto refused = open_records(path, {.mapping = unwrap(parse_mapping(kMapping, "map.yaml"))});
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message,
              HasSubstr("there is no column 'account_id', which the mapping names for the account"));
  const auto without_date = dir_.path() / "order.csv";
  ASSERT_OK(write_file_durably(without_date, kOrders));
  const auto undated = open_records(without_date, {.mapping = unwrap(parse_mapping(kMapping, "map.yaml"))});
  ASSERT_FALSE(undated);
  EXPECT_THAT(undated.error().message, HasSubstr("there are no columns for: date"));
}

TEST(ParseMapping, TellsEveryMistakeWithItsLine) {
  EXPECT_EQ(mistakes_of(std::string(kMapping)), "none");
  EXPECT_THAT(mistakes_of("columns: {acount: a}\n"), HasSubstr("map.yaml:1:"));
  EXPECT_THAT(mistakes_of("columns: {account: '{a'}\ncurrency: real\n"),
              testing::AllOf(HasSubstr("each '{' needs the name of a column"), HasSubstr("map.yaml:2:")));
  EXPECT_THAT(mistakes_of("columns: {date: d}\nmonthly: {day: 1, from: 2027-01, months: 1}\n"),
              HasSubstr("no column is the date"));
  EXPECT_THAT(mistakes_of("columns: {account: a}\nmonthly: {day: 32, from: january, months: 0}\n"),
              testing::AllOf(HasSubstr("'day'"), HasSubstr("'months'"), HasSubstr("'from' must be a month")));
}

}  // namespace
}  // namespace caudal::payments
