// SPDX-License-Identifier: Apache-2.0
#include "api/s3/website.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "aws/uri.h"
#include "aws/xml/xml_writer.h"
#include "http/response.h"

namespace caudal::api::s3 {
namespace {

namespace wire = aws::s3;

std::string encoded(std::string_view key) {
  std::string out;
  aws::append_uri_encoded(out, key, true);
  return out;
}

aws::RestReply redirection(int status, std::string location) {
  return {.status = status, .headers = {{"Location", std::move(location)}}};
}

aws::RestReply redirect_all(const wire::RedirectAllRequestsTo& to, const WebsiteRequest& request) {
  return redirection(301, fmt::format("{}://{}/{}", to.protocol.value_or(std::string(request.scheme)), to.host_name,
                                      encoded(request.key)));
}

// `error`: the status that the request has come to; nothing before it was tried.
const wire::RoutingRule* matching(const wire::WebsiteConfiguration& website, std::string_view key,
                                  std::optional<int> error) {
  if (!website.routing_rules) return nullptr;
  for (const wire::RoutingRule& rule : *website.routing_rules) {
    const auto condition = rule.condition.value_or(wire::Condition());
    const bool of_error = condition.http_error_code_returned_equals.has_value();
    if (of_error != error.has_value()) continue;
    if (of_error && *condition.http_error_code_returned_equals != std::to_string(*error)) continue;
    if (key.starts_with(condition.key_prefix_equals.value_or(""))) return &rule;
  }
  return nullptr;
}

aws::RestReply follow(const wire::RoutingRule& rule, const WebsiteRequest& request) {
  const wire::Redirect& to = rule.redirect;
  std::string key = request.key;
  if (to.replace_key_with) {
    key = *to.replace_key_with;
  } else if (to.replace_key_prefix_with) {
    const size_t prefix = rule.condition ? rule.condition->key_prefix_equals.value_or("").size() : 0;
    key = *to.replace_key_prefix_with + key.substr(prefix);
  }
  int status = 301;
  if (to.http_redirect_code) {
    const std::string& code = *to.http_redirect_code;
    std::from_chars(code.data(), code.data() + code.size(), status);
    if (status < 300 || status > 399) status = 301;
  }
  return redirection(status, fmt::format("{}://{}/{}", to.protocol.value_or(std::string(request.scheme)),
                                         to.host_name.value_or(std::string(request.host)), encoded(key)));
}

// An object may say that it lies elsewhere.
std::optional<std::string> elsewhere(const aws::RestReply& reply) {
  for (const auto& [name, value] : reply.headers) {
    if (name == "x-amz-website-redirect-location") return value;
  }
  return std::nullopt;
}

Page error_page(const wire::WebsiteConfiguration& website, const WebsiteRequest& request, const ServiceError& error,
                const PageSource& source) {
  if (const auto* rule = matching(website, request.key, error.status)) {
    return {.reply = follow(*rule, request), .error = error.code};
  }
  if (website.error_document && (error.status == 403 || error.status == 404)) {
    if (auto page = source.fetch(website.error_document->key)) {
      page->status = error.status;
      return {.reply = *std::move(page), .error = error.code};
    }
    source.forget();
  }
  return {.reply = html_error(error, request.request_id), .error = error.code};
}

}  // namespace

Page page_for(const wire::WebsiteConfiguration& website, const WebsiteRequest& request, const PageSource& source) {
  if (website.redirect_all_requests_to) return {.reply = redirect_all(*website.redirect_all_requests_to, request)};
  if (const auto* rule = matching(website, request.key, std::nullopt)) return {.reply = follow(*rule, request)};
  const std::string index = website.index_document ? website.index_document->suffix : "index.html";
  const bool folder = request.key.empty() || request.key.ends_with('/');
  auto page = source.fetch(folder ? request.key + index : request.key);
  if (page) {
    if (const auto location = elsewhere(*page)) {
      source.forget();
      return {.reply = redirection(301, *location)};
    }
    return {.reply = *std::move(page)};
  }
  source.forget();
  const ServiceError error = std::move(page).error();
  if (!folder && (error.status == 404 || error.status == 403)) {
    const bool is_folder = source.fetch(request.key + "/" + index).has_value();
    source.forget();
    if (is_folder) return {.reply = redirection(302, "/" + encoded(request.key) + "/")};
  }
  return error_page(website, request, error, source);
}

aws::RestReply html_error(const ServiceError& error, std::string_view request_id) {
  aws::RestReply reply{.status = error.status};
  if (!http::status_has_body(error.status)) return reply;
  reply.headers.emplace_back("Content-Type", "text/html; charset=utf-8");
  const std::string title = fmt::format("{} {}", error.status, http::reason_phrase(error.status));
  const auto item = [&](std::string_view name, std::string_view value) {
    reply.body.append("<li>").append(name).append(": ");
    aws::append_xml_text(reply.body, value);
    reply.body.append("</li>\n");
  };
  reply.body = fmt::format("<html>\n<head><title>{}</title></head>\n<body>\n<h1>{}</h1>\n<ul>\n", title, title);
  item("Code", error.code);
  item("Message", error.message);
  for (const auto& [name, value] : error.members) item(name, value);
  item("RequestId", request_id);
  reply.body.append("</ul>\n</body>\n</html>\n");
  return reply;
}

}  // namespace caudal::api::s3
