// SPDX-License-Identifier: Apache-2.0
#include "api/gate/query_door.h"

#include <fmt/format.h>

#include <optional>

#include "aws/sigv4_errors.h"
#include "base/digest.h"
#include "base/encoding.h"
#include "http/errors.h"

namespace caudal::api {
namespace {

// Many times what any parameters need.
constexpr size_t kLongestFormBytes = size_t{64} << 10;

aws::Outcome<std::string> read_form(Visit& visit) {
  std::string form;
  char piece[4096];
  for (;;) {
    const auto got = visit.exchange.body().read(piece, sizeof piece);
    visit.record.bytes_in = form.size() + got.value_or(0);
    if (!got || visit.record.bytes_in > kLongestFormBytes) {
      const bool too_long = got || got.error().code == http::Errc::body_too_large;
      return aws::ServiceError{.code = too_long ? "RequestEntityTooLarge" : "MalformedInput",
                               .status = too_long ? 413 : 400,
                               .message = too_long ? "The request is too long." : "The body of the request broke off."};
    }
    if (*got == 0) return form;
    form.append(piece, *got);
  }
}

}  // namespace

QueryDoor::QueryDoor(const access::Identities& identities, const Clock& clock, uint64_t seed, const Api& api)
    : api_(api), authenticator_(identities, clock, std::string(api.service), aws::Dialect::kJson), ids_(seed) {}

aws::Outcome<std::string> QueryDoor::document_for(Visit& visit) {
  const std::string form = TRY(read_form(visit));
  auto who = authenticator_.authenticate(visit, to_hex(view(sha256(form))));
  if (!who) return aws::in_query_words(std::move(who).error());
  if (who->identity->anonymous()) return aws::in_query_words(aws::errors::missing_authentication(aws::Dialect::kJson));
  const aws::QueryParameters parameters(visit.request().query, form);
  const std::string_view action = parameters["Action"];
  const std::string_view version = parameters["Version"];
  if (action.empty()) {
    return aws::ServiceError{
        .code = "MissingAction", .status = 400, .message = "The request must contain the parameter Action."};
  }
  std::optional<aws::Outcome<std::string>> result;
  if (version == api_.version)
    result = perform(action, {.visit = visit, .caller = *who->identity, .parameters = parameters});
  if (result) return aws::result_document(action, TRY(*std::move(result)), api_.xml_namespace, visit.id);
  return aws::ServiceError{.code = "InvalidAction",
                           .status = 400,
                           .message = fmt::format("Could not find operation {} for version {}", action,
                                                  version.empty() ? "NO_VERSION_SPECIFIED" : version)};
}

void QueryDoor::answer(std::unique_ptr<Visit> whole) {
  Visit& visit = *whole;
  visit.record.resource = visit.request().path;
  visit.record.status = 200;
  auto document = document_for(visit);
  if (!document) {
    visit.record.status = document.error().status;
    visit.record.error = document.error().code;
  }
  std::string body =
      document ? *std::move(document) : aws::error_document(document.error(), api_.xml_namespace, visit.id);
  visit.record.bytes_out = body.size();
  // Whoever asked may be gone by now.
  (void)visit.exchange.response().send(
      {.status = visit.record.status, .headers = {{"Content-Type", "text/xml"}, {"x-amzn-RequestId", visit.id}}},
      std::move(body));
}

}  // namespace caudal::api
