// SPDX-License-Identifier: Apache-2.0
// PartiQL through the door: pages, errors, permissions, and what is told of each statement of a batch.
#include <gmock/gmock.h>

#include "api/dynamodb/testing/door_fixture.h"

namespace caudal::api::dynamodb {
namespace {

using testing::HasSubstr;

class PartiQlTest : public DoorTest {
 protected:
  PartiQlTest() {
    const auto made = ask("CreateTable",
                          R"({"TableName":"tab","BillingMode":"PAY_PER_REQUEST",
                              "KeySchema":[{"AttributeName":"id","KeyType":"HASH"},{"AttributeName":"at","KeyType":"RANGE"}],
                              "AttributeDefinitions":[{"AttributeName":"id","AttributeType":"S"},{"AttributeName":"at","AttributeType":"N"}]})");
    EXPECT_EQ(made.status, 200) << made.body;
  }
  // `more`: further members, each after a comma.
  http::RawResponse run(const std::string& statement, const std::string& more = {}) {
    return ask("ExecuteStatement", R"({"Statement":")" + statement + "\"" + more + "}");
  }
  std::string body(const std::string& statement, const std::string& more = {}) { return run(statement, more).body; }
  static std::string member(const std::string& json, const std::string& name) {
    const size_t begin = json.find("\"" + name + "\":\"") + name.size() + 4;
    return json.substr(begin, json.find('"', begin) - begin);
  }
};

TEST_F(PartiQlTest, InsertsSelectsUpdatesAndDeletes) {
  EXPECT_EQ(body("INSERT INTO tab VALUE {'id': ?, 'at': ?, 'n': 1}", R"(,"Parameters":[{"S":"a"},{"N":"1"}])"),
            R"({"Items":[]})");
  EXPECT_EQ(body("SELECT n FROM tab WHERE id = 'a' AND at = 1"), R"({"Items":[{"n":{"N":"1"}}]})");
  EXPECT_EQ(body("UPDATE tab SET n = n + 1 WHERE id = 'a' AND at = 1 RETURNING MODIFIED NEW *"),
            R"({"Items":[{"n":{"N":"2"}}]})");
  EXPECT_EQ(body("DELETE FROM tab WHERE id = 'a' AND at = 1 RETURNING ALL OLD *"),
            R"({"Items":[{"at":{"N":"1"},"id":{"S":"a"},"n":{"N":"2"}}]})");
  EXPECT_EQ(body("SELECT * FROM tab"), R"({"Items":[]})");
}

TEST_F(PartiQlTest, PagesGoOnByATokenOfTheirStatement) {
  for (int at = 1; at <= 3; ++at) {
    ASSERT_EQ(run("INSERT INTO tab VALUE {'id': 'a', 'at': " + std::to_string(at) + "}").status, 200);
  }
  const std::string statement = "SELECT at FROM tab WHERE id = 'a'";
  const std::string first = body(statement, R"(,"Limit":2)");
  EXPECT_THAT(first, HasSubstr(R"("Items":[{"at":{"N":"1"}},{"at":{"N":"2"}}])"));
  EXPECT_THAT(first, HasSubstr(R"("LastEvaluatedKey":{"at":{"N":"2"},"id":{"S":"a"}})"));
  const std::string token = R"(,"NextToken":")" + member(first, "NextToken") + "\"";
  EXPECT_EQ(body(statement, token), R"({"Items":[{"at":{"N":"3"}}]})");
  EXPECT_THAT(body("SELECT * FROM tab WHERE id = 'a'", token), HasSubstr("NextToken is not one of this statement"));
  EXPECT_THAT(body(statement, R"(,"NextToken":"AAAA")"), HasSubstr("NextToken is not one of this statement"));
}

TEST_F(PartiQlTest, ErrorsAreDynamoDbs) {
  EXPECT_THAT(body("SELECT * FROM none WHERE id = 'a'"), HasSubstr("#ResourceNotFoundException"));
  EXPECT_THAT(body("SELECTT * FROM tab"), HasSubstr("Statement wasn't well formed, can't be processed"));
  EXPECT_THAT(body("UPDATE tab SET n = 1 WHERE id = 'a' AND at = 1"), HasSubstr("#ConditionalCheckFailedException"));
  EXPECT_THAT(body("DELETE FROM tab WHERE id = 'a'"), HasSubstr("mandatory equality on all key attributes"));
  ASSERT_EQ(run("INSERT INTO tab VALUE {'id': 'a', 'at': 1}").status, 200);
  const auto twice = run("INSERT INTO tab VALUE {'id': 'a', 'at': 1}");
  EXPECT_EQ(twice.status, 400);
  EXPECT_THAT(twice.body, HasSubstr("#DuplicateItemException"));
  EXPECT_THAT(body("UPDATE tab SET n = 1 WHERE id = 'a' AND at = 1 AND n = 5",
                   R"(,"ReturnValuesOnConditionCheckFailure":"ALL_OLD")"),
              HasSubstr(R"("Item":{"at":{"N":"1"},"id":{"S":"a"}})"));
  EXPECT_THAT(body("EXISTS(SELECT * FROM tab WHERE id = 'a' AND at = 1 AND n = 5)"),
              HasSubstr("EXISTS can only be used in ExecuteTransaction"));
  EXPECT_THAT(body("SELECT * FROM tab", R"(,"ReturnConsumedCapacity":"TOTAL")"), HasSubstr(R"("ConsumedCapacity":{)"));
}

