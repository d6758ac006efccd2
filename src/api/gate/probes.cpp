// SPDX-License-Identifier: Apache-2.0
#include "api/gate/probes.h"

namespace caudal::api {
namespace {

constexpr std::string_view kText = "text/plain; charset=utf-8";
constexpr std::string_view kPrometheus = "text/plain; version=0.0.4; charset=utf-8";

void send(http::Exchange& exchange, int status, std::string_view type, std::string body) {
  // Whoever asked may be gone by now.
  (void)exchange.response().send({.status = status, .headers = {{"Content-Type", type}, {"Cache-Control", "no-store"}}},
                                 std::move(body));
}

// Presigned requests have a query.
bool is_signed(const http::Request& request) { return request.headers.find("Authorization").has_value(); }

}  // namespace

bool Probes::may_be_probe(const http::Request& request) const {
  if (request.method != "GET" && request.method != "HEAD") return false;
  if (is_signed(request) || !request.query.empty()) return false;
  return !is_of_bucket || !is_of_bucket(request.host);
}

bool Probes::takes_promptly(const http::Request& request) const {
  return (request.path == "/healthz" || request.path == "/readyz") && may_be_probe(request);
}

bool Probes::answer(http::Exchange& exchange) const {
  const http::Request& request = exchange.request();
  if (!may_be_probe(request)) return false;
  if (request.path == "/healthz") {
    send(exchange, 200, kText, "ok\n");
  } else if (request.path == "/readyz") {
    const auto state = ready();
    send(exchange, state ? 200 : 503, kText, state ? "ready\n" : state.error().message + "\n");
  } else if (request.path == "/metrics") {
    send(exchange, 200, kPrometheus, metrics());
  } else {
    return false;
  }
  return true;
}

}  // namespace caudal::api
