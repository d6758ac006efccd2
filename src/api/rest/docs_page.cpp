// SPDX-License-Identifier: Apache-2.0
#include "api/rest/docs_page.h"

#include <fmt/format.h>

#include <array>

#include "api/rest/openapi.h"
#include "api/rest/route.h"
#include "api/rest/schemas.h"

namespace caudal::api::rest {
namespace {

constexpr std::string_view kHead = R"html(<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Caudal API</title><style>
:root { color-scheme: light dark; --line: #8884; --soft: #8881; --blue: #0b62c4; --green: #0a7a3b }
@media (prefers-color-scheme: dark) { :root { --blue: #6db3ff; --green: #5fd08f } }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 0 auto; padding: 1rem 1rem 4rem }
h1, h2, h3 { line-height: 1.2 } h2 { margin-top: 2.5rem; border-bottom: 1px solid var(--line); padding-bottom: .3rem }
code { font: .9em ui-monospace, monospace; background: var(--soft); padding: .1em .3em; border-radius: 4px; overflow-wrap: anywhere }
pre { background: var(--soft); padding: .8rem; border-radius: 6px; overflow-x: auto } pre code { background: none; padding: 0 }
table { border-collapse: collapse; width: 100%; margin: .5rem 0 1rem } th, td { text-align: left; vertical-align: top; padding: .35rem .5rem; border-bottom: 1px solid var(--line) }
th { font-weight: 600 } a { color: var(--blue) } .get { color: var(--blue) } .post { color: var(--green) } .soft { opacity: .75 }
section { margin-top: 2rem }
</style></head><body>
)html";

constexpr std::string_view kIntroduction = R"html(<h1>Caudal API <span class="soft">{version}</span></h1>
<p>Scheduled payments of a bank's accounts, each of which moves its money once, and backups of the server. The same as a document for machines:
<a href="/v1/openapi.json">openapi.json</a> (OpenAPI 3.1).</p>
<p>Requests are signed with an access key by AWS's Signature Version 4, for the service <code>caudal</code> (or
<code>execute-api</code>). Policies allow the actions that are named below. Amounts are strings, exact to the last digit.</p>
<pre><code>curl --aws-sigv4 "aws:amz:us-east-1:caudal" --user "$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY" \
  -H 'Content-Type: application/json' -H "Idempotency-Key: $(uuidgen)" "$AWS_ENDPOINT_URL/v1/payments" \
  -d '{"account":"0001-42","date":"2027-01-20","amount":"1234.50","beneficiary":"landlord"}'</code></pre>
)html";

class Page {
 public:
  void raw(std::string_view html) { html_ += html; }
  void text(std::string_view text) {
    for (const char c : text) {
      switch (c) {
        case '&': html_ += "&amp;"; break;
        case '<': html_ += "&lt;"; break;
        case '>': html_ += "&gt;"; break;
        case '"': html_ += "&quot;"; break;
        default: html_ += c;
      }
    }
  }
  // What stands between `...` is code.
  void prose(std::string_view prose) {
    for (bool is_code = false; !prose.empty(); is_code = !is_code) {
      const size_t end = std::min(prose.find('`'), prose.size());
      if (is_code) raw("<code>");
      text(prose.substr(0, end));
      if (is_code) raw("</code>");
      prose.remove_prefix(std::min(end + 1, prose.size()));
    }
  }
  void code(std::string_view text_of) {
    raw("<code>");
    text(text_of);
    raw("</code>");
  }
  void paragraph(std::string_view prose_of) {
    raw("<p>");
    prose(prose_of);
    raw("</p>\n");
  }
  std::string take() { return std::move(html_); }

