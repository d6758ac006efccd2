// SPDX-License-Identifier: Apache-2.0
// Any path, query, body and cursor is refused or read; what is read is as the route's schemas say, and what is refused
// is told in JSON. A cursor that was not made here is never taken.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>

#include "access/json_tree.h"
#include "api/rest/cursor.h"
#include "api/rest/etags.h"
#include "api/rest/request.h"
#include "base/check.h"
#include "base/utf8.h"

namespace {

using namespace caudal::api::rest;

template <class T>
void check_told(const Outcome<T>& outcome) {
  if (outcome) return;
  CHECK(caudal::access::parse_json(to_json(outcome.error(), "urn:uuid:1")).has_value() ||
            !caudal::is_utf8(outcome.error().detail),
        "a problem is JSON");
  CHECK(outcome.error().mistakes.size() <= kMostMistakes, "not more mistakes than are read");
}

void check_lines(const Route& route, std::string_view body) {
  const auto lines = read_lines(route, body);
  check_told(lines);
  if (!lines) return;
  CHECK(lines->size() <= kMostLines, "not more lines than are taken");
  uint64_t last = 0;
  for (const Line& line : *lines) {
    CHECK(line.number > last, "lines are in order");
    last = line.number;
    check_told(line.value);
  }
}

// "METHOD PATH?QUERY" in the first line, the body after it.
void check_request(std::string_view line, std::string_view body) {
  const size_t space = std::min(line.find(' '), line.size());
  std::string_view target = line.substr(std::min(space + 1, line.size()));
  const std::string_view path = target.substr(0, target.find('?'));
  const Matched matched = match(line.substr(0, space), path);
  if (matched.route == nullptr) return;
  caudal::http::Request request{.path = path, .query = target.substr(std::min(path.size() + 1, target.size()))};
  request.headers.add({"Content-Type", matched.route->takes_lines ? kLinesType : "application/json"});
  request.headers.add({"Idempotency-Key", body});
  request.headers.add({"If-Match", body});
  check_told(read_parameters(request, matched));
  const auto json = read_json(request, *matched.route, body);
  check_told(json);
  if (!json || matched.route->body == nullptr || body.empty()) return;
  if (matched.route->takes_lines) return check_lines(*matched.route, body);
  std::vector<Mistake> mistakes;
  check(*matched.route->body, *json, "#", mistakes);
  CHECK(mistakes.empty(), "what was read is as the schema says");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const size_t end = std::min(text.find('\n'), text.size());
  const std::string_view rest = text.substr(std::min(end + 1, text.size()));
  check_request(text.substr(0, end), rest);
  const Cursors cursors(std::string(32, 'k'));
  CHECK(!cursors.open("question", text), "a cursor that was not made here");
  if (!text.empty()) CHECK(cursors.open(rest, cursors.seal(rest, text)) == text, "one that was");
  (void)matches_any(text, "\"1-00\"", true);
  return 0;
}
