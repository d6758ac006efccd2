// SPDX-License-Identifier: Apache-2.0
#include "api/gate/authenticator.h"

#include "aws/sigv4_errors.h"

namespace caudal::api {

Authenticator::Authenticator(const access::Identities& identities, const Clock& clock, std::string service,
                             aws::Dialect dialect)
    : identities_(identities),
      dialect_(dialect),
      verifier_(clock, {.service = std::move(service), .region = {}}, dialect) {}

aws::Outcome<std::shared_ptr<const access::Credential>> Authenticator::usable(const access::Found& found,
                                                                              std::string_view access_key_id) const {
  if (found.state == access::KeyState::kActive) return found.credential;
  return aws::errors::unknown_access_key(dialect_, access_key_id);
}

aws::Outcome<Authenticated> Authenticator::authenticate(Visit& visit, std::string_view body_sha256) {
  const aws::RequestHead& head = visit.head.get();
  std::optional<aws::Claim> claim = TRY(aws::read_claim(head, dialect_));
  if (!claim) return Authenticated{.identity = anonymous_, .claim = {}, .verified = {}};
  visit.record.access_key = claim->access_key_id;
  const access::Found found = identities_.find(claim->access_key_id);
  // The signature is computed whatever was found, so that the time it takes does not tell which ids exist.
  auto verified = verifier_.verify(head, *claim, found.credential->secret.reveal(), body_sha256);
  const auto credential = TRY(usable(found, claim->access_key_id));
  if (!verified) return std::move(verified).error();
  if (!claim->session_token.empty()) return aws::errors::invalid_token(dialect_, claim->session_token);
  visit.record.caller = credential->identity.arn;
  return Authenticated{
      .identity = {credential, &credential->identity}, .claim = std::move(claim), .verified = *std::move(verified)};
}

}  // namespace caudal::api