 private:
  std::string html_;
};

void add_schema_name(Page& page, const Schema& schema) {
  page.raw(fmt::format("<a href=\"#schema-{0}\">{0}</a>", schema.name));
}

void add_type(Page& page, const Schema& schema) {
  if (schema.type == Schema::Type::kArray) {
    page.raw("array of ");
    return add_type(page, *schema.elements);
  }
  if (!schema.name.empty()) return add_schema_name(page, schema);
  page.text(schema.type == Schema::Type::kWhole     ? "integer"
            : schema.type == Schema::Type::kBoolean ? "boolean"
                                                    : "string");
  if (!schema.format.empty()) page.text(fmt::format(" ({})", schema.format));
}

void add_limits(Page& page, const Schema& schema) {
  if (!schema.choices.empty()) page.prose(fmt::format(" One of `{}`.", fmt::join(schema.choices, "`, `")));
  if (schema.type == Schema::Type::kWhole && schema.most != INT64_MAX)
    page.text(fmt::format(" From {} to {}.", schema.least, schema.most));
  if (schema.type == Schema::Type::kText && schema.most != INT64_MAX)
    page.text(fmt::format(" At most {} characters.", schema.most));
  if (!schema.otherwise.empty()) page.prose(fmt::format(" Without it `{}`.", schema.otherwise));
  if (!schema.example.empty()) page.prose(fmt::format(" Such as `{}`.", schema.example));
}

void add_row(Page& page, std::string_view name, std::string_view what, const Schema& schema, std::string_view says) {
  page.raw("<tr><td>");
  page.code(name);
  page.raw("</td><td class=\"soft\">");
  page.text(what);
  page.raw("</td><td>");
  add_type(page, schema);
  page.raw("</td><td>");
  page.prose(says);
  add_limits(page, schema);
  page.raw("</td></tr>\n");
}

void add_parameters(Page& page, const Route& route) {
  constexpr std::array<std::string_view, 3> kPlaces = {"path", "query", "header"};
  if (route.parameters.empty()) return;
  page.raw("<table><tr><th>Parameter</th><th>in</th><th>type</th><th></th></tr>\n");
  for (const Parameter& parameter : route.parameters)
    add_row(page, parameter.name, kPlaces[static_cast<size_t>(parameter.in)], *parameter.schema, parameter.description);
  page.raw("</table>\n");
}

void add_answers(Page& page, const Route& route) {
  page.raw("<table><tr><th>Status</th><th></th><th></th></tr>\n");
  for (const Answer& answer : route.answers) {
    page.raw(fmt::format("<tr><td>{}</td><td>", answer.status));
    page.prose(answer.description);
    page.raw("</td><td>");
    if (answer.schema != nullptr) add_schema_name(page, *answer.schema);
    page.raw("</td></tr>\n");
  }
  for (const Kind kind : route.problems) {
    const ProblemKind& problem = kind_of(kind);
    page.raw(fmt::format("<tr><td>{0}</td><td>{1}</td><td><a href=\"#problem-{2}\">{2}</a></td></tr>\n", problem.status,
                         problem.title, problem.name));
  }
  page.raw("</table>\n");
}

void add_route(Page& page, const Route& route) {
  page.raw(fmt::format("<section id=\"{0}\"><h3><span class=\"{1}\">{2}</span> <code>{3}</code></h3>\n",
                       route.operation, route.method == "GET" ? "get" : "post", route.method, route.path));
  page.paragraph(fmt::format("{} {}", route.summary, route.description));
  if (route.is_callback)
    page.paragraph("Signed as standardwebhooks.com specifies it, with a secret of `payments.http.webhook_secrets`.");
  else
    page.paragraph(fmt::format("Policies: `caudal:{}` on `arn:aws:caudal:*:*:{}`.", action_of(route), route.resource));
  add_parameters(page, route);
  if (route.body != nullptr) {
    page.raw(route.takes_lines ? "<p>Body (application/x-ndjson), each line: " : "<p>Body: ");
    add_schema_name(page, *route.body);
    page.raw(route.needs_body ? "</p>\n" : ", or none</p>\n");
  }
  add_answers(page, route);
  page.raw("</section>\n");
}

void add_schema(Page& page, const Schema& schema) {
  page.raw(fmt::format("<section id=\"schema-{0}\"><h3>{0}</h3>\n", schema.name));
  page.paragraph(schema.description);
  page.raw("<table><tr><th>Member</th><th></th><th>type</th><th></th></tr>\n");
  for (const Member& member : schema.members)
    add_row(page, member.name, member.is_required ? "always" : "", *member.schema, member.schema->description);
  page.raw("</table></section>\n");
}

}  // namespace

std::string docs_page() {
  Page page;
  page.raw(kHead);
  std::string introduction(kIntroduction);
  introduction.replace(introduction.find("{version}"), std::string_view("{version}").size(), kApiVersion);
  page.raw(introduction);
  page.raw("<h2>Requests</h2>\n");
  for (const Route& route : routes()) add_route(page, route);
  page.raw("<h2>Schemas</h2>\n");
  for (const Schema* const schema : named_schemas()) add_schema(page, *schema);
  page.raw(
      "<h2>Problems</h2>\n<p>Every request can be answered so (<code>application/problem+json</code>, RFC "
      "9457).</p>\n");
  page.raw("<table><tr><th>Type</th><th>status</th><th></th></tr>\n");
  for (const ProblemKind& kind : problem_kinds()) {
    page.raw(fmt::format("<tr id=\"problem-{0}\"><td><code>{0}</code></td><td>{1}</td><td>", kind.name, kind.status));
    page.prose(fmt::format("{}. {}", kind.title, kind.advice));
    page.raw("</td></tr>\n");
  }
  page.raw("</table>\n</body></html>\n");
  return page.take();
}

}  // namespace caudal::api::rest