TEST_F(PartiQlTest, StatementsOfABatchFailOneByOne) {
  ASSERT_EQ(run("INSERT INTO tab VALUE {'id': 'a', 'at': 1}").status, 200);
  const std::string answer = ask("BatchExecuteStatement", R"({"Statements":[
      {"Statement":"INSERT INTO tab VALUE {'id': 'b', 'at': 1}"},
      {"Statement":"INSERT INTO tab VALUE {'id': 'a', 'at': 1}"},
      {"Statement":"INSERT INTO tab VALUE {'id': 'c'}"},
      {"Statement":"SLECT"}]})")
                                 .body;
  EXPECT_THAT(answer, HasSubstr(R"({"Responses":[{"TableName":"tab"},{"Error":{"Code":"DuplicateItem","Message":)"));
  EXPECT_THAT(answer, HasSubstr(R"("Code":"ValidationError","Message":"Statement wasn't well formed)"));
  const std::string read = ask("BatchExecuteStatement", R"({"Statements":[
      {"Statement":"SELECT * FROM tab WHERE id = 'a' AND at = 1"},
      {"Statement":"SELECT * FROM tab WHERE id = 'a'"},
      {"Statement":"SELECT * FROM none WHERE id = 'a'"}]})")
                               .body;
  EXPECT_THAT(read, HasSubstr(R"({"TableName":"tab","Item":{"at":{"N":"1"},"id":{"S":"a"}}})"));
  EXPECT_THAT(read, HasSubstr("must specify the primary key in the where clause."));
  EXPECT_THAT(read, HasSubstr(R"("Code":"ResourceNotFound")"));
  EXPECT_EQ(body("SELECT id FROM tab WHERE id = 'b' AND at = 1"), R"({"Items":[{"id":{"S":"b"}}]})")
      << "what is wrong with one keeps no other from being done";
}

TEST_F(PartiQlTest, ABatchReadsOrWritesAndNamesEachItemOnce) {
  const std::string insert = R"({"Statement":"INSERT INTO tab VALUE {'id': 'z', 'at': 1}"})";
  const auto batch = [&](const std::string& statements) {
    return ask("BatchExecuteStatement", R"({"Statements":[)" + statements + "]}").body;
  };
  const std::string select = R"({"Statement":"SELECT * FROM tab WHERE id = 'a' AND at = 1"})";
  EXPECT_THAT(batch(insert + "," + select),
              HasSubstr("BatchExecuteStatement API does not support both read and write operations"));
  const std::string twice = "Provided list of item keys contains duplicates";
  EXPECT_THAT(batch(select + "," + select), HasSubstr(twice));
  EXPECT_THAT(batch(insert + R"(,{"Statement":"DELETE FROM tab WHERE id = 'z' AND at = 1.0"})"), HasSubstr(twice));
  EXPECT_EQ(body("SELECT id FROM tab WHERE id = 'z' AND at = 1"), R"({"Items":[]})") << "nothing was written";
}

TEST_F(PartiQlTest, WritesOfABatchTellWhatWasThereInstead) {
  ASSERT_EQ(run("INSERT INTO tab VALUE {'id': 'a', 'at': 1, 'n': 7}").status, 200);
  const std::string statement = R"({"Statement":"UPDATE tab SET n = 1 WHERE id = 'a' AND at = 1 AND n = 5")";
  EXPECT_THAT(ask("BatchExecuteStatement",
                  R"({"Statements":[)" + statement + R"(,"ReturnValuesOnConditionCheckFailure":"ALL_OLD"}]})")
                  .body,
              HasSubstr(R"("Item":{"at":{"N":"1"},"id":{"S":"a"},"n":{"N":"7"}}})"));
  EXPECT_THAT(ask("BatchExecuteStatement", R"({"Statements":[)" + statement + "}]}").body,
              testing::Not(HasSubstr(R"("Item")")));
}

