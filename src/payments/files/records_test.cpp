// SPDX-License-Identifier: Apache-2.0
// Files of payments, record by record: what is read, what is refused with its line, and going on in the middle.
#include "payments/files/records.h"

#include <gmock/gmock.h>

#include "base/file.h"
#include "base/testing/result_matchers.h"
#include "base/testing/temporary_directory.h"
#include "payments/errors.h"
#include "sql/database.h"

namespace caudal::payments {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class RecordsTest : public testing::Test {
 protected:
  std::filesystem::path write(const std::string& name, std::string_view content) {
    const auto path = dir_.path() / name;
    EXPECT_OK(write_file_durably(path, content));
    return path;
  }
  // "line: what it is", up to the end.
  static std::vector<std::string> rest(Records& records) {
    std::vector<std::string> all;
    while (const auto record = unwrap(records.next())) {
      const auto& payment = record->payment;
      std::string text = std::to_string(record->line) + ": ";
      text += payment
                  ? payment->account.text() + " " + payment->reference.text() + " " + to_string(payment->scheduled) +
                        " " + payment->money.text() + " " + payment->beneficiary.text()
                  : payment.error().message;
      all.push_back(std::move(text));
    }
    return all;
  }
  std::vector<std::string> read(const std::string& name, std::string_view content, const RecordOptions& options = {}) {
    return rest(*unwrap(open_records(write(name, content), options)));
  }
  Error refused(const std::string& name, std::string_view content, const RecordOptions& options = {}) {
    auto opened = open_records(write(name, content), options);
    EXPECT_FALSE(opened);
    return opened ? Error{} : std::move(opened).error();
  }
  TemporaryDirectory dir_;
};

TEST_F(RecordsTest, OfCsvHaveColumnsInAnyOrderAndByEitherName) {
  EXPECT_THAT(read("a.csv",
                   "\xef\xbb\xbfScheduledDate,AMOUNT,extra,AccountId,Currency,BeneficiaryId,ClientReference\r\n"
                   "2027-01-20,1234.50,x,a-1,BRL,\"ben,1\",r-1\r\n"
                   "\r\n"
                   "2027-01-21,7,,a-2,CLP,ben,r-2"),
              ElementsAre("2: a-1 r-1 2027-01-20 1234.50 BRL ben,1", "4: a-2 r-2 2027-01-21 7 CLP ben"));
  EXPECT_THAT(read("b.csv", "account;reference;date;amount;beneficiary\na;r;2027-01-20;1.00;\"b\"\"c\"\n"),
              ElementsAre("2: a r 2027-01-20 1.00 BRL b\"c"));
}

TEST_F(RecordsTest, HaveAPurposeByEitherName) {
  const auto purpose = [&](const std::string& name, std::string_view content) {
    const auto path = dir_.path() / name;
    EXPECT_OK(write_file_durably(path, content));
    const auto records = unwrap(open_records(path, {}));
    const auto payment = unwrap(unwrap(records->next())->payment);
    return payment.purpose ? payment.purpose->text() : "none";
  };
  EXPECT_EQ(purpose("a.csv", "account,reference,date,amount,beneficiary,purpose\na,r,2027-01-20,1,b, rent of May \n"),
            "rent of May");
  EXPECT_EQ(purpose("b.jsonl", R"({"AccountId":"a","ClientReference":"r","ScheduledDate":"2027-01-20","Amount":1,)"
                               R"("BeneficiaryId":"b","Purpose":"água"})"),
            "água");
  EXPECT_EQ(purpose("c.csv", "account,reference,date,amount,beneficiary,purpose\na,r,2027-01-20,1,b,\n"), "none");
}

TEST_F(RecordsTest, OfCsvThatArePaymentsNotSayWhy) {
  EXPECT_THAT(read("a.csv",
                   "account,reference,date,amount,beneficiary\n"
                   "a,r,2027-02-30,1.00,b\n"
                   "a,r,2027-02-20,1.001,b\n"
                   "a,r,2027-02-20,-1,b\n"
                   "a,,2027-02-20,1,b\n"
                   "a,r,2027-02-20,1\n"
                   "a#b,r,2027-02-20,1,b\n"
                   "\"a,r,2027-02-20,1,b\n"
                   "a,r,2027-02-20,1,b\n"),
              ElementsAre("2: the date '2027-02-30' is no date such as 2027-01-20",
                          "3: the amount 1.001 is finer than BRL, which has 2 digits after the point",
                          "4: the amount must be above zero, found -1", "5: the reference is missing",
                          "6: it has 4 fields where the first line names 5",
                          HasSubstr("7: the account 'a#b' holds what no account does"),
                          "8: a quote is not closed on its line", "9: a r 2027-02-20 1.00 BRL b"));
}

TEST_F(RecordsTest, WithoutReferencesNeedABatch) {
  const std::string text = "account,date,amount,beneficiary\na,2027-01-20,1,b\na,2027-01-20,1,b\n";
  EXPECT_THAT(refused("a.csv", text).message, HasSubstr("name the batch"));
  EXPECT_THAT(read("a.csv", text, {.batch = "january"}),
              ElementsAre("2: a january:2 2027-01-20 1.00 BRL b", "3: a january:3 2027-01-20 1.00 BRL b"));
}

TEST_F(RecordsTest, NeedTheColumnsOfAPayment) {
  EXPECT_THAT(refused("a.csv", "").message, HasSubstr("a.csv: it is empty"));
  EXPECT_THAT(refused("a.csv", "account,reference,amount\n").message,
              HasSubstr("there are no columns for: date, beneficiary; expected account"));
  EXPECT_THAT(refused("a.csv", "account,AccountId\n").message, HasSubstr("two columns are the account"));
  EXPECT_THAT(refused("a.xlsx", "").message, HasSubstr("its name must end in .csv"));
}

TEST_F(RecordsTest, OfJsonLinesKeepEveryDigit) {
  EXPECT_THAT(
      read("a.jsonl",
           "{\"account\":\"a\",\"reference\":\"r\",\"date\":\"2027-01-20\",\"amount\":92233720368547758.07,"
           "\"beneficiary\":\"b\"}\n\n"
           "{\"AccountId\":42,\"reference\":\"r\",\"date\":\"2027-01-20\",\"amount\":\"0.10\",\"beneficiary\":\"b\"}\n"
           "[1]\n"
           "{\"account\":[\"a\"]}"),
      ElementsAre("1: a r 2027-01-20 92233720368547758.07 BRL b", "3: 42 r 2027-01-20 0.10 BRL b",
                  HasSubstr("4: it is no JSON object"), "5: 'account' is neither a string nor a number"));
}

TEST_F(RecordsTest, GoOnBehindAnyOfThem) {
  const std::string csv = "account,reference,date,amount,beneficiary\na,1,2027-01-20,1,b\nbad\na,3,2027-01-20,1,b\n";
  const std::string json =
      "{\"account\":\"a\",\"reference\":1,\"date\":\"2027-01-20\",\"amount\":1,\"beneficiary\":\"b\"}\nbad\n"
      "{\"account\":\"a\",\"reference\":3,\"date\":\"2027-01-20\",\"amount\":1,\"beneficiary\":\"b\"}\n";
  for (const auto& path : {write("a.csv", csv), write("a.jsonl", json)}) {
    const std::vector<std::string> all = rest(*unwrap(open_records(path, {})));
    ASSERT_EQ(all.size(), 3U);
    for (size_t taken = 0; taken <= all.size(); ++taken) {
      const auto first = unwrap(open_records(path, {}));
      for (size_t n = 0; n < taken; ++n) ASSERT_TRUE(unwrap(first->next()).has_value());
      const auto second = unwrap(open_records(path, {}));
      ASSERT_OK(second->go_on_at(first->position()));
      EXPECT_EQ(rest(*second), std::vector<std::string>(all.begin() + static_cast<ptrdiff_t>(taken), all.end()));
    }
  }
}

TEST_F(RecordsTest, OfParquetComeInTheOrderOfTheFile) {
  const auto path = dir_.path() / "a.parquet";
  const auto database = unwrap(sql::Database::open());
  const auto connection = unwrap(database->connect());
  ASSERT_OK(
      connection->run("COPY (SELECT 'a' AS account, 'r' || i AS reference, DATE '2027-01-20' AS date, "
                      "(i + 0.25)::DECIMAL(18,2) AS amount, 'b' AS beneficiary FROM range(5000) t(i)) TO " +
                      sql::quote_literal(path.string())));
  const auto records = unwrap(open_records(path, {}));
  EXPECT_EQ(records->size(), 5000U);
  const auto all = rest(*records);
  ASSERT_EQ(all.size(), 5000U);
  EXPECT_EQ(all[4999], "5000: a r4999 2027-01-20 4999.25 BRL b");
  const auto later = unwrap(open_records(path, {}));
  ASSERT_OK(later->go_on_at({.offset = 4990, .line = 4990}));
  EXPECT_EQ(rest(*later), std::vector<std::string>(all.begin() + 4990, all.end()));
  const auto real = dir_.path() / "real.parquet";
  ASSERT_OK(
      connection->run("COPY (SELECT 'a' AS account, 'r' AS reference, DATE '2027-01-20' AS date, 1.5::DOUBLE AS "
                      "amount, 'b' AS beneficiary) TO " +
                      sql::quote_literal(real.string())));
  const auto refused = open_records(real, {});
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("floating point"));
}

}  // namespace
}  // namespace caudal::payments
