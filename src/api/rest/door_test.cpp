// SPDX-License-Identifier: Apache-2.0
// The door with all that it stands on, asked over a socket under a clock that stands still. What clients make of it is
// tested in tests/rest.
#include "api/rest/door.h"

#include <gmock/gmock.h>

#include <set>
#include <utility>

#include "access/audit/log.h"
#include "access/json_tree.h"
#include "access/named_policies.h"
#include "api/gate/audit_witness.h"
#include "api/gate/front.h"
#include "api/gate/refusals.h"
#include "api/rest/route.h"
#include "api/rest/schemas.h"
#include "aws/sigv4_sign.h"
#include "base/digest.h"
#include "base/encoding.h"
#include "http/testing/test_server.h"
#include "kv/testing/fault_env.h"  // what the store stands on
#include "payments/testing/payments_fixture.h"

namespace caudal::api::rest {
namespace {

using testing::HasSubstr;

// Makes backups that are done at once.
class PromptDesk final : public BackupDesk {
 public:
  Begun begin(const std::string& name) override { return made_.insert(name).second ? Begun::kBegun : Begun::kTaken; }
  std::optional<Backup> find(const std::string& name) override {
    if (!made_.contains(name)) return std::nullopt;
    return Backup{.name = name, .state = Backup::State::kDone, .percent = 100};
  }

 private:
  std::set<std::string> made_;
};

class RestDoorTest : public payments::PaymentsFixture {
 protected:
  http::RawResponse ask(std::string_view method, const std::string& target, const std::string& body = "",
                        const std::string& headers = "", bool signs_headers = true) {
    std::vector<aws::Header> views = {{"Host", "localhost"}};
    for (std::string_view rest = headers; signs_headers && !rest.empty();) {
      const std::string_view line = rest.substr(0, rest.find("\r\n"));
      views.push_back({line.substr(0, line.find(": ")), line.substr(line.find(": ") + 2)});
      rest.remove_prefix(line.size() + 2);
    }
    const std::string hash = to_hex(view(sha256(body)));
    const aws::SignedHead head = aws::sign({.method = method, .target = target, .headers = views}, credentials_,
                                           {.dialect = aws::Dialect::kJson,
                                            .region = "sa-east-1",
                                            .service = "caudal",
                                            .at = clock_.now(),
                                            .payload_hash = hash});
    std::string text = fmt::format("{} {} HTTP/1.1\r\nHost: localhost\r\n{}", method, target, headers);
    for (const auto& [name, value] : head.headers) text += fmt::format("{}: {}\r\n", name, value);
    if (!body.empty() && !headers.contains("Content-Type")) text += "Content-Type: application/json\r\n";
    if (!body.empty()) text += fmt::format("Content-Length: {}\r\n", body.size());
    http::RawClient client = server_.client();
    EXPECT_TRUE(client.send(text + "\r\n" + body));
    return client.read_response(method == "HEAD").value_or(http::RawResponse{});
  }
  http::RawResponse create(const std::string& key, const std::string& amount = "1234.50") {
    return ask("POST", "/v1/payments",
               fmt::format(R"({{"account":"0001-42","date":"2027-01-20","amount":"{}","beneficiary":"b"}})", amount),
               fmt::format("Idempotency-Key: {}\r\n", key));
  }
  http::RawResponse create_all(const std::string& lines, const std::string& key = "") {
    return ask("POST", "/v1/payments/batch", lines,
               "Content-Type: application/x-ndjson\r\n" + (key.empty() ? "" : "Idempotency-Key: " + key + "\r\n"));
  }
  static std::string line(const std::string& account, const std::string& amount, const std::string& more = "") {
    return fmt::format(R"({{"account":"{}","date":"2027-01-20","amount":"{}","beneficiary":"b"{}}})", account, amount,
                       more) +
           "\n";
  }
  // Line by line, with the end of its problem's type: "1 scheduled", "3 refused invalid-body".
  static std::vector<std::string> outcomes(const http::RawResponse& answer) {
    EXPECT_EQ(answer.status, 200) << answer.body;
    std::vector<std::string> all;
    const JsonValue batch = read(kBatchSchema, answer);  // not in the loop's head, where C++20 lets it go too early
    for (const JsonValue& one : batch.find("lines")->elements) {
      all.push_back(fmt::format("{} {}", one.find("line")->text, one.find("outcome")->text));
      if (const JsonValue* const type = one.find("type"))
        all.back() += type->text.substr(type->text.find('-')).replace(0, 1, " ");
    }
    return all;
  }
  size_t stored(const std::string& account) {
    return read(kPaymentPageSchema, ask("GET", "/v1/accounts/" + account + "/payments"))
        .find("payments")
        ->elements.size();
  }
  // That the body is as the schema says.
  static JsonValue read(const Schema& schema, const http::RawResponse& answer) {
    JsonValue value = unwrap(access::parse_json(answer.body));
    std::vector<Mistake> mistakes;
    check(schema, value, "#", mistakes);
    for (const Mistake& mistake : mistakes) ADD_FAILURE() << mistake.where << " " << mistake.detail << answer.body;
    return value;
  }
  static std::string id_of(const http::RawResponse& answer) { return read(kPaymentSchema, answer).find("id")->text; }

