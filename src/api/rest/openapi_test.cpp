// SPDX-License-Identifier: Apache-2.0
// The document tells every route, and nothing that is not there; what it refers to exists. So does the page.
#include "api/rest/openapi.h"

#include <gmock/gmock.h>

#include <set>

#include "access/json_tree.h"
#include "api/rest/docs_page.h"
#include "api/rest/route.h"
#include "api/rest/schemas.h"
#include "base/testing/result_matchers.h"

namespace caudal::api::rest {
namespace {

using testing::HasSubstr;
using testing::Not;

const JsonValue& at(const JsonValue& value, std::initializer_list<std::string_view> names) {
  static const JsonValue kNothing;
  const JsonValue* found = &value;
  for (const std::string_view name : names) {
    found = found->find(name);
    if (found == nullptr) return kNothing;
  }
  return *found;
}

void collect_references(const JsonValue& value, std::set<std::string>& references) {
  for (const auto& [name, member] : value.members) {
    if (name == "$ref") references.insert(member.text);
    collect_references(member, references);
  }
  for (const JsonValue& element : value.elements) collect_references(element, references);
}

class OpenApi : public testing::Test {
 protected:
  const JsonValue document_ = unwrap(access::parse_json(openapi_document()));
  const JsonValue& paths_ = at(document_, {"paths"});
};

TEST_F(OpenApi, TellsEveryRouteAndNoOther) {
  EXPECT_EQ(at(document_, {"openapi"}).text, "3.1.0");
  size_t operations = 0;
  for (const auto& [path, methods] : paths_.members) operations += methods.members.size();
  EXPECT_EQ(operations, routes().size());
  std::set<std::string> ids;
  for (const Route& route : routes()) {
    const JsonValue& told = at(paths_, {route.path, route.method == "POST" ? "post" : "get"});
    EXPECT_EQ(at(told, {"operationId"}).text, route.operation);
    EXPECT_TRUE(ids.insert(std::string(route.operation)).second) << route.operation;
    EXPECT_NE(route.handle, nullptr) << route.operation;
  }
}

TEST_F(OpenApi, TellsEveryParameterOfThePath) {
  for (const Route& route : routes()) {
    const JsonValue& told = at(paths_, {route.path, route.method == "POST" ? "post" : "get", "parameters"});
    EXPECT_EQ(told.elements.size(), route.parameters.size()) << route.operation;
    for (const Parameter& parameter : route.parameters) {
      if (parameter.in != Parameter::In::kPath) continue;
      EXPECT_THAT(std::string(route.path), HasSubstr("{" + std::string(parameter.name) + "}"));
    }
    const auto braces = std::ranges::count(route.path, '{');
    EXPECT_EQ(std::ranges::count(route.parameters, Parameter::In::kPath, &Parameter::in), braces) << route.path;
  }
}

TEST_F(OpenApi, WhatIsReferredToIsThere) {
  std::set<std::string> references;
  collect_references(document_, references);
  EXPECT_FALSE(references.empty());
  for (const std::string& reference : references) {
    constexpr std::string_view kPrefix = "#/components/schemas/";
    ASSERT_TRUE(reference.starts_with(kPrefix)) << reference;
    EXPECT_EQ(at(document_, {"components", "schemas", reference.substr(kPrefix.size()), "type"}).text, "object");
  }
}

TEST_F(OpenApi, BodiesAreClosedAndAnswersOpen) {
  EXPECT_EQ(at(document_, {"components", "schemas", "NewPayment", "additionalProperties"}).text, "false");
  EXPECT_EQ(at(document_, {"components", "schemas", "Payment"}).find("additionalProperties"), nullptr);
  const JsonValue& amount = at(document_, {"components", "schemas", "Payment", "properties", "amount"});
  EXPECT_EQ(at(amount, {"type"}).text, "string") << "never a number";
}

TEST_F(OpenApi, EveryAnswerIsDescribedAndEveryProblemHasAPlace) {
  for (const Route& route : routes()) {
    const JsonValue& responses = at(paths_, {route.path, route.method == "POST" ? "post" : "get", "responses"});
    for (const Answer& answer : route.answers)
      EXPECT_FALSE(at(responses, {std::to_string(answer.status), "description"}).text.empty()) << route.operation;
    for (const Kind kind : route.problems) {
      const std::string status = std::to_string(kind_of(kind).status);
      EXPECT_TRUE(at(responses, {status, "content"}).find("application/problem+json")) << route.operation << status;
    }
    std::set<std::string> statuses;
    for (const auto& [status, told] : responses.members) EXPECT_TRUE(statuses.insert(status).second) << status;
  }
}

TEST(DocsPage, TellsEveryRouteSchemaAndProblemByItself) {
  const std::string page = docs_page();
  for (const Route& route : routes()) EXPECT_THAT(page, HasSubstr("id=\"" + std::string(route.operation) + "\""));
  for (const Schema* schema : named_schemas())
    EXPECT_THAT(page, HasSubstr("id=\"schema-" + std::string(schema->name) + "\""));
  for (const ProblemKind& kind : problem_kinds())
    EXPECT_THAT(page, HasSubstr("id=\"problem-" + std::string(kind.name)));
  for (const char* foreign : {"http://", "https://", "<script", "src="}) EXPECT_THAT(page, Not(HasSubstr(foreign)));
}

TEST(Problems, AreWrittenAsRfc9457HasThem) {
  const JsonValue told =
      unwrap(access::parse_json(to_json({.kind = Kind::kInvalidBody,
                                         .detail = "no \"amount\"",
                                         .mistakes = {{.where = "#/amount", .detail = "is missing"}}},
                                        "urn:uuid:1")));
  EXPECT_EQ(at(told, {"type"}).text, "/v1/docs#problem-invalid-body");
  EXPECT_EQ(at(told, {"status"}).text, "422");
  EXPECT_EQ(at(told, {"detail"}).text, "no \"amount\"");
  EXPECT_EQ(at(told, {"instance"}).text, "urn:uuid:1");
  std::vector<Mistake> mistakes;
  check(kProblemSchema, told, "#", mistakes);
  EXPECT_TRUE(mistakes.empty()) << mistakes.front().where << mistakes.front().detail;
  for (const ProblemKind& kind : problem_kinds()) EXPECT_EQ(kind_of(kind.kind).name, kind.name);
}

TEST(Problems, NothingInsideIsToldToClients) {
  const Problem problem = problem_of(Error{Errc::io, "/var/lib/caudal/kv: the disk said no"});
  EXPECT_EQ(problem.kind, Kind::kInternal);
  EXPECT_THAT(problem.detail, Not(HasSubstr("disk")));
  EXPECT_THAT(problem.failure, HasSubstr("the disk said no"));
  EXPECT_EQ(problem_of(Error{payments::Errc::reference_taken, "x"}).kind, Kind::kReferenceTaken);
  EXPECT_EQ(problem_of(Error{payments::Errc::changed, "x"}).kind, Kind::kChanged);
}

}  // namespace
}  // namespace caudal::api::rest
