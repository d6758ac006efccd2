// SPDX-License-Identifier: Apache-2.0
// Who a request is from: its claim read, its key found, its signature checked. One for each dialect of errors.
#pragma once

#include <memory>
#include <optional>
#include <string_view>

#include "access/identities.h"
#include "api/gate/visit.h"
#include "aws/sigv4_verify.h"

namespace caudal::api {

struct Authenticated {
  std::shared_ptr<const access::Identity> identity;  // never null; shared with requests under way, as its key is
  std::optional<aws::Claim> claim;                   // nothing: not signed, so anonymous
  std::optional<aws::Verified> verified;             // with the claim
};

// Thread-safe.
class Authenticator {
 public:
  // `identities` and `clock` outlive it.
  Authenticator(const access::Identities& identities, const Clock& clock, std::string service, aws::Dialect dialect);

  // `body_sha256`: hexadecimal, for the services whose signature covers the body that came. Whom the request claims to
  // be from is noted in the visit's record, whether or not it is true.
  aws::Outcome<Authenticated> authenticate(Visit& visit, std::string_view body_sha256 = {});

  // For signatures that are not of requests: of forms.
  aws::Verifier& verifier() { return verifier_; }
  // The key of that id. Errors: InvalidAccessKeyId and the like for one that may not be used.
  aws::Outcome<std::shared_ptr<const access::Credential>> usable(const access::Found& found,
                                                                 std::string_view access_key_id) const;
  const access::Identities& identities() const { return identities_; }

 private:
  const access::Identities& identities_;
  const std::shared_ptr<const access::Identity> anonymous_ = std::make_shared<access::Identity>();
  const aws::Dialect dialect_;
  aws::Verifier verifier_;
};

}  // namespace caudal::api
