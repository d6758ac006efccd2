// SPDX-License-Identifier: Apache-2.0
#include "api/s3/website.h"

#include <gtest/gtest.h>

#include <map>

namespace caudal::api::s3 {
namespace {

namespace wire = aws::s3;

class Website : public testing::Test {
 protected:
  Page page(const std::string& key) {
    const PageSource source{.fetch = [this](const std::string& wanted) -> Outcome<aws::RestReply> {
                              fetched_.push_back(wanted);
                              const auto found = objects_.find(wanted);
                              if (found == objects_.end())
                                return ServiceError{.code = "NoSuchKey", .status = 404, .message = "gone"};
                              return found->second;
                            },
                            .forget = [this] { ++forgotten_; }};
    return page_for(website_, {.scheme = "http", .host = "site.test:80", .key = key, .request_id = "ID"}, source);
  }
  static std::string location(const Page& page) {
    for (const auto& [name, value] : page.reply.headers) {
      if (name == "Location") return value;
    }
    return {};
  }
  void has(const std::string& key) { objects_[key] = {.status = 200, .body = "of " + key}; }

  wire::WebsiteConfiguration website_{.index_document = wire::IndexDocument{.suffix = "index.html"}};
  std::map<std::string, aws::RestReply> objects_;
  std::vector<std::string> fetched_;
  int forgotten_ = 0;
};

TEST_F(Website, FoldersHaveAnIndex) {
  has("index.html");
  has("docs/index.html");
  has("a.txt");
  EXPECT_EQ(page("").reply.body, "of index.html");
  EXPECT_EQ(page("docs/").reply.body, "of docs/index.html");
  EXPECT_EQ(page("a.txt").reply.body, "of a.txt");
  const Page folder = page("docs");
  EXPECT_EQ(folder.reply.status, 302);
  EXPECT_EQ(location(folder), "/docs/");
}

TEST_F(Website, WhatIsNotThereGetsThePageOfTheSiteOrOurs) {
  EXPECT_EQ(page("nope").reply.status, 404);
  EXPECT_NE(page("nope").reply.body.find("<li>Code: NoSuchKey</li>"), std::string::npos);
  EXPECT_EQ(page("nope").error, "NoSuchKey");
  website_.error_document = wire::ErrorDocument{.key = "oops.html"};
  EXPECT_NE(page("nope").reply.body.find("<h1>404 Not Found</h1>"), std::string::npos)
      << "the page itself is not there";
  has("oops.html");
  EXPECT_EQ(page("nope").reply.body, "of oops.html");
  EXPECT_EQ(page("nope").reply.status, 404);
}

TEST_F(Website, EverythingElsewhere) {
  website_ = {.redirect_all_requests_to = wire::RedirectAllRequestsTo{.host_name = "new.test", .protocol = "https"}};
  const Page moved = page("a b/c");
  EXPECT_EQ(moved.reply.status, 301);
  EXPECT_EQ(location(moved), "https://new.test/a%20b/c");
  EXPECT_TRUE(fetched_.empty());
}

TEST_F(Website, RulesBeforeAndAfterReading) {
  website_.routing_rules = std::vector<wire::RoutingRule>{
      {.condition = wire::Condition{.key_prefix_equals = "old/"}, .redirect = {.replace_key_prefix_with = "new/"}},
      {.condition = wire::Condition{.http_error_code_returned_equals = "404", .key_prefix_equals = "img/"},
       .redirect = {.host_name = "cdn.test", .http_redirect_code = "307", .replace_key_with = "missing.png"}}};
  const Page moved = page("old/a.html");
  EXPECT_EQ(moved.reply.status, 301);
  EXPECT_EQ(location(moved), "http://site.test:80/new/a.html");
  const Page missing = page("img/x.png");
  EXPECT_EQ(missing.reply.status, 307);
  EXPECT_EQ(location(missing), "http://cdn.test/missing.png");
  has("img/y.png");
  EXPECT_EQ(page("img/y.png").reply.body, "of img/y.png");
}

TEST_F(Website, AnObjectThatLiesElsewhere) {
  objects_["gone.html"] = {
      .status = 200, .headers = {{"x-amz-website-redirect-location", "/here.html"}}, .body = "old"};
  const Page moved = page("gone.html");
  EXPECT_EQ(moved.reply.status, 301);
  EXPECT_EQ(location(moved), "/here.html");
  EXPECT_GT(forgotten_, 0) << "its body is not sent";
}

TEST_F(Website, WhatIsTestedInAnErrorIsNotMarkup) {
  const aws::RestReply reply =
      html_error({.code = "NoSuchKey", .status = 404, .message = "m", .members = {{"Key", "<script>"}}}, "ID");
  EXPECT_EQ(reply.body.find("<script>"), std::string::npos);
  EXPECT_NE(reply.body.find("&lt;script&gt;"), std::string::npos);
}

}  // namespace
}  // namespace caudal::api::s3
