// SPDX-License-Identifier: Apache-2.0
// The signature of a form that a browser posts to S3: over the base64 text of its policy. What the policy says, and
// whether the form keeps to it, is the door's business.
#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <utility>

#include "aws/sigv4_verify.h"

namespace caudal::aws {

// Name and value of the form's fields before "file".
using FormField = std::pair<std::string, std::string>;

struct PostClaim {
  Claim claim;         // its signed_headers and payload mean nothing here
  std::string policy;  // as it came: in base64
};

// Nothing when the form has neither policy nor signature: anonymous.
Outcome<std::optional<PostClaim>> read_post_claim(std::span<const FormField> fields);

// That `verifier`'s scope rules and the signature hold. The time of a form is bounded by its policy's "expiration",
// which the door checks.
Outcome<void> check_post_claim(Verifier& verifier, const PostClaim& post, std::string_view secret);

}  // namespace caudal::aws
