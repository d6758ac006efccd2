// SPDX-License-Identifier: Apache-2.0
// What an endpoint answers instead of a result: its error, what that means for a request that is sent again, and what
// callers of a Store are told. Inside room items/remote only.
#pragma once

#include <string>
#include <string_view>

#include "aws/json/json_codec.h"
#include "base/result.h"
#include "items/errors.h"

namespace caudal::items::remote {

// An error as the wire has it.
struct Refusal {
  int status = 0;
  std::string type = {};  // "ConditionalCheckFailedException", without what stands before it
  std::string message = {};
  std::string body = {};  // with the error's own members

  // The members of an error that has more than its message.
  template <class T>
  T members() const {
    T out;
    aws::Violations violations;
    // What does not read as the model has it is as good as absent.
    static_cast<void>(aws::decode_json(body, aws::shape_of<T>(), &out, violations).has_value());
    return out;
  }
};

Refusal read_refusal(int status, std::string body);

enum class Meaning {
  kFinal,    // the same request would be answered the same
  kNotDone,  // nothing happened, since there is too much to do; may be sent again
  kUnknown,  // it failed, and perhaps happened nevertheless
};
Meaning meaning_of(const Refusal& refusal);

// For callers of a Store. `operation`: "CreateTable".
Error error_of(std::string_view operation, const Refusal& refusal);

}  // namespace caudal::items::remote