  std::unique_ptr<access::Identities> identities_ =
      unwrap(access::Identities::open(*kv_, clock_,
                                      {.directory = dir_.path() / "access",
                                       .root_access_key_id = "AKIAROOTROOTROOTROOT",
                                       .root_secret = access::Secret(std::string_view("root-secret-of-the-tests"))}));
  std::unique_ptr<audit::Log> log_ = unwrap(audit::Log::open(dir_.path() / "audit", clock_, {}));
  bool is_open_ = true;
  const payments::WebhookSecrets secrets_ =
      unwrap(payments::WebhookSecrets::parse({"whsec_" + to_base64(std::string(32, 's'))}));
  PromptDesk desk_;
  RestDoor door_{
      *identities_,
      clock_,
      {.seed = 7,
       .is_of_bucket = [](std::string_view host) { return host.starts_with("lake."); },
       .payments = [this]() -> Result<payments::Payments*> {
         if (is_open_) return payments_.get();
         return Error{Errc::no_space, "no space left on /var/lib"};
       },
       .callbacks = {.secrets = secrets_,
                     .settle =
                         [this](const std::vector<payments::Answer>& answers) { return hand_over_->settle(answers); }},
       .backups = &desk_}};
  AuditWitness audit_{*log_};
  Probes probes_{.ready = [] { return Result<void>(); }, .metrics = [] { return std::string(); }};
  Front front_{{&door_}, {&audit_}, probes_, clock_};
  http::TestServer server_{front_.handlers(), {.refusal = refusal}};
  aws::Credentials credentials_{.access_key_id = "AKIAROOTROOTROOTROOT", .secret = "root-secret-of-the-tests"};
};

TEST_F(RestDoorTest, AnswersAsItsSchemasSay) {
  const auto made = create("k1");
  ASSERT_EQ(made.status, 201) << made.body;
  const std::string id = id_of(made);
  std::string address = "/v1/payments/" + id;
  address[address.rfind(':')] = '~';
  EXPECT_TRUE(made.has("Location: " + address)) << made.head;
  EXPECT_EQ(id_of(ask("GET", "/v1/payments/" + id)), id);
  EXPECT_EQ(id_of(ask("GET", address)), id);
  EXPECT_EQ(read(kHistorySchema, ask("GET", "/v1/payments/" + id + "/history")).find("changes")->elements.size(), 1U);
  EXPECT_EQ(read(kPaymentPageSchema, ask("GET", "/v1/payments?date=2027-01-20")).find("payments")->elements.size(), 1U);
  EXPECT_EQ(read(kPaymentPageSchema, ask("GET", "/v1/accounts/0001-42/payments")).find("payments")->elements.size(),
            1U);
  read(kProblemSchema, ask("GET", "/v1/payments/none"));
}

TEST_F(RestDoorTest, APaymentTellsWhatItIsFor) {
  const auto schedule = [&](const std::string& key, const std::string& purpose) {
    return ask(
        "POST", "/v1/payments",
        R"({"account":"0001-42","date":"2027-01-20","amount":"1.00","beneficiary":"b","purpose":)" + purpose + "}",
        "Idempotency-Key: " + key + "\r\n");
  };
  const auto made = schedule("k1", R"("rent of März")");
  ASSERT_EQ(made.status, 201) << made.body;
  EXPECT_EQ(read(kPaymentSchema, made).find("purpose")->text, "rent of März");
  EXPECT_EQ(read(kPaymentSchema, ask("GET", "/v1/payments/" + id_of(made))).find("purpose")->text, "rent of März");
  EXPECT_EQ(schedule("k1", R"("another")").status, 422) << "not the request that the key stands for";
  EXPECT_EQ(schedule("k2", R"("")").status, 422);
  EXPECT_EQ(schedule("k2", R"("a\nb")").status, 422);
  EXPECT_EQ(read(kPaymentSchema, create("k3")).find("purpose"), nullptr);
}

TEST_F(RestDoorTest, AKeyThatIsNotSignedIsNobodys) {
  const std::string payment = R"({"account":"0001-42","date":"2027-01-20","amount":"1.00","beneficiary":"b"})";
  // Sent again by somebody who saw it, it would be another payment.
  const auto refused = ask("POST", "/v1/payments", payment, "Idempotency-Key: k2\r\n", false);
  EXPECT_EQ(refused.status, 401);
  EXPECT_THAT(refused.body, HasSubstr("Idempotency-Key is not signed"));
  EXPECT_EQ(read(kPaymentPageSchema, ask("GET", "/v1/accounts/0001-42/payments")).find("payments")->elements.size(),
            0U);
}

TEST_F(RestDoorTest, WhatIsAnsweredUnderAKeyStaysForEver) {
  const auto made = create("k1");
  const std::string id = id_of(made);
  clock_.advance(std::chrono::days(1000));
  const auto again = create("k1");
  EXPECT_EQ(again.status, 201) << "though its date is past by now";
  EXPECT_EQ(again.body, made.body);
  EXPECT_TRUE(again.has("Idempotency-Replayed: true")) << again.head;
  EXPECT_EQ(create("k1", "7.00").status, 422);
  const auto past = create("k2");
  EXPECT_EQ(past.status, 422);
  EXPECT_THAT(past.body, HasSubstr("\"pointer\":\"#/date\""));
}

TEST_F(RestDoorTest, FollowsAPaymentToItsTransaction) {
  const std::string id = id_of(create("k1"));
  ASSERT_EQ(unwrap(hand_over_->hand_over(payments::day("2027-01-20"))).processed, 1U);
  const auto read_again = ask("GET", "/v1/payments/" + id);
  const std::string transaction = read(kPaymentSchema, read_again).find("transaction")->text;
  EXPECT_EQ(ask("GET", "/v1/transactions/" + transaction).body, read_again.body);
  ASSERT_EQ(unwrap(hand_over_->archive()).archived, 1U);
  EXPECT_THAT(ask("GET", "/v1/transactions/" + transaction).body, HasSubstr("\"status\":\"ARCHIVED\""));
  EXPECT_EQ(ask("POST", "/v1/payments/" + id + "/cancel").status, 409);
}

TEST_F(RestDoorTest, AnETagChangesWithWhateverChangesThePayment) {
  const auto made = create("k1");
  const std::string id = id_of(made);
  const size_t at = made.head.find("ETag: ") + 6;
  const std::string etag = made.head.substr(at, made.head.find("\r\n", at) - at);
  EXPECT_EQ(ask("GET", "/v1/payments/" + id, "", "If-None-Match: " + etag + "\r\n").status, 304);
  // Another client of the tables, which knows of no version.
  const items::Item stored = *find(unwrap(payments::PaymentId::parse(id))).stored;
  items::Item changed = stored;
  changed.set("TransactionId", items::Value("T1"));
  ASSERT_OK(store_->write({.action = items::PutItem{"BankPayments", std::move(changed)}}));
  EXPECT_EQ(ask("GET", "/v1/payments/" + id, "", "If-None-Match: " + etag + "\r\n").status, 200);
  EXPECT_EQ(ask("POST", "/v1/payments/" + id + "/cancel", "", "If-Match: " + etag + "\r\n").status, 412);
}

TEST_F(RestDoorTest, ATransactionServiceIsBelievedBySignature) {
  use({.unanswered = 1000});
  const std::string id = id_of(create("k1"));
  ASSERT_EQ(unwrap(hand_over_->hand_over(payments::day("2027-01-20"))).unanswered, 1U);
  const auto report = [&](const std::string& attempt, const std::string& body, std::string_view signed_body) {
    const auto at = std::chrono::floor<std::chrono::seconds>(clock_.now());
    std::string text = fmt::format("POST /v1/transactions/{}/outcome HTTP/1.1\r\nHost: localhost\r\n", attempt);
    text += fmt::format("webhook-id: m1\r\nwebhook-timestamp: {}\r\nwebhook-signature: {}\r\n",
                        at.time_since_epoch().count(), secrets_.sign("m1", at, signed_body));
    text += fmt::format("Content-Type: application/json\r\nContent-Length: {}\r\n\r\n", body.size());
    http::RawClient client = server_.client();
    EXPECT_TRUE(client.send(text + body));
    return client.read_response().value_or(http::RawResponse{}).status;
  };
  const std::string done = fmt::format(R"({{"attempt":"{}:1","outcome":"done","transaction":"T9"}})", id);
  EXPECT_EQ(report(id + ":1", done, "another body"), 401);
  EXPECT_EQ(report(id + ":2", done, done), 422) << "what was signed for one attempt is sent to another";
  EXPECT_EQ(find(unwrap(payments::PaymentId::parse(id))).status, payments::Status::kPending);
  EXPECT_EQ(report(id + ":1", done, done), 204);
  EXPECT_EQ(report(id + ":1", done, done), 204) << "again";
  EXPECT_EQ(find(unwrap(payments::PaymentId::parse(id))).transaction->text(), "T9");
  std::string other = done;
  other.replace(other.find("T9"), 2, "T8");
  EXPECT_EQ(report(id + ":1", other, other), 409);
}

TEST_F(RestDoorTest, TroubleIsToldToTheOperatorAndNotToTheClient) {
  is_open_ = false;
  const auto answer = create("k1");
  EXPECT_EQ(answer.status, 503);
  EXPECT_TRUE(answer.has("Retry-After: 1")) << answer.head;
  EXPECT_EQ(answer.body.find("/var/lib"), std::string::npos) << answer.body;
  is_open_ = true;
  EXPECT_EQ(create("k1").status, 201) << "the next request opens them";
}

TEST_F(RestDoorTest, TakesWhatNamesNoServiceByItsPath) {
  const auto takes = [&](std::string_view path, std::string_view host) {
    return door_.takes({.path = path, .host = host});
  };
  EXPECT_TRUE(takes("/v1", "localhost"));
  EXPECT_TRUE(takes("/v1/docs", "localhost:4280"));
  EXPECT_FALSE(takes("/v1/docs", "lake.localhost")) << "a key of a bucket";
  EXPECT_FALSE(takes("/v1x/docs", "localhost")) << "another bucket";
  EXPECT_FALSE(takes("/", "localhost"));
}

TEST_F(RestDoorTest, EachLineOfManyIsScheduledOrRefusedForItself) {
  const std::string lines = line("a-1", "1.00") + "\n" + line("a-2", "no money") + "{\n" + line("a-1", "1.001") +
                            line("a-3", "3.00", R"(,"reference":"r","note":"rent")") + line("a-1", "1.00") +
                            line("a-3", "4.00", R"(,"reference":"r")") +
                            R"({"account":"a-1","date":"2020-01-01","amount":"1","beneficiary":"b"})";
  const auto made = create_all(lines, "k1");
  EXPECT_THAT(outcomes(made), testing::ElementsAre("1 scheduled", "3 refused invalid-body", "4 refused malformed",
                                                   "5 refused invalid-body", "6 scheduled", "7 scheduled",
                                                   "8 refused reference-taken", "9 refused invalid-body"));
  EXPECT_THAT(made.body, HasSubstr(R"("scheduled":3,"repeated":0,"refused":5,)"));
  EXPECT_THAT(made.body, HasSubstr(R"("pointer":"#/date")"));
  EXPECT_EQ(stored("a-1"), 2U) << "two lines that say the same are two payments";
  EXPECT_EQ(stored("a-3"), 1U);
  EXPECT_THAT(ask("GET", "/v1/payments?account=a-3&reference=r").body, HasSubstr(R"("amount":"3.00")"));
}

TEST_F(RestDoorTest, LinesUnderAKeyAreTheSamePaymentsForEver) {
  const std::string lines = line("a-1", "1.00") + line("a-2", "2.00", R"(,"reference":"r")") + line("a-2", "no money");
  const auto made = create_all(lines, "k1");
  EXPECT_FALSE(made.has("Idempotency-Replayed: true"));
  clock_.advance(std::chrono::days(1000));
  const auto again = create_all(lines, "k1");
  EXPECT_THAT(outcomes(again), testing::ElementsAre("1 repeated", "2 repeated", "3 refused invalid-body"));
  EXPECT_TRUE(again.has("Idempotency-Replayed: true"));
  EXPECT_EQ(read(kBatchSchema, again).find("lines")->elements[0].find("id")->text,
            read(kBatchSchema, made).find("lines")->elements[0].find("id")->text);
  EXPECT_EQ(create_all(line("a-1", "1.00"), "k1").status, 422) << "other lines under the key";
  EXPECT_EQ(create("k1").status, 422) << "nor a single payment";
  EXPECT_EQ(stored("a-1") + stored("a-2"), 2U);
  EXPECT_THAT(outcomes(create_all(line("a-4", "1.00") + line("a-4", "1.00", R"(,"reference":"r")"))),
              testing::ElementsAre("1 refused invalid-parameters", "2 refused invalid-body"))
      << "without a key a line needs a reference; and that date is past by now";
}

TEST_F(RestDoorTest, LinesAreBoundedAndOfTheirType) {
  std::string most;
  for (int n = 0; n < 1000; ++n) most += line("many", "1.00");
  EXPECT_EQ(create_all(most + line("many", "1.00"), "k1").status, 413);
  EXPECT_EQ(create_all(std::string(size_t{1} << 20, ' ') + "x", "k1").status, 413);
  EXPECT_EQ(stored("many"), 0U);
  const auto made = create_all(most, "k1");
  EXPECT_THAT(made.body, HasSubstr(R"("scheduled":1000,"repeated":0,"refused":0,)"));
  EXPECT_EQ(create_all("\n \n", "k2").status, 400);
  EXPECT_EQ(ask("POST", "/v1/payments/batch", line("a", "1.00"), "Idempotency-Key: k2\r\n").status, 415);
  EXPECT_EQ(
      ask("POST", "/v1/payments", line("a", "1.00"), "Content-Type: application/x-ndjson\r\nIdempotency-Key: k2\r\n")
          .status,
      415);
}

TEST_F(RestDoorTest, NothingIsDoneWhereOneAccountOfTheLinesIsNotTheCallers) {
  ASSERT_OK(identities_->create_user("ana"));
  ASSERT_OK(identities_->put_policy(
      "ana", "own",
      R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"caudal:CreatePayment","Resource":"arn:aws:caudal:*:*:account/ana-*"}]})"));
  const auto key = unwrap(identities_->create_key({.user = "ana"}));
  const aws::Credentials root =
      std::exchange(credentials_, {.access_key_id = key.access_key_id, .secret = std::string(key.secret.reveal())});
  const auto refused = create_all(line("ana-1", "1.00") + line("bia-1", "1.00"), "k1");
  EXPECT_EQ(refused.status, 403);
  EXPECT_THAT(refused.body, HasSubstr("caudal:CreatePayment on arn:aws:caudal:us-east-1:000000000000:account/bia-1"));
  EXPECT_THAT(outcomes(create_all(line("ana-1", "1.00") + line("ana-2", "1.00"), "k1")),
              testing::ElementsAre("1 scheduled", "2 scheduled"))
      << "and the key is still to be had";
  credentials_ = root;
  EXPECT_EQ(stored("bia-1"), 0U);
  EXPECT_EQ(stored("ana-1"), 1U);
}

TEST_F(RestDoorTest, ABackupIsBegunUnderANameAndNeedsNoPayments) {
  is_open_ = false;
  EXPECT_EQ(ask("GET", "/v1/backups/monday").status, 404);
  const auto begun = ask("POST", "/v1/backups", R"({"name":"monday"})");
  EXPECT_EQ(begun.status, 202) << begun.body;
  EXPECT_TRUE(begun.has("Location: /v1/backups/monday")) << begun.head;
  EXPECT_EQ(read(kBackupSchema, ask("GET", "/v1/backups/monday")).find("state")->text, "DONE");
  const auto again = ask("POST", "/v1/backups", R"({"name":"monday"})");
  EXPECT_EQ(again.status, 409);
  EXPECT_THAT(again.body, HasSubstr("problem-backup-taken"));
}

TEST_F(RestDoorTest, ABackupsNameIsNoPath) {
  for (const char* const name : {"", ".", "..", "../x", "/etc", "a/b", ".hidden", "-rf", "a b", "a\\u0000"}) {
    const auto refused = ask("POST", "/v1/backups", fmt::format(R"({{"name":"{}"}})", name));
    EXPECT_EQ(refused.status, 422) << name;
    EXPECT_THAT(refused.body, HasSubstr("\"pointer\":\"#/name\"")) << name;
  }
  EXPECT_EQ(ask("POST", "/v1/backups", R"({"name":")" + std::string(65, 'a') + R"("})").status, 422);
  EXPECT_EQ(ask("POST", "/v1/backups", R"({"name":"a","folder":"/tmp"})").status, 422);
}

TEST_F(RestDoorTest, WhoMayDoAllWithPaymentsMayMakeNoBackup) {
  ASSERT_OK(identities_->create_user("ana"));
  ASSERT_OK(identities_->put_policy("ana", "own", *access::named_policy("CaudalPaymentsFullAccess")));
  const auto key = unwrap(identities_->create_key({.user = "ana"}));
  credentials_ = {.access_key_id = key.access_key_id, .secret = std::string(key.secret.reveal())};
  const auto refused = ask("POST", "/v1/backups", R"({"name":"monday"})");
  EXPECT_EQ(refused.status, 403);
  EXPECT_THAT(refused.body, HasSubstr("caudal:CreateBackup on arn:aws:caudal:us-east-1:000000000000:backup/monday"));
  EXPECT_EQ(ask("GET", "/v1/backups/monday").status, 403);
  EXPECT_EQ(create("k1").status, 201);
  EXPECT_EQ(ask("GET", "/v1/payments").status, 200);
  EXPECT_EQ(ask("GET", "/v1/transactions/T1").status, 404);
  ASSERT_OK(identities_->put_policy("ana", "backups", R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow",
      "Action":"caudal:CreateBackup","Resource":"arn:aws:caudal:*:*:backup/mon*"}]})"));
  EXPECT_EQ(ask("POST", "/v1/backups", R"({"name":"monday"})").status, 202);
}

TEST_F(RestDoorTest, BytesThatAreNoTextAreRefused) {
  for (const char* body : {"\xff\xfe", "{\"account\":\"\xc3\x28\"}", "{\"note\":\"\\ud800\"}", "{\"a\":\"\x01\"}"}) {
    const auto answer = ask("POST", "/v1/payments", body, "Idempotency-Key: k\r\n");
    EXPECT_EQ(answer.status, 400) << answer.body;
    read(kProblemSchema, answer);
  }
}

}  // namespace
}  // namespace caudal::api::rest
