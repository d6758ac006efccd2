// SPDX-License-Identifier: Apache-2.0
#include "api/sts/door.h"

#include "aws/xml/xml_writer.h"

namespace caudal::api::sts {
namespace {

constexpr std::string_view kOperation = "GetCallerIdentity";

}  // namespace

StsDoor::StsDoor(const access::Identities& identities, const Clock& clock, uint64_t seed)
    : QueryDoor(
          identities, clock, seed,
          {.service = "sts", .version = "2011-06-15", .xml_namespace = "https://sts.amazonaws.com/doc/2011-06-15/"}) {}

// As in AWS, nobody needs a permission for it, and no policy can deny it.
std::optional<aws::Outcome<std::string>> StsDoor::perform(std::string_view action, const Call& call) {
  if (action != kOperation) return std::nullopt;
  call.visit.record.operation = kOperation;
  std::string result;
  aws::append_xml_element(result, "Arn", call.caller.arn);
  aws::append_xml_element(result, "UserId", call.caller.user_id);
  aws::append_xml_element(result, "Account", access::kAccount);
  return result;
}

}  // namespace caudal::api::sts
