// SPDX-License-Identifier: Apache-2.0
#include "api/s3/cors.h"

#include <gtest/gtest.h>

#include <map>

namespace caudal::api::s3 {
namespace {

using aws::s3::CORSConfiguration;
using aws::s3::CORSRule;

const CORSConfiguration kCors{.cors_rules = {
                                  CORSRule{.id = "app",
                                           .allowed_headers = std::vector<std::string>{"x-amz-*", "Content-Type"},
                                           .allowed_methods = {"GET", "PUT"},
                                           .allowed_origins = {"https://*.example.org"},
                                           .expose_headers = std::vector<std::string>{"ETag"},
                                           .max_age_seconds = 600},
                                  CORSRule{.allowed_methods = {"GET"}, .allowed_origins = {"*"}},
                              }};

struct Asked {
  std::vector<aws::Header> headers;
  aws::RequestHead head(std::string_view method) const {
    return {.method = method, .target = "/lake/a", .headers = headers};
  }
};

std::map<std::string, std::string> as_map(const HeaderList& headers) { return {headers.begin(), headers.end()}; }

TEST(Cors, TheFirstRuleThatFits) {
  EXPECT_EQ(find_rule(kCors, "https://a.example.org", "PUT", ""), &kCors.cors_rules[0]);
  EXPECT_EQ(find_rule(kCors, "https://a.example.org", "GET", "X-Amz-Date, content-type"), &kCors.cors_rules[0]);
  EXPECT_EQ(find_rule(kCors, "http://elsewhere.test", "GET", ""), &kCors.cors_rules[1]);
  EXPECT_EQ(find_rule(kCors, "http://elsewhere.test", "GET", "x-amz-date"), nullptr) << "a header nobody allowed";
  EXPECT_EQ(find_rule(kCors, "http://elsewhere.test", "PUT", ""), nullptr);
  EXPECT_EQ(find_rule(kCors, "https://example.org", "PUT", ""), nullptr) << "the dot belongs to the pattern";
}

TEST(Cors, AStarMatchesNothingLessThanTheRest) {
  const CORSConfiguration cors{
      .cors_rules = {CORSRule{.allowed_methods = {"GET"}, .allowed_origins = {"https://a*a"}}}};
  EXPECT_NE(find_rule(cors, "https://aa", "GET", ""), nullptr);
  EXPECT_EQ(find_rule(cors, "https://a", "GET", ""), nullptr) << "prefix and suffix may not overlap";
}

TEST(Cors, HeadersOfAnAnswer) {
  const Asked from_app{.headers = {{"Origin", "https://a.example.org"}}};
  const auto headers = as_map(cors_headers(kCors, from_app.head("PUT")));
  EXPECT_EQ(headers.at("Access-Control-Allow-Origin"), "https://a.example.org");
  EXPECT_EQ(headers.at("Access-Control-Allow-Credentials"), "true");
  EXPECT_EQ(headers.at("Access-Control-Expose-Headers"), "ETag");
  EXPECT_EQ(headers.at("Access-Control-Max-Age"), "600");
  EXPECT_TRUE(headers.at("Vary").starts_with("Origin"));
  const Asked from_anywhere{.headers = {{"Origin", "http://elsewhere.test"}}};
  const auto open = as_map(cors_headers(kCors, from_anywhere.head("GET")));
  EXPECT_EQ(open.at("Access-Control-Allow-Origin"), "*");
  EXPECT_FALSE(open.contains("Access-Control-Allow-Credentials")) << "never with everybody";
  EXPECT_TRUE(cors_headers(kCors, from_anywhere.head("DELETE")).empty());
  EXPECT_TRUE(cors_headers(kCors, Asked{}.head("GET")).empty()) << "no browser asked";
}

TEST(Cors, Preflight) {
  const Asked good{.headers = {{"Origin", "https://a.example.org"},
                               {"Access-Control-Request-Method", "PUT"},
                               {"Access-Control-Request-Headers", "X-Amz-Date,Content-Type"}}};
  const auto allowed = preflight(&kCors, good.head("OPTIONS"));
  ASSERT_TRUE(allowed);
  EXPECT_EQ(as_map(*allowed).at("Access-Control-Allow-Headers"), "x-amz-date, content-type");
  EXPECT_EQ(as_map(*allowed).at("Access-Control-Allow-Methods"), "GET, PUT");

  const Asked bad{.headers = {{"Origin", "https://evil.test"}, {"Access-Control-Request-Method", "PUT"}}};
  EXPECT_EQ(preflight(&kCors, bad.head("OPTIONS")).error().code, "AccessForbidden");
  EXPECT_EQ(preflight(nullptr, good.head("OPTIONS")).error().status, 403);
  EXPECT_EQ(preflight(&kCors, Asked{}.head("OPTIONS")).error().status, 400);
}

}  // namespace
}  // namespace caudal::api::s3