TEST_F(PartiQlTest, TransactionsAreWholeAndDoneOnce) {
  const auto transact = [&](const std::string& statements, const std::string& more = {}) {
    return ask("ExecuteTransaction", R"({"TransactStatements":[)" + statements + "]" + more + "}").body;
  };
  const std::string insert = R"({"Statement":"INSERT INTO tab VALUE {'id': 'a', 'at': 1, 'n': 1}"})";
  EXPECT_EQ(transact(insert), R"({"Responses":[{}]})");
  EXPECT_THAT(transact(R"({"Statement":"INSERT INTO tab VALUE {'id': 'b', 'at': 1}"},)" + insert),
              HasSubstr("specific reasons [None, DuplicateItem]"));
  EXPECT_EQ(body("SELECT * FROM tab WHERE id = 'b'"), R"({"Items":[]})");
  const std::string add = R"({"Statement":"UPDATE tab SET n = n + 1 WHERE id = 'a' AND at = 1"})";
  for (int n = 0; n < 3; ++n) transact(add, R"(,"ClientRequestToken":"one")");
  EXPECT_THAT(transact(insert, R"(,"ClientRequestToken":"one")"), HasSubstr("IdempotentParameterMismatch"));
  const std::string check = R"x({"Statement":"EXISTS(SELECT * FROM tab WHERE id = 'a' AND at = 1 AND n = 9)"})x";
  EXPECT_THAT(transact(check + R"(,{"Statement":"INSERT INTO tab VALUE {'id': 'c', 'at': 1}"})"),
              HasSubstr("[ConditionalCheckFailed, None]"));
  EXPECT_EQ(transact(R"({"Statement":"SELECT n FROM tab WHERE id = 'a' AND at = 1"},)"
                     R"({"Statement":"SELECT n FROM tab WHERE id = 'b' AND at = 1"})"),
            R"({"Responses":[{"Item":{"n":{"N":"2"}}},{}]})");
  EXPECT_THAT(transact(add + R"(,{"Statement":"SELECT n FROM tab WHERE id = 'a' AND at = 1"})"),
              HasSubstr("does not support both read and write"));
  EXPECT_THAT(
      transact(R"({"Statement":"SELECT n FROM tab WHERE id = 'a'"})"),
      HasSubstr("Validation failed in TransactStatements[0]: Select statements within ExecuteTransaction must"));
  EXPECT_THAT(transact(R"({"Statement":"DELETE FROM tab WHERE id = 'a' AND at = 1 RETURNING ALL OLD *"})"),
              HasSubstr("RETURNING clause is not supported in ExecuteTransaction"));
}

TEST_F(PartiQlTest, UsersMayWhatTheirPoliciesSay) {
  ASSERT_OK(identities_->create_user("ana"));
  const auto key = unwrap(identities_->create_key({.user = "ana"}));
  credentials_ = {.access_key_id = key.access_key_id, .secret = std::string(key.secret.reveal())};
  const std::string select = "SELECT * FROM tab WHERE id = 'ana'";
  EXPECT_THAT(body(select), HasSubstr("dynamodb:PartiQLSelect on resource"));
  ASSERT_OK(identities_->put_policy("ana", "read", R"({"Version":"2012-10-17","Statement":[
      {"Effect":"Allow","Action":["dynamodb:PartiQLSelect","dynamodb:PartiQLInsert"],"Resource":"*",
       "Condition":{"ForAllValues:StringEquals":{"dynamodb:LeadingKeys":["ana"]}}},
      {"Effect":"Deny","Action":"dynamodb:PartiQLSelect","Resource":"*",
       "Condition":{"Bool":{"dynamodb:FullTableScan":["true"]}}}]})"));
  EXPECT_EQ(run(select).status, 200);
  EXPECT_THAT(body("SELECT * FROM tab WHERE id IN ['ana', 'bia']"), HasSubstr("#AccessDeniedException"));
  EXPECT_THAT(body("SELECT * FROM tab"), HasSubstr("#AccessDeniedException")) << "it looks at all items";
  EXPECT_EQ(run("INSERT INTO tab VALUE {'id': 'ana', 'at': 1}").status, 200);
  EXPECT_THAT(body("INSERT INTO tab VALUE {'id': 'bia', 'at': 1}"), HasSubstr("#AccessDeniedException"));
  EXPECT_THAT(body("DELETE FROM tab WHERE id = 'ana' AND at = 1"), HasSubstr("dynamodb:PartiQLDelete"));
  EXPECT_THAT(body("SELECT * FROM none WHERE id = 'bia'"), testing::Not(HasSubstr("mandatory")));
}

}  // namespace
}  // namespace caudal::api::dynamodb
